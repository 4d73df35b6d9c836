import { expect, test } from 'vitest';
import { Matrix } from '../../src/numerics/matrix.ts';

const sample = () =>
  Matrix.from([
    [1, 2, 3],
    [4, 5, 6],
  ]);

test('rows become row-major data and are read back by position', () => {
  const matrix = sample();
  expect([matrix.rows, matrix.columns]).toEqual([2, 3]);
  expect([...matrix.data]).toEqual([1, 2, 3, 4, 5, 6]);
  expect(matrix.get(1, 0)).toBe(4);
});

test('a row is a view and a column is a copy', () => {
  const matrix = sample();
  matrix.row(1)[2] = 60;
  matrix.column(0)[0] = 99;
  expect(matrix.get(1, 2)).toBe(60);
  expect(matrix.get(0, 0)).toBe(1);
  matrix.set(0, 1, -2);
  expect([...matrix.column(1)]).toEqual([-2, 5]);
});

test('selected rows keep the asked order and may repeat', () => {
  expect([...sample().select([1, 0, 1]).data]).toEqual([4, 5, 6, 1, 2, 3, 4, 5, 6]);
});

test('stacking puts the other rows below', () => {
  expect([...sample().stack(Matrix.from([[7, 8, 9]])).data]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(Matrix.from([], 3).stack(sample()).rows).toBe(2);
});

test('shapes that do not fit are refused', () => {
  expect(() => new Matrix(2, 2, new Float64Array(3))).toThrow(/2 x 2 matrix needs 4/);
  expect(() => Matrix.from([[1], [1, 2]])).toThrow(/row 1 has 2/);
  expect(() => sample().stack(new Matrix(1, 2))).toThrow(RangeError);
});
