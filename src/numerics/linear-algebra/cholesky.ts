/** Cholesky factorization `A = L L^T` of symmetric positive definite matrices, and what is computed from the factor. */

import { invertLowerTransposed, solveLower, solveLowerTransposed, solveTile, subtractTile } from './triangular.ts';

/** Columns per panel: 128 columns of eight rows fit the first-level cache. */
const PANEL = 128;

/**
 * Replaces `a` (`n x n`, row-major, lower triangle read) by its lower Cholesky factor, zeros above.
 *
 * Returns -1 when it succeeded, otherwise the 0-based index of the first pivot that is not positive and finite: the
 * matrix is then not positive definite to working precision and `a` holds no factor. Left-looking inside panels of
 * columns, right-looking between them, in 4 x 4 tiles [GolubVanLoan2013, 4.2].
 */
export function cholesky(a: Float64Array, n: number): number {
  if (a.length !== n * n) throw new RangeError(`a ${n} x ${n} matrix needs ${n * n} numbers, got ${a.length}`);
  const tiled = n - (n % 4);
  for (let start = 0; start < tiled; start += PANEL) {
    const end = Math.min(start + PANEL, tiled);
    const failed = factorPanel(a, n, start, end, tiled);
    if (failed >= 0) return failed;
    for (let i = end; i < tiled; i += 4) for (let j = end; j <= i; j += 4) subtractTile(a, n, i, a, n, j, start, end);
  }
  for (let i = tiled; i < n; i++) {
    for (let j = 0; j <= i; j++) if (!reduceEntry(a, n, i, j, 0)) return i;
  }
  for (let i = 0; i < n; i++) a.fill(0, i * n + i + 1, (i + 1) * n);
  return -1;
}

/** Factors columns `start .. end` of rows `start .. rows`; returns the failing pivot or -1. */
function factorPanel(a: Float64Array, n: number, start: number, end: number, rows: number): number {
  for (let i = start; i < rows; i += 4) {
    for (let j = start; j < Math.min(i, end); j += 4) {
      subtractTile(a, n, i, a, n, j, start, j);
      solveTile(a, n, i, a, n, j);
    }
    if (i >= end) continue;
    subtractTile(a, n, i, a, n, i, start, i);
    for (let r = i; r < i + 4; r++) {
      for (let c = i; c <= r; c++) if (!reduceEntry(a, n, r, c, i)) return r;
    }
  }
  return -1;
}

/** Finishes entry (i, j) whose sum still lacks columns `from .. j`; false when it is a pivot that is not positive. */
function reduceEntry(a: Float64Array, n: number, i: number, j: number, from: number): boolean {
  const row = i * n;
  const other = j * n;
  let sum = a[row + j];
  for (let k = from; k < j; k++) sum -= a[row + k] * a[other + k];
  if (i !== j) {
    a[row + j] = sum / a[other + j];
    return true;
  }
  a[row + j] = Math.sqrt(sum);
  return sum > 0 && sum < Number.POSITIVE_INFINITY;
}

/** Solves `A x = b` in place for every row of `b` (`q x n`) from the Cholesky factor `l` (`n x n`) of A. */
export function choleskySolve(l: Float64Array, n: number, b: Float64Array): void {
  solveLower(l, n, b);
  solveLowerTransposed(l, n, b);
}

/** The natural logarithm of det A = prod L_ii^2, from the Cholesky factor `l` (`n x n`) of A. */
export function logDeterminant(l: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.log(l[i * n + i]);
  return 2 * sum;
}

/** The inverse `A^-1 = L^-T L^-1` (`n x n`, exactly symmetric) from the Cholesky factor `l` of A. */
export function choleskyInverse(l: Float64Array, n: number): Float64Array {
  const u = invertLowerTransposed(l, n);
  const tiled = n - (n % 4);
  // Row i of the product needs only columns >= i of the rows up to i, so it can overwrite the lower triangle in place.
  for (let i = 0; i < tiled; i += 4) {
    for (let j = 0; j < i; j += 4) subtractTile(u, n, i, u, n, j, i, n);
    for (let r = i; r < i + 4; r++) for (let c = i; c <= r; c++) u[r * n + c] = -rowProduct(u, n, r, c);
  }
  for (let r = tiled; r < n; r++) for (let c = 0; c <= r; c++) u[r * n + c] = -rowProduct(u, n, r, c);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const value = -u[i * n + j];
      u[i * n + j] = value;
      u[j * n + i] = value;
    }
  }
  return u;
}

/** Sum over k >= i of u[i, k] u[j, k], for j <= i. */
function rowProduct(u: Float64Array, n: number, i: number, j: number): number {
  let sum = 0;
  for (let k = i; k < n; k++) sum += u[i * n + k] * u[j * n + k];
  return sum;
}
