import { describe, expect, test } from 'vitest';
import { outputList } from '../../../src/core/output.ts';
import { pauser } from '../../../src/core/pause.ts';
import { categorical, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { coverOf } from '../../../src/surrogates/rules/rule-rows.ts';
import { RIDGE, RuleSearch, type SearchLimits } from '../../../src/surrogates/rules/rule-search.ts';
import { binnedRows, joined } from '../../../src/surrogates/rules/test-bins.ts';
import { labeled, testRun } from '../../../src/testing/labeled.ts';

const space = new Space({ a: real(0, 1), b: real(0, 1), metal: categorical('steel', 'brass', 'lead') });
const pause = pauser(testRun('rules'));
const rows = await binnedRows(
  labeled(space, outputList({ y: {} }), 60, () => [0]),
  pause,
);
const everywhere = Array.from({ length: rows.size }, (_, i) => i);

/** Columns of numbers whose weighted mean is 0. */
function residuals(weights: Float64Array, count: number, name: string): Float64Array[] {
  const rng = new Rng(name);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return Array.from({ length: count }, () => {
    const drawn = everywhere.map(() => rng.normal());
    const mean = drawn.reduce((sum, value, i) => sum + weights[i] * value, 0) / total;
    return Float64Array.from(drawn, (value) => value - mean);
  });
}

const searchOf = (weights: Float64Array, limits: SearchLimits) => new RuleSearch(rows, weights, limits, pause);

describe('the search for a rule', () => {
  test('finds the test that takes most off the squared residuals of all that there are', async () => {
    const rng = new Rng('weights');
    const weights = Float64Array.from(everywhere, () => 0.5 + rng.uniform());
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (const name of ['one', 'two', 'three']) {
      const left = residuals(weights, 1, name);
      const gains = rows.columns.flatMap((column, j) => {
        const sides =
          rows.levels[j] > 0
            ? [[0], [1], [2]].map((own) => own.map((k) => (k + 0.5) / 3))
            : [...column].map((u) => [...column].filter((v) => v <= u));
        return sides.map((values) => {
          const inside = everywhere.filter((i) =>
            values.some(
              (value) =>
                Math.abs(value - column[i]) < 1e-12 || (rows.levels[j] > 0 && Math.abs(value - column[i]) < 1 / 6),
            ),
          );
          const weight = inside.reduce((sum, i) => sum + weights[i], 0);
          const dot = inside.reduce((sum, i) => sum + weights[i] * left[0][i], 0);
          return weight < 3 || total - weight < 3 ? 0 : dot ** 2 / (weight * (1 - weight / total) + RIDGE);
        });
      });
      const [found] = await searchOf(weights, { maxTests: 1, minRows: 3 }).find(left);
      expect(found.tests).toHaveLength(1);
      expect(found.gain).toBeCloseTo(Math.max(...gains), 9);
    }
  });

  test('tells the gain of what its rule covers, and no test of it can be changed for the better', async () => {
    const weights = new Float64Array(rows.size).fill(1);
    const left = residuals(weights, 2, 'several');
    const search = searchOf(weights, { maxTests: 3, minRows: 2 });
    const [found] = await search.find(left);
    expect(found.tests.length).toBeGreaterThan(1);
    const cover = coverOf(rows, found.tests);
    const covered = Int32Array.from(everywhere.filter((i) => cover[i] === 1));
    expect(search.gainOf(covered, left)).toBeCloseTo(found.gain, 9);
    expect((await search.better(found, left)).gain).toBe(found.gain);
    const short = { tests: found.tests.slice(0, 1), gain: 0 };
    const [both, one] = [await search.better(short, left), await search.better(short, left.slice(0, 1))];
    expect(both.gain).toBeGreaterThan(one.gain);
  });

  test('is bounded by the weight of the rows', async () => {
    const weights = new Float64Array(rows.size).fill(1);
    const search = searchOf(weights, { maxTests: 3, minRows: 31 });
    expect(await search.find(residuals(weights, 1, 'one'))).toEqual([]);
  });
});

test('tests of a kind at a column are one: the narrower', () => {
  const at = (threshold: number) => ({ column: 0, is: 'at most', threshold }) as const;
  const above = { column: 0, is: 'above', threshold: 0.1 } as const;
  const among = (...levels: number[]) => ({ column: 2, is: 'among', levels }) as const;
  expect(joined([at(0.4), above], at(0.7))).toEqual([above, at(0.4)]);
  expect(joined([at(0.7), among(0, 1)], at(0.4))).toEqual([among(0, 1), at(0.4)]);
  expect(joined([among(0, 1)], among(1, 2))).toEqual([among(1)]);
  expect(joined([above], { ...above, threshold: 0.3 })).toEqual([{ ...above, threshold: 0.3 }]);
});
