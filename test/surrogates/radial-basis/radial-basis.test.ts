import { describe, expect, test } from 'vitest';
import { outputList } from '../../../src/core/output.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import type { RadialKernel } from '../../../src/numerics/interpolation/radial-basis.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { type RadialBasisSurrogateOptions, radialBasis } from '../../../src/surrogates/radial-basis/radial-basis.ts';
import { judgeScales } from '../../../src/surrogates/radial-basis/scales.ts';
import { LINEAR } from '../../../src/testing/capabilities.ts';
import { labeled, points, testRun } from '../../../src/testing/labeled.ts';
import { surrogateLaws } from '../../../src/testing/surrogate-laws.ts';

surrogateLaws('radialBasis', () => radialBasis(), {
  capabilities: LINEAR,
  q2: 0.95,
  accuracy: 0.85,
  runs: 8,
});
surrogateLaws('radialBasis with a cubic kernel', () => radialBasis({ kernel: 'cubic', scales: 'equal', ridge: 0 }), {
  capabilities: LINEAR,
  q2: 0.9,
  runs: 8,
});

const one = outputList({ y: {} });
const plane = new Space({ a: real(0, 1), b: real(0, 1) });
const wave = (u: Float64Array) => Math.sin(6 * u[0]) + u[1] ** 2;
const train = (count: number, options: RadialBasisSurrogateOptions) =>
  radialBasis(options).fit(
    labeled(plane, one, count, (u) => [wave(u)]),
    testRun('rbf'),
  );

describe.each(['cubic', 'thin-plate', 'gaussian', 'multiquadric'] as const)('a %s kernel', (kernel) => {
  test('repeats exact answers, is sure of them, and less so between them', async () => {
    const model = await train(25, { kernel, ridge: 0 });
    const data = labeled(plane, one, 25, (u) => [wave(u)]);
    const { mean, variance } = model.posterior(data.x);
    for (let i = 0; i < 25; i++) {
      expect(Math.abs(mean.get(i, 0) - data.y.get(i, 0))).toBeLessThan(1e-5);
      expect(variance.get(i, 0)).toBeLessThan(1e-7);
    }
    const between = points(plane, 100, new Rng('between'));
    expect(Math.max(...model.posterior(between).variance.data)).toBeGreaterThan(2e-7);
    expect(model.settings[0]).toMatchObject({ kernel, ridge: 0 });
  });

  test('leaves rows out as a fit without them does', async () => {
    const options = { kernel, tail: 'linear', scales: 'equal', ridge: 0 } as const;
    const data = labeled(plane, one, 25, (u) => [wave(u)]);
    const left = (await radialBasis(options).fit(data, testRun('rbf'))).leaveOneOut();
    const rest = data.select([...Array(25).keys()].filter((i) => i !== 7));
    const without = await radialBasis(options).fit(rest, testRun('rbf'));
    expect(left.mean.get(7, 0)).toBeCloseTo(without.predict(data.x.select([7])).get(0, 0), 6);
  });

  test('knows the slopes of the leave-one-out error by the scales', () => {
    const data = labeled(plane, one, 20, (u) => [wave(u)]);
    const features = { z: data.x, coordinates: [0, 1], dimension: 2 };
    const judge = (at: Float64Array) => judgeScales(features, data.y.column(0), at, { kernel, tail: 'linear' });
    const at = Float64Array.of(0.3, -0.4);
    const { gradient } = judge(at);
    for (let j = 0; j < 2; j++) {
      const [high, low] = [at.slice(), at.slice()];
      high[j] += 1e-4;
      low[j] -= 1e-4;
      expect(gradient[j]).toBeCloseTo((judge(high).value - judge(low).value) / 2e-4, 3);
    }
  });
});

test('finds out which parameters matter', async () => {
  const space = new Space({ a: real(0, 1), b: real(0, 1), c: real(0, 1) });
  const truth = (u: Float64Array) => Math.sin(9 * u[0]) + 0.1 * u[1];
  const data = labeled(space, one, 60, (u) => [truth(u)]);
  const fresh = points(space, 200, new Rng('fresh'));
  const rmse = async (scales: 'fitted' | 'equal') => {
    const model = await radialBasis({ kernel: 'cubic', scales }).fit(data, testRun('rbf'));
    const errors = model.predict(fresh).data.map((value, i) => value - truth(fresh.row(i)));
    return Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / 200);
  };
  expect(await rmse('fitted')).toBeLessThan(0.3 * (await rmse('equal')));
});

test('smooths noise', async () => {
  const noise = new Rng('noise');
  const data = labeled(plane, one, 80, (u) => [wave(u) + 0.3 * noise.normal()]);
  const model = await radialBasis().fit(data, testRun('rbf'));
  expect(model.settings[0].ridge).toBeGreaterThan(0);
  const fresh = points(plane, 200, new Rng('fresh'));
  const errors = model.predict(fresh).data.map((value, i) => value - wave(fresh.row(i)));
  expect(Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / 200)).toBeLessThan(0.2);
});

test('refuses options that cannot be', () => {
  expect(() => radialBasis({ kernel: 'round' as RadialKernel })).toThrow(/kernel must be one of.*round/);
  expect(() => radialBasis({ kernel: 'cubic', tail: 'constant' })).toThrow(
    /cubic kernel needs a tail of at least linear/,
  );
  expect(() => radialBasis({ ridge: -1 })).toThrow(/ridge.*-1/);
});

test('a single row is answered everywhere', async () => {
  const model = await radialBasis().fit(
    labeled(plane, one, 1, () => [3]),
    testRun('rbf'),
  );
  expect(model.predict(new Matrix(1, 2)).get(0, 0)).toBe(3);
  expect(model.health.notes.join()).toMatch(/same in every row/);
});
