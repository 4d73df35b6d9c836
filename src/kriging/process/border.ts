import { solveLower, solveLowerTransposed } from '../../numerics/linear-algebra/triangular.ts';
import type { CorrelationPosterior } from '../kernels/correlation-posterior.ts';
import type { PointCorrelation } from '../kernels/kernel.ts';
import { dot } from './trend.ts';

/** Rows under a factored matrix of n points: `[L 0; V M]` is the factor of all. */
interface Border {
  readonly count: number;
  /** Scaled features, `count x width`. */
  readonly z: Float64Array;
  /** `count x n`. */
  readonly v: Float64Array;
  /** Lower triangular, `count x count`. */
  readonly m: Float64Array;
}

/** Pivots below this many times n rounding errors are those of a point that is there already. */
const LEAST_PIVOT = 8;

/**
 * A posterior of points with a few more below them: the factor of the first is used as it is, and the rows that would be
 * added to it are answered like the rows of a trend. Adding one costs O(n^2).
 */
export class BorderedPosterior implements CorrelationPosterior {
  readonly blockSize: number;
  readonly #points: PointCorrelation;
  readonly #n: number;
  readonly #p: number;
  /** The points alone. */
  readonly #base: CorrelationPosterior;
  /** The points with V below Q. */
  readonly #inner: CorrelationPosterior;
  readonly #border: Border;
  readonly #alpha: Float64Array;
  /** `p x count`. */
  readonly #q: Float64Array;
  readonly #projections: Float64Array;
  readonly #v: Float64Array;
  #query: Float64Array = new Float64Array(0);

  private constructor(
    points: PointCorrelation,
    base: CorrelationPosterior,
    n: number,
    border: Border,
    alpha: Float64Array,
    q: Float64Array,
  ) {
    const all = n + border.count;
    this.#points = points;
    this.#n = n;
    this.#p = q.length / all;
    this.#base = base;
    this.#border = border;
    this.blockSize = base.blockSize;
    const stacked = new Float64Array((this.#p + border.count) * n);
    this.#q = new Float64Array(this.#p * border.count);
    for (let k = 0; k < this.#p; k++) {
      stacked.set(q.subarray(k * all, k * all + n), k * n);
      this.#q.set(q.subarray(k * all + n, (k + 1) * all), k * border.count);
    }
    stacked.set(border.v, this.#p * n);
    this.#inner = base.with(alpha.slice(0, n), stacked);
    this.#alpha = alpha.slice(n);
    this.#projections = new Float64Array(this.blockSize * (this.#p + border.count));
    this.#v = new Float64Array(border.count);
  }

  /**
   * The posterior (of n points) with the point of scaled features `z` below; `diagonal` is its correlation with itself, noise
   * included. What answers depend on (`alpha`, `q`) has to follow by {@link BorderedPosterior.with}. Undefined when the point
   * is there already to rounding.
   */
  static under(
    posterior: CorrelationPosterior,
    n: number,
    points: PointCorrelation,
    z: Float64Array,
    diagonal: number,
  ): BorderedPosterior | undefined {
    const [base, before] =
      posterior instanceof BorderedPosterior ? [posterior.#base, posterior.#border] : [posterior, undefined];
    const count = before?.count ?? 0;
    const inside = n - count;
    const v = posterior.solved(z);
    const square = diagonal - dot(v, v);
    if (!(square > LEAST_PIVOT * n * Number.EPSILON)) return undefined;
    const m = new Float64Array((count + 1) ** 2);
    for (let i = 0; before && i < count; i++) m.set(before.m.subarray(i * count, (i + 1) * count), i * (count + 1));
    m.set(v.subarray(inside), count * (count + 1));
    m[m.length - 1] = Math.sqrt(square);
    const border = {
      count: count + 1,
      z: joined(before?.z, z),
      v: joined(before?.v, v.subarray(0, inside)),
      m,
    };
    return new BorderedPosterior(points, base, inside, border, new Float64Array(n + 1), new Float64Array(0));
  }

  /** Rows below. */
  get count(): number {
    return this.#border.count;
  }

  with(alpha: Float64Array, q: Float64Array): BorderedPosterior {
    return new BorderedPosterior(this.#points, this.#base, this.#n, this.#border, alpha, q);
  }

  block(
    queries: Float64Array,
    count: number,
    products: Float64Array,
    squares?: Float64Array,
    projections?: Float64Array,
  ): void {
    const width = this.#width;
    if (squares && projections) this.#inner.block(queries, count, products, squares, this.#projections);
    else this.#inner.block(queries, count, products);
    for (let i = 0; i < count; i++) {
      this.#correlate(queries, i * width);
      products[i] += dot(this.#v, this.#alpha);
      if (squares && projections) squares[i] += this.#finish(i, projections, i * this.#p);
    }
  }

  point(query: Float64Array, projections: Float64Array): { product: number; square: number } {
    this.#query = query.slice();
    const { product, square } = this.#inner.point(query, this.#projections);
    this.#correlate(query, 0);
    const more = dot(this.#v, this.#alpha);
    return { product: product + more, square: square + this.#finish(0, projections, 0) };
  }

  gradients(t: Float64Array, byProduct: Float64Array, bySquare: Float64Array): void {
    const { count, m, z } = this.#border;
    const p = this.#p;
    const w = this.#v.slice();
    for (let k = 0; k < p; k++) for (let i = 0; i < count; i++) w[i] += t[k] * this.#q[k * count + i];
    solveLowerTransposed(m, count, w);
    const both = new Float64Array(p + count);
    both.set(t);
    for (let i = 0; i < count; i++) both[p + i] = -w[i];
    this.#inner.gradients(both, byProduct, bySquare);
    this.#points.addSlopes(this.#query, z, this.#alpha, byProduct);
    for (let i = 0; i < count; i++) w[i] *= -2;
    this.#points.addSlopes(this.#query, z, w, bySquare);
  }

  solved(query: Float64Array): Float64Array {
    const { count, v: rows, m } = this.#border;
    const n = this.#n;
    const v = new Float64Array(n + count);
    v.set(this.#base.solved(query));
    const [first, second] = [v.subarray(0, n), v.subarray(n)];
    this.#correlate(query, 0);
    for (let i = 0; i < count; i++) second[i] = this.#v[i] - dot(rows.subarray(i * n, (i + 1) * n), first);
    solveLower(m, count, second);
    return v;
  }

  solveTransposed(b: Float64Array): void {
    const { count, v, m } = this.#border;
    const n = this.#n;
    const [first, second] = [b.subarray(0, n), b.subarray(n)];
    solveLowerTransposed(m, count, second);
    for (let i = 0; i < count; i++) for (let k = 0, row = i * n; k < n; k++) first[k] -= second[i] * v[row + k];
    this.#base.solveTransposed(first);
  }

  get #width(): number {
    return this.#border.z.length / this.#border.count;
  }

  /** Correlations of the query at `at` with the rows below, to `#v`. */
  #correlate(queries: Float64Array, at: number): void {
    this.#points.correlate(queries, at, this.#border.z, this.#border.count, this.#v, 0);
  }

  /** From the correlations in `#v` to the rest of `L^-1 k` there; writes projections and returns its square. */
  #finish(query: number, projections: Float64Array, at: number): number {
    const [{ count, m }, p, v, q, inner] = [this.#border, this.#p, this.#v, this.#q, this.#projections];
    const from = query * (p + count);
    for (let i = 0; i < count; i++) v[i] -= inner[from + p + i];
    solveLower(m, count, v);
    for (let k = 0, row = 0; k < p; k++, row += count) {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += v[i] * q[row + i];
      projections[at + k] = inner[from + k] + sum;
    }
    return dot(v, v);
  }
}

function joined(before: Float64Array | undefined, after: Float64Array): Float64Array {
  const both = new Float64Array((before?.length ?? 0) + after.length);
  if (before) both.set(before);
  both.set(after, both.length - after.length);
  return both;
}
