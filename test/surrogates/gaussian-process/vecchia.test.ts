import { describe, expect, test } from 'vitest';
import { ImagoError } from '../../../src/core/errors.ts';
import { isExtendable } from '../../../src/core/model.ts';
import { outputList } from '../../../src/core/output.ts';
import { FeatureMap } from '../../../src/core/space/feature-map.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { fitColumn } from '../../../src/kriging/fit/column.ts';
import { approximateColumn, rowsLearnt } from '../../../src/kriging/fit/vecchia-column.ts';
import type { GaussianProcessKernel } from '../../../src/kriging/kernels/kernel.ts';
import { shapePriors } from '../../../src/kriging/kernels/structured.ts';
import { kriging } from '../../../src/kriging/process/search.ts';
import { trendBasis } from '../../../src/kriging/process/trend.ts';
import { approximation } from '../../../src/kriging/vecchia/approximation.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { finished } from '../../../src/numerics/minimize/steps.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { gaussianProcess } from '../../../src/surrogates/gaussian-process/gaussian-process.ts';
import { vecchia } from '../../../src/surrogates/gaussian-process/vecchia.ts';
import { PROCESS } from '../../../src/testing/capabilities.ts';
import { labeled, points, testRun } from '../../../src/testing/labeled.ts';
import { surrogateLaws } from '../../../src/testing/surrogate-laws.ts';

surrogateLaws('vecchia', () => vecchia({ learnt: 40, neighbors: 8, inducing: 10 }), {
  capabilities: PROCESS.filter((name) => name !== 'extension'),
  refits: true,
  q2: 0.9,
  runs: 4,
});

const cube = new Space({ a: real(0, 1), b: real(0, 1), c: real(0, 1) });
const one = outputList({ y: {} });
const wave = (u: Float64Array) => Math.sin(6 * u[0]) + u[1] - u[2] ** 2;

function worst(a: Float64Array, b: Float64Array): number {
  const scale = b.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-300);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0) / scale;
}

const pause = () => Promise.resolve();

/** The exact posterior of 60 rows and an approximate one with the same hyper-parameters. */
function both(kernel: GaussianProcessKernel, trend: 'constant' | 'quadratic', neighbors: number, inducing: number) {
  const n = 60;
  const x = points(cube, n, new Rng('vecchia'));
  const y = Float64Array.from({ length: n }, (_, i) => wave(x.row(i)));
  const map = new FeatureMap(cube.columns);
  const basis = trendBasis(trend, x, cube.columns);
  const shape = shapePriors(kernel, 3).map(() => 1);
  const theta = [...[0.4, 0.8, 1.5].map(Math.log), ...shape, Math.log(1e-4)];
  const exact = kriging({ map, basis, x, y }, kernel, theta);
  const { hyperparameters } = exact;
  const order = Int32Array.from(new Rng('order').permutation(n));
  const near = finished(approximation({ hyperparameters, map, basis, x, y, order, neighbors, inducing }));
  return { exact, near };
}

describe.each([
  ['squared-exponential', 'constant', 60, 0],
  ['matern-5/2', 'constant', 60, 0],
  ['anova', 'quadratic', 60, 0],
  ['matern-5/2', 'quadratic', 1, 60],
  ['matern-5/2', 'quadratic', 60, 17],
] as const)('%s with a %s trend: with %i neighbors and %i inducing points', (kernel, trend, neighbors, inducing) => {
  test('the approximation of 60 rows is exact', async () => {
    const { exact, near } = await both(kernel, trend, neighbors, inducing);
    const queries = points(cube, 70, new Rng('vecchia/queries'));
    const [mean, variance, mean2, variance2] = [0, 1, 2, 3].map(() => new Float64Array(70));
    exact.evaluate(queries, mean2, variance2, 0, 1);
    near.evaluate(queries, mean, variance, 0, 1);
    expect(near.hyperparameters.variance / exact.hyperparameters.variance).toBeCloseTo(1, 6);
    expect(worst(mean, mean2)).toBeLessThan(1e-6);
    expect(worst(variance, variance2)).toBeLessThan(1e-5);
    const [left, left2] = [near.leaveOneOut(), exact.leaveOneOut()];
    expect(worst(left.mean, left2.mean)).toBeLessThan(1e-6);
    expect(worst(left.variance, left2.variance)).toBeLessThan(1e-5);
  });
});

test.each([
  ['matern-5/2', 'quadratic', 8, 12],
  ['anova', 'constant', 6, 0],
] as const)('gradients of an approximate %s process are those of its differences', async (kernel, trend, m, M) => {
  const { near } = await both(kernel, trend, m, M);
  const u = Float64Array.of(0.31, 0.62, 0.23);
  const [byMean, byVariance] = [new Float64Array(3), new Float64Array(3)];
  const here = near.gradient(u, byMean, byVariance);
  const at = (v: Float64Array) => {
    const [mean, variance] = [new Float64Array(1), new Float64Array(1)];
    near.evaluate(new Matrix(1, 3, v), mean, variance, 0, 1);
    return [mean[0], variance[0]];
  };
  expect(here.mean).toBeCloseTo(at(u)[0], 12);
  expect(here.variance).toBeCloseTo(at(u)[1], 12);
  for (let j = 0; j < 3; j++) {
    const h = 1e-6;
    const [up, down] = [h, -h].map((step) => at(u.map((value, k) => (k === j ? value + step : value))));
    expect(Math.abs(byMean[j] - (up[0] - down[0]) / (2 * h))).toBeLessThan(1e-5);
    expect(Math.abs(byVariance[j] - (up[1] - down[1]) / (2 * h))).toBeLessThan(1e-5);
  }
});

describe('a Gaussian process of more rows than are fitted exactly', () => {
  const rng = new Rng('vecchia/noise');
  const data = labeled(cube, one, 700, (u) => [wave(u) + 0.05 * rng.normal()]);
  const fresh = points(cube, 200, new Rng('vecchia/fresh'));
  const rmse = (prediction: Float64Array) =>
    Math.sqrt(prediction.reduce((sum, value, i) => sum + (value - wave(fresh.row(i))) ** 2, 0) / prediction.length);

  test('says that it is approximated, and learns from all of them', { tags: ['slow'] }, async () => {
    const few = data.select(Array.from({ length: 150 }, (_, i) => i));
    const exact = await gaussianProcess({ kernel: 'squared-exponential' }).fit(few, testRun('vecchia'));
    const options = { kernel: 'squared-exponential', learnt: 150 } as const;
    const model = await vecchia(options).fit(data, testRun('vecchia'));
    expect(model.health.points).toBe(700);
    expect(model.health.notes.join()).toMatch(/y has 700 rows: its process is approximated/);
    expect(rmse(model.predict(fresh).data)).toBeLessThan(0.7 * rmse(exact.predict(fresh).data));
    expect(isExtendable(model)).toBe(false);
    expect(() => model.conditioned(fresh, new Matrix(200, 1))).toThrow(ImagoError);
  });

  test('begins where it is told to', async () => {
    const part = data.select(Array.from({ length: 60 }, (_, i) => i));
    const model = await gaussianProcess({ kernel: 'matern-5/2', exactRows: 59 }).fit(part, testRun('vecchia'));
    expect(model.health.notes.join()).toMatch(/approximated/);
    const exact = await gaussianProcess({ kernel: 'matern-5/2', exactRows: 60 }).fit(part, testRun('vecchia'));
    expect(exact.health.notes.join()).not.toMatch(/approximated/);
  });

  test('finds the rows that differ when those that it learns from are the same', async () => {
    const flat = labeled(cube, one, 300, (u) => [u[0] > 0.99 ? 1 : 0]);
    const model = await vecchia({ learnt: 20 }).fit(flat, testRun('vecchia'));
    expect(model.predict(fresh).data.every(Number.isFinite)).toBe(true);
  });
});

test('a transform that the rows learned from speak for stands only where it foretells other rows', async () => {
  const names = Array.from({ length: 6 }, (_, j) => [`x${j}`, real(0, 1)]);
  const box = new Space(Object.fromEntries(names));
  const valley = (u: Float64Array) => {
    const z = u.map((v) => 4 * v - 2);
    return z.slice(1).reduce((sum, v, j) => sum + 100 * (v - z[j] ** 2) ** 2 + (1 - z[j]) ** 2, 0);
  };
  const options = { learnt: 80, neighbors: 8, inducing: 20 };
  const winding = labeled(box, one, 300, (u) => [valley(u)]);
  const few = winding.select(testRun('vecchia').rng.child('order').permutation(300).slice(0, 80));
  expect((await gaussianProcess().fit(few, testRun('vecchia'))).transforms).not.toEqual(['none']);
  expect((await vecchia(options).fit(winding, testRun('vecchia'))).transforms).toEqual(['none']);
  const steep = labeled(box, one, 300, (u) => [Math.exp(4 * u[0] * u[1] + u[2])]);
  expect((await vecchia(options).fit(steep, testRun('vecchia'))).transforms).toEqual(['log']);
});

test('rows at the points that were learned from do not speak against a transform', async () => {
  const rng = new Rng('repeated');
  const few = points(cube, 40, rng);
  const x = few.select(Array.from({ length: 80 }, (_, i) => i % 40));
  const inputs = { map: new FeatureMap(cube.columns), basis: trendBasis('constant', few, cube.columns) };
  const answers = Float64Array.from({ length: 40 }, (_, i) => {
    const [a, b, c] = few.row(i);
    return Math.exp(4 * a * b + 2 * c + 0.3 * rng.normal());
  });
  const options = {
    kernels: ['squared-exponential'],
    nugget: 'estimate',
    starts: 1,
    structured: false,
    transform: 'auto',
    calibrate: false,
    draws: 1,
  } as const;
  const parts = () => new Int32Array(80);
  const target = { name: 'y', values: answers, indicator: false };
  const learn = (transform: 'auto' | 'none') =>
    fitColumn(target, { ...inputs, x: few, parts }, { ...options, transform }, undefined, new Rng('c'), pause, []);
  const { transform } = (await learn('auto')).response;
  expect(transform.name).not.toBe('none');
  // What the rows left over say is what a model without a transform has learnt.
  const plain = await learn('none');
  const told = new Float64Array(40);
  plain.kriging?.evaluate(few, told, undefined, 0, 1);
  const values = Float64Array.of(...answers, ...told.map((mean) => Math.max(0.1, plain.response.mean(mean))));
  const column = await approximateColumn(
    { ...target, values },
    { ...inputs, x, parts },
    options,
    { learnt: 40, neighbors: 10, inducing: 5 },
    Int32Array.from({ length: 80 }, (_, i) => i),
    undefined,
    new Rng('c'),
    pause,
    [],
  );
  expect(column.response.transform.name).toBe(transform.name);
});

test('up to 30 coordinates 1000 rows are learned from, then fewer, so that kernels of single coordinates are still tried', () => {
  const learnt = [3, 30, 40, 100].map((d) => rowsLearnt({ neighbors: 20 }, d));
  expect(learnt).toEqual([1000, 1000, 866, 600]);
  expect(rowsLearnt({ neighbors: 20, learnt: 5 }, 100)).toBe(5);
});

test.each([{ neighbors: 0 }, { inducing: -1 }, { learnt: 1.5 }, { kernel: 'cubic' }])('refuses %o', (options) => {
  expect(() => vecchia(options as object)).toThrow(ImagoError);
});
