import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../src/core/dataset.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { Rng } from '../../src/numerics/random.ts';
import { elsewhere, isSettled } from '../../src/optimization/elsewhere.ts';
import { labelled, points, testRun } from '../fixtures/labelled.ts';
import { cube, problemOf } from '../fixtures/problems.ts';

describe('a settled optimum', () => {
  const spread = points(cube(2), 10, new Rng('spread'));
  const at = (...offsets: number[]) => Matrix.from(offsets.map((offset) => [0.5 + offset, 0.5]));
  const merits = (...last: number[]) => Float64Array.from([...Array.from({ length: 10 }, (_, i) => 2 + i), ...last]);
  const polished = at(0, 1e-4, 2e-4, 0.1, 0.2, 0.3, 0.4, 0.15);

  test('has rows close by, and none that was better for a while', () => {
    const x = spread.stack(polished);
    expect(isSettled(x, merits(1, 1.1, 1.1, 3, 3, 3, 3, 3), 10)).toBe(true);
    expect(isSettled(x, merits(1, 1.1, 1.1, 3, 3, 3, 3, 3), 12)).toBe(false);
    expect(isSettled(x, merits(1, 0.99, 1.1, 3, 3, 3, 3, 3), 10)).toBe(true);
    expect(isSettled(x, merits(1, 1.1, 0.99, 3, 3, 3, 3, 3), 10)).toBe(false);
    // The last digit is no gain.
    expect(isSettled(x, merits(1, 1.1, 1 - 1e-9, 3, 3, 3, 3, 3), 10)).toBe(true);
  });

  test('is not one that was met once, nor where nothing is feasible', () => {
    const x = spread.stack(at(0, 1e-4, 0.05, 0.1, 0.2, 0.3, 0.4, 0.15));
    expect(isSettled(x, merits(1, 1.1, 1.1, 3, 3, 3, 3, 3), 10)).toBe(false);
    expect(isSettled(spread.stack(polished), new Float64Array(18).fill(Number.POSITIVE_INFINITY), 10)).toBe(false);
  });
});

describe('elsewhere', () => {
  const problem = problemOf(cube(2));
  const well = (u: Float64Array, a: number, depth: number) =>
    -depth * Math.exp(-8 * ((u[0] - a) ** 2 + (u[1] - a) ** 2));
  const mean = (of: (u: Float64Array) => number) => ({
    value: (x: Matrix) => Float64Array.from({ length: x.rows }, (_, i) => of(x.row(i))),
  });
  const two = (u: Float64Array) => well(u, 0.2, 1) + well(u, 0.8, 0.7);
  const known = (of: (u: Float64Array) => number) => labelled(problem.space, problem.outputs, 30, (u) => [of(u)]);

  test('is the other of two wells, with its rows and what failed', () => {
    const history = known((u) => (u[0] < 0.3 && u[1] > 0.7 ? Number.NaN : two(u)));
    const rest = elsewhere(problem, history, mean(two), testRun('wells'))!;
    const failed = (data: Dataset) => data.rows.filter(({ status }) => status === 'failed').length;
    expect(failed(history)).toBeGreaterThan(0);
    expect(failed(rest.history)).toBe(failed(history));
    const answered = rest.history.select(
      [...rest.history.rows.keys()].filter((i) => !Number.isNaN(rest.history.y.get(i, 0))),
    );
    expect(answered.size).toBeGreaterThan(5);
    // The ridge between the wells is a little nearer to the shallow one than the middle.
    for (let i = 0; i < answered.size; i++) expect(answered.x.get(i, 0) + answered.x.get(i, 1)).toBeGreaterThan(0.9);
    const [keeps] = rest.problem.constraints;
    const at = (...u: number[]) => keeps.evaluate(problem.space.decode(Float64Array.from(u)), {});
    expect(at(0.8, 0.8)).toBeLessThan(0);
    expect(at(0.2, 0.2)).toBeGreaterThan(0);
  });

  test('is nothing where there is one well', () => {
    const one = (u: Float64Array) => well(u, 0.3, 1);
    expect(elsewhere(problem, known(one), mean(one), testRun('well'))).toBeUndefined();
  });
});
