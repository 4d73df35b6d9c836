import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../../src/core/dataset.ts';
import { ImagoError } from '../../../src/core/errors.ts';
import { outputList } from '../../../src/core/output.ts';
import { FeatureMap } from '../../../src/core/space/feature-map.ts';
import { categorical, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { defaultStart, kriging } from '../../../src/kriging/process/search.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { gaussianProcess } from '../../../src/surrogates/gaussian-process/gaussian-process.ts';
import { vecchia } from '../../../src/surrogates/gaussian-process/vecchia.ts';
import { dataset, labeled, points, testRun } from '../../../src/testing/labeled.ts';

const cube = new Space({ a: real(0, 1), b: real(0, 1), c: real(0, 1) });
const kinds = new Space({ metal: categorical('iron', 'tin', 'zinc'), glue: categorical('bone', 'resin') });
const one = outputList({ y: {} });
const wave = (u: Float64Array) => Math.sin(6 * u[0]) + u[1] - u[2] ** 2;
const makers = [
  ['gaussianProcess', () => gaussianProcess()],
  ['vecchia', () => vecchia({ learnt: 15, neighbors: 4, inducing: 6 })],
] as const;

/** Everything that a model says is finite, at its rows and elsewhere. */
async function soundly(make: (typeof makers)[number][1], data: Dataset): Promise<readonly string[]> {
  const model = await make().fit(data, testRun('degenerate'));
  const fresh = points(data.space, 12, new Rng('degenerate/fresh'));
  const x = fresh.stack(data.finite().x);
  const { mean, variance } = model.posterior(x);
  expect(mean.data.every(Number.isFinite)).toBe(true);
  expect(variance.data.every((v) => v >= 0 && v < Number.POSITIVE_INFINITY)).toBe(true);
  const gradient = model.posteriorGradient(fresh.row(0));
  for (const { data: numbers } of [gradient.meanGradient, gradient.varianceGradient])
    expect(numbers.every(Number.isFinite)).toBe(true);
  const left = model.leaveOneOut();
  expect([...left.mean.data, ...left.variance.data].every(Number.isFinite)).toBe(true);
  for (const sample of model.samples(fresh, 2, new Rng('degenerate/samples')))
    expect(sample.data.every(Number.isFinite)).toBe(true);
  return model.health.notes;
}

describe.each(makers)('%s', (_, make) => {
  test('of a constant output says so', async () => {
    expect(
      (
        await soundly(
          make,
          labeled(cube, one, 20, () => [4]),
        )
      ).join(),
    ).toMatch(/y is constant/);
  });

  test('of equal points with different answers says so', async () => {
    const x = points(cube, 12, new Rng('degenerate/twice'));
    const y = Float64Array.from({ length: 24 }, (_, i) => wave(x.row(i % 12)) + (i < 12 ? 0.2 : -0.2));
    const notes = await soundly(make, dataset(cube, one, x.stack(x), new Matrix(24, 1, y)));
    expect(notes.join()).toMatch(/different answers at equal points/);
  });

  test.each([1, 2, 3])('of %i points is sound', async (n) => {
    await soundly(
      make,
      labeled(cube, one, n, (u) => [wave(u)]),
    );
  });

  test('of one point many times is sound', async () => {
    const x = new Matrix(20, 3, new Float64Array(60).fill(0.3));
    const y = Float64Array.from({ length: 20 }, (_, i) => Math.sin(i));
    await soundly(make, dataset(cube, one, x, new Matrix(20, 1, y)));
  });

  test('of collinear inputs is sound', async () => {
    const x = Matrix.from(Array.from({ length: 30 }, (_, i) => [i / 29, 1 - i / 29, 0.5]));
    const y = Float64Array.from({ length: 30 }, (_, i) => Math.sin(i / 5));
    await soundly(make, dataset(cube, one, x, new Matrix(30, 1, y)));
  });

  test.each([1e-300, 1e300])('of outputs of the size %d is sound', async (scale) => {
    await soundly(
      make,
      labeled(cube, one, 30, (u) => [scale * wave(u)]),
    );
  });

  test('of an outlier of -8.5e7 is sound', async () => {
    await soundly(
      make,
      labeled(cube, one, 40, (u) => [u[0] > 0.95 ? -8.5e7 : wave(u)]),
    );
  });

  test('of categories alone is sound', async () => {
    await soundly(
      make,
      labeled(kinds, one, 18, (u) => [Math.floor(3 * u[0]) + (u[1] > 0.5 ? 0.3 : 0)]),
    );
  });

  test('of failed rows alone throws what it says', async () => {
    const x = points(cube, 5, new Rng('degenerate/failed'));
    const data = dataset(cube, one, x, new Matrix(5, 1, new Float64Array(5).fill(Number.NaN)));
    await expect(make().fit(data, testRun('degenerate'))).rejects.toThrow(ImagoError);
  });

  test('of values next to nothing among equal points is sound', async () => {
    const x = Matrix.from([...Array.from({ length: 6 }, () => [0, 0, 0]), [0, 0.25, 0], [0, 0.5 + 1e-12, 0]]);
    const y = new Matrix(8, 1, Float64Array.of(0, 0, 0, 0, 0, -5.56268464626801e-309, 1, 0));
    await soundly(make, dataset(cube, one, x, y));
  });

  test('of whatever data is sound', async () => {
    const value = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(0, 1, 1, -1, 1e-12, Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE),
    );
    const coordinate = fc.constantFrom(0, 0.25, 0.5, 0.5 + 1e-12, 1);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(coordinate, coordinate, coordinate, value), { minLength: 1, maxLength: 25 }),
        async (rows) => {
          const x = Matrix.from(rows.map(([a, b, c]) => [a, b, c]));
          await soundly(make, dataset(cube, one, x, Matrix.from(rows.map((row) => [row[3]]))));
        },
      ),
      { numRuns: 12, seed: 7, endOnFailure: true },
    );
  });
});

test('a covariance that no nugget mends ends with an error, not in an endless loop', () => {
  const x = Matrix.from([[0.1], [Number.NaN], [0.7]]);
  const line = new Space({ a: real(0, 1) });
  const data = {
    map: new FeatureMap(line.columns),
    basis: { constant: true, coordinates: [] },
    x,
    y: Float64Array.of(-1, 0, 1),
  };
  expect(() => kriging(data, 'squared-exponential', defaultStart('squared-exponential', 1))).toThrow(ImagoError);
});
