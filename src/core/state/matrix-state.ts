import { Matrix } from '../../numerics/matrix.ts';

/** A matrix as plain data. */
export interface MatrixState {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

/** The matrix as plain data, its numbers shared. */
export function matrixState({ rows, columns, data }: Matrix): MatrixState {
  return { rows, columns, data };
}

/** The matrix of its plain data, the numbers shared. */
export function matrixOf({ rows, columns, data }: MatrixState): Matrix {
  return new Matrix(rows, columns, data);
}
