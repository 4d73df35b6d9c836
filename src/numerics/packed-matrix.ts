import { Matrix } from './matrix.ts';

/** What a number of a {@link PackedMatrix} is kept in. */
export type PackedNumbers = Float32Array | Uint8Array;

/** What each byte stands for. */
const SHARES = Float64Array.from({ length: 256 }, (_, byte) => byte / 255);

/**
 * A dense row-major matrix that keeps each number in four bytes or in one, for many rows of many columns. A byte b stands for b / 255. It is read
 * like a {@link Matrix}, only that rows are copies; arithmetic is done on what `unpacked` returns.
 */
export class PackedMatrix {
  readonly rows: number;
  readonly columns: number;
  /** Row-major, `rows * columns` numbers as they are kept. */
  readonly data: PackedNumbers;
  /** What stands for 1. */
  readonly #unit: number;

  /** Wraps `data` without copying it. Throws a RangeError when the length does not fit. */
  constructor(rows: number, columns: number, data: PackedNumbers) {
    if (data.length !== rows * columns)
      throw new RangeError(`a ${rows} x ${columns} matrix needs ${rows * columns} numbers, got ${data.length}`);
    this.rows = rows;
    this.columns = columns;
    this.data = data;
    this.#unit = data instanceof Uint8Array ? 255 : 1;
  }

  get(row: number, column: number): number {
    return this.data[row * this.columns + column] / this.#unit;
  }

  /** A copy (not a view) of one row, written to `row` where that is given. */
  row(index: number, row = new Float64Array(this.columns)): Float64Array {
    const { data } = this;
    let at = index * this.columns;
    if (data instanceof Uint8Array) for (let j = 0; j < row.length; j++, at++) row[j] = SHARES[data[at]];
    else for (let j = 0; j < row.length; j++, at++) row[j] = data[at];
    return row;
  }

  /** A copy of one column. */
  column(index: number): Float64Array {
    const column = new Float64Array(this.rows);
    for (let i = 0; i < this.rows; i++) column[i] = this.get(i, index);
    return column;
  }

  /** A new matrix of the chosen rows, in that order, packed as this one is. */
  select(rows: ArrayLike<number>): PackedMatrix {
    const chosen = this.#like(rows.length);
    for (let i = 0; i < rows.length; i++)
      chosen.set(this.data.subarray(rows[i] * this.columns, (rows[i] + 1) * this.columns), i * this.columns);
    return new PackedMatrix(rows.length, this.columns, chosen);
  }

  /** A new matrix with the rows of `below` under the rows of this one: packed where both are packed alike. */
  stack(below: Rows): Rows {
    const isAlike = below instanceof PackedMatrix && below.data.BYTES_PER_ELEMENT === this.data.BYTES_PER_ELEMENT;
    if (!isAlike || below.columns !== this.columns) return this.unpacked().stack(below.unpacked());
    const stacked = this.#like(this.rows + below.rows);
    stacked.set(this.data);
    stacked.set(below.data, this.data.length);
    return new PackedMatrix(this.rows + below.rows, this.columns, stacked);
  }

  /** The numbers of `x` packed as these are; undefined where one of them would be another. */
  alike(x: Matrix): PackedMatrix | undefined {
    const unit = this.#unit;
    const packed = this.#like(x.rows);
    if (packed.length !== x.data.length) return undefined;
    for (let at = 0; at < packed.length; at++) {
      packed[at] = unit === 1 ? x.data[at] : Math.round(x.data[at] * unit);
      if (packed[at] / unit !== x.data[at]) return undefined;
    }
    return new PackedMatrix(x.rows, x.columns, packed);
  }

  /** The same numbers in eight bytes each. */
  unpacked(): Matrix {
    const unit = this.#unit;
    const matrix = new Matrix(this.rows, this.columns);
    for (let at = 0; at < this.data.length; at++) matrix.data[at] = this.data[at] / unit;
    return matrix;
  }

  #like(rows: number): PackedNumbers {
    const length = rows * this.columns;
    return this.data instanceof Uint8Array ? new Uint8Array(length) : new Float32Array(length);
  }
}

/** Rows of numbers, packed or not. */
export type Rows = Matrix | PackedMatrix;

/** Reads rows of `x` one after the other: of packed numbers into one array, which the next row overwrites. */
export function rowReader(x: Rows): (row: number) => Float64Array {
  if (x instanceof Matrix) return (row) => x.row(row);
  const room = new Float64Array(x.columns);
  return (row) => x.row(row, room);
}
