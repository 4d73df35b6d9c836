import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FeatureMap } from '../../../src/core/space/feature-map.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { type GaussianProcessKernel, KERNELS } from '../../../src/kriging/kernels/kernel.ts';
import { shapePriors } from '../../../src/kriging/kernels/structured.ts';
import type { KrigingPosterior } from '../../../src/kriging/process/posterior.ts';
import { type KrigingData, kriging } from '../../../src/kriging/process/search.ts';
import { type GaussianProcessTrend, trendBasis } from '../../../src/kriging/process/trend.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { points } from '../../../src/testing/labeled.ts';

const line = new Space({ a: real(0, 1) });
const cube = new Space({ a: real(0, 1), b: real(0, 1), c: real(0, 1) });

function evaluate(posterior: KrigingPosterior, x: Matrix): { mean: Float64Array; variance: Float64Array } {
  const [mean, variance] = [new Float64Array(x.rows), new Float64Array(x.rows)];
  posterior.evaluate(x, mean, variance, 0, 1);
  return { mean, variance };
}

describe('kriging of two points on a line, by hand', () => {
  // C = [[1 + v, c], [c, 1 + v]]: (-1, 1) has the eigenvalue 1 + v - c, (1, 1) has 1 + v + c; the trend is 0 by symmetry.
  const nugget = 0.01;
  const c = Math.exp(-0.5);
  const x = Matrix.from([[0], [1]]);
  const basis = { constant: true, coordinates: [] };
  const y = Float64Array.of(-1, 1);
  const posterior = kriging({ map: new FeatureMap(line.columns), basis, x, y }, 'squared-exponential', [
    0,
    Math.log(nugget),
  ]);
  const s2 = 2 / (1 + nugget - c);

  test('trend and variance', () => {
    expect(posterior.hyperparameters.trend[0]).toBeCloseTo(0, 14);
    expect(posterior.hyperparameters.variance).toBeCloseTo(s2, 12);
  });

  test('mean and variance, the price of the trend included', () => {
    const { mean, variance } = evaluate(posterior, Matrix.from([[0.5], [0.25], [0]]));
    const k = Math.exp(-1 / 8);
    expect(mean[0]).toBeCloseTo(0, 14);
    expect(mean[1]).toBeCloseTo((Math.exp(-(0.75 ** 2) / 2) - Math.exp(-(0.25 ** 2) / 2)) / (1 + nugget - c), 13);
    expect(mean[2]).toBeCloseTo((c - 1) / (1 + nugget - c), 13);
    const sum = 1 + nugget + c;
    expect(variance[0]).toBeCloseTo(s2 * (1 - (2 * k * k) / sum + ((1 - (2 * k) / sum) ** 2 * sum) / 2), 12);
  });

  test('leave-one-out is the other point with its uncertainty', () => {
    const left = posterior.leaveOneOut();
    expect(left.mean[0]).toBeCloseTo(1, 12);
    expect(left.mean[1]).toBeCloseTo(-1, 12);
    const one = 1 + nugget;
    expect(left.variance[0]).toBeCloseTo(s2 * (one - (c * c) / one + (1 - c / one) ** 2 * one), 11);
  });
});

const file = new URL('../../fixtures/gaussian-process/data.json', import.meta.url);
const reference = JSON.parse(readFileSync(file, 'utf8')) as {
  fixed: {
    kernel: GaussianProcessKernel;
    lengthscales: number[];
    variance: number;
    nugget: number;
    x: number[][];
    y: number[];
    test: number[][];
    mean: number[];
    covarianceDiagonal: number[];
  }[];
};

test.each(reference.fixed)('the posterior of $kernel is that of scikit-learn', (fixed) => {
  const data = {
    map: new FeatureMap(cube.columns),
    basis: { constant: false, coordinates: [] },
    x: Matrix.from(fixed.x),
    y: Float64Array.from(fixed.y),
  };
  const posterior = kriging(data, fixed.kernel, [...fixed.lengthscales, fixed.nugget].map(Math.log));
  const { mean, variance } = evaluate(posterior, Matrix.from(fixed.test));
  // Ours has the variance of maximum likelihood, theirs a given one: it only multiplies.
  const ratio = fixed.variance / posterior.hyperparameters.variance;
  fixed.mean.forEach((value, i) => {
    expect(Math.abs(mean[i] - value)).toBeLessThan(1e-8);
    expect(Math.abs(variance[i] * ratio - fixed.covarianceDiagonal[i])).toBeLessThan(1e-8);
  });
});

test('mean and variance with an estimated constant trend are those of SMT', () => {
  const smt = JSON.parse(
    readFileSync(new URL('../../fixtures/gaussian-process/smt.json', import.meta.url), 'utf8'),
  ) as {
    kernel: GaussianProcessKernel;
    lengthscales: number[];
    nugget: number;
    x: number[][];
    y: number[];
    test: number[][];
    mean: number[];
    variance: number[];
  };
  const x = Matrix.from(smt.x);
  const basis = trendBasis('constant', x, cube.columns);
  const data = { map: new FeatureMap(cube.columns), basis, x, y: Float64Array.from(smt.y) };
  const posterior = kriging(data, smt.kernel, [...smt.lengthscales, smt.nugget].map(Math.log));
  const { mean, variance } = evaluate(posterior, Matrix.from(smt.test));
  // They divide the sum of squares by n, we by n - 1.
  const ratio = (x.rows - 1) / x.rows;
  smt.mean.forEach((value, i) => {
    expect(Math.abs(mean[i] - value)).toBeLessThan(1e-7);
    expect(Math.abs(variance[i] * ratio - smt.variance[i])).toBeLessThan(1e-7);
  });
});

describe.each(KERNELS)('posterior with %s', (kernel) => {
  const x = points(cube, 23, new Rng('posterior'));
  const y = Float64Array.from({ length: 23 }, (_, i) => Math.sin(6 * x.get(i, 0)) + x.get(i, 1) - x.get(i, 2) ** 2);
  const shape = shapePriors(kernel, 3).map((_, i) => 0.4 + 0.7 * i);
  const theta = [...[0.4, 0.8, 1.5].map(Math.log), ...shape, Math.log(1e-3)];
  const map = new FeatureMap(cube.columns);
  const dataOf = (trend: GaussianProcessTrend): KrigingData => ({
    map,
    basis: trendBasis(trend, x, cube.columns),
    x,
    y,
  });

  test.each(['constant', 'quadratic'] as const)(
    'leave-one-out with a %s trend equals refits without each row',
    (trend) => {
      const data = dataOf(trend);
      const full = kriging(data, kernel, theta);
      const left = full.leaveOneOut();
      const s2 = full.hyperparameters.variance;
      for (let i = 0; i < x.rows; i++) {
        const rows = Array.from({ length: x.rows }, (_, k) => k).filter((k) => k !== i);
        const part = { ...data, x: x.select(rows), y: Float64Array.from(rows, (k) => y[k]) };
        const refit = kriging(part, kernel, theta);
        const { mean, variance } = evaluate(refit, x.select([i]));
        const expected = s2 * (variance[0] / refit.hyperparameters.variance + full.hyperparameters.nugget);
        expect(Math.abs(left.mean[i] - mean[0])).toBeLessThan(1e-8);
        expect(Math.abs(left.variance[i] - expected)).toBeLessThan(1e-8 * expected);
      }
    },
  );

  test.each(['constant', 'quadratic'] as const)(
    'gradients with a %s trend are those of finite differences',
    (trend) => {
      const posterior = kriging(dataOf(trend), kernel, theta);
      for (const u of [Float64Array.of(0.3, 0.6, 0.2), Float64Array.of(0.9, 0.05, 0.5)]) {
        const [byMean, byVariance] = [new Float64Array(3), new Float64Array(3)];
        const here = posterior.gradient(u, byMean, byVariance);
        const same = evaluate(posterior, new Matrix(1, 3, u));
        expect(here.mean).toBeCloseTo(same.mean[0], 12);
        expect(here.variance).toBeCloseTo(same.variance[0], 10);
        for (let j = 0; j < 3; j++) {
          const h = 1e-5;
          const { mean, variance } = evaluate(
            posterior,
            Matrix.from([1, -1].map((s) => u.map((v, k) => (k === j ? v + s * h : v)))),
          );
          expect(Math.abs(byMean[j] - (mean[0] - mean[1]) / (2 * h))).toBeLessThan(1e-6);
          expect(Math.abs(byVariance[j] - (variance[0] - variance[1]) / (2 * h))).toBeLessThan(1e-6);
        }
      }
    },
  );

  test('a linear trend goes on far from the data, a constant one does not', () => {
    const short = [...[0.02, 0.02, 0.02].map(Math.log), ...shape.map(() => 8), Math.log(1e-6)];
    const plane = Float64Array.from({ length: 23 }, (_, i) => 3 * x.get(i, 0) - x.get(i, 1));
    const corner = Matrix.from([[1, 0, 0.5]]);
    const at = (trend: 'constant' | 'linear') =>
      evaluate(kriging({ ...dataOf(trend), y: plane }, kernel, short), corner).mean[0];
    expect(at('linear')).toBeCloseTo(3, 6);
    expect(at('constant')).toBeLessThan(2.5);
  });
});
