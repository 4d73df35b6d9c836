import { cholesky } from '../linear-algebra/cholesky.ts';

/** Jitters tried one after the other until the matrix is positive definite. */
const JITTERS = [0, 1e-15, 1e-13, 1e-11, 1e-9, 1e-7, 1e-5, 1e-3, 1];

/**
 * The Cholesky factor of a k x k matrix and `ridges` (k x k) times the mean of its diagonal, which is raised as little as makes it positive
 * definite.
 */
export function factorize(a: Float64Array, k: number, ridges: Float64Array) {
  let mean = 0;
  let largest = 0;
  for (let i = 0; i < k; i++) {
    mean += a[i * k + i] / k;
    for (let j = 0; j <= i; j++) largest = Math.max(largest, Math.abs(a[i * k + j]));
  }
  // Of points that are next to equal nothing but rounding errors may be left.
  const unit = Math.max(mean, 1e-6 * largest) || 1;
  for (const jitter of JITTERS) {
    const factor = a.map((value, i) => value + ridges[i] * unit);
    for (let i = 0; i < k; i++) factor[i * k + i] += jitter * unit;
    if (cholesky(factor, k) < 0) return { factor, jitter, unit };
  }
  const factor = new Float64Array(k * k);
  for (let i = 0; i < k; i++) factor[i * k + i] = Math.sqrt(unit);
  return { factor, jitter: 1, unit };
}

/** A matrix with these numbers on its diagonal, row-major. */
export function diagonalMatrix(diagonal: Float64Array): Float64Array {
  const n = diagonal.length;
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) matrix[i * n + i] = diagonal[i];
  return matrix;
}
