import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../../src/core/dataset.ts';
import type { Constraint } from '../../../src/core/problem.ts';
import { categorical, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import type { Matrix } from '../../../src/numerics/matrix.ts';
import type { SlopedForm } from '../../../src/optimization/acquisition/column-model.ts';
import { outsideBasin } from '../../../src/optimization/basins/other-basins.ts';
import { labeled, testRun } from '../../../src/testing/labeled.ts';
import { cube, problemOf } from '../../../src/testing/problems.ts';

describe('elsewhere', () => {
  const problem = problemOf(cube(2));
  const well = (u: Float64Array, a: number, depth: number) =>
    -depth * Math.exp(-8 * ((u[0] - a) ** 2 + (u[1] - a) ** 2));
  const mean = (of: (u: Float64Array) => number) => ({
    value: (x: Matrix) => Float64Array.from({ length: x.rows }, (_, i) => of(x.row(i))),
  });
  const two = (u: Float64Array) => well(u, 0.2, 1) + well(u, 0.8, 0.7);
  const lowest = ({ y }: Dataset) => y.data.reduce((best, value, i) => (value < y.data[best] ? i : best), 0);
  const known = (of: (u: Float64Array) => number) => labeled(problem.space, problem.outputs, 30, (u) => [of(u)]);

  test('is the other of two wells, with its rows and what failed', () => {
    const history = known((u) => (u[0] < 0.3 && u[1] > 0.7 ? Number.NaN : two(u)));
    const rest = outsideBasin(problem, history, lowest(history), mean(two), testRun('wells'))!;
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

  test('stays the other of two wells when the better one is found there', () => {
    const history = known(two);
    const left = [...Array(history.size).keys()].reduce((best, i) => {
      const u = history.x.row(i);
      return u[0] + u[1] > 1.2 && two(u) < two(history.x.row(best)) ? i : best;
    }, history.size - 1);
    const rest = outsideBasin(problem, history, left, mean(two), testRun('better'))!;
    const at = (...u: number[]) => rest.problem.constraints[0].evaluate(problem.space.decode(Float64Array.from(u)), {});
    expect(at(0.2, 0.2)).toBeLessThan(0);
    expect(at(0.8, 0.8)).toBeGreaterThan(0);
  });

  test('ends on both sides of a seam where an optimum lies on it', () => {
    const around = problemOf(new Space({ x0: real(0, 1, { periodic: true }), x1: real(0, 1) }));
    const [two, four] = [2 * Math.PI, 4 * Math.PI];
    const ring = (u: Float64Array) => -Math.cos(four * u[0]) - 0.2 * Math.cos(two * u[0]) + u[1] ** 2;
    const slope = (u: Float64Array) =>
      Float64Array.of(four * Math.sin(four * u[0]) + 0.2 * two * Math.sin(two * u[0]), 2 * u[1]);
    const gradient = (u: Float64Array) => ({ value: ring(u), gradient: slope(u) });
    const history = labeled(around.space, around.outputs, 60, (u) => [ring(u)]);
    const rest = outsideBasin(around, history, lowest(history), { ...mean(ring), gradient }, testRun('seam'))!;
    const at = (...u: number[]) => rest.problem.constraints[0].evaluate(around.space.decode(Float64Array.from(u)), {});
    expect(at(0.5, 0.5)).toBeLessThan(0);
    for (const a of [0.02, 0.1, 0.9, 0.98]) expect(at(a, 0.5)).toBeGreaterThan(0);
  });

  test('tells the slope of its border, around a seam too', () => {
    const ring = problemOf(new Space({ x0: real(0, 1, { periodic: true }), x1: real(0, 1), k: categorical('p', 'q') }));
    const bowls = (u: Float64Array) => -Math.cos(4 * Math.PI * u[0]) - 0.2 * Math.cos(2 * Math.PI * u[0]) + u[1] ** 2;
    const history = labeled(ring.space, ring.outputs, 60, (u) => [bowls(u)]);
    const rest = outsideBasin(ring, history, lowest(history), mean(bowls), testRun('slope'))!;
    const { atCanonical, evaluate } = rest.problem.constraints[0] as Constraint & SlopedForm;
    const step = 1e-6;
    const grid = Array.from({ length: 75 }, (_, i) =>
      Float64Array.of((i % 25) / 25 + 0.013, Math.floor(i / 25) / 3, 0.25),
    );
    for (const u of grid) {
      const gradient = Float64Array.of(7, 7, 7);
      const value = atCanonical(u, gradient);
      expect(value).toBeCloseTo(evaluate(ring.space.decode(u), {}), 12);
      for (const j of [0, 1]) {
        const [up, down] = [step, -step].map((h) => atCanonical(u.map((v, i) => (i === j ? v + h : v))));
        expect(gradient[j]).toBeCloseTo((up - down) / (2 * step), 6);
      }
      expect(gradient[2]).toBe(0);
    }
  });

  test('is nothing where there is one well', () => {
    const one = (u: Float64Array) => well(u, 0.3, 1);
    const history = known(one);
    expect(outsideBasin(problem, history, lowest(history), mean(one), testRun('well'))).toBeUndefined();
  });
});
