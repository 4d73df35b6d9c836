/** Share of a column's length that must be left beside the columns before it. */
const DEPENDENT = 1e-7;

/** A point with a leverage closer to 1 than this cannot be predicted from the others: its residual is rounding. */
const ALONE = 1e-9;

/** A column with mean 0 and variance 1. */
export interface StandardColumn {
  readonly values: Float64Array;
  readonly mean: number;
  readonly deviation: number;
}

/** A column that is not constant, standardized; undefined for one that is. */
export function standardColumn(values: Float64Array): StandardColumn | undefined {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (!(deviation > DEPENDENT * largest)) return undefined;
  return { values: values.map((value) => (value - mean) / deviation), mean, deviation };
}

/**
 * Least squares with a constant and one column after the other, by Gram-Schmidt done twice: residuals, leverages and the
 * leave-one-out error are at hand after every column.
 */
export class GrowingLeastSquares {
  readonly #y: Float64Array;
  readonly #q: Float64Array[] = [];
  /** Column k of the inverse of R, k + 1 numbers. */
  readonly inverse: Float64Array[] = [];
  /** Coefficients of the orthonormal columns. */
  readonly #loads: number[] = [];
  /** y less what is explained, n numbers. */
  readonly residual: Float64Array;
  /** Diagonal of the projection onto the constant and the columns, n numbers. */
  readonly leverage: Float64Array;
  readonly #groups: readonly (readonly number[])[];
  #trace: number;

  /** For n numbers with mean 0; `groups` are several rows at one point each, which are left out together. */
  constructor(y: Float64Array, groups: readonly (readonly number[])[] = []) {
    this.#y = y;
    this.#groups = groups;
    this.residual = y.slice();
    this.leverage = new Float64Array(y.length).fill(1 / y.length);
    this.#trace = 1 / y.length;
  }

  /** Number of columns. */
  get size(): number {
    return this.#q.length;
  }

  /** The orthonormal direction of column k. */
  direction(k: number): Float64Array {
    return this.#q[k];
  }

  /**
   * Takes in one more standardized column; undefined, and nothing done, when it depends on those before, else its inner products
   * with their orthonormal directions and, last, the length of what is left.
   */
  add(column: Float64Array): Float64Array | undefined {
    const k = this.size;
    const rest = column.slice();
    const r = new Float64Array(k + 1);
    for (let pass = 0; pass < 2; pass++)
      for (let i = 0; i < k; i++) {
        const inner = dot(this.#q[i], rest);
        r[i] += inner;
        addMultiple(rest, -inner, this.#q[i]);
      }
    const length = Math.sqrt(dot(rest, rest));
    if (!(length > DEPENDENT * Math.sqrt(column.length))) return undefined;
    r[k] = length;
    for (let i = 0; i < rest.length; i++) rest[i] /= length;
    this.#q.push(rest);
    this.#invert(r);
    const load = dot(rest, this.#y);
    this.#loads.push(load);
    addMultiple(this.residual, -dot(rest, this.residual), rest);
    for (let i = 0; i < rest.length; i++) this.leverage[i] += rest[i] * rest[i];
    return r;
  }

  #invert(r: Float64Array): void {
    const k = r.length - 1;
    const column = new Float64Array(k + 1);
    for (let l = 0; l < k; l++) for (let i = 0; i <= l; i++) column[i] -= (this.inverse[l][i] * r[l]) / r[k];
    column[k] = 1 / r[k];
    this.inverse.push(column);
    this.#trace += dot(column, column);
  }

  /** Coefficients of the standardized columns. */
  coefficients(): Float64Array {
    const all = new Float64Array(this.size);
    this.inverse.forEach((column, k) => {
      for (let i = 0; i <= k; i++) all[i] += column[i] * this.#loads[k];
    });
    return all;
  }

  /**
   * By how much a fit to the rows at other points misses each row, r_i / (1 - h_i); of g rows at one point, which have one leverage h,
   * r_i + h sum(r) / (1 - g h).
   */
  leftOut(): Float64Array {
    const { residual, leverage } = this;
    const errors = residual.map((r, i) => r / Math.max(Number.EPSILON, 1 - leverage[i]));
    for (const rows of this.#groups) {
      const sum = rows.reduce((all, i) => all + residual[i], 0);
      for (const i of rows) errors[i] = residual[i] + leverage[i] * sum * this.#inflation(i, rows.length);
    }
    return errors;
  }

  /** Variance of such an error, in that of the noise. */
  leftOutVariance(): Float64Array {
    const variances = this.leverage.map((_, i) => this.#inflation(i, 1));
    for (const rows of this.#groups)
      for (const i of rows) variances[i] = 1 + this.leverage[i] * this.#inflation(i, rows.length);
    return variances;
  }

  #inflation(row: number, rows: number): number {
    return 1 / Math.max(Number.EPSILON, 1 - rows * this.leverage[row]);
  }

  /** Mean square of these errors; Infinity where the other points say nothing of a point. */
  looError(): number {
    const isAlone = (row: number, rows: number) => !(1 - rows * this.leverage[row] >= ALONE);
    if (this.leverage.some((_, i) => isAlone(i, 1)) || this.#groups.some((rows) => isAlone(rows[0], rows.length)))
      return Number.POSITIVE_INFINITY;
    return this.leftOut().reduce((sum, error) => sum + error * error, 0) / this.residual.length;
  }

  /**
   * The same times n / (n - P) (1 + tr((X^T X)^-1)), n points and P columns with the constant, which makes up for their having been chosen
   * [Chapelle2002] [Blatman2011]; Infinity when nothing is left to judge by.
   */
  correctedLooError(): number {
    const n = this.#groups.reduce((rest, { length }) => rest - length + 1, this.residual.length);
    const free = n - this.size - 1;
    return free > 0 ? this.looError() * (n / free) * (1 + this.#trace) : Number.POSITIVE_INFINITY;
  }
}

/** Inner product. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** `a += factor * b`. */
export function addMultiple(a: Float64Array, factor: number, b: Float64Array): void {
  for (let i = 0; i < a.length; i++) a[i] += factor * b[i];
}
