import type { Column } from '../../core/space/space.ts';
import type { Matrix } from '../../numerics/matrix.ts';

/** What a Gaussian process falls back to far from the data. */
export type GaussianProcessTrend = 'constant' | 'linear' | 'quadratic';

/** Residual share of a coordinate below which it counts as a combination of the ones before it. */
const COLLINEAR = 1e-6;

/** Basis functions of a trend: 1 when `constant`, `u_j - 1/2` for each of `coordinates` (which may be columns beyond the space's), `(u_j - 1/2)^2` for each of `squares`. */
export interface TrendBasis {
  readonly constant: boolean;
  readonly coordinates: readonly number[];
  readonly squares?: readonly number[];
}

/** p, the number of basis functions. */
export function basisSize(basis: TrendBasis): number {
  return basis.coordinates.length + (basis.squares?.length ?? 0) + (basis.constant ? 1 : 0);
}

/**
 * The basis that the points can carry: slopes and curvatures that are combinations of others or constant are left out, and so
 * are those of categorical and periodic coordinates, which have none. It needs at least p + 2 rows; with fewer it is the next simpler.
 * The columns of x beyond those of the space are slopes of every kind of trend.
 */
export function trendBasis(kind: GaussianProcessTrend, x: Matrix, columns: readonly Column[]): TrendBasis {
  const sloping = columns.flatMap((column, j) => (column.kind === 'categorical' || column.periodic ? [] : [j]));
  const kept: Float64Array[] = [new Float64Array(x.rows).fill(1 / Math.sqrt(x.rows))];
  const independent = (j: number, power: number) => {
    const direction = x.column(j).map((u) => (u - 0.5) ** power);
    // Twice is enough for full orthogonality.
    for (const q of [...kept, ...kept]) subtractProjection(direction, q);
    const norm = Math.sqrt(dot(direction, direction));
    if (norm <= COLLINEAR * Math.sqrt(x.rows)) return false;
    kept.push(direction.map((value) => value / norm));
    return true;
  };
  const carried = (count: number) => 1 + count + 2 <= x.rows;
  const beyond = Array.from({ length: x.columns - columns.length }, (_, k) => columns.length + k);
  const given = beyond.filter((j) => independent(j, 1));
  const plain = { constant: true, coordinates: carried(given.length) ? given : [] };
  if (kind === 'constant' || !carried(given.length)) return plain;
  const coordinates = [...given, ...sloping.filter((j) => independent(j, 1))];
  if (!carried(coordinates.length)) return plain;
  if (kind === 'linear') return { constant: true, coordinates };
  const squares = sloping.filter((j) => independent(j, 2));
  return carried(coordinates.length + squares.length)
    ? { constant: true, coordinates, squares }
    : { constant: true, coordinates };
}

/** The basis functions at n points, `p x n`: one row for each function, ready for triangular solves. */
export function basisRows(basis: TrendBasis, x: Matrix): Float64Array {
  const p = basisSize(basis);
  const rows = new Float64Array(p * x.rows);
  const values = new Float64Array(p);
  for (let i = 0; i < x.rows; i++) {
    writeBasis(basis, x.data, i * x.columns, values);
    for (let k = 0; k < p; k++) rows[k * x.rows + i] = values[k];
  }
  return rows;
}

/** Writes the basis functions at the point `u[at ...]` to `out`. */
export function writeBasis(basis: TrendBasis, u: Float64Array, at: number, out: Float64Array): void {
  let k = 0;
  if (basis.constant) out[k++] = 1;
  for (const j of basis.coordinates) out[k++] = u[at + j] - 0.5;
  if (basis.squares) for (const j of basis.squares) out[k++] = (u[at + j] - 0.5) ** 2;
}

/**
 * Orthonormalizes the p rows of `f` (`p x n`) in place by modified Gram-Schmidt and returns the upper triangular
 * `p x p` matrix R of `F^T = Q R`. A row that vanishes gets a unit R entry and stays zero.
 */
export function orthonormalize(f: Float64Array, p: number, n: number): Float64Array {
  const r = new Float64Array(p * p);
  const rowOf = (k: number) => f.subarray(k * n, (k + 1) * n);
  const before = Float64Array.from({ length: p }, (_, k) => norm(rowOf(k)));
  for (let l = 0; l < p; l++) {
    const row = rowOf(l);
    const after = norm(row);
    const usable = after > 1e-14 * before[l];
    r[l * p + l] = usable ? after : 1;
    for (let i = 0; i < n; i++) row[i] = usable ? row[i] / after : 0;
    let k = l + 1;
    for (; k + 4 <= p; k += 4) subtractFour(f, k * n, row, r, l * p + k);
    for (; k < p; k++) r[l * p + k] = subtractProjection(rowOf(k), row);
  }
  return r;
}

/** {@link subtractProjection} for the four rows of `f` from `at` on: each sums in its own order, and none waits for another. */
function subtractFour(f: Float64Array, at: number, q: Float64Array, lengths: Float64Array, to: number): void {
  const n = q.length;
  const [b, c, d] = [at + n, at + 2 * n, at + 3 * n];
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const x = q[i];
    s0 += f[at + i] * x;
    s1 += f[b + i] * x;
    s2 += f[c + i] * x;
    s3 += f[d + i] * x;
  }
  for (let i = 0; i < n; i++) {
    const x = q[i];
    f[at + i] -= s0 * x;
    f[b + i] -= s1 * x;
    f[c + i] -= s2 * x;
    f[d + i] -= s3 * x;
  }
  lengths[to] = s0;
  lengths[to + 1] = s1;
  lengths[to + 2] = s2;
  lengths[to + 3] = s3;
}

function norm(row: Float64Array): number {
  return Math.sqrt(dot(row, row));
}

/**
 * Least squares: takes the rows of `q` (orthonormal, `p x n`) out of `v` (n numbers) and writes the p coefficients
 * `R^-1 Q v` to `beta`, for the R of {@link orthonormalize}.
 */
export function takeTrend(v: Float64Array, q: Float64Array, r: Float64Array, beta: Float64Array): void {
  const [n, p] = [v.length, beta.length];
  for (let k = 0; k < p; k++) beta[k] = subtractProjection(v, q.subarray(k * n, (k + 1) * n));
  for (let k = p - 1; k >= 0; k--) {
    for (let m = k + 1; m < p; m++) beta[k] -= r[k * p + m] * beta[m];
    beta[k] /= r[k * p + k];
  }
}

/** Takes the part along the unit vector `q` out of `v` and returns its length. */
export function subtractProjection(v: Float64Array, q: Float64Array): number {
  const along = dot(v, q);
  for (let i = 0; i < v.length; i++) v[i] -= along * q[i];
  return along;
}

/** The inner product of two vectors. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
