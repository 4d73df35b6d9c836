import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../../src/core/dataset.ts';
import type { LeaveOneOut, ProbabilisticModel, Surrogate } from '../../../src/core/model.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { fitColumn, refitColumn } from '../../../src/optimization/bayesian/column-fit.ts';
import type { Column } from '../../../src/optimization/bayesian/columns.ts';
import { constraintTransforms } from '../../../src/optimization/bayesian/transform.ts';
import { dataset, testRun } from '../../../src/testing/labeled.ts';
import { cube } from '../../../src/testing/problems.ts';

type Model = ProbabilisticModel & LeaveOneOut;

/** What is left out of a row: the mean and the variance of a model that has not seen it. */
type Left = (value: number, isPlain: boolean) => readonly [mean: number, variance: number];

const constraint = (...values: number[]): Column => ({
  kind: 'constraint',
  text: 'g',
  modeled: true,
  values: Float64Array.from(values),
});

const rowsOf = ({ values, text }: Column): Dataset => {
  const x = Matrix.from(Array.from(values, (_, i) => [i / values.length]));
  return dataset(cube(1), [{ name: text }], x, Matrix.from(Array.from(values, (value) => [value])));
};

/** A surrogate that tells of each row, in the units that it was fitted in, what `left` says. */
function telling({ values }: Column, left: Left): Surrogate<Model> & Required<Pick<Surrogate<Model>, 'refit'>> {
  const fit = async ({ x, y }: Dataset): Promise<Model> => {
    const isPlain = y.get(0, 0) === values[0];
    const rows = Array.from({ length: x.rows }, (_, i) => left(y.get(i, 0), isPlain));
    const told = {
      mean: Matrix.from(rows.map(([mean]) => [mean])),
      variance: Matrix.from(rows.map(([, variance]) => [variance])),
    };
    return {
      health: { points: x.rows, notes: [] },
      predict: () => told.mean,
      posterior: () => told,
      leaveOneOut: () => told,
    };
  };
  return { name: 'telling', fit, refit: fit };
}

describe('a limit with a short tail', () => {
  const column = constraint(-8, -7, -6, -5, -0.4, 0.3, 0.2, -0.1, 5, 6);
  const [, logarithm] = constraintTransforms(column.values);
  const isNear = (value: number, isPlain: boolean) => Math.abs(value) < (isPlain ? 1 : logarithm.apply(1));
  const chosen = async (left: Left) =>
    (await fitColumn(column, rowsOf(column), telling(column, left), testRun('limit'))).transform.kind;

  test('has two transforms to choose from', () => {
    expect(constraintTransforms(column.values).map(({ kind }) => kind)).toEqual(['identity', logarithm.kind]);
  });

  test('is modeled as foretells best the half of the values that are nearest to it', async () => {
    // Far rows are told as surely as can be under one transform, near ones under the other.
    const sureOf = (near: boolean, plain: boolean): Left => {
      return (value, isPlain) => [value, isNear(value, isPlain) === near && isPlain === plain ? 1e-8 : 1e-4];
    };
    expect(await chosen(sureOf(true, true))).toBe('identity');
    expect(await chosen(sureOf(true, false))).toBe(logarithm.kind);
    expect(await chosen((value, isPlain) => [value, isNear(value, isPlain) === isPlain ? 1e-4 : 1e-12])).toBe(
      logarithm.kind,
    );
  });

  test('is modeled as knows on which side of it the values are, also those that are far', async () => {
    // The near half is told alike; three far rows are taken for rows on the other side under one of the transforms.
    const wrong = (plain: boolean): Left => {
      return (value, isPlain) => {
        const isLost = isPlain === plain && value < (isPlain ? -5.5 : logarithm.apply(-5.5));
        const scale = isPlain ? 1 : Math.exp(logarithm.logSlope(0.2));
        return [isLost ? -value : value, (0.05 * scale) ** 2];
      };
    };
    expect(await chosen(wrong(true))).toBe(logarithm.kind);
    expect(await chosen(wrong(false))).toBe('identity');
  });
});

describe('a column with more rows', () => {
  const exact: Left = (value) => [value, 1e-6];
  const again = async (before: Column, after: Column) => {
    const fitted = await fitColumn(before, rowsOf(before), telling(before, exact), testRun('whole'));
    return refitColumn(after, rowsOf(after), telling(after, exact), fitted, testRun('again'));
  };

  test('is searched again under the transforms that were tried', async () => {
    const grown = await again(constraint(1, 2, 3, -4, 5, 6, 7, 8), constraint(1, 2, 3, -4, 5, 6, 7, 9, 10));
    expect(grown?.model.health.points).toBe(9);
  });

  test('is fitted whole where others are to be tried, be they as many', async () => {
    const [level, tail] = [constraint(0, 0, 0, 0, 0, 1, 2, 3), constraint(0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 1e4)];
    expect([level, tail].map(({ values }) => constraintTransforms(values).map(({ kind }) => kind))).toEqual([
      ['identity'],
      ['signed log'],
    ]);
    expect(await again(level, tail)).toBeUndefined();
  });
});
