import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../../src/core/dataset.ts';
import { ImagoError } from '../../../src/core/errors.ts';
import { outputList } from '../../../src/core/output.ts';
import type { ProgressEvent } from '../../../src/core/run.ts';
import { categorical, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import {
  type GaussianProcessOptions,
  gaussianProcess,
} from '../../../src/surrogates/gaussian-process/gaussian-process.ts';
import { PROCESS } from '../../../src/testing/capabilities.ts';
import { dataset, labeled, points, testRun } from '../../../src/testing/labeled.ts';
import { surrogateLaws } from '../../../src/testing/surrogate-laws.ts';

surrogateLaws('gaussianProcess', () => gaussianProcess(), {
  capabilities: PROCESS,
  refits: true,
  q2: 0.99,
  accuracy: 0.9,
});
surrogateLaws(
  'gaussianProcess with a linear trend',
  () => gaussianProcess({ kernel: 'matern-5/2', nugget: 'estimate', trend: 'linear', starts: 1 }),
  { capabilities: PROCESS, refits: true, q2: 0.99, accuracy: 0.9 },
);

const plane = new Space({ a: real(0, 1), b: real(0, 1) });
const one = outputList({ y: {} });
const wave = (u: Float64Array) => Math.sin(6 * u[0]) + u[1] ** 2;
const train = (data: Dataset, options?: GaussianProcessOptions) => gaussianProcess(options).fit(data, testRun('gp'));

/** Share of the variance of `truth` at fresh points that the predictions explain. */
function q2(prediction: Float64Array, truth: Float64Array): number {
  const mean = truth.reduce((sum, v) => sum + v, 0) / truth.length;
  const squares = (of: (i: number) => number) => truth.reduce((sum, _, i) => sum + of(i) ** 2, 0);
  return 1 - squares((i) => truth[i] - prediction[i]) / squares((i) => truth[i] - mean);
}

function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
}

describe('the nugget', () => {
  test.each(['squared-exponential', 'matern-5/2'] as const)(
    'an interpolating %s process repeats its data and is sure of them',
    async (kernel) => {
      const data = labeled(plane, one, 25, (u) => [wave(u)]);
      const { mean, variance } = (await train(data, { kernel, nugget: 'interpolate' })).posterior(data.x);
      for (let i = 0; i < 25; i++) {
        expect(Math.abs(mean.get(i, 0) - data.y.get(i, 0))).toBeLessThan(1e-6);
        expect(variance.get(i, 0)).toBeLessThan(1e-9);
      }
    },
  );

  test('an estimated one finds the variance of the noise, and auto agrees', async () => {
    const rng = new Rng('noise');
    const data = labeled(plane, one, 120, (u) => [wave(u) + 0.1 * rng.normal()]);
    const values = data.y.column(0);
    const center = values.reduce((sum, v) => sum + v, 0) / 120;
    const total = values.reduce((sum, v) => sum + (v - center) ** 2, 0) / 120;
    for (const nugget of ['estimate', 'auto'] as const) {
      const [learnt] = (await train(data, { nugget })).hyperparameters;
      expect(learnt!.nugget * learnt!.variance * total).toBeGreaterThan(0.01 * 0.6);
      expect(learnt!.nugget * learnt!.variance * total).toBeLessThan(0.01 * 1.6);
    }
  });

  test('an estimated one finds the noise of many inputs, too', async () => {
    const inputs = new Space(Object.fromEntries(Array.from({ length: 6 }, (_, j) => [`x${j}`, real(0, 1)])));
    const smooth = (u: Float64Array) =>
      (u[0] + 0.2) * Math.exp(u[1]) + 2 * (u[2] - 0.3) ** 2 + Math.sqrt(1 + u[3] * u[4]) - u[5];
    const fresh = labeled(inputs, one, 400, (u) => [smooth(u)], 'fresh');
    const truth = fresh.y.column(0);
    const spread = deviation(truth);
    let [found, errors] = [0, 0];
    for (let draw = 0; draw < 6; draw++) {
      const rng = new Rng('noise of many').child(draw);
      const noise = (u: Float64Array) => [smooth(u) + 0.1 * spread * rng.normal()];
      const model = await gaussianProcess().fit(labeled(inputs, one, 60, noise, `noisy/${draw}`), testRun('gp'));
      const [latent, all] = [model.posterior(fresh.x), model.observation(fresh.x)];
      const variance = all.variance.data[0] - latent.variance.data[0];
      if (Math.sqrt(variance) > 0.05 * spread && Math.sqrt(variance) < 0.2 * spread) found++;
      errors += deviation(truth.map((y, i) => y - latent.mean.data[i])) / spread / 6;
    }
    expect(found).toBeGreaterThanOrEqual(5);
    expect(errors).toBeLessThan(0.13);
  });

  test.each([1, 2, 3, 4, 5])(
    'fast changes of twenty rows in one input are not taken for noise, design %i',
    async (design) => {
      const line = new Space({ a: real(0, 1) });
      const fast = (u: Float64Array) => Math.sin(35 * u[0]) / (1 + 3 * u[0]) + (u[0] - 0.6) ** 4;
      const rng = new Rng('fast').child(design);
      const x = Matrix.from(Array.from({ length: 20 }, (_, i) => [(i + rng.uniform()) / 20]));
      const y = Matrix.from(Array.from({ length: 20 }, (_, i) => [fast(x.row(i))]));
      const model = await train(dataset(line, one, x, y));
      const fresh = labeled(line, one, 300, (u) => [fast(u)], 'fresh');
      expect(q2(model.predict(fresh.x).data, fresh.y.column(0))).toBeGreaterThan(0.6);
    },
  );

  test('auto goes below 1e-10 where answers are exact and smooth', async () => {
    const model = await train(labeled(plane, one, 40, (u) => [wave(u)]));
    expect(model.hyperparameters[0]!.nugget).toBeLessThan(1e-10);
    expect(model.hyperparameters[0]!.kernel).toBe('squared-exponential');
  });

  test('different answers at equal points turn interpolation into estimation, and it says so', async () => {
    const x = points(plane, 20, new Rng('twice'));
    const y = Float64Array.from({ length: 40 }, (_, i) => wave(x.row(i % 20)) + (i < 20 ? 0.05 : -0.05));
    const model = await train(dataset(plane, one, x.stack(x), new Matrix(40, 1, y)), { nugget: 'interpolate' });
    expect(model.health.notes.join()).toMatch(/y has different answers at equal points/);
    const answer = model.predict(x);
    for (let i = 0; i < 20; i++) expect(Math.abs(answer.get(i, 0) - wave(x.row(i)))).toBeLessThan(0.05);
  });
});

describe('what the health record says', () => {
  test('the leave-one-out q2 foretells the q2 at fresh points', async () => {
    const data = labeled(plane, outputList({ y: {}, k: { classes: ['low', 'high'] } }), 30, (u) => [
      wave(u),
      wave(u) > 0.5 ? 1 : 0,
    ]);
    const model = await train(data, { kernel: 'matern-5/2' });
    const x = points(plane, 300, new Rng('fresh'));
    const truth = Float64Array.from({ length: 300 }, (_, i) => wave(x.row(i)));
    const fresh = q2(model.predict(x).column(0), truth);
    expect(Math.log((1 - model.health.q2Loo![0]) / (1 - fresh))).toBeLessThan(Math.log(10));
    expect(Math.log((1 - model.health.q2Loo![0]) / (1 - fresh))).toBeGreaterThan(-Math.log(10));
    expect(model.health.q2Loo![1]).toBeGreaterThan(0.3);
    expect(model.health.q2Loo![1]).toBeLessThan(1);
  });

  test('constant outputs are named, and have a variance of 0', async () => {
    const model = await train(labeled(plane, outputList({ y: {}, same: {} }), 12, (u) => [wave(u), 7]));
    expect(model.health.notes).toEqual(['same is constant']);
    expect(model.health.q2Loo![1]).toBeNaN();
    expect(model.hyperparameters[1]).toBeUndefined();
    const { mean, variance } = model.posterior(Matrix.from([[0.3, 0.3]]));
    expect([mean.get(0, 1), variance.get(0, 1)]).toEqual([7, 0]);
  });

  test('too few rows for a linear trend are named', async () => {
    const model = await train(
      labeled(plane, one, 3, (u) => [wave(u)]),
      { trend: 'linear' },
    );
    expect(model.health.notes.join()).toMatch(/the trend is constant/);
  });
});

describe('kinds of coordinates', () => {
  test('a periodic coordinate has no seam', async () => {
    const space = new Space({ angle: real(0, 360, { periodic: true }), b: real(0, 1) });
    const model = await train(labeled(space, one, 40, (u) => [Math.cos(2 * Math.PI * u[0]) + u[1]]));
    const answer = model.predict(
      Matrix.from([
        [0, 0.4],
        [1 - 1e-12, 0.4],
        [0.5, 0.4],
      ]),
    );
    expect(answer.get(0, 0)).toBeCloseTo(answer.get(1, 0), 6);
    expect(answer.get(0, 0)).toBeCloseTo(1.4, 3);
    expect(answer.get(2, 0)).toBeCloseTo(-0.6, 3);
  });

  test('the order of categories makes no difference', async () => {
    const space = new Space({ a: real(0, 1), kind: categorical('p', 'q', 'r') });
    const turned = (u: Float64Array) => Float64Array.of(u[0], (u[1] + 1 / 3) % 1);
    const answer = (u: Float64Array) => Math.sin(5 * u[0]) + [0, 1.3, -0.4][Math.floor(u[1] * 3)];
    const data = labeled(space, one, 30, (u) => [answer(u)]);
    const permuted = dataset(
      space,
      one,
      Matrix.from(Array.from({ length: 30 }, (_, i) => turned(data.x.row(i)))),
      data.y,
    );
    const x = points(space, 20, new Rng('categories'));
    const there = Matrix.from(Array.from({ length: 20 }, (_, i) => turned(x.row(i))));
    const options = { kernel: 'matern-5/2', nugget: 'estimate', starts: 1 } as const;
    const [a, b] = [await train(data, options), await train(permuted, options)];
    for (let i = 0; i < 20; i++) {
      expect(b.predict(there).get(i, 0)).toBeCloseTo(a.predict(x).get(i, 0), 3);
      expect(a.predict(x).get(i, 0)).toBeCloseTo(answer(x.row(i)), 1);
    }
  });
});

describe('the search', () => {
  test('an earlier fit is a start: the likelihood found from it is as high', async () => {
    const data = labeled(plane, one, 60, (u) => [wave(u) + 0.3 * Math.cos(17 * u[1])]);
    const surrogate = gaussianProcess({ starts: 4 });
    const cold = await surrogate.fit(data, testRun('gp'));
    const previous = await surrogate.fit(data.select(Array.from({ length: 40 }, (_, i) => i)), testRun('gp'));
    const warm = await surrogate.fit(data, testRun('gp'), previous);
    const x = points(plane, 50, new Rng('fresh'));
    expect(q2(warm.predict(x).data, cold.predict(x).data)).toBeGreaterThan(0.999);
  });

  test('an earlier fit to another space is left aside', async () => {
    const data = labeled(plane, one, 20, (u) => [wave(u)]);
    const other = new Space({ a: real(0, 1), b: real(0, 1, { periodic: true }) });
    const previous = await train(labeled(other, one, 20, (u) => [wave(u)]));
    const x = points(plane, 10, new Rng('fresh'));
    const model = await gaussianProcess().fit(data, testRun('gp'), previous);
    expect(model.predict(x).data).toEqual((await train(data)).predict(x).data);
  });

  test('many rows are fitted by way of a part of them', async () => {
    const data = labeled(plane, one, 300, (u) => [Math.sin(12 * u[0]) * Math.cos(9 * u[1])]);
    const model = await train(data, { kernel: 'squared-exponential', nugget: 'estimate', starts: 1 });
    const x = points(plane, 200, new Rng('fresh'));
    const truth = Float64Array.from({ length: 200 }, (_, i) => Math.sin(12 * x.get(i, 0)) * Math.cos(9 * x.get(i, 1)));
    expect(q2(model.predict(x).data, truth)).toBeGreaterThan(0.9999);
  });

  test('tells its progress output by output', async () => {
    const events: ProgressEvent[] = [];
    const data = labeled(plane, outputList({ y: {}, z: {} }), 10, (u) => [wave(u), u[0]]);
    await gaussianProcess().fit(data, testRun('gp', { progress: (event) => events.push(event) }));
    expect(events.map(({ done, total }) => [done, total])).toEqual([
      [0, 2],
      [1, 2],
    ]);
  });
});

test.each([{ kernel: 'cubic' }, { nugget: 0.1 }, { trend: 'cubic' }, { prior: 'mean' }, { starts: 0 }])(
  'refuses %o',
  (options) => {
    expect(() => gaussianProcess(options as GaussianProcessOptions)).toThrow(ImagoError);
  },
);
