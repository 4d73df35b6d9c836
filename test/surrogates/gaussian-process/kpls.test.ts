import { describe, expect, test } from 'vitest';
import { ImagoError } from '../../../src/core/errors.ts';
import { outputList } from '../../../src/core/output.ts';
import { categorical, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import type { GaussianProcessModel } from '../../../src/kriging/process/model.ts';
import { KrigingPosterior } from '../../../src/kriging/process/posterior.ts';
import { likelihoodOf, logParameters } from '../../../src/kriging/process/search.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { gaussianProcess } from '../../../src/surrogates/gaussian-process/gaussian-process.ts';
import { kpls } from '../../../src/surrogates/gaussian-process/kpls.ts';
import { responseSurface } from '../../../src/surrogates/polynomial/response-surface.ts';
import { PROCESS } from '../../../src/testing/capabilities.ts';
import { dataset, labeled, points, testRun } from '../../../src/testing/labeled.ts';
import { surrogateLaws } from '../../../src/testing/surrogate-laws.ts';

describe('as others', { tags: ['slow'] }, () => {
  surrogateLaws('kpls()', () => kpls(), { capabilities: PROCESS, refits: true, q2: 0.9, runs: 6 });
});
surrogateLaws('kpls({ refine: true })', () => kpls({ refine: true, components: 2 }), {
  capabilities: PROCESS,
  refits: true,
  q2: 0.99,
  runs: 4,
});

const one = outputList({ y: {} });
const cube = (d: number) => new Space(Object.fromEntries(Array.from({ length: d }, (_, j) => [`x${j}`, real(0, 1)])));
const twenty = cube(20);

/** A ridge whose slope falls from input to input, and a curvature along the second. */
function ridge(u: Float64Array): number {
  const along = u.reduce((sum, v, j) => sum + (v - 0.5) * Math.exp(-j / 4), 0);
  return Math.sin(3 * along) + u[1] ** 2;
}

/** The numbers that the components of a fit are weighted with, in units of standardized rows. */
function weightsOf(model: GaussianProcessModel): Float64Array {
  const { kriging } = model.columns[0];
  if (!(kriging instanceof KrigingPosterior) || !kriging.parts.family) throw new Error('the fit has no components');
  const { family } = kriging.parts;
  return family.reduce(kriging.hyperparameters.lengthscales.map(Math.log)).map(Math.exp);
}

/** What a search of every lengthscale minimizes. */
function minusLogLikelihood(model: GaussianProcessModel): number {
  const { kriging } = model.columns[0];
  if (!(kriging instanceof KrigingPosterior)) throw new Error('the fit is not exact');
  return likelihoodOf(kriging.parts, 'squared-exponential').value(logParameters(kriging));
}

function relativeError(found: Float64Array, truth: Float64Array): number {
  const sum = (values: Float64Array) => values.reduce((total, v) => total + v ** 2, 0);
  return Math.sqrt(sum(found.map((v, i) => v - truth[i])) / sum(truth));
}

describe('as the toolbox of the authors of the method', () => {
  const primes = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71];
  const kronecker = (n: number, from: number) =>
    Matrix.from(Array.from({ length: n }, (_, i) => primes.map((p) => ((i + from) * Math.sqrt(p)) % 1)));
  const answers = (x: Matrix) => Float64Array.from({ length: x.rows }, (_, i) => ridge(x.row(i)));
  const x = kronecker(100, 1);
  const data = dataset(twenty, one, x, new Matrix(100, 1, answers(x)));
  const tested = kronecker(1000, 1001);

  // SMT 2.15 standardizes with n - 1 in place of n: its thetas are larger by n / (n - 1).
  test.each([
    [1, [0.9294945], 0.437627, 0.86287331],
    [2, [0.40908, 0.1545949], 0.4238898, 1.13203376],
  ])('has its weights, error and prediction with %d components', async (components, thetas, error, first) => {
    const model = await kpls({ components, nugget: 'interpolate', transform: 'none' }).fit(data, testRun('smt'));
    thetas.forEach((theta, k) => {
      expect(weightsOf(model)[k] / theta).toBeCloseTo(1, 1);
    });
    const found = model.predict(tested).data;
    expect(relativeError(found, answers(tested))).toBeCloseTo(error, 3);
    expect(found[0]).toBeCloseTo(first, 2);
  });
});

describe('of 30 inputs', () => {
  const space = cube(30);
  const data = labeled(space, one, 150, (u) => [ridge(u)]);
  const x = points(space, 400, new Rng('kpls/tested'));
  const truth = Float64Array.from({ length: 400 }, (_, i) => ridge(x.row(i)));

  test('ranks them by what they do', async () => {
    const model = await kpls({ components: 1 }).fit(data, testRun('ranks'));
    const lengthscales = model.hyperparameters[0]?.lengthscales ?? new Float64Array(0);
    const first = Math.max(...lengthscales.subarray(0, 4));
    expect(lengthscales.subarray(10).filter((l) => l > first).length).toBeGreaterThanOrEqual(18);
  });

  test('chooses from one to four components', async () => {
    const model = await kpls({ transform: 'none' }).fit(data, testRun('chooses'));
    expect(weightsOf(model).length).toBeGreaterThanOrEqual(1);
    expect(weightsOf(model).length).toBeLessThanOrEqual(4);
  });

  test('learns more than a plane', async () => {
    const plane = relativeError(
      (await responseSurface({ degree: 1 }).fit(data, testRun('plane'))).predict(x).data,
      truth,
    );
    const few = relativeError((await kpls().fit(data, testRun('few'))).predict(x).data, truth);
    expect(few).toBeLessThan(0.95 * plane);
  });

  test('finds, refined, at least the likelihood of a process that fits every lengthscale', async () => {
    const options = { nugget: 'interpolate', transform: 'none', calibrate: false } as const;
    const process = gaussianProcess({ ...options, kernel: 'squared-exponential', trend: 'constant' });
    const plain = await process.fit(data, testRun('refine'));
    const refined = await kpls({ ...options, refine: true }).fit(data, testRun('refine'));
    expect(minusLogLikelihood(refined)).toBeLessThanOrEqual(minusLogLikelihood(plain));
    expect(() => weightsOf(refined)).toThrow('no components');
  });

  test('starts an earlier fit of as many components again', async () => {
    const model = await kpls({ transform: 'none' }).fit(data, testRun('first'));
    const more = labeled(space, one, 160, (u) => [ridge(u)]);
    const again = await kpls({ transform: 'none' }).fit(more, testRun('again'), model);
    expect(weightsOf(again).length).toBe(weightsOf(model).length);
    expect(relativeError(again.predict(x).data, truth)).toBeLessThan(relativeError(new Float64Array(400), truth));
  });

  test('takes in rows without a fit, with the lengthscales that it has', async () => {
    const model = await kpls().fit(data, testRun('grown'));
    const added = x.select([0, 1, 2]);
    const grown = model.conditioned(added, new Matrix(3, 1, truth.slice(0, 3)));
    expect(grown.hyperparameters[0]?.lengthscales).toEqual(model.hyperparameters[0]?.lengthscales);
    expect(relativeError(grown.predict(added).data, truth.slice(0, 3))).toBeLessThan(1e-3);
  });

  test('approximates more rows than are to be exact', async () => {
    const model = await kpls({ exactRows: 100 }).fit(data, testRun('many'));
    expect(model.extendable).toBe(false);
    expect(relativeError(model.predict(x).data, truth)).toBeLessThan(0.8);
  });
});

test('of categories, takes the mean over their features', async () => {
  const space = new Space({ material: categorical('steel', 'aluminium', 'wood'), load: real(0, 1) });
  const data = labeled(space, one, 40, (u) => [(u[0] > 0.6 ? 1 : 0) + 0.2 * Math.sin(4 * u[1])]);
  const model = await kpls().fit(data, testRun('categories'));
  expect(model.health.q2Loo?.[0]).toBeGreaterThan(0.9);
});

test.each([0, 1.5, Number.NaN])('refuses %d components', (components) => {
  expect(() => kpls({ components })).toThrow(ImagoError);
  expect(() => kpls({ components })).toThrow('kpls: components must be auto or a whole number from 1');
});
