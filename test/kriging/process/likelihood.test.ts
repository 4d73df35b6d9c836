import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FeatureMap } from '../../../src/core/space/feature-map.ts';
import { categorical, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { type GaussianProcessKernel, KERNELS } from '../../../src/kriging/kernels/kernel.ts';
import { shapePriors } from '../../../src/kriging/kernels/structured.ts';
import { likelihoodOf } from '../../../src/kriging/process/search.ts';
import { orthonormalize, trendBasis } from '../../../src/kriging/process/trend.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { lbfgsb } from '../../../src/numerics/minimize/lbfgsb.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { points } from '../../../src/testing/labeled.ts';

const file = new URL('../../fixtures/gaussian-process/data.json', import.meta.url);
const reference = JSON.parse(readFileSync(file, 'utf8')) as {
  optimum: {
    kernel: GaussianProcessKernel;
    x: number[][];
    y: number[];
    logMarginalLikelihood: number;
    lengthscales: number[];
    variance: number;
    nugget: number;
  }[];
};
const cube = new Space({ a: real(0, 1), b: real(0, 1), c: real(0, 1) });
const noTrend = { constant: false, coordinates: [] };

describe.each(KERNELS)('likelihood with %s', (kernel) => {
  test.each([
    ['constant', 'median'],
    ['quadratic', 'mode'],
  ] as const)(
    'has the gradient of its finite differences with a %s trend and a prior drawn to its %s',
    (trend, prior) => {
      const space = new Space({
        a: real(0, 1),
        angle: real(0, 1, { periodic: true }),
        c: categorical('p', 'q', 'r'),
      });
      const x = points(space, 22, new Rng('likelihood'));
      const y = Float64Array.from(
        { length: 22 },
        (_, i) => Math.sin(5 * x.get(i, 0)) + Math.cos(6 * x.get(i, 1)) + x.get(i, 2),
      );
      const basis = trendBasis(trend, x, space.columns);
      const likelihood = likelihoodOf({ map: new FeatureMap(space.columns), basis, x, y, prior }, kernel);
      const shape = shapePriors(kernel, 3).map((_, i) => 0.4 + 0.7 * i);
      const theta = [Math.log(0.6), Math.log(0.4), Math.log(1.3), ...shape, Math.log(1e-2)];
      const gradient = new Float64Array(theta.length);
      likelihood.value(theta, gradient);
      theta.forEach((_, j) => {
        const at = (step: number) => likelihood.value(theta.map((t, k) => (k === j ? t + step : t)));
        const h = 1e-3;
        // Central differences of fourth order.
        const difference = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
        expect(Math.abs(gradient[j] - difference)).toBeLessThan(1e-6 * Math.max(1, Math.abs(difference)));
      });
    },
  );

  test('is finite and reports a jitter where points are so close that the matrix is singular', () => {
    const x = new Matrix(6, 3, new Float64Array(18).fill(0.5));
    const y = Float64Array.of(1, -1, 1, -1, 1, -1);
    const map = new FeatureMap(cube.columns);
    const likelihood = likelihoodOf({ map, basis: trendBasis('constant', x, cube.columns), x, y }, kernel);
    const theta = [0, 0, 0, ...shapePriors(kernel, 3).map(() => 1), Math.log(1e-17)];
    expect(Number.isFinite(likelihood.value(theta, new Float64Array(4)))).toBe(true);
    expect(likelihood.jitter).toBeGreaterThan(0);
  });
});

test('the prior is drawn to the mode of a log-normal density of the lengthscale', () => {
  const x = Matrix.from([[0.2, 0.4, 0.6]]);
  const data = { map: new FeatureMap(cube.columns), basis: noTrend, x, y: Float64Array.of(1) };
  const likelihood = likelihoodOf({ ...data, prior: 'mode' }, 'squared-exponential');
  const flat = likelihoodOf(data, 'squared-exponential', Number.POSITIVE_INFINITY);
  const penalty = (l: number) => {
    const theta = [Math.log(l), Math.log(l), Math.log(l), Math.log(1e-6)];
    return likelihood.value(theta) - flat.value(theta);
  };
  const center = Math.SQRT2 + 0.5 * Math.log(3);
  const density = (l: number) => Math.exp(-((Math.log(l) - center) ** 2) / 6) / l;
  for (const l of [0.05, 0.5, 5, 50])
    expect(penalty(l) - penalty(1)).toBeCloseTo(3 * Math.log(density(1) / density(l)), 9);
});

test.each(reference.optimum)('the largest likelihood of $kernel on $y.length rows is that of scikit-learn', (fit) => {
  const { x, y, kernel } = fit;
  const data = { map: new FeatureMap(cube.columns), basis: noTrend, x: Matrix.from(x), y: Float64Array.from(y) };
  const likelihood = likelihoodOf(data, kernel, Number.POSITIVE_INFINITY);
  const constant = 0.5 * y.length * (1 + Math.log(2 * Math.PI));
  const published = [...fit.lengthscales.map(Math.log), Math.log(fit.nugget)];
  expect(-likelihood.value(published) - constant).toBeCloseTo(fit.logMarginalLikelihood, 4);
  expect(likelihood.variance / fit.variance).toBeCloseTo(1, 2);
  const found = lbfgsb((theta, gradient) => likelihood.value(theta, gradient), [-0.5, -0.5, -0.5, Math.log(1e-3)], {
    lower: [-4.6, -4.6, -4.6, Math.log(1e-9)],
    upper: [5.7, 5.7, 5.7, 2],
  });
  expect(-found.value - constant).toBeCloseTo(fit.logMarginalLikelihood, 4);
});

test('a linear trend leaves out what has no slope, is constant, or repeats other coordinates', () => {
  const space = new Space({
    a: real(0, 1),
    same: real(0, 1),
    fixed: real(0, 1),
    angle: real(0, 1, { periodic: true }),
    c: categorical('p', 'q'),
    e: real(0, 1),
  });
  const rng = new Rng('trend');
  const rows = Array.from({ length: 9 }, () => {
    const a = rng.uniform();
    return [a, 1 - a, 0.3, rng.uniform(), 0.25, rng.uniform()];
  });
  expect(trendBasis('linear', Matrix.from(rows), space.columns).coordinates).toEqual([0, 5]);
  expect(trendBasis('linear', Matrix.from(rows.slice(0, 4)), space.columns).coordinates).toEqual([]);
  expect(trendBasis('constant', Matrix.from(rows), space.columns)).toEqual({ constant: true, coordinates: [] });
});

test('orthonormal rows times R give the rows back', () => {
  const rng = new Rng('qr');
  const f = Float64Array.from({ length: 3 * 8 }, () => rng.normal());
  const q = f.slice();
  const r = orthonormalize(q, 3, 8);
  for (let k = 0; k < 3; k++)
    for (let i = 0; i < 8; i++) {
      let sum = 0;
      for (let m = 0; m <= k; m++) sum += q[m * 8 + i] * r[m * 3 + k];
      expect(sum).toBeCloseTo(f[k * 8 + i], 13);
    }
});
