import { describe, expect, test } from 'vitest';
import type { DifferentiableModel } from '../../../src/core/model.ts';
import type { Acquisition } from '../../../src/core/optimizer.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { expectedImprovement } from '../../../src/optimization/acquisition/expected-improvement.ts';
import { standardImprovement } from '../../../src/optimization/acquisition/improvement.ts';
import { logExpectedImprovement } from '../../../src/optimization/acquisition/log-expected-improvement.ts';
import { lowerConfidenceBound } from '../../../src/optimization/acquisition/lower-confidence-bound.ts';
import { probabilityOfImprovement } from '../../../src/optimization/acquisition/probability-of-improvement.ts';
import { acquisitionLaws, viewOf } from '../../../src/testing/acquisition-laws.ts';
import { type AnalyticColumn, analyticModel } from '../../../src/testing/analytic-model.ts';
import { testRun } from '../../../src/testing/labeled.ts';
import { bounded, cube, problemOf } from '../../../src/testing/problems.ts';

acquisitionLaws('log expected improvement', logExpectedImprovement());
acquisitionLaws('log expected improvement by noisy answers', logExpectedImprovement({ noise: 0.3 }));
acquisitionLaws('expected improvement', expectedImprovement());
acquisitionLaws('probability of improvement', probabilityOfImprovement());
acquisitionLaws('lower confidence bound', lowerConfidenceBound());

/** z, log h, phi / h, Phi / h by mpmath with 60 digits. */
const STANDARD = [
  [5, 1.60943792312643, 2.9734389976756e-7, 0.19999994053122],
  [1, 0.0800262188493069, 0.223361274798261, 0.776638725201739],
  [0, -0.918938533204673, 1, 1.2533141373155],
  [-0.5, -1.62051626438732, 1.77993657417404, 1.55987314834808],
  [-0.999, -2.48321711544759, 2.9016457680416, 1.90354931735896],
  [-1, -2.48512102571264, 2.90427123332969, 1.90427123332969],
  [-2, -4.76878352391711, 6.35883376791117, 2.67941688395559],
  [-10, -55.5531220361224, 102.943830334126, 10.1943830334126],
  [-49.9, -1253.7451836641, 2493.00759711847, 49.9400320063821],
  [-50.1, -1263.75317410147, 2513.00761621173, 50.1398725790765],
  [-1000, -500014.734452091, 1000002.999994, 1000.001999994],
  [-1e5, -5000000023.94479, 10000000003, 100000.00002],
];

test.each(STANDARD)(
  'the standard improvement at z = %d agrees with 60-digit arithmetic',
  (z, log, density, probability) => {
    const h = standardImprovement(z);
    expect(Math.abs(h.log / log - 1)).toBeLessThan(1e-13);
    expect(Math.abs(h.density / density - 1)).toBeLessThan(1e-11);
    expect(Math.abs(h.probability / probability - 1)).toBeLessThan(1e-11);
  },
);

function flat(mean: number, variance: number): AnalyticColumn {
  return {
    mean: () => mean,
    meanGradient: () => [0, 0, 0],
    variance: () => variance,
    varianceGradient: () => [0, 0, 0],
  };
}

function valueAt(acquisition: Acquisition, columns: AnalyticColumn[], incumbent?: number): number {
  const view = viewOf(analyticModel(columns), columns.length - 1, incumbent);
  return acquisition(view, testRun('test')).value(new Matrix(1, 3))[0];
}

describe('values by the formula', () => {
  // Normal distribution functions by mpmath: expected improvement of N(1, 4) below 1.5 is 2 h(0.25); Phi(-0.4 / 0.5) for the constraint.
  const objective = flat(1, 4);
  const constraint = flat(0.4, 0.25);
  const improvement = 2 * 0.53634469822358;
  const feasibility = 0.211855398583397;

  test('expected improvement', () => {
    const h = (z: number) => Math.exp(standardImprovement(z).log);
    expect(2 * h(0.25)).toBeCloseTo(improvement, 12);
    expect(valueAt(expectedImprovement(), [objective], 1.5)).toBeCloseTo(improvement, 12);
    expect(valueAt(logExpectedImprovement(), [objective], 1.5)).toBeCloseTo(Math.log(improvement), 12);
  });

  test('expected improvement of the mean by an answer with noise', () => {
    // An answer with noise of variance 12 moves the mean of N(1, 4) by a deviation of 4 / sqrt(4 + 12) = 1: h(0.5).
    const h = Math.exp(standardImprovement(0.5).log);
    expect(valueAt(logExpectedImprovement({ noise: 12 }), [objective], 1.5)).toBeCloseTo(Math.log(h), 12);
    const barely = valueAt(logExpectedImprovement({ noise: 1e-12 }), [objective], 1.5);
    expect(barely).toBeCloseTo(Math.log(improvement), 10);
  });

  test('times the probability of feasibility', () => {
    expect(valueAt(expectedImprovement(), [objective, constraint], 1.5)).toBeCloseTo(improvement * feasibility, 12);
    expect(valueAt(logExpectedImprovement(), [objective, constraint])).toBeCloseTo(Math.log(feasibility), 12);
  });

  test('the probability of improvement, without a margin', () => {
    const probability = 0.598706325682924;
    expect(valueAt(probabilityOfImprovement({ margin: 0 }), [objective], 1.5)).toBeCloseTo(probability, 12);
  });

  test('the lower confidence bound, in units of a spread that is 1 when the history has none', () => {
    expect(valueAt(lowerConfidenceBound({ width: 3 }), [objective], 1.5)).toBeCloseTo(3 * 2 - 1, 12);
  });
});

/** mean, sd, tolerance, log P(|h| <= tolerance), its derivatives by mean and by variance: mpmath with 60 digits. */
const BANDS = [
  [0.3, 1, 0.5, -1.00129237285757, -0.275857245599, -0.421826543464],
  [2, 0.1, 0.05, -194.016965779459, -195.510158006, 19062.2404036],
  [-3, 0.2, 1e-4, -120.326684478893, 74.99999375, 2799.99953229],
  [0, 1e-3, 1e-4, -2.53004200154724, 0, -498335.554497],
  [0, 1e-6, 1e-4, 0, 0, 0],
];

test.each(BANDS)(
  'an equality with mean %d, deviation %d and tolerance %d has its probability and slopes',
  (m, s, t, log, byMean, byVariance) => {
    const slide = (mean: number, variance: number): AnalyticColumn => ({
      mean: (u) => mean + u[0],
      meanGradient: () => [1, 0],
      variance: (u) => variance + u[1],
      varianceGradient: () => [0, 1],
    });
    const problem = problemOf(cube(2), [bounded('h', 'equality', t)]);
    const view = {
      ...viewOf(analyticModel([slide(0, 1), slide(m, s * s)]), 0),
      problem,
      // Without rows the spread is 1 and the least deviation 1e-5.
      history: viewOf(analyticModel([]), 0).history.select([]),
    };
    const criterion = logExpectedImprovement()(view, testRun('test'));
    const { value, gradient } = criterion.gradient!(new Float64Array(2));
    const near = (a: number, b: number) => expect(Math.abs(a - b)).toBeLessThan(1e-6 * (1e-3 + Math.abs(b)));
    near(value, log);
    near(gradient[0], byMean);
    near(gradient[1], byVariance);
  },
);

test('an acquisition on a model without gradients has none', () => {
  const { posterior, predict, health } = analyticModel([flat(0, 1)]) as DifferentiableModel;
  const view = { ...viewOf(analyticModel([flat(0, 1)]), 0, 0), model: { posterior, predict, health } };
  expect(logExpectedImprovement()(view, testRun('test')).gradient).toBeUndefined();
});
