/** A dense row-major matrix. The arithmetic works on `data` directly; this class only keeps shape and data together. */
export class Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Row-major, `rows * columns` numbers. */
  readonly data: Float64Array;

  /** Wraps `data` without copying it; zeros when it is left out. Throws a RangeError when the length does not fit. */
  constructor(rows: number, columns: number, data: Float64Array = new Float64Array(rows * columns)) {
    if (data.length !== rows * columns)
      throw new RangeError(`a ${rows} x ${columns} matrix needs ${rows * columns} numbers, got ${data.length}`);
    this.rows = rows;
    this.columns = columns;
    this.data = data;
  }

  /** A matrix from rows of equal length; `columns` is needed only when there may be no rows. */
  static from(rows: readonly ArrayLike<number>[], columns: number = rows[0]?.length ?? 0): Matrix {
    const matrix = new Matrix(rows.length, columns);
    rows.forEach((row, i) => {
      if (row.length !== columns) throw new RangeError(`row ${i} has ${row.length} numbers, expected ${columns}`);
      matrix.data.set(row, i * columns);
    });
    return matrix;
  }

  get(row: number, column: number): number {
    return this.data[row * this.columns + column];
  }

  set(row: number, column: number, value: number): void {
    this.data[row * this.columns + column] = value;
  }

  /** A view (not a copy) of one row. */
  row(index: number): Float64Array {
    return this.data.subarray(index * this.columns, (index + 1) * this.columns);
  }

  /** A copy of one column. */
  column(index: number): Float64Array {
    const { rows, columns, data } = this;
    const column = new Float64Array(rows);
    for (let i = 0; i < rows; i++) column[i] = data[i * columns + index];
    return column;
  }

  /** A new matrix of the chosen rows, in that order. */
  select(rows: ArrayLike<number>): Matrix {
    const { columns, data } = this;
    const chosen = new Matrix(rows.length, columns);
    // Rows are short: a view of each would cost more than its numbers.
    for (let i = 0, to = 0; i < rows.length; i++)
      for (let j = 0, from = rows[i] * columns; j < columns; j++, from++, to++) chosen.data[to] = data[from];
    return chosen;
  }

  /** This matrix: its numbers have eight bytes each, as those of {@link PackedMatrix.unpacked}. */
  unpacked(): Matrix {
    return this;
  }

  /** A new matrix of the chosen columns, in that order. */
  selectColumns(columns: readonly number[]): Matrix {
    const chosen = new Matrix(this.rows, columns.length);
    for (let i = 0, to = 0; i < this.rows; i++)
      for (const column of columns) chosen.data[to++] = this.data[i * this.columns + column];
    return chosen;
  }

  /** A new matrix with the rows of `below` under the rows of this one. */
  stack(below: Matrix): Matrix {
    if (below.columns !== this.columns)
      throw new RangeError(`cannot stack ${below.columns} columns under ${this.columns}`);
    const stacked = new Matrix(this.rows + below.rows, this.columns);
    stacked.data.set(this.data);
    stacked.data.set(below.data, this.data.length);
    return stacked;
  }
}
