import { describe, expect, test } from 'vitest';
import { outputList } from '../../../src/core/output.ts';
import type { ProgressEvent } from '../../../src/core/run.ts';
import { categorical, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { NetworkModel, type NetworkState } from '../../../src/surrogates/neural-network/model.ts';
import { neuralNetwork } from '../../../src/surrogates/neural-network/neural-network.ts';
import { leanParameters } from '../../../src/surrogates/neural-network/parameters.ts';
import { dataset, labeled, points, testRun } from '../../../src/testing/labeled.ts';
import { surrogateLaws } from '../../../src/testing/surrogate-laws.ts';

surrogateLaws('neural network', () => neuralNetwork({ hidden: [8, 8], epochs: 300, members: 3 }), {
  capabilities: ['posterior', 'gradient'],
  q2: 0.9,
  runs: 8,
});
surrogateLaws(
  'neural network that stops early',
  () =>
    neuralNetwork({ hidden: [7], activation: 'tanh', epochs: 200, members: 2, earlyStopping: true, calibrate: false }),
  { capabilities: ['posterior', 'gradient'], q2: 0.8, runs: 8 },
);

const cube = new Space({ a: real(0, 1), b: real(0, 1), c: real(0, 1) });
const number = outputList({ y: {} });

/** 1 - (sum of squared errors) / (sum of squares about the mean). */
function q2(answer: Float64Array, truth: Float64Array): number {
  const mean = truth.reduce((sum, value) => sum + value, 0) / truth.length;
  const squares = (of: (i: number) => number) => truth.reduce((sum, _, i) => sum + of(i) ** 2, 0);
  return 1 - squares((i) => truth[i] - answer[i]) / squares((i) => truth[i] - mean);
}

/** The deflection of a cantilever beam, 4 L^3 / (E w t) sqrt((Y / t^2)^2 + (X / w^2)^2) [Wu2001], over a box. */
function deflection(u: Float64Array): number {
  const [e, w, t, x, y, l] = [
    2e7 + 2e7 * u[0],
    2 + 2 * u[1],
    2 + 2 * u[2],
    300 + 400 * u[3],
    700 + 600 * u[4],
    80 + 40 * u[5],
  ];
  return ((4 * l ** 3) / (e * w * t)) * Math.hypot(y / t ** 2, x / w ** 2);
}

describe('what a neural network promises', () => {
  test('with its defaults it learns a beam of six inputs from 60 runs better than q2 = 0.97', async () => {
    const space = new Space(Object.fromEntries('ewtxyl'.split('').map((name) => [name, real(0, 1)])));
    const model = await neuralNetwork().fit(
      labeled(space, number, 60, (u) => [deflection(u)]),
      testRun('7'),
    );
    const fresh = points(space, 500, new Rng('fresh'));
    const truth = Float64Array.from({ length: 500 }, (_, i) => deflection(fresh.row(i)));
    expect(q2(model.predict(fresh).data, truth)).toBeGreaterThan(0.97);
  });

  test('its calibrated intervals hold far more than those of the members alone', { tags: ['slow'] }, async () => {
    const space = new Space(Object.fromEntries('ewtxyl'.split('').map((name) => [name, real(0, 1)])));
    const data = labeled(space, number, 60, (u) => [deflection(u)]);
    const fresh = points(space, 500, new Rng('fresh'));
    const coverage = async (calibrate: boolean) => {
      const model = await neuralNetwork({ calibrate }).fit(data, testRun('7'));
      const { mean, variance } = model.posterior(fresh);
      const inside = mean.data.filter(
        (value, i) => Math.abs(value - deflection(fresh.row(i))) < 1.96 * Math.sqrt(variance.data[i]),
      );
      return inside.length / 500;
    };
    expect(await coverage(false)).toBeLessThan(0.6);
    expect(await coverage(true)).toBeGreaterThan(0.75);
  });

  test('answers the same at both ends of a periodic coordinate, slope included', async () => {
    const space = new Space({ angle: real(0, 360, { periodic: true }), b: real(0, 1) });
    const data = labeled(space, number, 40, (u) => [Math.sin(2 * Math.PI * u[0]) + u[1]]);
    const model = await neuralNetwork({ hidden: [16], epochs: 300 }).fit(data, testRun('7'));
    const ends = model.predict(
      Matrix.from([
        [0, 0.3],
        [1, 0.3],
      ]),
    ).data;
    expect(ends[0]).toBeCloseTo(ends[1], 12);
    const slopes = [0, 1].map((u) => model.posteriorGradient(Float64Array.of(u, 0.3)).meanGradient.get(0, 0));
    expect(slopes[0]).toBeCloseTo(slopes[1], 10);
    expect(slopes[0]).toBeGreaterThan(4);
  });

  test('tells levels apart that have no order', async () => {
    const space = new Space({ level: categorical('p', 'q', 'r', 's'), b: real(0, 1) });
    const data = labeled(space, number, 60, (u) => [[3, -1, 2, 0][Math.floor(4 * u[0])] + u[1]]);
    const model = await neuralNetwork({ hidden: [16], epochs: 500 }).fit(data, testRun('7'));
    const levels = Matrix.from([0, 1, 2, 3].map((k) => [(k + 0.5) / 4, 0.5]));
    Array.from(model.predict(levels).data).forEach((answer, k) => {
      expect(Math.abs(answer - [3.5, -0.5, 2.5, 0.5][k])).toBeLessThan(0.2);
    });
    expect(model.posteriorGradient(levels.row(0)).meanGradient.get(0, 0)).toBe(0);
  });

  test('its networks agree where there are data and differ outside', async () => {
    const rng = new Rng('inside');
    const x = Matrix.from(Array.from({ length: 60 }, () => [0, 0, 0].map(() => 0.3 + 0.4 * rng.uniform())));
    const y = Matrix.from(Array.from({ length: 60 }, (_, i) => [Math.sin(8 * x.get(i, 0)) + x.get(i, 1)]));
    const model = await neuralNetwork({ epochs: 400, calibrate: false }).fit(dataset(cube, number, x, y), testRun('7'));
    const inside = model.posterior(x).variance.data;
    const corners = Matrix.from([0, 1, 2, 3, 4, 5, 6, 7].map((k) => [k & 1, (k >> 1) & 1, (k >> 2) & 1]));
    const outside = model.posterior(corners).variance.data;
    const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(outside)).toBeGreaterThan(10 * mean(inside));
  });

  test('a single network that is not calibrated is never unsure', async () => {
    const data = labeled(cube, number, 20, (u) => [u[0]]);
    const model = await neuralNetwork({ hidden: [4], epochs: 20, members: 1, calibrate: false }).fit(
      data,
      testRun('7'),
    );
    expect(model.posterior(data.x).variance.data.every((value) => value === 0)).toBe(true);
  });

  test('without hidden layers and penalty it is the least-squares plane', async () => {
    const data = labeled(cube, number, 64, (u) => [1 + 2 * u[0] - 3 * u[1] + 0.5 * u[2]]);
    const model = await neuralNetwork({ hidden: [], weightDecay: 0, epochs: 2000, members: 1, calibrate: false }).fit(
      data,
      testRun('7'),
    );
    const { mean, meanGradient } = model.posteriorGradient(Float64Array.of(0.2, 0.4, 0.6));
    expect(mean[0]).toBeCloseTo(1 + 0.4 - 1.2 + 0.3, 5);
    [2, -3, 0.5].forEach((slope, j) => {
      expect(meanGradient.get(0, j)).toBeCloseTo(slope, 4);
    });
  });

  test('tells how far it has come', async () => {
    const events: ProgressEvent[] = [];
    const run = testRun('7', { progress: (event) => events.push(event) });
    await neuralNetwork({ hidden: [4], epochs: 40, members: 2, calibrate: false }).fit(
      labeled(cube, number, 10, (u) => [u[0]]),
      run,
    );
    expect(events).toHaveLength(40);
    expect(events.map(({ done }) => done)).toEqual(Array.from({ length: 40 }, (_, k) => 2 * (k + 1)));
    expect(events.every(({ total }) => total === 80)).toBe(true);
  });

  test('stops in the middle when the run is cancelled', async () => {
    let now = 0;
    const controller = new AbortController();
    setTimeout(() => controller.abort());
    const run = testRun('7', { clock: () => now++, signal: controller.signal });
    const data = labeled(cube, number, 10, (u) => [u[0]]);
    await expect(neuralNetwork({ epochs: 1_000_000 }).fit(data, run)).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('says that an output is constant, that rows failed, and that it held none out', async () => {
    const y = Matrix.from([[4], [Number.NaN], [4]]);
    const surrogate = neuralNetwork({ hidden: [4], epochs: 5, earlyStopping: true });
    const { health, predict } = await surrogate.fit(
      dataset(cube, number, points(cube, 3, new Rng('7')), y),
      testRun('7'),
    );
    expect(health.notes.join('; ')).toMatch(
      /'y' is the same in every row.*1 of 3 rows failed.*early stopping was left out/,
    );
    expect(predict(new Matrix(1, 3)).get(0, 0)).toBe(4);
  });

  test('keeps what was trained in single precision in half the bytes, and loses nothing', async () => {
    const x = points(cube, 30, new Rng('lean'));
    const y = Matrix.from(Array.from({ length: 30 }, (_, i) => [x.get(i, 0) ** 2 - x.get(i, 1)]));
    const surrogate = neuralNetwork({ hidden: [6], epochs: 20, members: 2, calibrate: false });
    const model = await surrogate.fit(dataset(cube, number, x, y), testRun('lean'));
    const state = model.state as NetworkState;
    expect(state.members.map((member) => member.constructor)).toEqual([Float32Array, Float32Array]);
    const full = new NetworkModel({ ...state, members: state.members.map((member) => Float64Array.from(member)) });
    expect(full.posterior(x)).toEqual(model.posterior(x));
    const exact = Float64Array.of(0.5, 0.1);
    expect(leanParameters(exact)).toBe(exact);
    expect(leanParameters(Float64Array.of(0.5, -0))).toEqual(Float32Array.of(0.5, -0));
  });

  test('refuses a class index that is none', async () => {
    const data = dataset(cube, outputList({ c: { classes: ['p', 'q'] } }), new Matrix(1, 3), Matrix.from([[0.5]]));
    await expect(neuralNetwork().fit(data, testRun('7'))).rejects.toMatchObject({ code: 'invalid-data' });
  });

  test.each([
    [{ members: 0 }, /members/],
    [{ epochs: 1.5 }, /epochs/],
    [{ hidden: [0] }, /hidden/],
    [{ learningRate: 0 }, /learningRate/],
    [{ weightDecay: -1 }, /weightDecay/],
  ])('refuses %o', (options, message) => {
    expect(() => neuralNetwork(options)).toThrow(message);
  });
});
