/**
 * Factors the n x n matrix `a`, row by row, in place into L U with row exchanges, which go into `order` (n). False when a pivot is
 * zero or not a number. About 2 n^3 / 3 operations.
 */
export function factorize(a: Float64Array, order: Int32Array): boolean {
  const n = order.length;
  for (let k = 0; k < n; k++) {
    let row = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]) > Math.abs(a[row * n + k])) row = i;
    order[k] = row;
    const pivot = a[row * n + k];
    if (!(Math.abs(pivot) > 0)) return false;
    if (row !== k) exchange(a, k * n, row * n, n);
    for (let i = k + 1; i < n; i++) {
      const at = i * n;
      if (a[at + k] === 0) continue;
      const factor = a[at + k] / pivot;
      a[at + k] = factor;
      for (let j = k + 1, top = k * n + k + 1; j < n; j++, top++) a[at + j] -= factor * a[top];
    }
  }
  return true;
}

function exchange(a: Float64Array, first: number, second: number, count: number): void {
  for (let j = 0; j < count; j++) {
    const kept = a[first + j];
    a[first + j] = a[second + j];
    a[second + j] = kept;
  }
}

/** Overwrites `b` (n) with the solution, given what {@link factorize} made. */
export function solveFactorized(lu: Float64Array, order: Int32Array, b: Float64Array): void {
  const n = order.length;
  for (let k = 0; k < n; k++) {
    const row = order[k];
    const kept = b[row];
    b[row] = b[k];
    b[k] = kept;
  }
  for (let i = 0; i < n; i++) {
    let sum = b[i];
    for (let j = 0, at = i * n; j < i; j++) sum -= lu[at + j] * b[j];
    b[i] = sum;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i];
    for (let j = i + 1, at = i * n; j < n; j++) sum -= lu[at + j] * b[j];
    b[i] = sum / lu[i * n + i];
  }
}
