import { expect, test } from 'vitest';
import type { GaussianProcessModel } from '../../../src/kriging/process/model.ts';
import { CheckpointedColumns, checkpointOf } from '../../../src/optimization/bayesian/checkpoints.ts';
import { modelData } from '../../../src/optimization/bayesian/columns.ts';
import { gaussianProcess } from '../../../src/surrogates/gaussian-process/gaussian-process.ts';
import { labeled, testRun } from '../../../src/testing/labeled.ts';
import { cube, problemOf } from '../../../src/testing/problems.ts';

test('every row is a checkpoint while there are few; later fits become rarer in proportion', () => {
  expect([1, 17, 32, 33, 34, 63, 64, 67, 100, 127, 500].map((n) => checkpointOf(n))).toEqual([
    1, 17, 32, 32, 34, 62, 64, 64, 100, 124, 496,
  ]);
  for (let n = 33; n < 2000; n += 7) {
    expect(n - checkpointOf(n)).toBeLessThan(n / 16);
    expect(checkpointOf(checkpointOf(n))).toBe(checkpointOf(n));
  }
});

test('whole fits are a third as many rows apart as there are, at checkpoints', () => {
  expect([20, 34, 47, 48, 64, 100, 127, 128, 200].map((n) => checkpointOf(n, 3))).toEqual([
    20, 32, 40, 48, 64, 96, 96, 128, 192,
  ]);
  for (let n = 33; n < 2000; n += 7) expect(checkpointOf(checkpointOf(n, 3))).toBe(checkpointOf(n, 3));
});

test('between whole fits, what was found is searched again from there', async () => {
  const calls: string[] = [];
  const watched: typeof surrogate = {
    name: 'watched',
    fit(data, run) {
      calls.push(`fit ${data.size}`);
      return surrogate.fit(data, run);
    },
    refit(data, run, previous) {
      calls.push(`refit ${previous.health.points} to ${data.size}`);
      return surrogate.refit!(data, run, previous);
    },
  };
  const columns = new CheckpointedColumns(watched);
  await posteriorOf(columns, 65);
  expect(new Set(calls)).toEqual(new Set(['fit 64', 'refit 64 to 64']));
  calls.length = 0;
  await posteriorOf(columns, 70);
  expect(new Set(calls)).toEqual(new Set(['refit 64 to 68']));
  calls.length = 0;
  await posteriorOf(columns, 71);
  expect(calls).toEqual([]);
});

const space = cube(2);
const problem = problemOf(space);
const all = labeled(space, [{ name: 'f' }], 80, (u) => [Math.sin(7 * u[0]) + (u[1] - 0.3) ** 2]);
const surrogate = gaussianProcess({ transform: 'none', calibrate: false });

async function posteriorOf(columns: CheckpointedColumns<GaussianProcessModel>, n: number): Promise<number[]> {
  const { data, columns: modeled } = modelData(problem, all.select(Array.from({ length: n }, (_, i) => i)));
  const { model } = await columns.model(0, modeled[0], data, testRun('checkpoint'));
  const { mean, variance } = model.posterior(all.x.select([79]));
  return [mean.data[0], variance.data[0]];
}

test('what is kept from earlier calls changes nothing', async () => {
  const kept = new CheckpointedColumns(surrogate);
  for (const n of [36, 37, 66, 67, 65, 36]) {
    const fresh = new CheckpointedColumns(surrogate);
    expect(await posteriorOf(kept, n)).toEqual(await posteriorOf(fresh, n));
  }
});

test('rows after the checkpoint are known exactly', async () => {
  const { data, columns } = modelData(problem, all.select(Array.from({ length: 71 }, (_, i) => i)));
  const { model, transform } = await new CheckpointedColumns(surrogate).model(0, columns[0], data, testRun('exact'));
  const { mean } = model.posterior(data.x);
  for (let i = checkpointOf(71); i < 71; i++) expect(mean.get(i, 0)).toBeCloseTo(transform.apply(data.y.get(i, 0)), 5);
});
