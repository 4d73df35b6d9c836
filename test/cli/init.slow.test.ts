import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installAround } from '../fixtures/project.ts';

const CLI = new URL('../../dist/bundle/imago.js', import.meta.url).pathname;
const run = promisify(execFile);

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'imago-first-study-'));
  installAround(folder);
});

afterAll(() => rmSync(folder, { recursive: true }));

/** What a scenario prints, and what it leaves as JSON. */
async function studied(scenario: string) {
  const cwd = join(folder, 'first');
  const { stdout } = await run(process.execPath, [CLI, 'run', scenario, '--no-store', '--json', 'it.json'], { cwd });
  return { stdout, study: JSON.parse(readFileSync(join(cwd, 'it.json'), 'utf8')) };
}

/** Has a scenario compare with fewer runs than it does for its reader. */
function compareLess(scenario: string, optimizers: string, compare: string) {
  const file = join(folder, 'first', scenario);
  const text = readFileSync(file, 'utf8');
  const [whole] = text.split('\n').filter((line) => line.includes('compare:'));
  expect(whole).toContain(optimizers);
  writeFileSync(file, text.replace(whole, compare));
}

test('its first study saves nine runs in ten or more, says so at once, and draws what it found', async () => {
  await run(process.execPath, [CLI, 'init', join(folder, 'first')]);
  compareLess(
    'scenarios/lightest-struck-beam.ts',
    'cmaEs(), differentialEvolution()',
    'compare: { optimizers: [differentialEvolution()], budget: 300, batch: 8 },',
  );
  const { stdout, study } = await studied('scenarios/lightest-struck-beam.ts');
  expect(study.results.search.best).toMatchObject({ confirmed: true, feasible: true });
  const [, ratio] = /^Lightest .*\nIn short: \d+ simulator runs where .* took \d+, ([\d.]+)x fewer/.exec(stdout) ?? [];
  expect(Number(ratio)).toBeGreaterThanOrEqual(10);
  expect(stdout).toMatch(/runs saved, [\d.]+x fewer/);
  expect(study.results.drawings.map(({ title }: { title: string }) => title)).toEqual([
    'first feasible run',
    'best point',
  ]);
  expect(study.measurements.simulated).toBeGreaterThan(100);
});

test('its model is much faster than the simulator, says so at once, and the tree learns', async () => {
  const { stdout } = await studied('scenarios/struck-beam-model.ts');
  const [, batched] = /\nIn short: a surrogate that answers ([\d,]+)x as fast/.exec(stdout) ?? [];
  expect(Number(batched?.replaceAll(',', ''))).toBeGreaterThanOrEqual(1000);
  const [, speed] = /answers a single call ([\d,]+)x as fast/.exec(stdout) ?? [];
  expect(Number(speed?.replaceAll(',', ''))).toBeGreaterThan(100);
  const [, q2] = /rules \(decision tree\): .* q2 ([\d.]+) against the simulator/.exec(stdout) ?? [];
  expect(Number(q2)).toBeGreaterThan(0.7);
});

test('its study around a program saves most of its runs too', async () => {
  await run(process.execPath, [CLI, 'init', '--yaml', join(folder, 'first')]);
  compareLess(
    'scenarios/cheapest-oven-wall.yaml',
    'cmaEs, differentialEvolution, nelderMead',
    'compare: { optimizers: [differentialEvolution], budget: 60, batch: 8 }',
  );
  const { stdout, study } = await studied('scenarios/cheapest-oven-wall.yaml');
  expect(study.results.search.best).toMatchObject({ confirmed: true, feasible: true });
  const [, ratio] = /^Cheapest .*\nIn short: \d+ simulator runs where .* took \d+, ([\d.]+)x fewer/.exec(stdout) ?? [];
  expect(Number(ratio)).toBeGreaterThan(2);
});
