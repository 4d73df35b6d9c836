import { describe, expect, test } from 'vitest';
import type { Matrix } from '../../../src/numerics/matrix.ts';
import { drive } from '../../../src/numerics/minimize/ask-tell.ts';
import { type CmaEsOptions, type CmaEsState, cmaEs, reflect } from '../../../src/numerics/minimize/cma-es.ts';
import { cmaParameters } from '../../../src/numerics/minimize/cma-parameters.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { askTellLaws } from '../../laws/ask-tell-laws.ts';

askTellLaws('cmaEs', (dimension) => cmaEs({ mean: Array(dimension).fill(0.55) }));
askTellLaws('cmaEs without active update', (dimension) => cmaEs({ mean: Array(dimension).fill(0.55), active: false }));

// pycma 4.5.0: population, mu, mu_eff, c_c, c_1, c_mu. For c_sigma and the damping that contains it pycma has
// n + mu_eff + 3 in the denominator where the tutorial has n + mu_eff + 5; the tutorial is followed.
describe.each([
  [2, 6, 3, 2.0286114646100617, 0.6245545390268264, 0.1548153998964136, 0.08559277942666424],
  [5, 8, 4, 2.60017882611318, 0.45019955799280803, 0.047292304159400896, 0.04785904960298248],
  [10, 10, 5, 3.1672992814107017, 0.29499038303562225, 0.015283824524751714, 0.02355177665041747],
  [20, 12, 6, 3.729458934303067, 0.17176721127681213, 0.004372354435160246, 0.009216561776274352],
])('the default parameters in %i dimensions', (n, population, parents, mass, pathRate, rankOneRate, rankMuRate) => {
  test('are those of the reference implementation and of the tutorial', () => {
    const parameters = cmaParameters(n);
    expect(parameters).toMatchObject({ population, parents });
    expect(parameters.selectionMass).toBeCloseTo(mass, 13);
    expect(parameters.pathRate).toBeCloseTo(pathRate, 14);
    expect(parameters.rankOneRate).toBeCloseTo(rankOneRate, 14);
    expect(parameters.rankMuRate).toBeCloseTo(rankMuRate, 14);
    expect(parameters.stepPathRate).toBeCloseTo((mass + 2) / (n + mass + 5), 14);
    expect(parameters.stepDamping).toBeCloseTo(1 + parameters.stepPathRate, 14);
  });
});

test('the recombination weights in 10 dimensions are those of the reference implementation', () => {
  // pycma 4.5.0, the negative weights of active CMA-ES included.
  const reference = [
    0.45627264690340597, 0.2707530970017852, 0.16223111715866978, 0.08523354710016448, 0.025509591835974777,
    -0.08001260758087224, -0.22176416099914653, -0.34455494178482093, -0.45286408637842196, -0.5497499176973853,
  ];
  cmaParameters(10).weights.forEach((weight, i) => {
    expect(weight).toBeCloseTo(reference[i], 13);
  });
  expect([...cmaParameters(10, 10, false).weights].filter((w) => w < 0)).toEqual([]);
});

const rows = (f: (x: Float64Array) => number) => (points: Matrix) =>
  Array.from({ length: points.rows }, (_, i) => f(points.row(i)));
const sphere = (x: Float64Array) => x.reduce((sum, v) => sum + v * v, 0);
const ellipsoid = (x: Float64Array) => x.reduce((sum, v, i) => sum + 1e6 ** (i / (x.length - 1)) * v * v, 0);
const rosenbrock = (x: Float64Array) => {
  let sum = 0;
  for (let i = 0; i + 1 < x.length; i++) sum += 100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2;
  return sum;
};

function evaluationsTo(f: (x: Float64Array) => number, options: CmaEsOptions, seed: number): number {
  const rng = new Rng('cma-es').child(seed);
  const state = drive(cmaEs(options), rows(f), rng, { maxEvaluations: 30_000, target: 1e-8 });
  return state.bestValue <= 1e-8 ? state.evaluations : Number.POSITIVE_INFINITY;
}

// Medians (here of 9 streams) against those of 15 seeds of pycma 4.5.0 with its defaults, the same starts, sigma 0.5 and target 1e-8, in 10 dimensions.
test.each([
  { name: 'the sphere', f: sphere, start: 1, reference: 1360 },
  { name: 'the ellipsoid', f: ellipsoid, start: 1, reference: 3930 },
  { name: 'Rosenbrock', f: rosenbrock, start: 0, reference: 5185 },
])(
  'the median evaluations on $name are near the $reference of the reference implementation',
  ({ f, start, reference }) => {
    const options = { mean: Array(10).fill(start), sigma: 0.5, bounded: false };
    const evaluations = Array.from({ length: 9 }, (_, seed) => evaluationsTo(f, options, seed)).sort((a, b) => a - b);
    expect(Math.abs(evaluations[4] / reference - 1)).toBeLessThan(0.15);
  },
);

function stopOf(f: (x: Float64Array) => number, options: CmaEsOptions, maxEvaluations = 20_000): CmaEsState {
  return drive(cmaEs(options), rows(f), new Rng('stop'), { maxEvaluations });
}

describe('in the unit cube', () => {
  test('a minimum inside is found', () => {
    const { best, bestValue } = stopOf((x) => x.reduce((sum, v) => sum + (v - 0.9) ** 2, 0), {
      mean: Array(6).fill(0.2),
    });
    expect(bestValue).toBeLessThan(1e-10);
    for (const v of best) expect(v).toBeCloseTo(0.9, 5);
  });

  test('minima in a corner and on faces are found', () => {
    const slope = (x: Float64Array) => x[0] - 2 * x[1] + 3 * x[2] + (x[3] - 0.4) ** 2;
    const { best } = stopOf(slope, { mean: Array(4).fill(0.5) });
    [0, 1, 0, 0.4].forEach((v, i) => {
      expect(Math.abs(best[i] - v)).toBeLessThan(1e-5);
    });
  });
});

describe('a run stops', () => {
  test('by TolFun at a minimum with a value to resolve', () => {
    expect(stopOf((x) => 1 + sphere(x), { mean: [0.5, 0.5], bounded: false }).stop).toMatch(/TolFun|EqualFunValues/);
  });

  test('by TolX when only the points are to be resolved', () => {
    const options = { mean: [0.5, 0.5], bounded: false, pointTolerance: 1e-3, valueTolerance: 0 };
    expect(stopOf(sphere, options).stop).toBe('TolX');
  });

  test('by EqualFunValues on a plateau', () => {
    expect(stopOf(() => 7, { mean: [0.5, 0.5] }).stop).toBe('EqualFunValues');
  });

  test('by TolXUp on a slope without end', () => {
    expect(stopOf((x) => x[0], { mean: [0, 0], sigma: 1e-3, bounded: false }).stop).toBe('TolXUp');
  });

  test('by ConditionCov where the scales differ too much', () => {
    const options = { mean: [1, 1], bounded: false, valueTolerance: 0, pointTolerance: 0 };
    expect(stopOf((x) => x[0] ** 2 + 1e20 * x[1] ** 2, options).stop).toBe('ConditionCov');
  });

  test('by NoEffectCoord where the numbers end', () => {
    const options = { mean: [1e6, 1e6], sigma: 1e-12, bounded: false, pointTolerance: 0 };
    expect(stopOf(sphere, options).stop).toMatch(/NoEffect/);
  });

  test('by Stagnation on noise', () => {
    const rng = new Rng('noise');
    const options = { mean: [0.5, 0.5, 0.5], valueTolerance: 0, pointTolerance: 0 };
    expect(stopOf(() => rng.normal(), options, 100_000).stop).toBe('Stagnation');
  });
});

test('impossible options are refused', () => {
  expect(() => cmaEs({ mean: [0.5], sigma: 0 })).toThrow(RangeError);
  expect(() => cmaEs({ mean: [0.5], population: 1 })).toThrow(RangeError);
  expect(() => cmaEs({ mean: [] })).toThrow(RangeError);
});

test('coordinates are mirrored at the faces of the cube', () => {
  expect([-0.25, 0, 0.5, 1, 1.25, 2.5, -1.5].map(reflect)).toEqual([0.25, 0, 0.5, 1, 0.75, 0.5, 0.5]);
});
