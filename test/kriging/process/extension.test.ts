import { describe, expect, test } from 'vitest';
import { hasJoint, isExtendable } from '../../../src/core/model.ts';
import { outputList } from '../../../src/core/output.ts';
import { FeatureMap } from '../../../src/core/space/feature-map.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { correlation, PlainCorrelation } from '../../../src/kriging/kernels/correlation.ts';
import { shapePriors } from '../../../src/kriging/kernels/structured.ts';
import { extendKriging } from '../../../src/kriging/process/extension.ts';
import { kriging } from '../../../src/kriging/process/search.ts';
import { trendBasis } from '../../../src/kriging/process/trend.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { gaussianProcess } from '../../../src/surrogates/gaussian-process/gaussian-process.ts';
import { labeled, points, testRun } from '../../../src/testing/labeled.ts';

const cube = new Space({ a: real(0, 1), b: real(0, 1), c: real(0, 1) });
const one = outputList({ y: {} });
const wave = (u: Float64Array) => Math.sin(6 * u[0]) + u[1] - u[2] ** 2;
const map = new FeatureMap(cube.columns);

function worst(a: Float64Array, b: Float64Array): number {
  const scale = b.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-300);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0) / scale;
}

describe.each([
  ['squared-exponential', 'constant', 40, 1],
  ['anova', 'quadratic', 40, 3],
  ['squared-exponential', 'linear', 40, 7],
  ['matern-5/2', 'linear', 9, 4],
  ['matern-5/2', 'constant', 40, 70],
] as const)('a %s process with a %s trend, extended from %i rows by %i', (kernel, trend, n, more) => {
  const x = points(cube, n + more, new Rng('extension'));
  const y = Float64Array.from({ length: n + more }, (_, i) => wave(x.row(i)));
  const basis = trendBasis(trend, x.select(Array.from({ length: n }, (_, i) => i)), cube.columns);
  const rows = (from: number, to: number) => x.select(Array.from({ length: to - from }, (_, i) => from + i));
  const theta = [...[0.4, 0.8, 1.5].map(Math.log), ...shapePriors(kernel, 3).map(() => 1), Math.log(1e-4)];
  const small = kriging({ map, basis, x: rows(0, n), y: y.slice(0, n) }, kernel, theta);
  const fresh = kriging({ map, basis, x, y }, kernel, theta);
  const first = Math.ceil(more / 2);
  const grown = extendKriging(
    extendKriging(small, rows(n, n + first), y.slice(n, n + first)),
    rows(n + first, n + more),
    y.slice(n + first),
  );

  test('is the process factored anew', () => {
    const queries = points(cube, 30, new Rng('extension/queries'));
    const [mean, variance, mean2, variance2] = [0, 1, 2, 3].map(() => new Float64Array(30));
    grown.evaluate(queries, mean, variance, 0, 1);
    fresh.evaluate(queries, mean2, variance2, 0, 1);
    expect(worst(mean, mean2)).toBeLessThan(1e-10);
    expect(worst(variance, variance2)).toBeLessThan(1e-10);
    expect(worst(grown.hyperparameters.trend, fresh.hyperparameters.trend)).toBeLessThan(1e-9);
    expect(grown.hyperparameters.variance / fresh.hyperparameters.variance).toBeCloseTo(1, 10);
  });

  test('leaves rows out, differentiates and tells covariances like it', () => {
    expect(worst(grown.leaveOneOut().mean, fresh.leaveOneOut().mean)).toBeLessThan(1e-9);
    expect(worst(grown.leaveOneOut().variance, fresh.leaveOneOut().variance)).toBeLessThan(1e-9);
    const u = Float64Array.of(0.3, 0.6, 0.2);
    const [byMean, byVariance, byMean2, byVariance2] = [0, 1, 2, 3].map(() => new Float64Array(3));
    const here = grown.gradient(u, byMean, byVariance);
    const there = fresh.gradient(u, byMean2, byVariance2);
    expect(here.mean).toBeCloseTo(there.mean, 9);
    expect(here.variance).toBeCloseTo(there.variance, 10);
    expect(worst(byMean, byMean2)).toBeLessThan(1e-9);
    expect(worst(byVariance, byVariance2)).toBeLessThan(1e-7);
    const queries = points(cube, 9, new Rng('extension/joint'));
    expect(worst(grown.covariance(queries).data, fresh.covariance(queries).data)).toBeLessThan(1e-9);
  });
});

test('an added row that is there already is taken in with a larger diagonal, which is recorded', () => {
  const x = points(cube, 30, new Rng('extension'));
  const y = Float64Array.from({ length: 30 }, (_, i) => wave(x.row(i)));
  const basis = { constant: true, coordinates: [] };
  const exact = [0.4, 0.8, 1.5, 1e-15].map(Math.log);
  const small = kriging({ map, basis, x, y }, 'squared-exponential', exact);
  const grown = extendKriging(small, x.select([3]), y.slice(3, 4));
  expect(grown.y).toHaveLength(31);
  expect(grown.hyperparameters.jitter).toBeGreaterThanOrEqual(small.hyperparameters.jitter);
  const mean = new Float64Array(30);
  grown.evaluate(x, mean, undefined, 0, 1);
  expect(worst(mean, y)).toBeLessThan(1e-5);
});

describe('a fitted Gaussian process', () => {
  const data = labeled(cube, one, 40, (u) => [wave(u)]);
  const part = data.select(Array.from({ length: 14 }, (_, i) => i));
  const fresh = points(cube, 25, new Rng('extension/fresh'));

  test('extended by evaluations is better than before', async () => {
    const model = await gaussianProcess().fit(part, testRun('extension'));
    if (!isExtendable(model)) throw new Error('cannot be extended');
    const all = model.extended(data)!;
    const error = (m: { predict(x: Matrix): Matrix }) =>
      m.predict(fresh).data.reduce((sum, value, i) => sum + (value - wave(fresh.row(i))) ** 2, 0);
    expect(error(all)).toBeLessThan(error(model));
    expect(all.hyperparameters[0]!.lengthscales).toEqual(model.hyperparameters[0]!.lengthscales);
    expect(all.leaveOneOut().mean.rows).toBe(40);
  });

  test('a constant output that goes on being constant may be extended, one that does not may not', async () => {
    const flat = labeled(cube, one, 10, (u) => [u[0] < 2 ? 3 : 4]);
    const model = await gaussianProcess().fit(flat, testRun('extension'));
    expect(model.extended(flat.concat(flat))?.health.points).toBe(20);
    expect(model.extended(flat.concat(part))).toBeUndefined();
  });

  test('values outside a transform need another fit, or count as far out when they are believed', async () => {
    const positive = labeled(cube, one, 25, (u) => [Math.exp(3 * wave(u))]);
    const model = await gaussianProcess({ transform: 'log' }).fit(positive, testRun('extension'));
    expect(model.transforms).toEqual(['log']);
    expect(model.extended(positive.concat(labeled(cube, one, 1, () => [-1], 'other')))).toBeUndefined();
    const answer = model.conditioned(Matrix.from([[0.5, 0.5, 0.5]]), Matrix.from([[-1]])).posterior(fresh);
    expect(answer.mean.data.every(Number.isFinite)).toBe(true);
    expect(answer.variance.data.every((v) => v >= 0)).toBe(true);
  });

  test('samples have the mean and covariance of the joint posterior', async () => {
    const model = await gaussianProcess({ transform: 'none' }).fit(
      part.select([0, 1, 2, 3, 4, 5, 6, 7]),
      testRun('joint'),
    );
    expect(hasJoint(model)).toBe(true);
    const x = fresh.select([0, 1]);
    const { mean, covariance } = model.joint(x);
    const [sample] = model.samples(x, 4000, new Rng('extension/samples'));
    for (let i = 0; i < 2; i++)
      for (let j = 0; j <= i; j++) {
        const [a, b] = [sample.column(i), sample.column(j)];
        const product = a.reduce((sum, v, k) => sum + (v - mean.get(i, 0)) * (b[k] - mean.get(j, 0)), 0) / 4000;
        const scale = Math.sqrt(covariance[0].get(i, i) * covariance[0].get(j, j));
        expect(Math.abs(product - covariance[0].get(i, j))).toBeLessThan(0.08 * scale);
      }
  });
});

test('plain arrays answer like the compiled kernels', () => {
  const n = 40;
  const x = points(cube, n, new Rng('plain'));
  const z = x.data.map((value) => 2 * value);
  const q = Float64Array.from({ length: n }, (_, i) => Math.sin(i));
  const posteriors = [
    correlation(n, Int32Array.of(0, 1, 2), 'matern-5/2'),
    new PlainCorrelation(n, 3, 'matern-5/2'),
  ].map((c) => {
    c.factor(z, 1.001, false);
    return c.posterior(q, q);
  });
  const query = Float64Array.of(0.3, 1, 1.7);
  const [a, b] = posteriors.map((posterior) => posterior.solved(query));
  expect(worst(a, b)).toBeLessThan(1e-11);
  for (const [i, vector] of [a, b].entries()) posteriors[i].solveTransposed(vector);
  expect(worst(a, b)).toBeLessThan(1e-11);
  const alpha = q.map((value) => value ** 2);
  const [c, d] = posteriors.map((posterior) => {
    const out = new Float64Array(1);
    posterior.with(alpha, q).block(query, 1, out);
    return out;
  });
  expect(worst(c, d)).toBeLessThan(1e-11);
});
