import { describe, expect, test } from 'vitest';
import type { Matrix } from '../../../src/numerics/matrix.ts';
import { drive } from '../../../src/numerics/minimize/ask-tell.ts';
import { nelderMead } from '../../../src/numerics/minimize/nelder-mead.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { askTellLaws } from '../../laws/ask-tell-laws.ts';

askTellLaws('nelderMead', (dimension) =>
  nelderMead({ start: Array(dimension).fill(0.55), lower: Array(dimension).fill(0), upper: Array(dimension).fill(1) }),
);

const rows = (f: (x: Float64Array) => number) => (points: Matrix) =>
  Array.from({ length: points.rows }, (_, i) => f(points.row(i)));
const rosenbrock = (x: Float64Array) => {
  let sum = 0;
  for (let i = 0; i + 1 < x.length; i++) sum += 100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2;
  return sum;
};
const rng = new Rng('nelder-mead');

// scipy 1.17.1, minimize(rosen, method='Nelder-Mead', initial_simplex=..., xatol=0, fatol=0): evaluations and best value
// after so many moves (scipy counts the first simplex as an iteration), from the simplex of -1.2, 1, -1.2, ... with edges of 0.5 along the axes.
describe.each([
  [2, false, 19, 38, 1.5956946303688613],
  [2, false, 49, 93, 0.016735995505378878],
  [2, false, 99, 188, 1.3329375302524548e-14],
  [4, false, 19, 34, 4.449048903784741],
  [4, false, 49, 84, 1.5763416440803917],
  [4, false, 99, 169, 0.6033511276687655],
  [4, true, 19, 35, 6.9684452717362015],
  [4, true, 49, 89, 3.199611761355725],
  [4, true, 99, 175, 1.1540085694613538],
])('on Rosenbrock in %i dimensions (adaptive: %s) after %i moves', (d, adaptive, moves, evaluations, best) => {
  test(`an independent implementation has used ${evaluations} evaluations and reached ${best}: so has this one`, () => {
    const start = Array.from({ length: d }, (_, i) => (i % 2 ? 1 : -1.2));
    const simplex = [start, ...start.map((_, k) => start.map((v, i) => (i === k ? v + 0.5 : v)))];
    const { initial, ask, tell } = nelderMead({ start, simplex, adaptive });
    let state = initial(rng);
    while (state.moves < moves) state = tell(state, rows(rosenbrock)(ask(state)), rng);
    expect(state.evaluations).toBe(evaluations);
    expect(Math.abs(state.bestValue - best)).toBeLessThan(1e-12);
  });
});

test('stops when the simplex is small, at the minimum', () => {
  const state = drive(nelderMead({ start: [-1.2, 1], size: 0.5 }), rows(rosenbrock), rng, { maxEvaluations: 1000 });
  expect(state.stop).toBe('simplex is small');
  for (const v of state.best) expect(v).toBeCloseTo(1, 6);
});

test('finds minima on the bounds', () => {
  const options = { start: [0.5, 0.5, 0.5], lower: [0, 0, 0], upper: [1, 1, 1] };
  const slope = rows(([a, b, c]) => a - 2 * b + (c - 0.25) ** 2);
  const { best } = drive(nelderMead(options), slope, rng, { maxEvaluations: 1000 });
  expect(best[0]).toBeCloseTo(0, 6);
  expect(best[1]).toBeCloseTo(1, 6);
  expect(best[2]).toBeCloseTo(0.25, 4);
});

test('the first simplex points inwards at an upper bound', () => {
  const { initial } = nelderMead({ start: [1, 0], upper: [1, 1], lower: [0, 0] });
  expect(initial(rng).points.map((p) => [...p])).toEqual([
    [1, 0],
    [0.9, 0],
    [1, 0.1],
  ]);
});

test('the adaptive coefficients solve a 16-dimensional quadratic sooner than the classical ones', () => {
  const start = Array(16).fill(1);
  const quadratic = rows((x) => x.reduce((sum, v, i) => sum + (i + 1) * v * v, 0));
  const reached = (adaptive: boolean) =>
    drive(nelderMead({ start, adaptive, size: 0.5 }), quadratic, rng, { maxEvaluations: 20_000, target: 1e-8 })
      .evaluations;
  expect(reached(true)).toBeLessThan(0.8 * reached(false));
});

test('a simplex of the wrong size is refused', () => {
  expect(() => nelderMead({ start: [0, 0], simplex: [[0, 0]] })).toThrow(RangeError);
  expect(() => nelderMead({ start: [] })).toThrow(RangeError);
});
