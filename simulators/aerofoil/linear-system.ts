/**
 * Solves `a x = b` by Gaussian elimination with partial pivoting; `a` (n x n, row by row) and `b` (n) are overwritten,
 * `b` with the solution. About `2 n^3 / 3` operations.
 */
export function solveInPlace(a: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  for (let k = 0; k < n; k++) {
    swapRows(a, b, k, pivotRow(a, n, k));
    const pivot = a[k * n + k];
    if (pivot === 0) throw new RangeError(`the linear system is singular: column ${k} of ${n} holds no pivot`);
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k] / pivot;
      if (factor === 0) continue;
      const shift = (i - k) * n;
      for (let j = k * n + k + 1, end = k * n + n; j < end; j++) a[j + shift] -= factor * a[j];
      b[i] -= factor * b[k];
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i];
    for (let j = i + 1; j < n; j++) sum -= a[i * n + j] * b[j];
    b[i] = sum / a[i * n + i];
  }
  return b;
}

function pivotRow(a: Float64Array, n: number, k: number): number {
  let row = k;
  for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]) > Math.abs(a[row * n + k])) row = i;
  return row;
}

function swapRows(a: Float64Array, b: Float64Array, i: number, j: number): void {
  if (i === j) return;
  const n = b.length;
  for (let k = 0; k < n; k++) {
    const kept = a[i * n + k];
    a[i * n + k] = a[j * n + k];
    a[j * n + k] = kept;
  }
  const kept = b[i];
  b[i] = b[j];
  b[j] = kept;
}
