/**
 * A symmetric positive definite matrix of n rows: its diagonal, and below it the entries of row i at start[i] .. start[i + 1] - 1,
 * `column` < i and `value` of each.
 */
export interface SymmetricMatrix {
  readonly diagonal: Float64Array;
  readonly start: Int32Array;
  readonly column: Int32Array;
  readonly value: Float64Array;
}

/** The solution and how it was reached. */
export interface Solution {
  readonly x: Float64Array;
  readonly iterations: number;
  /** The 2-norm of the residual, relative to that of the right-hand side. */
  readonly residual: number;
}

/** Writes A x into `out`. */
function multiply({ diagonal, start, column, value }: SymmetricMatrix, x: Float64Array, out: Float64Array): void {
  for (let i = 0; i < x.length; i++) {
    let sum = diagonal[i] * x[i];
    for (let k = start[i]; k < start[i + 1]; k++) {
      sum += value[k] * x[column[k]];
      out[column[k]] += value[k] * x[i];
    }
    out[i] = sum;
  }
}

/**
 * The reciprocal pivots 1 / d of the modified incomplete factorization (D + L) D^-1 (D + L)^T, L the strict lower triangle of A.
 * What falls outside the pattern is taken from the diagonal, so that M 1 is nearly A 1: smooth errors fade in fewer iterations
 * [Gustafsson1978]. A `relaxation` below 1 holds back the largest eigenvalues; 0.99 needs the fewest iterations on graded grids.
 */
function incompletePivots({ diagonal, start, column, value }: SymmetricMatrix, relaxation = 0.99): Float64Array {
  const n = diagonal.length;
  const reciprocal = new Float64Array(n);
  const right = new Float64Array(n);
  for (let k = 0; k < value.length; k++) right[column[k]] += value[k];
  for (let i = 0; i < n; i++) {
    let pivot = diagonal[i];
    for (let k = start[i]; k < start[i + 1]; k++) {
      const j = column[k];
      pivot -= value[k] * reciprocal[j] * (value[k] + relaxation * (right[j] - value[k]));
    }
    if (!(pivot > 0)) throw new RangeError(`the matrix is not positive definite: pivot ${pivot} in row ${i} of ${n}`);
    reciprocal[i] = 1 / pivot;
  }
  return reciprocal;
}

/** Writes M^-1 r into `z`. */
function precondition(matrix: SymmetricMatrix, reciprocal: Float64Array, r: Float64Array, z: Float64Array): void {
  const { start, column, value } = matrix;
  for (let i = 0; i < r.length; i++) {
    let sum = r[i];
    for (let k = start[i]; k < start[i + 1]; k++) sum -= value[k] * z[column[k]];
    z[i] = sum * reciprocal[i];
  }
  // Backward by columns: row i of L is column i of its transpose, and z[i] is final when it is reached.
  for (let i = r.length - 1; i >= 0; i--) {
    const zi = z[i];
    for (let k = start[i]; k < start[i + 1]; k++) z[column[k]] -= value[k] * zi * reciprocal[column[k]];
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/**
 * Solves A x = b by conjugate gradients with a modified incomplete Cholesky preconditioner [HestenesStiefel1952, Saad2003], from
 * x = 0 until the residual is `tolerance` of the right-hand side. Throws a RangeError when that takes more than `limit` iterations.
 */
export function conjugateGradients(
  matrix: SymmetricMatrix,
  b: Float64Array,
  { tolerance = 1e-10, limit = 10 * b.length + 100 } = {},
): Solution {
  const n = b.length;
  const reciprocal = incompletePivots(matrix);
  const x = new Float64Array(n);
  const r = b.slice();
  const z = new Float64Array(n);
  precondition(matrix, reciprocal, r, z);
  const p = z.slice();
  const q = new Float64Array(n);
  const scale = Math.sqrt(dot(b, b)) || 1;
  let rz = dot(r, z);
  let residual = Math.sqrt(dot(r, r)) / scale;
  let iterations = 0;
  while (residual > tolerance) {
    if (iterations++ >= limit)
      throw new RangeError(`conjugate gradients stand at ${residual} after ${limit} iterations, wanted ${tolerance}`);
    multiply(matrix, p, q);
    const step = rz / dot(p, q);
    for (let i = 0; i < n; i++) {
      x[i] += step * p[i];
      r[i] -= step * q[i];
    }
    precondition(matrix, reciprocal, r, z);
    const next = dot(r, z);
    const ratio = next / rz;
    rz = next;
    for (let i = 0; i < n; i++) p[i] = z[i] + ratio * p[i];
    residual = Math.sqrt(dot(r, r)) / scale;
  }
  return { x, iterations, residual };
}
