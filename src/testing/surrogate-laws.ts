import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnCount } from '../core/columns.ts';
import { Dataset } from '../core/dataset.ts';
import { ImagoError } from '../core/errors.ts';
import { isProbabilistic, type Model, type Surrogate } from '../core/model.ts';
import { categorical } from '../core/space/parameter.ts';
import { Space } from '../core/space/space.ts';
import { isSavable, type ModelState, type SavableModel } from '../core/state/model-state.ts';
import { Matrix } from '../numerics/matrix.ts';
import { Rng } from '../numerics/random.ts';
import { restoreModel } from '../surrogates/restore.ts';
import type { Capability } from './capabilities.ts';
import { type DoubtLawOptions, doubtLaws } from './doubt-laws.ts';
import type { Fitted } from './fitted.ts';
import { dataset, labeled, points, testRun } from './labeled.ts';
import { modelLaws } from './model-laws.ts';
import { pointLaws } from './point-laws.ts';
import { classes, cube, mixed, mixedAnswer, numbers, smooth, twoClasses } from './subjects.ts';

/** What a surrogate's tests may say about it. */
export interface SurrogateLawOptions extends DoubtLawOptions {
  /** What its models offer beyond predictions. */
  readonly capabilities: readonly Capability[];
  /** The same of models of a class alone, where they differ. */
  readonly ofClasses?: readonly Capability[];
  /** Whether it can search again from an earlier fit. Default false. */
  readonly refits?: boolean;
  /** What gives its models back from their states, where they have some. Default `restoreModel`, which knows those of imago. */
  readonly restore?: (state: ModelState) => SavableModel;
  /** q2 that it must reach on a smooth function of three numbers from 60 rows, at any scale. Default 0.5. */
  readonly q2?: number;
  /** Share of right classes that it must reach where a plane separates two classes, from 60 rows. Default 0.8. */
  readonly accuracy?: number;
  /** Whether its models can be asked in the author's units, as those of `inUnits`. Default true. */
  readonly units?: boolean;
  /** Random degenerate data sets to try. Default 12. */
  readonly runs?: number;
}

/** What every surrogate promises; calls the laws of models on fits to cubes, mixed spaces and classes. */
export function surrogateLaws<M extends Model>(
  name: string,
  make: () => Surrogate<M>,
  options: SurrogateLawOptions,
): void {
  const outputs = options.outputs ?? 'both';
  const withNumbers = outputs !== 'classes';
  const train = (data: Dataset, path = 'surrogate-laws') => make().fit(data, testRun(path));
  const { capabilities, ofClasses = capabilities, units = true } = options;
  const both = (kind: string, fit: () => Promise<Fitted>, claimed = capabilities) =>
    bothLaws(kind, fit, claimed, units, options.restore);
  const cubeData = () =>
    withNumbers
      ? labeled(cube, numbers, 40, (u) => [smooth(u), 10 - u[0]])
      : labeled(cube, twoClasses, 40, (u) => [u[0] + u[1] > 1 ? 1 : 0]);

  describe(`${name} as a surrogate`, () => {
    purityLaws(make, cubeData, options);
    if (withNumbers) numberLaws(train, options);
    if (outputs !== 'numbers') classLaws(train, options);
    doubtLaws(make, train, options);
    if (withNumbers)
      both(`${name} of numbers in a mixed space`, async () => {
        const data = labeled(mixed, numbers, 50, (u) => [mixedAnswer(u), 1 + u[0] * u[5]]);
        return { data, model: await train(data) };
      });
    if (outputs !== 'numbers')
      both(
        `${name} of classes`,
        async () => {
          const data = labeled(mixed, classes, 50, (u) => [mixedAnswer(u) < 0.3 ? 0 : mixedAnswer(u) < 1 ? 1 : 2]);
          return { data, model: await train(data) };
        },
        ofClasses,
      );
    if (outputs === 'both')
      both(`${name} of a number and a class`, async () => {
        const data = labeled(cube, [...numbers.slice(0, 1), ...classes], 40, (u) => [
          smooth(u),
          u[0] < 0.3 ? 0 : u[1] < 0.5 ? 1 : 2,
        ]);
        return { data, model: await train(data) };
      });
  });
}

function bothLaws(
  name: string,
  make: () => Promise<Fitted>,
  capabilities: readonly Capability[],
  units: boolean,
  restore: SurrogateLawOptions['restore'],
): void {
  let fitted: Promise<Fitted> | undefined;
  const once = () => {
    fitted ??= make();
    return fitted;
  };
  modelLaws(name, once, capabilities, restore);
  describe.skipIf(!units)('in units', () => pointLaws(name, once));
}

function purityLaws<M extends Model>(
  make: () => Surrogate<M>,
  cubeData: () => Dataset,
  { refits = false, restore = restoreModel }: SurrogateLawOptions,
): void {
  const x = points(cube, 30, new Rng('surrogate-laws/test'));
  const surrogate = make();
  let fitted: Promise<M> | undefined;
  /** The fit that others are compared with. */
  const first = () => {
    fitted ??= surrogate.fit(cubeData(), testRun('7/fit'));
    return fitted;
  };
  let earlier: Promise<M> | undefined;
  /** A fit to 25 of the 40 rows. */
  const previous = () => {
    earlier ??= make().fit(cubeData().select(Array.from({ length: 25 }, (_, i) => i)), testRun('7/25'));
    return earlier;
  };

  test('has a name', () => expect(make().name).toMatch(/\S/));

  test('equal data and stream give equal predictions, whoever fits and however often', async () => {
    const expected = (await first()).predict(x).data;
    expect((await surrogate.fit(cubeData(), testRun('7/fit'))).predict(x).data).toEqual(expected);
    expect((await make().fit(cubeData(), testRun('7/fit'))).predict(x).data).toEqual(expected);
  });

  test('failed rows make no difference, and the data stay as they were', async () => {
    const data = cubeData();
    const failed = dataset(cube, data.outputs, x, new Matrix(30, data.outputs.length, nan(30 * data.outputs.length)));
    const both = new Dataset(cube, data.outputs, failed.x.stack(data.x), failed.y.stack(data.y), [
      ...failed.rows,
      ...data.rows,
    ]);
    const before = [both.x.data.slice(), both.y.data.slice()];
    const model = await make().fit(both, testRun('7/fit'));
    expect([both.x.data, both.y.data]).toEqual(before);
    expect(model.health.points).toBe(40);
    expect(model.predict(x).data).toEqual((await first()).predict(x).data);
  });

  test('an earlier fit to a prefix of the data is welcome and changes nothing that is promised', async () => {
    const data = cubeData();
    const model = await make().fit(data, testRun('7/40'), await previous());
    expect(model.health.points).toBe(40);
    expect(model.predict(x).data.every(Number.isFinite)).toBe(true);
    expect((await make().fit(data, testRun('7/40'), await previous())).predict(x).data).toEqual(model.predict(x).data);
  });

  test('an earlier fit that is given back from its state is as good as the fit itself', async ({ skip }) => {
    const data = cubeData();
    const before = await previous();
    if (!isSavable(before)) return skip('the model has no state: it cannot be saved');
    const given = restore(structuredClone(before.state)) as Model as M;
    const fitted = async (from: M) => (await make().fit(data, testRun('7/40'), from)).predict(x).data;
    expect(await fitted(given)).toEqual(await fitted(before));
    if (!refits) return;
    const again = async (from: M) => (await make().refit!(data, testRun('7/again'), from)).predict(x).data;
    expect(await again(given)).toEqual(await again(before));
  });

  test('can search again from an earlier fit where that is claimed of it', () => {
    expect(surrogate.refit !== undefined).toBe(refits);
  });

  test.skipIf(!refits)('searched again from an earlier fit, it knows all rows then and is as pure', async () => {
    const data = cubeData();
    const model = await surrogate.refit!(data, testRun('7/again'), await previous());
    expect(model.health.points).toBe(40);
    expect(model.predict(x).data.every(Number.isFinite)).toBe(true);
    const again = await make().refit!(data, testRun('7/again'), await previous());
    expect(again.predict(x).data).toEqual(model.predict(x).data);
    const cancelled = testRun('7/again', { signal: AbortSignal.abort() });
    await expect(surrogate.refit!(data, cancelled, await previous())).rejects.toThrow(ImagoError);
  });

  test('without a completed row there is nothing to fit, and it says so', async () => {
    const { outputs } = cubeData();
    const failed = dataset(cube, outputs, x, new Matrix(30, outputs.length, nan(30 * outputs.length)));
    for (const data of [Dataset.empty(cube, outputs), failed])
      await expect(make().fit(data, testRun('7/fit'))).rejects.toMatchObject({ name: 'ImagoError', code: 'no-data' });
  });

  test('stops when the run is cancelled', async () => {
    const run = testRun('7/fit', { signal: AbortSignal.abort() });
    await expect(make().fit(cubeData(), run)).rejects.toThrow(ImagoError);
  });
}

function nan(count: number): Float64Array {
  return new Float64Array(count).fill(Number.NaN);
}

function numberLaws(
  train: (data: Dataset, path?: string) => Promise<Model>,
  { capabilities, q2 = 0.5, runs = 12 }: SurrogateLawOptions,
): void {
  const nothing = { mean: new Matrix(0, 2), variance: new Matrix(0, 2) };
  test.each([1, 1e-300, 1e300, -1e8])('learns a smooth function whose values are of the size of %f', async (scale) => {
    const output = numbers.slice(0, 1);
    const model = await train(labeled(cube, output, 60, (u) => [scale * smooth(u)]));
    const fresh = points(cube, 200, new Rng('surrogate-laws/fresh'));
    const prediction = model.predict(fresh).data.map((value) => value / scale);
    const truth = Float64Array.from({ length: 200 }, (_, i) => smooth(fresh.row(i)));
    const mean = truth.reduce((sum, value) => sum + value, 0) / 200;
    const squares = (of: (i: number) => number) => truth.reduce((sum, _, i) => sum + of(i) ** 2, 0);
    expect(1 - squares((i) => truth[i] - prediction[i]) / squares((i) => truth[i] - mean)).toBeGreaterThan(q2);
  });

  test('answers constant outputs with the constant, near enough', async () => {
    const model = await train(labeled(cube, numbers, 20, () => [5, 0]));
    const answer = model.predict(points(cube, 20, new Rng('surrogate-laws/test')));
    for (let i = 0; i < 20; i++) {
      expect(Math.abs(answer.get(i, 0) - 5)).toBeLessThan(0.05);
      expect(Math.abs(answer.get(i, 1))).toBeLessThan(0.01);
    }
  });

  test('answers with finite numbers whatever the data: few, repeated, contradictory, collinear, huge, tiny, with outliers', async () => {
    const value = fc.oneof(
      fc.constantFrom(0, 1, -8.5e7, 1e-300, -1e-300, 1e300, -1e300, Number.MIN_VALUE, 3),
      fc.double({ min: -10, max: 10, noNaN: true }),
    );
    const coordinate = fc.oneof(fc.constantFrom(0, 0.5, 1), fc.double({ min: 0, max: 1, noNaN: true }));
    const row = fc.tuple(coordinate, coordinate, coordinate, value, value);
    const rows = fc.array(row, { minLength: 1, maxLength: 12 });
    const shape = fc.constantFrom('any', 'repeated', 'collinear');
    const x = points(cube, 10, new Rng('surrogate-laws/test'));
    await fc.assert(
      fc.asyncProperty(rows, shape, async (list, kind) => {
        const inputs = list.map(([a, b, c]) =>
          kind === 'repeated' ? [0.5, 0.5, 0.5] : kind === 'any' ? [a, b, c] : [a, a, 0.5],
        );
        const data = dataset(cube, numbers, Matrix.from(inputs), Matrix.from(list.map((r) => [r[3], r[4]])));
        const model = await train(data);
        expect(model.predict(x).data.every(Number.isFinite)).toBe(true);
        expect(model.health.points).toBe(list.length);
        expect(isProbabilistic(model)).toBe(capabilities.includes('posterior'));
        const { mean, variance } = isProbabilistic(model) ? model.posterior(x) : nothing;
        expect(mean.data.every(Number.isFinite)).toBe(true);
        expect(variance.data.every((v) => v >= 0)).toBe(true);
      }),
      { numRuns: runs, seed: 11 },
    );
  });

  test('fits a space of categories only', async () => {
    const space = new Space({ a: categorical('x', 'y'), b: categorical('p', 'q', 'r') });
    const data = labeled(space, numbers.slice(0, 1), 15, (u) => [u[0] + 2 * u[1]]);
    expect((await train(data)).predict(data.x).data.every(Number.isFinite)).toBe(true);
  });
}

function classLaws(
  train: (data: Dataset, path?: string) => Promise<Model>,
  { accuracy = 0.8 }: SurrogateLawOptions,
): void {
  test('learns two classes that a plane separates', async () => {
    const side = (u: Float64Array) => (u[0] + u[1] > 1 ? 1 : 0);
    const model = await train(labeled(cube, twoClasses, 60, (u) => [side(u)]));
    const fresh = points(cube, 300, new Rng('surrogate-laws/fresh'));
    const answer = model.predict(fresh);
    let right = 0;
    for (let i = 0; i < 300; i++) right += answer.get(i, side(fresh.row(i))) > 0.5 ? 1 : 0;
    expect(right / 300).toBeGreaterThan(accuracy);
  });

  test('knows a class that it never saw, and data of one class only', async () => {
    const data = labeled(cube, classes, 12, () => [1]);
    const answer = (await train(data)).predict(points(cube, 20, new Rng('surrogate-laws/test')));
    expect(answer.columns).toBe(columnCount(data.outputs));
    for (let i = 0; i < 20; i++) expect(answer.get(i, 1)).toBeGreaterThan(0.5);
  });

  test('fits one row of one class', async () => {
    const answer = (await train(labeled(cube, classes, 1, () => [2]))).predict(new Matrix(3, 3));
    expect(answer.data.every(Number.isFinite)).toBe(true);
  });
}
