import { cholesky, choleskyInverse, logDeterminant } from '../numerics/cholesky.ts';
import { hasKernels } from '../numerics/kernels/arena.ts';
import { PackedCorrelation } from '../numerics/kernels/packed-correlation.ts';
import { solveLower, solveLowerTransposed } from '../numerics/triangular.ts';
import {
  correlate,
  correlateWithSlope,
  crossCorrelate,
  type GaussianProcessKernel,
  squaredDistances,
} from './gaussian-process-kernel.ts';

/** Rows from which WebAssembly pays, and up to which its address space of 4 GiB holds the four triangles of a fit. */
const PACKED_ROWS = [24, 12_000] as const;

/** The matrix of correlations between n points, its Cholesky factor L, and what is computed from them. */
export interface Correlation {
  /**
   * Factors the correlations of the scaled features `z` (`n x width`), with `diagonal` on the diagonal, and keeps their
   * slopes when they are asked for; false when the matrix is not positive definite. The rest reads what this left, and
   * must be called before any other object is asked to factor.
   */
  factor(z: Float64Array, diagonal: number, withSlope: boolean): boolean;
  logDeterminant(): number;
  /** Solves `L x = b` in place for every row of `b` (`q x n`). */
  solveLower(b: Float64Array): void;
  /** Solves `L^T x = b` in place for every row of `b` (`q x n`). */
  solveLowerTransposed(b: Float64Array): void;
  /**
   * With B the inverse, writes `sum over i > k of (B_ik - scale alpha_i alpha_k) slope_ik (z_if - z_kf)^2` for every
   * feature f to `sums` and returns `sum over i of B_ii - scale alpha_i^2`; `factor` must have kept the slopes.
   */
  differentiate(alpha: Float64Array, scale: number, sums: Float64Array): number;
  /** The diagonal of the inverse, n numbers. */
  inverseDiagonal(): Float64Array;
  /** What answers queries from the factor, `alpha` (n numbers) and the rows of `q` (`p x n`), whatever is factored later. */
  posterior(alpha: Float64Array, q: Float64Array): CorrelationPosterior;
}

/** Correlations k of queries with the points of a factored matrix, and what a posterior needs of them. */
export interface CorrelationPosterior {
  /** The largest `count` of `block`. */
  readonly blockSize: number;
  /**
   * For the first `count` rows of `queries` (scaled features, `count x width`), writes `k . alpha` to `products`; when they
   * are given, `|v|^2` with `v = L^-1 k` to `squares` and `Q v` to `projections` (`count x p`).
   */
  block(
    queries: Float64Array,
    count: number,
    products: Float64Array,
    squares?: Float64Array,
    projections?: Float64Array,
  ): void;
  /** The same for one query; prepares `gradients`. */
  point(query: Float64Array, projections: Float64Array): { product: number; square: number };
  /**
   * After `point`, the derivatives by its features of `k . alpha`, written to `byProduct`, and of `|t|^2 - |v|^2` for
   * `t = constant - Q v`, written to `bySquare`; `t` has p numbers.
   */
  gradients(t: Float64Array, byProduct: Float64Array, bySquare: Float64Array): void;
  /** `v = L^-1 k` of one query, n numbers. */
  solved(query: Float64Array): Float64Array;
  /** Solves `L^T x = b` in place for one vector of n numbers. */
  solveTransposed(b: Float64Array): void;
  /** The same points and factor with another `alpha` (n numbers) and `q` (`p x n`). */
  with(alpha: Float64Array, q: Float64Array): CorrelationPosterior;
}

/** The implementation for n points: WebAssembly where it pays and the engine has it, else plain arrays. */
export function correlation(n: number, width: number, kernel: GaussianProcessKernel): Correlation {
  const packed = n >= PACKED_ROWS[0] && n <= PACKED_ROWS[1] && hasKernels();
  return packed ? new PackedCorrelation(n, width, kernel) : new PlainCorrelation(n, width, kernel);
}

/** The fallback on ordinary arrays, and the reference that the packed one is tested against. */
export class PlainCorrelation implements Correlation {
  readonly #n: number;
  readonly #width: number;
  readonly #kernel: GaussianProcessKernel;
  readonly #l: Float64Array;
  readonly #slope: Float64Array;
  #z: Float64Array = new Float64Array(0);

  constructor(n: number, width: number, kernel: GaussianProcessKernel) {
    this.#n = n;
    this.#width = width;
    this.#kernel = kernel;
    this.#l = new Float64Array(n * n);
    this.#slope = new Float64Array(n * n);
  }

  factor(z: Float64Array, diagonal: number, withSlope: boolean): boolean {
    const [n, l] = [this.#n, this.#l];
    this.#z = z;
    for (let i = 0; i < n; i++) {
      const row = i * n;
      squaredDistances(z, i * this.#width, z, this.#width, i, l, row);
      if (withSlope) correlateWithSlope(this.#kernel, l, this.#slope, row, row + i);
      else correlate(this.#kernel, l, row, row + i);
      l[row + i] = diagonal;
    }
    return cholesky(l, n) < 0;
  }

  logDeterminant(): number {
    return logDeterminant(this.#l, this.#n);
  }

  solveLower(b: Float64Array): void {
    solveLower(this.#l, this.#n, b);
  }

  solveLowerTransposed(b: Float64Array): void {
    solveLowerTransposed(this.#l, this.#n, b);
  }

  differentiate(alpha: Float64Array, scale: number, sums: Float64Array): number {
    const [n, width, z, slope] = [this.#n, this.#width, this.#z, this.#slope];
    const inverse = choleskyInverse(this.#l, n);
    sums.fill(0);
    let trace = 0;
    for (let i = 0; i < n; i++) {
      const row = i * n;
      const a = alpha[i] * scale;
      for (let k = 0; k < i; k++) {
        const weight = (inverse[row + k] - a * alpha[k]) * slope[row + k];
        for (let f = 0, x = i * width, y = k * width; f < width; f++) {
          const e = z[x + f] - z[y + f];
          sums[f] += weight * e * e;
        }
      }
      trace += inverse[row + i] - a * alpha[i];
    }
    return trace;
  }

  inverseDiagonal(): Float64Array {
    const n = this.#n;
    const inverse = choleskyInverse(this.#l, n);
    return Float64Array.from({ length: n }, (_, i) => inverse[i * n + i]);
  }

  posterior(alpha: Float64Array, q: Float64Array): CorrelationPosterior {
    return new PlainPosterior(this.#kernel, this.#n, this.#width, this.#z.slice(), this.#l.slice(), alpha, q);
  }
}

class PlainPosterior implements CorrelationPosterior {
  /** The triangular solves of a block share each pass over the factor. */
  readonly blockSize = 32;
  readonly #kernel: GaussianProcessKernel;
  readonly #n: number;
  readonly #width: number;
  readonly #p: number;
  readonly #z: Float64Array;
  readonly #l: Float64Array;
  readonly #alpha: Float64Array;
  readonly #q: Float64Array;
  readonly #correlations: Float64Array;
  readonly #slope: Float64Array;
  #query: Float64Array = new Float64Array(0);

  constructor(
    kernel: GaussianProcessKernel,
    n: number,
    width: number,
    z: Float64Array,
    l: Float64Array,
    alpha: Float64Array,
    q: Float64Array,
  ) {
    this.#kernel = kernel;
    this.#n = n;
    this.#width = width;
    this.#p = q.length / n;
    this.#z = z;
    this.#l = l;
    this.#alpha = alpha;
    this.#q = q;
    this.#correlations = new Float64Array(this.blockSize * n);
    this.#slope = new Float64Array(n);
  }

  block(
    queries: Float64Array,
    count: number,
    products: Float64Array,
    squares?: Float64Array,
    projections?: Float64Array,
  ): void {
    const [n, p, k] = [this.#n, this.#p, this.#correlations];
    for (let i = 0; i < count; i++) {
      squaredDistances(queries, i * this.#width, this.#z, this.#width, n, k, i * n);
      correlate(this.#kernel, k, i * n, (i + 1) * n);
      products[i] = product(k, i * n, this.#alpha, 0, n);
    }
    if (!squares || !projections) return;
    solveLower(this.#l, n, k.subarray(0, count * n));
    for (let i = 0; i < count; i++) {
      squares[i] = product(k, i * n, k, i * n, n);
      for (let m = 0; m < p; m++) projections[i * p + m] = product(k, i * n, this.#q, m * n, n);
    }
  }

  point(query: Float64Array, projections: Float64Array): { product: number; square: number } {
    const n = this.#n;
    const v = this.#correlations.subarray(0, n);
    this.#query = query;
    squaredDistances(query, 0, this.#z, this.#width, n, v, 0);
    correlateWithSlope(this.#kernel, v, this.#slope, 0, n);
    const mean = product(v, 0, this.#alpha, 0, n);
    solveLower(this.#l, n, v);
    for (let m = 0; m < this.#p; m++) projections[m] = product(v, 0, this.#q, m * n, n);
    return { product: mean, square: product(v, 0, v, 0, n) };
  }

  gradients(t: Float64Array, byProduct: Float64Array, bySquare: Float64Array): void {
    const [n, width] = [this.#n, this.#width];
    const v = this.#correlations.subarray(0, n);
    // d|v|^2 = 2 (C^-1 k) dk and d|t|^2 = -2 t Q L^-1 dk: one weight L^-T (v + Q^T t) for each point.
    for (let m = 0; m < this.#p; m++) for (let i = 0; i < n; i++) v[i] += t[m] * this.#q[m * n + i];
    solveLowerTransposed(this.#l, n, v);
    byProduct.fill(0);
    bySquare.fill(0);
    for (let i = 0; i < n; i++) {
      const a = 2 * this.#slope[i] * this.#alpha[i];
      const b = -4 * this.#slope[i] * v[i];
      for (let f = 0, row = i * width; f < width; f++) {
        const e = this.#query[f] - this.#z[row + f];
        byProduct[f] += a * e;
        bySquare[f] += b * e;
      }
    }
  }

  solved(query: Float64Array): Float64Array {
    const v = new Float64Array(this.#n);
    crossCorrelate(this.#kernel, query, 0, this.#z, this.#width, this.#n, v);
    solveLower(this.#l, this.#n, v);
    return v;
  }

  solveTransposed(b: Float64Array): void {
    solveLowerTransposed(this.#l, this.#n, b);
  }

  with(alpha: Float64Array, q: Float64Array): PlainPosterior {
    return new PlainPosterior(this.#kernel, this.#n, this.#width, this.#z, this.#l, alpha, q);
  }
}

/** Inner product of `n` numbers of `a` and `b`; four sums run in parallel. */
function product(a: Float64Array, aAt: number, b: Float64Array, bAt: number, n: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    s0 += a[aAt + i] * b[bAt + i];
    s1 += a[aAt + i + 1] * b[bAt + i + 1];
    s2 += a[aAt + i + 2] * b[bAt + i + 2];
    s3 += a[aAt + i + 3] * b[bAt + i + 3];
  }
  for (; i < n; i++) s0 += a[aAt + i] * b[bAt + i];
  return s0 + s1 + (s2 + s3);
}
