/** Least squares by Householder QR with column pivoting, which reveals the rank. */

import type { Matrix } from '../matrix.ts';

export interface PivotedQrOptions {
  /** Columns count as dependent below this, relative to the largest; default 2.2e-16 times the larger dimension. */
  tolerance?: number;
}

/**
 * The factorization `A P = Q R` of an `m x n` matrix with the columns permuted so that |R_kk| never grows
 * [BusingerGolub1965]. The leading `rank` columns are independent; the others are left out of every solution.
 */
export class PivotedQr {
  /** The number of independent columns. */
  readonly rank: number;
  /** The original index of each column of R, the independent ones first. */
  readonly permutation: Int32Array;
  readonly rows: number;
  readonly columns: number;
  /** By columns: R on and above the diagonal, the reflection vectors below (their heads in `#heads`). */
  readonly #factors: Float64Array;
  readonly #heads: Float64Array;

  constructor(a: Matrix, { tolerance = Number.EPSILON * Math.max(a.rows, a.columns) }: PivotedQrOptions = {}) {
    this.rows = a.rows;
    this.columns = a.columns;
    this.permutation = Int32Array.from({ length: a.columns }, (_, j) => j);
    this.#factors = new Float64Array(a.rows * a.columns);
    this.#heads = new Float64Array(Math.min(a.rows, a.columns));
    for (let j = 0; j < a.columns; j++) this.#factors.set(a.column(j), j * a.rows);
    if (!this.#factors.every(Number.isFinite)) throw new RangeError('least squares with entries that are not finite');
    this.rank = this.#factorize(tolerance);
  }

  #factorize(tolerance: number): number {
    const { rows } = this;
    const steps = this.#heads.length;
    let largest = 0;
    for (let k = 0; k < steps; k++) {
      const norm = this.#pivot(k);
      if (k === 0) largest = norm;
      if (!(norm > tolerance * largest)) return k;
      const f = this.#factors;
      const at = k * rows + k;
      // The sign that avoids cancellation; the reflection maps the column to -sign * norm on the diagonal.
      const diagonal = f[at] > 0 ? -norm : norm;
      this.#heads[k] = f[at] - diagonal;
      for (let j = k + 1; j < this.columns; j++) this.#reflect(k, f, j * rows);
      f[at] = diagonal;
    }
    return steps;
  }

  /** Brings the column with the largest remainder to position k and returns its norm. */
  #pivot(k: number): number {
    let [best, norm] = [k, -1];
    for (let j = k; j < this.columns; j++) {
      const candidate = this.#remainder(j, k);
      if (candidate > norm) [best, norm] = [j, candidate];
    }
    if (best !== k) {
      const f = this.#factors;
      const held = f.slice(k * this.rows, (k + 1) * this.rows);
      f.copyWithin(k * this.rows, best * this.rows, (best + 1) * this.rows);
      f.set(held, best * this.rows);
      [this.permutation[k], this.permutation[best]] = [this.permutation[best], this.permutation[k]];
    }
    return norm;
  }

  /** The norm of column j from row k down. It is computed anew: downdated norms lose their digits when columns depend. */
  #remainder(j: number, k: number): number {
    let scale = 0;
    for (let i = k; i < this.rows; i++) scale = Math.max(scale, Math.abs(this.#factors[j * this.rows + i]));
    if (scale === 0) return 0;
    let sum = 0;
    for (let i = k; i < this.rows; i++) sum += (this.#factors[j * this.rows + i] / scale) ** 2;
    return scale * Math.sqrt(sum);
  }

  /** Applies reflection k to the vector of `rows` numbers at `target[at ...]`. */
  #reflect(k: number, target: Float64Array, at: number): void {
    const f = this.#factors;
    const column = k * this.rows;
    const head = this.#heads[k];
    let square = head * head;
    let inner = head * target[at + k];
    for (let i = k + 1; i < this.rows; i++) {
      square += f[column + i] * f[column + i];
      inner += f[column + i] * target[at + i];
    }
    const factor = (2 * inner) / square;
    target[at + k] -= factor * head;
    for (let i = k + 1; i < this.rows; i++) target[at + i] -= factor * f[column + i];
  }

  /** Entry (i, j) of R, in permuted columns. */
  r(i: number, j: number): number {
    return i <= j ? this.#factors[j * this.rows + i] : 0;
  }

  /** Replaces `b` (m numbers) by `Q^T b`: its first `rank` numbers are explained by A, the rest is residual. */
  transposedTimes(b: Float64Array): void {
    this.#checkLength(b);
    for (let k = 0; k < this.rank; k++) this.#reflect(k, b, 0);
  }

  /** Replaces `b` (m numbers) by `Q b`. */
  times(b: Float64Array): void {
    this.#checkLength(b);
    for (let k = this.rank - 1; k >= 0; k--) this.#reflect(k, b, 0);
  }

  #checkLength(b: Float64Array): void {
    if (b.length !== this.rows)
      throw new RangeError(`a matrix of ${this.rows} rows needs ${this.rows} values, got ${b.length}`);
  }

  /** The n coefficients that minimize |A x - b|, in the original order; those of dependent columns are 0. */
  solve(b: ArrayLike<number>): Float64Array {
    const projected = Float64Array.from(b);
    this.transposedTimes(projected);
    const x = new Float64Array(this.columns);
    for (let k = this.rank - 1; k >= 0; k--) {
      let sum = projected[k];
      for (let j = k + 1; j < this.rank; j++) sum -= this.r(k, j) * x[this.permutation[j]];
      x[this.permutation[k]] = sum / this.r(k, k);
    }
    return x;
  }

  /**
   * The m diagonal entries of the projection onto the columns of A, each in [0, 1]: the leave-one-out residual of
   * observation i is its residual over 1 - leverage_i.
   */
  leverages(): Float64Array {
    const leverages = new Float64Array(this.rows);
    const column = new Float64Array(this.rows);
    for (let k = 0; k < this.rank; k++) {
      column.fill(0);
      column[k] = 1;
      this.times(column);
      for (let i = 0; i < this.rows; i++) leverages[i] += column[i] * column[i];
    }
    return leverages;
  }
}

/** The coefficients that minimize |A x - b| (`A: m x n`, `b: m`); dependent columns get 0. */
export function leastSquares(a: Matrix, b: ArrayLike<number>, options?: PivotedQrOptions): Float64Array {
  return new PivotedQr(a, options).solve(b);
}
