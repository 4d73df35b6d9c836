import { expect, test } from 'vitest';
import { Dataset } from '../core/dataset.ts';
import type { Model, Surrogate } from '../core/model.ts';
import { Matrix } from '../numerics/matrix.ts';
import { Rng } from '../numerics/random.ts';
import { difference } from './fitted.ts';
import { labeled, points, testRun } from './labeled.ts';
import { classes, cube, mixed, mixedAnswer, numbers, smooth, twoClasses } from './subjects.ts';

/** What a surrogate's tests may say about answers that are not sure. */
export interface DoubtLawOptions {
  /** Default `both`. */
  readonly outputs?: 'numbers' | 'classes' | 'both';
  /** Of one that uses weights: a recipe that draws nothing, whose model with a weight of 2 is, to rounding, that of a row that is there twice. */
  readonly exactly?: () => Surrogate;
}

/** How far the shares that a model learned may be from those that it was taught. */
const NEAR = 0.1;

/** The rows of `data`, and behind them, with three times the weight, the same with the other of the values 0 and 1. */
function contradicting(data: Dataset): Dataset {
  const turned = data.withOutputs(
    data.outputs,
    new Matrix(
      data.size,
      1,
      data.y.data.map((value) => 1 - value),
    ),
  );
  const weights = Float64Array.from({ length: 2 * data.size }, (_, i) => (i < data.size ? 1 : 3));
  return data.concat(turned).weighted(weights);
}

/** What every surrogate promises of answers that are not sure, and of rows that weigh more than others. */
export function doubtLaws(
  make: () => Surrogate,
  train: (data: Dataset, path?: string) => Promise<Model>,
  { outputs = 'both', exactly }: DoubtLawOptions,
): void {
  const fresh = points(cube, 20, new Rng('surrogate-laws/test'));
  const output = outputs === 'classes' ? twoClasses : numbers.slice(0, 1);
  const half = () => labeled(cube, output, 30, () => [0]);
  const { usesWeights = false } = make();
  if (outputs !== 'numbers') shareLaws(train);

  test.skipIf(usesWeights)('refuses weights, which it cannot use, and says so', async () => {
    const data = half().weighted(new Float64Array(30).fill(2));
    await expect(train(data)).rejects.toMatchObject({
      code: 'invalid-data',
      message: expect.stringContaining('cannot use weights of rows'),
    });
  });

  test.skipIf(!usesWeights)('answers with the weighted mean where rows contradict each other', async () => {
    const model = await train(contradicting(half()));
    const { columns, data } = model.predict(fresh);
    const told = Float64Array.from({ length: 20 }, (_, i) => data[(i + 1) * columns - 1]);
    expect(Math.abs(told.reduce((sum, value) => sum + value / 20, 0) - 0.75)).toBeLessThan(NEAR);
  });

  test.skipIf(!exactly)('a weight of 2 is a row that is there twice', async () => {
    const both = [...(outputs === 'classes' ? [] : numbers), ...(outputs === 'numbers' ? [] : classes)];
    const data = labeled(cube, both, 40, (u) => {
      const height = smooth(u);
      return both.map((one) => (one.classes ? (height < 0.3 ? 0 : height < 0.8 ? 1 : 2) : height));
    });
    const often = Array.from({ length: 40 }, (_, i) => 1 + (i % 5 === 0 ? 1 : 0) + (i % 11 === 0 ? 1 : 0));
    const rows = often.flatMap((count, i) => new Array<number>(count).fill(i));
    const weighted = await exactly!().fit(data.weighted(Float64Array.from(often)), testRun('7/fit'));
    const repeated = await exactly!().fit(data.select(rows), testRun('7/fit'));
    const plain = await exactly!().fit(data, testRun('7/fit'));
    const [once, twice, without] = [weighted, repeated, plain].map((model) => model.predict(fresh).data);
    expect(difference(once, twice)).toBeLessThan(1e-9);
    expect(difference(once, without)).toBeGreaterThan(1e-6);
  });
}

function shareLaws(train: (data: Dataset) => Promise<Model>): void {
  test('shares that are all 1 and 0 give the model of the labels, bit for bit', async () => {
    const data = labeled(mixed, classes, 50, (u) => [mixedAnswer(u) < 0.3 ? 0 : mixedAnswer(u) < 1 ? 1 : 2]);
    const certain = new Dataset(mixed, classes, data.x, data.y, data.rows, { shares: data.targets() });
    const fresh = points(mixed, 40, new Rng('surrogate-laws/fresh'));
    const [byLabels, byShares] = [await train(data), await train(certain)].map((model) => model.predict(fresh).data);
    expect(byShares).toEqual(byLabels);
  });

  test('learns how sure who answered was', async () => {
    const data = labeled(cube, twoClasses, 30, () => [0]);
    const shares = new Matrix(
      30,
      2,
      Float64Array.from({ length: 60 }, (_, at) => (at % 2 === 0 ? 0.7 : 0.3)),
    );
    const model = await train(new Dataset(cube, twoClasses, data.x, data.y, data.rows, { shares }));
    for (const [at, share] of model.predict(points(cube, 20, new Rng('surrogate-laws/test'))).data.entries())
      expect(Math.abs(share - (at % 2 === 0 ? 0.7 : 0.3))).toBeLessThan(NEAR);
  });
}
