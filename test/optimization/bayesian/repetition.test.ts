import { expect, test } from 'vitest';
import { Dataset } from '../../../src/core/dataset.ts';
import { Problem } from '../../../src/core/problem.ts';
import { categorical, integer } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { autoOptimizer } from '../../../src/optimization/auto/auto.ts';
import { pareto } from '../../../src/optimization/bayesian/pareto.ts';
import { repetition } from '../../../src/optimization/bayesian/repetition.ts';
import { gaussianProcess } from '../../../src/surrogates/gaussian-process/gaussian-process.ts';
import { testRun } from '../../../src/testing/labeled.ts';
import { search } from '../../../src/testing/optimizer-laws.ts';
import { output, problemOf } from '../../../src/testing/problems.ts';

const a = [0, 0];
const b = [0, 1];
const c = [1, 0];
const criterion = { value: (x: Matrix) => Float64Array.from({ length: x.rows }, (_, i) => x.get(i, 0)) };

test('repeats what promises most and is not in flight, else what has been run least', () => {
  const known = Matrix.from([a, b, c, a, c]);
  const none = new Matrix(0, 2);
  expect([...repetition(known, none, criterion)!]).toEqual(c);
  expect([...repetition(known, Matrix.from([c]), criterion)!]).toEqual(a);
  expect([...repetition(known, none)!]).toEqual(b);
  expect([...repetition(known, Matrix.from([a, b, c, b]), criterion)!]).toEqual(a);
  expect(repetition(none, none)).toBeUndefined();
});

const space = new Space({ n: integer(1, 4), kind: categorical('x', 'y') });
const truth = (u: Float64Array) => (u[0] - 0.6) ** 2 + u[1];
const surrogate = gaussianProcess({
  kernel: 'matern-5/2',
  transform: 'none',
  trend: 'constant',
  calibrate: false,
  starts: 1,
});
const noisy = () => autoOptimizer({ surrogate, stochastic: true });

function runsOf(history: Dataset): Map<string, number> {
  const runs = new Map<string, number>();
  for (let i = 0; i < history.size; i++) {
    const key = history.x.row(i).join();
    runs.set(key, (runs.get(key) ?? 0) + 1);
  }
  return runs;
}

test('goes on in a finite space when answers are noisy, and repeats what may be best', { tags: ['slow'] }, async () => {
  const problem = problemOf(space);
  const rng = new Rng('repetition/noise');
  const answer = (u: Float64Array) => [truth(u) + 0.05 * rng.normal()];
  const { history, last } = await search(noisy(), { problem, answer }, { budget: 40 });
  expect(last?.stop).toBeUndefined();
  const runs = runsOf(history);
  expect(runs.size).toBe(8);
  const best = [...runs].sort((one, other) => other[1] - one[1])[0][0];
  expect(truth(Float64Array.from(best.split(',').map(Number)))).toBeCloseTo(0.25 + 0.025 ** 2, 1);
  expect(Math.max(...runs.values())).toBeGreaterThan(10);
  // Resumed, it repeats the same.
  const prefix = history.select(Array.from({ length: 25 }, (_, i) => i));
  const knowledge = { history: prefix, pending: new Matrix(0, 2), remaining: 15 };
  const { x } = await noisy().suggest(problem, knowledge, 1, testRun('laws'));
  expect(x.row(0)).toEqual(history.x.row(25));
});

test('fills batches larger than the space, from the first one on', async () => {
  const problem = problemOf(space);
  const knowledge = { history: Dataset.empty(space, problem.outputs), pending: new Matrix(0, 2), remaining: 100 };
  const { x, stop } = await noisy().suggest(problem, knowledge, 12, testRun('wide'));
  expect([x.rows, stop]).toEqual([12, undefined]);
  expect(new Set(Array.from({ length: 12 }, (_, i) => x.row(i).join())).size).toBe(8);
});

test('with several noisy objectives goes on as well, and runs all points alike', async () => {
  const problem = new Problem(space, [{ name: 'f' }, { name: 'h' }], [output('f'), output('h')], []);
  const rng = new Rng('repetition/front');
  const answer = (u: Float64Array) => [truth(u) + 0.05 * rng.normal(), u[0] + 0.05 * rng.normal()];
  const optimizer = pareto({ surrogate, stochastic: true });
  const { history, last } = await search(optimizer, { problem, answer }, { budget: 24 });
  expect(last?.stop).toBeUndefined();
  expect([...runsOf(history).values()]).toEqual(new Array(8).fill(3));
});
