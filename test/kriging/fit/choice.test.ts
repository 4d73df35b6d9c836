import { describe, expect, test } from 'vitest';
import { outputList } from '../../../src/core/output.ts';
import { partsOf } from '../../../src/core/parts.ts';
import { FeatureMap } from '../../../src/core/space/feature-map.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { calibrate, FOLDS } from '../../../src/kriging/fit/calibration.ts';
import { fitKriging } from '../../../src/kriging/fit/fit.ts';
import type { GaussianProcessKernel } from '../../../src/kriging/kernels/kernel.ts';
import {
  defaultStart,
  kriging,
  LONG,
  logParameters,
  searchFrom,
  shortSearch,
} from '../../../src/kriging/process/search.ts';
import { trendBasis } from '../../../src/kriging/process/trend.ts';
import { Response } from '../../../src/kriging/response/response.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import {
  type GaussianProcessOptions,
  gaussianProcess,
} from '../../../src/surrogates/gaussian-process/gaussian-process.ts';
import { PROCESS } from '../../../src/testing/capabilities.ts';
import { labeled, points, testRun } from '../../../src/testing/labeled.ts';
import { modelLaws } from '../../../src/testing/model-laws.ts';

const cube = new Space({ a: real(0, 1), b: real(0, 1), c: real(0, 1) });
const one = outputList({ y: {} });
const smooth = (u: Float64Array) => Math.sin(3 * u[0]) + u[1] * u[1] - 0.5 * u[2] + u[0] * u[1];
const exponential = (u: Float64Array) => Math.exp(5 * smooth(u));
const fresh = points(cube, 400, new Rng('choice/fresh'));

async function train(f: (u: Float64Array) => number, n = 40, options?: GaussianProcessOptions) {
  const data = labeled(cube, one, n, (u) => [f(u)]);
  const model = await gaussianProcess(options).fit(data, testRun('choice'));
  const { mean, variance } = model.posterior(fresh);
  const truth = Float64Array.from({ length: 400 }, (_, i) => f(fresh.row(i)));
  const center = truth.reduce((sum, y) => sum + y, 0) / 400;
  const squares = (of: (i: number) => number) => truth.reduce((sum, _, i) => sum + of(i) ** 2, 0);
  const q2 = 1 - squares((i) => truth[i] - mean.data[i]) / squares((i) => truth[i] - center);
  const within = truth.filter((y, i) => Math.abs(y - mean.data[i]) <= 1.96 * Math.sqrt(variance.data[i])).length;
  return { data, model, q2, coverage: within / 400 };
}

describe('the choice of a transform', () => {
  test('falls on the logarithm for positive values of many orders of magnitude, which it makes predictable', async () => {
    const plain = await train(exponential, 40, { transform: 'none' });
    const auto = await train(exponential);
    expect(auto.model.transforms).toEqual(['log']);
    expect(auto.q2).toBeGreaterThan(0.999);
    expect(1 - auto.q2).toBeLessThan(0.2 * (1 - plain.q2));
  });

  test('falls on the bilogarithm for values of both signs and of many orders of magnitude', async () => {
    const f = (u: Float64Array) => Math.sinh(6 * (smooth(u) - 0.8));
    const plain = await train(f, 60, { transform: 'none' });
    const auto = await train(f, 60);
    expect(auto.model.transforms).toEqual(['bilog']);
    expect(auto.q2).toBeGreaterThan(plain.q2);
  });

  test('leaves a function alone that needs none, with the very predictions of a fit without one', async () => {
    const plain = await train(smooth, 40, { transform: 'none' });
    const auto = await train(smooth);
    expect(auto.model.transforms).toEqual(['none']);
    expect(auto.model.predict(fresh).data).toEqual(plain.model.predict(fresh).data);
  });

  test('is made for each output, and never for classes', async () => {
    const outputs = outputList({ y: {}, side: { classes: ['left', 'right'] }, z: {} });
    const data = labeled(cube, outputs, 40, (u) => [exponential(u), u[0] > 0.4 ? 1 : 0, smooth(u)]);
    const model = await gaussianProcess().fit(data, testRun('choice'));
    expect(model.transforms).toEqual(['log', 'none', 'none', 'none']);
  });

  test('is asked for: a logarithm of values that are not positive is refused with a note', async () => {
    const { model } = await train((u) => smooth(u) - 1, 20, { transform: 'log' });
    expect(model.transforms).toEqual(['none']);
    expect(model.health.notes.join()).toMatch(/y has values that admit no log/);
  });

  test('is taken over from an earlier fit to most of the rows, and made again after one to few of them', async () => {
    const data = labeled(cube, one, 40, (u) => [exponential(u)]);
    const first = (count: number) => data.select(Array.from({ length: count }, (_, i) => i));
    const plain = gaussianProcess({ transform: 'none' });
    const run = testRun('choice');
    const recent = await gaussianProcess().fit(data, run, await plain.fit(first(35), run));
    expect(recent.transforms).toEqual(['none']);
    const old = await gaussianProcess().fit(data, run, await plain.fit(first(20), run));
    expect(old.transforms).toEqual(['log']);
  });

  test('of many rows is made on a part of them', async () => {
    const { model } = await train(exponential, 300, { kernel: 'squared-exponential', starts: 1 });
    expect(model.transforms).toEqual(['log']);
  });
});

describe('under a transform', () => {
  modelLaws(
    'a Gaussian process of logarithms',
    async () => {
      const data = labeled(cube, one, 30, (u) => [Math.exp(smooth(u))]);
      return { data, model: await gaussianProcess({ transform: 'log' }).fit(data, testRun('choice')) };
    },
    PROCESS,
  );

  test('predictions stand in the units of the output, repeat the data, and stay positive', async () => {
    const { data, model } = await train(exponential, 30, { transform: 'log', nugget: 'interpolate' });
    const { mean, variance } = model.posterior(data.x);
    for (let i = 0; i < 30; i++) {
      expect(mean.data[i] / data.y.data[i]).toBeCloseTo(1, 3);
      expect(Math.sqrt(variance.data[i]) / data.y.data[i]).toBeLessThan(1e-3);
    }
    expect(model.predict(fresh).data.every((y) => y > 0)).toBe(true);
  });

  test('leave-one-out and its q2 are in the units of the output', async () => {
    const { data, model } = await train(exponential, 40, { transform: 'log' });
    const { mean } = model.leaveOneOut();
    const y = data.y.column(0);
    const center = y.reduce((sum, v) => sum + v, 0) / 40;
    const press = y.reduce((sum, v, i) => sum + (v - mean.data[i]) ** 2, 0);
    const total = y.reduce((sum, v) => sum + (v - center) ** 2, 0);
    expect(model.health.q2Loo![0]).toBeCloseTo(1 - press / total, 8);
  });
});

describe('the calibration of the variance', () => {
  // A rough function of which 30 points say little; uncalibrated intervals are too short here.
  const rough = (u: Float64Array) => Math.sin(9 * u[0]) * Math.cos(7 * u[1]) + u[2];

  test('multiplies the variances by one factor, of at least 1, and leaves the means alone', async () => {
    const { model } = await train(rough, 30, { transform: 'none' });
    const [{ kriging, calibration, response }] = model.columns;
    expect(calibration).toBeGreaterThanOrEqual(1);
    expect(calibration).toBeLessThanOrEqual(10);
    const [mean, variance] = [new Float64Array(400), new Float64Array(400)];
    kriging!.evaluate(fresh, mean, variance, 0, 1);
    const posterior = model.posterior(fresh);
    for (let i = 0; i < 400; i++) {
      expect(posterior.mean.data[i]).toBe(response.mean(mean[i]));
      expect(posterior.variance.data[i]).toBeCloseTo(response.variance(mean[i], calibration * variance[i]), 12);
    }
  });

  test('is told as one of the error bars, not of the predictions', async () => {
    const { model } = await train((u) => (u[0] > 0.9 ? 1 : 0.05 * u[1]), 20, { transform: 'none' });
    const [{ calibration }] = model.columns;
    expect(calibration).toBeGreaterThanOrEqual(4);
    expect(model.health.notes).toEqual([
      `the error bars of y were too short at rows left out: its variance was multiplied by ${calibration.toFixed(1)}, its predictions stay as they were`,
    ]);
  });

  test('brings intervals of 95 % near to what they say', async () => {
    const shares = await Promise.all([rough, smooth].map(async (f) => (await train(f, 30)).coverage));
    for (const share of shares) expect(share).toBeGreaterThan(0.9);
  });

  test('is taken over from a recent fit', async () => {
    const data = labeled(cube, one, 40, (u) => [rough(u)]);
    const previous = await gaussianProcess().fit(data.select(Array.from({ length: 35 }, (_, i) => i)), testRun('a'));
    const model = await gaussianProcess().fit(data, testRun('b'), previous);
    expect(model.columns[0].calibration).toBe(previous.columns[0].calibration);
  });

  test.each([
    [
      'parts without evidence for it are predicted without it',
      (u: Float64Array) => Math.sin(40 * u[0] + 30 * u[1]),
      true,
    ],
    [
      'and parts with evidence for it are predicted with it',
      (u: Float64Array) => 40 * (u[0] - 0.3) ** 2 + rough(u),
      false,
    ],
  ])('does not take the trend of the whole for granted: %s', async (_, f, plainly) => {
    const { x, y } = labeled(cube, one, 32, (u) => [f(u)]);
    const map = new FeatureMap(cube.columns);
    const data = { map, basis: trendBasis('constant', x, cube.columns), x, y: new Response(y.column(0)).targets };
    const quadratic = { ...data, basis: trendBasis('quadratic', x, cube.columns) };
    const start = defaultStart('squared-exponential', 3);
    const whole = await searchFrom(quadratic, 'squared-exponential', 'estimate', start, LONG, () => Promise.resolve());
    const plain = kriging(data, 'squared-exponential', logParameters(whole));
    const [under, without] = [
      await calibrate(data, whole, partsOf(x, cube.columns, FOLDS), () => Promise.resolve()),
      await calibrate(data, plain, partsOf(x, cube.columns, FOLDS), () => Promise.resolve()),
    ];
    expect(under.left.mean.filter((mean, row) => mean === without.left.mean[row]).length).toBe(plainly ? 32 : 0);
  });

  test('can be left out', async () => {
    const { model } = await train(rough, 30, { calibrate: false });
    expect(model.columns[0].calibration).toBe(1);
  });

  test('is not tried on a handful of rows', async () => {
    const data = labeled(cube, one, 5, (u) => [rough(u)]);
    const model = await gaussianProcess().fit(data, testRun('few'));
    expect(model.columns[0].calibration).toBe(1);
    expect(model.predict(new Matrix(2, 3)).data.every(Number.isFinite)).toBe(true);
  });
});

test.each([
  ['smooth', smooth, 'squared-exponential', ['squared-exponential']],
  [
    'kinked',
    (u: Float64Array) => Math.abs(u[0] - 0.4) + Math.abs(u[1] - 0.6) + u[2],
    'matern-5/2',
    ['squared-exponential', 'matern-5/2'],
  ],
] as const)('a kernel that is far behind after a few steps is given up: %s data', async (_, f, kernel, searched) => {
  const data = labeled(cube, one, 60, (u) => [f(u)]);
  const inputs = { map: new FeatureMap(cube.columns), basis: { constant: true, coordinates: [] } };
  const given = { ...inputs, x: data.x, y: new Response(data.y.column(0)).targets };
  let pauses = 0;
  const pause = async () => {
    pauses++;
  };
  const race = async (...kernels: GaussianProcessKernel[]) => {
    pauses = 0;
    const options = { kernels, nugget: 'auto', starts: 2, structured: false } as const;
    const posterior = await fitKriging(given, options, new Rng('race'), pause);
    return { kernel: posterior.hyperparameters.kernel, pauses };
  };
  const both = await race('squared-exponential', 'matern-5/2');
  expect(both.kernel).toBe(kernel);
  let alone = 0;
  for (const one of searched) alone += (await race(one)).pauses;
  pauses = 0;
  await shortSearch(given, 'matern-5/2', pause);
  expect(both.pauses).toBeLessThanOrEqual(alone + pauses + 1);
});
