import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { earlyRows } from '../../src/optimization/basins/exploration.ts';
import { checkpointOf } from '../../src/optimization/bayesian/checkpoints.ts';
import { policyNumbers, withPolicy } from '../../src/optimization/policy.ts';

const folder = new URL('../../src/optimization/', import.meta.url);
const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /.\/policy\.ts$/.test(file));

describe('the pages of policy', () => {
  test('are those of every engine that has one', () => {
    const engines = new Set([...policyNumbers().keys()].map((path) => path.split('.')[0]));
    expect([...engines].sort()).toEqual(pages.map((file) => file.split('/')[0]).sort());
    expect(policyNumbers().size).toBeGreaterThan(90);
  });

  test.each(pages)('say of each number what it is, and by what it was chosen: %s', (file) => {
    const lines = readFileSync(new URL(file, folder), 'utf8').split('\n');
    const numbers = lines.flatMap((line, at) => (/^ {4}\w+: /.test(line) ? [at] : []));
    expect(numbers.length).toBeGreaterThan(0);
    for (const at of numbers) {
      expect(lines[at - 1], lines[at]).toMatch(/^ {4}\/\*\* .*[.)].* \*\/$/);
      expect(lines[at - 1], lines[at]).toMatch(/ By: \S/);
    }
  });

  test('are read where a search is asked, and as they were after a variation', async () => {
    await withPolicy('basins.reach.earlyUnits', 2, async () => expect(earlyRows(3)).toBe(8));
    expect(earlyRows(3)).toBe(24);
    const fails = withPolicy('bayesian.fit.everyRowUpTo', 4, async () => {
      expect(checkpointOf(31, 16)).toBe(31 - (31 % 1));
      expect(checkpointOf(33, 2)).toBe(32);
      throw new Error('the search failed');
    });
    await expect(fails).rejects.toThrow('the search failed');
    expect(policyNumbers().get('bayesian.fit.everyRowUpTo')).toBe(32);
  });

  test('refuse a number that they do not have, and a value of another shape', async () => {
    const nothing = async () => undefined;
    await expect(withPolicy('auto.turns.luck', 1, nothing)).rejects.toThrow(
      /no policy number 'auto.turns.luck'; known: /,
    );
    await expect(withPolicy('auto.turns.round', Number.NaN, nothing)).rejects.toThrow(/is 3 and cannot be NaN/);
    await expect(withPolicy('constrained-rbf.explore.distances', 0.2, nothing)).rejects.toThrow(/as many finite/);
  });
});
