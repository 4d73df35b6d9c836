import type { TriangularFactor } from '../../numerics/linear-algebra/triangular-factor.ts';
import type { PointCorrelation } from './kernel.ts';

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

/** The posterior of any kernel: correlations of points, and a factor. */
export class GeneralPosterior implements CorrelationPosterior {
  /** The triangular solves of a block share each pass over the factor. */
  readonly blockSize = 64;
  readonly #points: PointCorrelation;
  readonly #n: number;
  readonly #width: number;
  readonly #p: number;
  readonly #z: Float64Array;
  readonly #factor: TriangularFactor;
  readonly #alpha: Float64Array;
  readonly #q: Float64Array;
  readonly #correlations: Float64Array;
  #query: Float64Array = new Float64Array(0);

  /** `z` is `n x width`; n is the length of `alpha`. */
  constructor(
    points: PointCorrelation,
    width: number,
    z: Float64Array,
    factor: TriangularFactor,
    alpha: Float64Array,
    q: Float64Array,
  ) {
    this.#points = points;
    this.#n = alpha.length;
    this.#width = width;
    this.#p = q.length / alpha.length;
    this.#z = z;
    this.#factor = factor;
    this.#alpha = alpha;
    this.#q = q;
    this.#correlations = new Float64Array(this.blockSize * alpha.length);
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
      this.#points.correlate(queries, i * this.#width, this.#z, n, k, i * n);
      products[i] = product(k, i * n, this.#alpha, 0, n);
    }
    if (!squares || !projections) return;
    this.#factor.solveLower(k.subarray(0, count * n));
    for (let i = 0; i < count; i++) {
      squares[i] = product(k, i * n, k, i * n, n);
      for (let m = 0; m < p; m++) projections[i * p + m] = product(k, i * n, this.#q, m * n, n);
    }
  }

  point(query: Float64Array, projections: Float64Array): { product: number; square: number } {
    const n = this.#n;
    const v = this.#correlations.subarray(0, n);
    this.#query = query;
    this.#points.correlate(query, 0, this.#z, n, v, 0);
    const mean = product(v, 0, this.#alpha, 0, n);
    this.#factor.solveLower(v);
    for (let m = 0; m < this.#p; m++) projections[m] = product(v, 0, this.#q, m * n, n);
    return { product: mean, square: product(v, 0, v, 0, n) };
  }

  gradients(t: Float64Array, byProduct: Float64Array, bySquare: Float64Array): void {
    const n = this.#n;
    const v = this.#correlations.subarray(0, n);
    // d|v|^2 = 2 (C^-1 k) dk and d|t|^2 = -2 t Q L^-1 dk: one weight L^-T (v + Q^T t) for each point.
    for (let m = 0; m < this.#p; m++) for (let i = 0; i < n; i++) v[i] += t[m] * this.#q[m * n + i];
    this.#factor.solveLowerTransposed(v);
    for (let i = 0; i < n; i++) v[i] *= -2;
    byProduct.fill(0);
    bySquare.fill(0);
    this.#points.addSlopes(this.#query, this.#z, this.#alpha, byProduct);
    this.#points.addSlopes(this.#query, this.#z, v, bySquare);
  }

  solved(query: Float64Array): Float64Array {
    const v = new Float64Array(this.#n);
    this.#points.correlate(query, 0, this.#z, this.#n, v, 0);
    this.#factor.solveLower(v);
    return v;
  }

  solveTransposed(b: Float64Array): void {
    this.#factor.solveLowerTransposed(b);
  }

  with(alpha: Float64Array, q: Float64Array): GeneralPosterior {
    return new GeneralPosterior(this.#points, this.#width, this.#z, this.#factor, alpha, q);
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
