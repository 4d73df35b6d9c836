import type { Matrix } from '../matrix.ts';

/** Columns whose rest, relative to their length, is below this after the earlier ones are taken out of it count as dependent. */
const DEPENDENT = 1e-10;

/**
 * The Householder factorization of an n x p matrix P = Q R with dependent columns left out: the last n - rank columns of the
 * orthogonal Q are a basis Z of the vectors orthogonal to every column of P [GolubVanLoan2013, 5.2].
 */
export class NullSpace {
  readonly rank: number;
  readonly #n: number;
  readonly #columns: number;
  /** rank x n, row-major: the reflection vectors, zero before their heads. */
  readonly #vectors: Float64Array;
  readonly #factors: Float64Array;
  /** rank x rank, row-major, upper. */
  readonly #r: Float64Array;
  readonly #kept: Int32Array;

  constructor(p: Matrix) {
    const n = p.rows;
    this.#n = n;
    this.#columns = p.columns;
    const most = Math.min(n, p.columns);
    this.#vectors = new Float64Array(most * n);
    this.#factors = new Float64Array(most);
    const columns = Array.from({ length: p.columns }, (_, c) => p.column(c));
    const lengths = columns.map((column) => norm(column, 0));
    const upper: Float64Array[] = [];
    const kept: number[] = [];
    for (let c = 0; c < p.columns && kept.length < n; c++) {
      const column = columns[c];
      const k = kept.length;
      const rest = norm(column, k);
      if (!(rest > DEPENDENT * lengths[c])) continue;
      const diagonal = column[k] > 0 ? -rest : rest;
      const v = this.#vectors.subarray(k * n, (k + 1) * n);
      v.set(column.subarray(k), k);
      v[k] -= diagonal;
      this.#factors[k] = 1 / (rest * (rest + Math.abs(column[k])));
      column[k] = diagonal;
      upper.push(column);
      kept.push(c);
      this.#reflectAll(k, columns, c + 1);
    }
    this.rank = kept.length;
    this.#kept = Int32Array.from(kept);
    this.#r = new Float64Array(this.rank * this.rank);
    for (let i = 0; i < this.rank; i++) for (let j = i; j < this.rank; j++) this.#r[i * this.rank + j] = upper[j][i];
  }

  #reflect(k: number, b: Float64Array): void {
    const [n, vectors, at] = [this.#n, this.#vectors, k * this.#n];
    let sum = 0;
    for (let i = k; i < n; i++) sum += vectors[at + i] * b[i];
    sum *= this.#factors[k];
    for (let i = k; i < n; i++) b[i] -= sum * vectors[at + i];
  }

  /** The same for all vectors from `first` on, four at a time: each sums in its own order, and none waits for another. */
  #reflectAll(k: number, all: readonly Float64Array[], first = 0): void {
    const [n, vectors, at, factor] = [this.#n, this.#vectors, k * this.#n, this.#factors[k]];
    let l = first;
    for (; l + 4 <= all.length; l += 4) {
      const [a, b, c, d] = [all[l], all[l + 1], all[l + 2], all[l + 3]];
      let [s0, s1, s2, s3] = [0, 0, 0, 0];
      for (let i = k; i < n; i++) {
        const v = vectors[at + i];
        s0 += v * a[i];
        s1 += v * b[i];
        s2 += v * c[i];
        s3 += v * d[i];
      }
      s0 *= factor;
      s1 *= factor;
      s2 *= factor;
      s3 *= factor;
      for (let i = k; i < n; i++) {
        const v = vectors[at + i];
        a[i] -= s0 * v;
        b[i] -= s1 * v;
        c[i] -= s2 * v;
        d[i] -= s3 * v;
      }
    }
    for (; l < all.length; l++) this.#reflect(k, all[l]);
  }

  /** Replaces b (n numbers) by Q^T b: the last n - rank of them are Z^T b. */
  transposedTimes(b: Float64Array): void {
    for (let k = 0; k < this.rank; k++) this.#reflect(k, b);
  }

  /** The same for each of several b. */
  transposedTimesAll(all: readonly Float64Array[]): void {
    for (let k = 0; k < this.rank; k++) this.#reflectAll(k, all);
  }

  /** Replaces b (n numbers) by Q b. */
  times(b: Float64Array): void {
    for (let k = this.rank - 1; k >= 0; k--) this.#reflect(k, b);
  }

  /** The p coefficients c with P c = b in the least-squares sense; 0 for dependent columns. */
  solve(b: Float64Array): Float64Array {
    const r = this.rank;
    const projected = b.slice();
    this.transposedTimes(projected);
    const c = new Float64Array(this.#columns);
    for (let i = r - 1; i >= 0; i--) {
      let sum = projected[i];
      for (let j = i + 1; j < r; j++) sum -= this.#r[i * r + j] * c[this.#kept[j]];
      c[this.#kept[i]] = sum / this.#r[i * r + i];
    }
    return c;
  }

  /** The n numbers b within the columns of P with P^T b = c, where that can be. */
  solveTransposed(c: ArrayLike<number>): Float64Array {
    const r = this.rank;
    const b = new Float64Array(this.#n);
    for (let i = 0; i < r; i++) {
      let sum = c[this.#kept[i]];
      for (let j = 0; j < i; j++) sum -= this.#r[j * r + i] * b[j];
      b[i] = sum / this.#r[i * r + i];
    }
    this.times(b);
    return b;
  }

  /** Z^T A Z (row-major, lower triangle) of a symmetric n x n matrix. */
  project(a: Float64Array): Float64Array {
    const [n, r] = [this.#n, this.rank];
    const work = a.slice();
    const p = new Float64Array(n);
    for (let k = 0; k < r; k++) {
      const v = this.#vectors.subarray(k * n, (k + 1) * n);
      p.fill(0, k);
      symmetricTimes(work, n, v, k, p);
      let inner = 0;
      for (let i = k; i < n; i++) {
        p[i] *= this.#factors[k];
        inner += p[i] * v[i];
      }
      const half = 0.5 * this.#factors[k] * inner;
      for (let i = k; i < n; i++) p[i] -= half * v[i];
      // A - v p^T - p v^T; rows and columns before k + 1 are not needed any more.
      for (let i = k + 1; i < n; i++) {
        const [vi, pi, row] = [v[i], p[i], i * n];
        for (let j = k + 1; j <= i; j++) work[row + j] -= vi * p[j] + pi * v[j];
      }
    }
    const size = n - r;
    const out = new Float64Array(size * size);
    for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) out[i * size + j] = work[(i + r) * n + j + r];
    return out;
  }
}

/** Writes A v to p from k on for a symmetric A of which the lower triangle is given; two rows at a time, whose sums do not wait for each other. */
function symmetricTimes(a: Float64Array, n: number, v: Float64Array, k: number, p: Float64Array): void {
  let i = k;
  for (; i + 1 < n; i += 2) {
    const [row, next, v0, v1] = [i * n, (i + 1) * n, v[i], v[i + 1]];
    let s0 = a[row + i] * v0;
    let s1 = a[next + i + 1] * v1;
    for (let j = k; j < i; j++) {
      const [x, y] = [a[row + j], a[next + j]];
      s0 += x * v[j];
      s1 += y * v[j];
      p[j] = p[j] + x * v0 + y * v1;
    }
    p[i] += s0;
    s1 += a[next + i] * v0;
    p[i] += a[next + i] * v1;
    p[i + 1] += s1;
  }
  if (i < n) {
    const row = i * n;
    let sum = a[row + i] * v[i];
    for (let j = k; j < i; j++) {
      sum += a[row + j] * v[j];
      p[j] += a[row + j] * v[i];
    }
    p[i] += sum;
  }
}

function norm(b: Float64Array, from: number): number {
  let scale = 0;
  for (let i = from; i < b.length; i++) scale = Math.max(scale, Math.abs(b[i]));
  if (scale === 0) return 0;
  let sum = 0;
  for (let i = from; i < b.length; i++) sum += (b[i] / scale) ** 2;
  return scale * Math.sqrt(sum);
}
