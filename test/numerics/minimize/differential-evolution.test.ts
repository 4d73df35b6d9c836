import { describe, expect, test } from 'vitest';
import type { Matrix } from '../../../src/numerics/matrix.ts';
import { drive } from '../../../src/numerics/minimize/ask-tell.ts';
import {
  type DifferentialEvolutionOptions,
  differentialEvolution,
} from '../../../src/numerics/minimize/differential-evolution.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { askTellLaws } from '../../laws/ask-tell-laws.ts';

askTellLaws('differentialEvolution', (dimension) => differentialEvolution({ dimension, population: 12 }));
askTellLaws('differentialEvolution with best1bin', (dimension) =>
  differentialEvolution({ dimension, population: 12, strategy: 'best1bin' }),
);

const sphere = (x: number[]) => x.reduce((sum, v) => sum + v * v, 0);
const rosenbrock = (x: number[]) => {
  let sum = 0;
  for (let i = 0; i + 1 < x.length; i++) sum += 100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2;
  return sum;
};
const scaled = (f: (x: number[]) => number, half: number) => (points: Matrix) =>
  Array.from({ length: points.rows }, (_, i) => f(Array.from(points.row(i), (u) => (2 * u - 1) * half)));

/** The median over 31 streams of the evaluations until the value is below 1e-6. */
function medianEvaluations(f: (x: number[]) => number, half: number, options: DifferentialEvolutionOptions) {
  const evaluations = Array.from({ length: 31 }, (_, seed) => {
    const rng = new Rng('evolution').child(seed);
    const state = drive(differentialEvolution(options), scaled(f, half), rng, { maxEvaluations: 1e5, target: 1e-6 });
    return state.bestValue <= 1e-6 ? state.evaluations : Number.POSITIVE_INFINITY;
  });
  return evaluations.sort((a, b) => a - b)[15];
}

// scipy 1.17.1, differential_evolution(updating='deferred', polish=False) from uniform populations, 31 seeds: the median
// evaluations until the value is below 1e-6, counted for each evaluation (here only after each generation).
describe.each<[string, (x: number[]) => number, number, number, DifferentialEvolutionOptions]>([
  ['the sphere in 3-D', sphere, 5.12, 872, { dimension: 3, population: 20 }],
  ['the sphere in 5-D, little crossover', sphere, 5.12, 2496, { dimension: 5, population: 30, crossover: 0.2 }],
  ['Rosenbrock in 2-D', rosenbrock, 2.048, 921, { dimension: 2, population: 20, weight: 0.7 }],
  ['the sphere in 5-D, best1bin', sphere, 5.12, 1188, { dimension: 5, population: 50, strategy: 'best1bin' }],
])('on %s', (_, f, half, reference, options) => {
  test(`the median evaluations are within 15% of the ${reference} of an independent implementation`, () => {
    const median = medianEvaluations(f, half, options);
    expect(Math.abs(median / reference - 1)).toBeLessThan(0.15);
  });
});

test('finds the global minimum of the ten-dimensional Rastrigin function, with many local ones', () => {
  const rastrigin = (x: number[]) => x.reduce((sum, v) => sum + v * v - 10 * Math.cos(2 * Math.PI * v) + 10, 0);
  const search = differentialEvolution({ dimension: 10, population: 30, crossover: 0.1 });
  const state = drive(search, scaled(rastrigin, 5.12), new Rng('rastrigin'), { maxEvaluations: 60_000, target: 1e-6 });
  expect(state.bestValue).toBeLessThan(1e-6);
});

test('finds a minimum in a corner of the cube and stops when the population has gathered there', () => {
  const search = differentialEvolution({ dimension: 4 });
  const corner = scaled((x) => x[0] - x[1] + x[2] - x[3], 1);
  const state = drive(search, corner, new Rng('corner'), { maxEvaluations: 1e5 });
  expect(state.stop).toBe('population is small');
  [0, 1, 0, 1].forEach((v, i) => {
    expect(state.best[i]).toBeCloseTo(v, 6);
  });
});

test('starts from the given seeds', () => {
  const { points } = differentialEvolution({ dimension: 2, seeds: [[0.1, 0.2]] }).initial(new Rng(1));
  expect([...points[0]]).toEqual([0.1, 0.2]);
  expect(points.length).toBe(20);
});

test('too small a population is refused', () => {
  expect(() => differentialEvolution({ dimension: 2, population: 3 })).toThrow(RangeError);
});

test('a coordinate that leaves the cube is drawn anew, anywhere in it', () => {
  const rng = new Rng('corner');
  const seeds = Array.from({ length: 20 }, () => [0.01 * rng.uniform(), 0.01 * rng.uniform()]);
  const search = differentialEvolution({ dimension: 2, population: 20, seeds });
  const first = search.initial(rng);
  const trials = search.ask(search.tell(first, new Float64Array(20), rng));
  // Mirroring would keep every trial of so small a population within 0.02 of the corner.
  expect([...trials.data].filter((u) => u > 0.1).length).toBeGreaterThan(3);
  expect(trials.data.every((u) => u >= 0 && u <= 1)).toBe(true);
});
