/** Eigenvalues and eigenvectors of real symmetric matrices. */

/** The eigenvalues in ascending order, and the eigenvectors as the columns of an orthogonal `n x n` row-major matrix. */
export interface SymmetricEigen {
  values: Float64Array;
  vectors: Float64Array;
}

/**
 * Decomposes a symmetric matrix (`n x n`, row-major, lower triangle read) by Householder tridiagonalization and
 * implicit QL steps [GolubVanLoan2013, 8.3]; throws a RangeError when an entry is not finite.
 */
export function symmetricEigen(matrix: Float64Array, n: number): SymmetricEigen {
  if (matrix.length !== n * n)
    throw new RangeError(`a ${n} x ${n} matrix needs ${n * n} numbers, got ${matrix.length}`);
  if (!matrix.every(Number.isFinite))
    throw new RangeError('the eigenvalues of a matrix with entries that are not finite');
  const diagonal = new Float64Array(n);
  const beside = new Float64Array(n);
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  tridiagonalize(matrix.slice(), n, diagonal, beside, vectors);
  implicitQl(n, diagonal, beside, vectors);
  return ascending(n, diagonal, vectors);
}

/** `A = Q T Q^T`: T has the diagonal `diagonal` and beside it `beside[0 .. n-2]`; `q` is multiplied by Q. */
function tridiagonalize(
  a: Float64Array,
  n: number,
  diagonal: Float64Array,
  beside: Float64Array,
  q: Float64Array,
): void {
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) a[i * n + j] = a[j * n + i];
  const v = new Float64Array(n);
  const w = new Float64Array(n);
  for (let k = 0; k + 1 < n; k++) {
    diagonal[k] = a[k * n + k];
    const head = a[(k + 1) * n + k];
    const norm = columnNorm(a, n, k);
    if (k + 2 >= n || norm === Math.abs(head)) {
      beside[k] = head;
      continue;
    }
    beside[k] = head > 0 ? -norm : norm;
    for (let i = k + 1; i < n; i++) v[i] = a[i * n + k] / norm;
    v[k + 1] -= beside[k] / norm;
    const beta = 1 / Math.abs(v[k + 1]);
    reflectBothSides(a, n, k + 1, v, w, beta);
    reflectRight(q, n, k + 1, v, beta);
  }
  if (n > 0) diagonal[n - 1] = a[n * n - 1];
}

function columnNorm(a: Float64Array, n: number, k: number): number {
  let largest = 0;
  for (let i = k + 1; i < n; i++) largest = Math.max(largest, Math.abs(a[i * n + k]));
  if (largest === 0) return 0;
  let sum = 0;
  for (let i = k + 1; i < n; i++) sum += (a[i * n + k] / largest) ** 2;
  return largest * Math.sqrt(sum);
}

/** `A <- H A H` on rows and columns `from .. n`, with `H = I - beta v v^T`. */
function reflectBothSides(
  a: Float64Array,
  n: number,
  from: number,
  v: Float64Array,
  w: Float64Array,
  beta: number,
): void {
  let inner = 0;
  for (let i = from; i < n; i++) {
    let sum = 0;
    for (let j = from; j < n; j++) sum += a[i * n + j] * v[j];
    w[i] = beta * sum;
    inner += w[i] * v[i];
  }
  for (let i = from; i < n; i++) w[i] -= 0.5 * beta * inner * v[i];
  for (let i = from; i < n; i++) for (let j = from; j < n; j++) a[i * n + j] -= v[i] * w[j] + w[i] * v[j];
}

/** `Q <- Q H`. */
function reflectRight(q: Float64Array, n: number, from: number, v: Float64Array, beta: number): void {
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = from; j < n; j++) sum += q[i * n + j] * v[j];
    for (let j = from; j < n; j++) q[i * n + j] -= beta * sum * v[j];
  }
}

/** Diagonalizes the tridiagonal matrix in place, rotating the columns of `q` along. */
function implicitQl(n: number, diagonal: Float64Array, beside: Float64Array, q: Float64Array): void {
  for (let low = 0; low < n; low++) {
    for (let sweep = 0; ; sweep++) {
      let high = low;
      while (high + 1 < n && !isNegligible(high, diagonal, beside)) high++;
      if (high === low) break;
      if (sweep === 100) throw new RangeError('the eigenvalue iteration does not converge');
      qlSweep(n, low, high, diagonal, beside, q);
    }
  }
}

function isNegligible(i: number, diagonal: Float64Array, beside: Float64Array): boolean {
  return Math.abs(beside[i]) <= 0.5 * Number.EPSILON * (Math.abs(diagonal[i]) + Math.abs(diagonal[i + 1]));
}

/** One QL sweep with Wilkinson's shift: a chain of plane rotations from `high` up to `low`. */
function qlSweep(
  n: number,
  low: number,
  high: number,
  diagonal: Float64Array,
  beside: Float64Array,
  q: Float64Array,
): void {
  const half = (diagonal[low + 1] - diagonal[low]) / (2 * beside[low]);
  const shift = beside[low] / (half + (half < 0 ? -1 : 1) * Math.hypot(half, 1));
  let bulge = diagonal[high] - diagonal[low] + shift;
  let [sine, cosine, carried] = [1, 1, 0];
  for (let i = high - 1; i >= low; i--) {
    const f = sine * beside[i];
    const b = cosine * beside[i];
    const radius = Math.hypot(f, bulge);
    beside[i + 1] = radius;
    if (radius === 0) {
      diagonal[i + 1] -= carried;
      beside[high] = 0;
      return;
    }
    sine = f / radius;
    cosine = bulge / radius;
    const g = diagonal[i + 1] - carried;
    const r = (diagonal[i] - g) * sine + 2 * cosine * b;
    carried = sine * r;
    diagonal[i + 1] = g + carried;
    bulge = cosine * r - b;
    for (let k = 0; k < n; k++) {
      const at = k * n + i;
      const right = q[at + 1];
      q[at + 1] = sine * q[at] + cosine * right;
      q[at] = cosine * q[at] - sine * right;
    }
  }
  diagonal[low] -= carried;
  beside[low] = bulge;
  beside[high] = 0;
}

function ascending(n: number, diagonal: Float64Array, q: Float64Array): SymmetricEigen {
  const order = Array.from(diagonal, (_, i) => i).sort((a, b) => diagonal[a] - diagonal[b]);
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) vectors[i * n + j] = q[i * n + order[j]];
  return { values: Float64Array.from(order, (i) => diagonal[i]), vectors };
}
