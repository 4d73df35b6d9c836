import { Matrix } from '../numerics/matrix.ts';
import type { Rows } from '../numerics/packed-matrix.ts';
import { ensure, ImagoError, show } from './errors.ts';
import type { Evaluation, FailureCause } from './evaluation.ts';
import type { Output } from './output.ts';
import type { Space } from './space/space.ts';

/** What is known of one row beside its numbers. */
export interface Row {
  readonly id: string;
  readonly status: 'completed' | 'failed';
  readonly cause?: FailureCause;
  readonly reason?: string;
  readonly milliseconds: number;
}

/** Points and answers, in the order in which they were asked for. A value: nothing changes it. */
export class Dataset {
  readonly space: Space;
  readonly outputs: readonly Output[];
  /** n x d, canonical unit-cube vectors, packed or not: what the data set keeps. Many rows of many inputs are best read from here. */
  readonly points: Rows;
  /** n x m, NaN in the rows of failed evaluations. */
  readonly y: Matrix;
  readonly rows: readonly Row[];
  #x: Matrix | undefined;

  constructor(space: Space, outputs: readonly Output[], x: Rows, y: Matrix, rows: readonly Row[]) {
    ensure(
      x.columns === space.dimension,
      'invalid-data',
      `x has ${x.columns} columns, the space has ${space.dimension}`,
    );
    ensure(
      y.columns === outputs.length,
      'invalid-data',
      `y has ${y.columns} columns, there are ${outputs.length} outputs`,
    );
    ensure(
      x.rows === y.rows && rows.length === x.rows,
      'invalid-data',
      `x has ${x.rows} rows, y ${y.rows}, rows ${rows.length}`,
    );
    ensure(
      x instanceof Matrix || space.columns.every(({ levels }) => levels === Number.POSITIVE_INFINITY),
      'invalid-data',
      'packed points are for spaces of real parameters only: the levels of others fall between packed numbers',
    );
    ensureInCube(space, x);
    this.space = space;
    this.outputs = outputs;
    this.points = x;
    this.y = y;
    this.rows = rows;
  }

  /** No rows yet. */
  static empty(space: Space, outputs: readonly Output[]): Dataset {
    return new Dataset(space, outputs, new Matrix(0, space.dimension), new Matrix(0, outputs.length), []);
  }

  /** n x d, the points with eight bytes for each number; packed ones are unpacked when they are asked for first, and kept. */
  get x(): Matrix {
    this.#x ??= this.points.unpacked();
    return this.#x;
  }

  /** n, the number of rows, failed ones included. */
  get size(): number {
    return this.points.rows;
  }

  /** These rows and then the evaluations, in their order. */
  append(evaluations: readonly Evaluation[]): Dataset {
    const x = new Matrix(evaluations.length, this.points.columns);
    const y = new Matrix(evaluations.length, this.y.columns);
    const rows = evaluations.map((evaluation, i): Row => {
      const { id, status, milliseconds } = evaluation;
      x.data.set(evaluation.u, i * x.columns);
      if (evaluation.status === 'completed') {
        y.data.set(evaluation.values, i * y.columns);
        return { id, status, milliseconds };
      }
      y.row(i).fill(Number.NaN);
      return { id, status, milliseconds, cause: evaluation.cause, reason: evaluation.reason };
    });
    return new Dataset(this.space, this.outputs, this.x.stack(x), this.y.stack(y), [...this.rows, ...rows]);
  }

  /** These rows and then those of `other`, which has the same space and outputs. */
  concat(other: Dataset): Dataset {
    return new Dataset(this.space, this.outputs, stacked(this.points, other.points), this.y.stack(other.y), [
      ...this.rows,
      ...other.rows,
    ]);
  }

  /** The chosen rows, in that order. */
  select(rows: ArrayLike<number>): Dataset {
    return new Dataset(
      this.space,
      this.outputs,
      this.points.select(rows),
      this.y.select(rows),
      Array.from(rows, (i) => this.rows[i]),
    );
  }

  /** The rows whose outputs are all finite. */
  finite(): Dataset {
    const kept: number[] = [];
    for (let i = 0; i < this.size; i++) if (this.y.row(i).every(Number.isFinite)) kept.push(i);
    return kept.length === this.size ? this : this.select(kept);
  }

  /** The same rows with other outputs: `y` is n x outputs.length. */
  withOutputs(outputs: readonly Output[], y: Matrix): Dataset {
    return new Dataset(this.space, outputs, this.points, y, this.rows);
  }
}

/** Rows that are packed alike stay packed. */
function stacked(above: Rows, below: Rows): Rows {
  return above instanceof Matrix ? above.stack(below.unpacked()) : above.stack(below);
}

/** Throws unless every coordinate is a number in [0, 1]; a byte stands for one. */
function ensureInCube({ names, dimension }: Space, { data }: Rows): void {
  if (data instanceof Uint8Array) return;
  for (let at = 0; at < data.length; at++)
    if (!(data[at] >= 0 && data[at] <= 1))
      throw new ImagoError(
        'invalid-data',
        `row ${Math.floor(at / dimension)} of x: parameter '${names[at % dimension]}' is ${show(data[at])}, but x holds points of the unit cube, with numbers from 0 to 1; space.encode() makes them from values in units`,
      );
}
