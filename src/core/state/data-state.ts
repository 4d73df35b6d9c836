import { Matrix } from '../../numerics/matrix.ts';
import { PackedMatrix, type Rows } from '../../numerics/packed-matrix.ts';
import { Dataset } from '../dataset.ts';
import type { Output } from '../output.ts';
import type { Parameters } from '../space/parameter.ts';
import { Space } from '../space/space.ts';
import { type MatrixState, matrixOf, matrixState } from './matrix-state.ts';

/** An output without the code of its formula. */
export type OutputState = Output;

/** The outputs as plain data. */
export function outputStates(outputs: readonly Output[]): readonly OutputState[] {
  return outputs.map((output) => {
    if (output.classes) return output;
    const { formula: _, ...rest } = output;
    return rest;
  });
}

/** Completed rows as plain data. */
export interface DataState {
  readonly parameters: Parameters;
  readonly outputs: readonly OutputState[];
  /** n x d, packed or not. */
  readonly x: { readonly rows: number; readonly columns: number; readonly data: Rows['data'] };
  /** n x m. */
  readonly y: MatrixState;
  /** n x c and n, where the data set has them. */
  readonly shares?: MatrixState;
  readonly weights?: Float64Array;
  /** How many rows these stand for, where they are some of them. */
  readonly standsFor?: number;
}

/** The completed rows of a data set as plain data. */
export function dataState(data: Dataset): DataState {
  const { space, outputs, points, y, shares, weights } = data.finite();
  const { rows, columns } = points;
  return {
    parameters: space.parameters,
    outputs: outputStates(outputs),
    x: { rows, columns, data: points.data },
    y: matrixState(y),
    ...(shares && { shares: matrixState(shares) }),
    ...(weights && { weights }),
  };
}

/** The data set of completed rows; their ids are their numbers. */
export function dataOf({ parameters, outputs, x, y, shares, weights }: DataState): Dataset {
  const { data, columns } = x;
  const points =
    data instanceof Float64Array ? new Matrix(x.rows, columns, data) : new PackedMatrix(x.rows, columns, data);
  const rows = Array.from(
    { length: x.rows },
    (_, i) => ({ id: String(i), status: 'completed', milliseconds: 0 }) as const,
  );
  const doubts = { ...(shares && { shares: matrixOf(shares) }), ...(weights && { weights }) };
  return new Dataset(new Space(parameters), outputs, points, matrixOf(y), rows, doubts);
}
