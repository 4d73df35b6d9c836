import { expect, test } from 'vitest';
import { integer, real } from '../../src/core/parameter.ts';
import { Space } from '../../src/core/space.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { autoOptimizer, turns } from '../../src/optimization/auto.ts';
import { bayesian } from '../../src/optimization/bayesian.ts';
import { squaredDistance } from '../../src/optimization/point-set.ts';
import { kernelSurrogate } from '../fixtures/kernel-surrogate.ts';
import { testRun } from '../fixtures/labelled.ts';
import { bounded, cube, problemOf } from '../fixtures/problems.ts';
import { optimizerLaws, search } from '../laws/optimizer-laws.ts';

const auto = () => autoOptimizer({ surrogate: kernelSurrogate(), initial: 5, search: { raw: 64, starts: 3 } });
const quick = auto();

optimizerLaws('auto', auto, 21);

const falling = (n: number, value: (i: number) => number) => Float64Array.from({ length: n }, (_, i) => value(i));

test('begins with the global engine, then gives every third turn to the local one', () => {
  const flat = (n: number) =>
    turns(
      falling(n, (i) => (i === 0 ? 0 : 1 + i)),
      2,
    );
  expect([5, 17, 18, 19, 20, 21].map(flat)).toEqual(['global', 'global', 'local', 'global', 'global', 'local']);
});

test('the engine that made the last advance has two turns of three', () => {
  const merits = (n: number) => falling(n, (i) => (i < 18 ? 100 + i : i === 18 ? 50 : 200));
  expect([19, 20, 21, 22].map((n) => turns(merits(n), 2))).toEqual(['local', 'local', 'global', 'local']);
  // A last digit is no advance.
  const polished = (n: number) => falling(n, (i) => (i < 18 ? 100 + i : i === 18 ? 100 - 1e-6 : 200));
  expect([19, 20, 21].map((n) => turns(polished(n), 2))).toEqual(['global', 'global', 'local']);
});

test('many inputs and many rows belong to the local engine, two turns of three', () => {
  expect(
    [1000, 1001, 1002].map((n) =>
      turns(
        falling(n, (i) => i),
        2,
      ),
    ),
  ).toEqual(['local', 'local', 'global']);
  expect(
    [126, 127, 128].map((n) =>
      turns(
        falling(n, (i) => i),
        20,
      ),
    ),
  ).toEqual(['global', 'local', 'local']);
});

test('noisy answers are for the global engine alone', async () => {
  const problem = problemOf(cube(2), [bounded('g')]);
  const answer = (u: Float64Array) => [u[0] + u[1], 0.5 - u[0]];
  const noisy = autoOptimizer({
    surrogate: kernelSurrogate(),
    initial: 5,
    search: { raw: 64, starts: 3 },
    stochastic: true,
  });
  const alone = bayesian({ surrogate: kernelSurrogate(), initial: 5, search: { raw: 64, starts: 3 } });
  const one = await search(noisy, { problem, answer }, { budget: 10 });
  const other = await search(alone, { problem, answer }, { budget: 10 });
  expect(one.history.x).toEqual(other.history.x);
});

test('descends into a cone that ripples, where a smooth model sees no bottom', async () => {
  const problem = problemOf(cube(2));
  const ripple = (v: number) => 0.05 * (1 - Math.cos(40 * Math.PI * (v - 0.4)));
  const answer = (u: Float64Array) => [Math.hypot(u[0] - 0.4, u[1] - 0.4) + ripple(u[0]) + ripple(u[1])];
  const { history } = await search(quick, { problem, answer }, { budget: 60 });
  expect(problem.best(history)!.merit).toBeLessThan(0.15);
});

test('does not step where a point is in flight', async () => {
  const problem = problemOf(cube(2), [bounded('g')]);
  const answer = (u: Float64Array) => [u[0] + u[1], 0.16 - u[0] * u[1]];
  const { history } = await search(quick, { problem, answer }, { budget: 14 });
  const ask = (pending: Matrix) =>
    quick.suggest(problem, { history, pending, remaining: 10 }, 1, testRun('crowded')).then(({ x }) => x.row(0));
  // The sixteenth row is the local engine's: whatever is in flight, it would step to the same place.
  const far = [
    [0.9, 0.9],
    [0.95, 0.8],
  ];
  const step = await ask(Matrix.from(far));
  const beside = Matrix.from([step.map((v) => v + 1e-4), far[1]]);
  expect(squaredDistance(await ask(beside), beside.row(0))).toBeGreaterThan(1e-3 ** 2);
});

test('reaches a curved constraint, and searches spaces without real numbers', async () => {
  const problem = problemOf(cube(2), [bounded('g')]);
  const answer = (u: Float64Array) => [u[0] + u[1], 0.16 - u[0] * u[1]];
  const { history } = await search(quick, { problem, answer }, { budget: 25 });
  expect(problem.best(history)!.merit).toBeLessThan(0.8 + 1e-4);
  const whole = problemOf(new Space({ a: integer(0, 20), b: integer(0, 20) }));
  const grid = await search(quick, { problem: whole, answer: (u) => [(u[0] - 0.3) ** 2 + u[1]] }, { budget: 30 });
  expect(grid.history.size).toBe(30);
});

test('tells the chance of its proposals, those of the local engine included', async () => {
  const problem = problemOf(new Space({ x: real(0, 1) }));
  const answer = (u: Float64Array) => [(u[0] - 0.3) ** 2];
  const { history } = await search(quick, { problem, answer }, { budget: 12 });
  const { last } = await search(quick, { problem, answer }, { budget: 13, from: history });
  expect(last?.chance).toBeGreaterThanOrEqual(0);
  expect(last?.chance).toBeLessThanOrEqual(1);
});
