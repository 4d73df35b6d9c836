import { Arena } from './arena.ts';
import { PackedFactors } from './packed-factors.ts';

/** What a posterior is computed from, packed in strips; see `assembly/lanes.ts`. */
export interface PackedFit {
  readonly n: number;
  readonly width: number;
  /** What `describe` says of the kernel. */
  readonly kernel: Float64Array;
  /** The features that have a slope in common, see `slopeStarts`. */
  readonly starts: Int32Array;
  /** Scaled features in strips. */
  readonly points: Float64Array;
  /** Cholesky factor L, a packed triangle. */
  readonly factor: Float64Array;
  /** One over the diagonal of L. */
  readonly inverses: Float64Array;
  /** n numbers. */
  readonly alpha: Float64Array;
  /** p x n. */
  readonly q: Float64Array;
}

interface Regions {
  readonly kernel: number;
  readonly points: number;
  readonly factor: number;
  readonly inverses: number;
  readonly alpha: number;
  readonly q: number;
  readonly rows: number;
  readonly queries: number;
  readonly strips: number;
  readonly slope: number;
  readonly held: number;
  readonly weights: number;
  readonly out: number;
  /** Where the kernel is a product and coordinates of few values clearly outnumber the others. */
  readonly factors: PackedFactors | undefined;
}

/** Queries that are answered by one call. */
const BLOCK = 64;

/** Bytes of models that stay loaded at the same time; beyond them all but the one in use are dropped. */
const LOADED = 2 ** 27;

/** One memory for all models of a thread, a cache of what they keep in arrays. */
const arena = new Arena();
let loads = {};

/**
 * Answers queries to a fitted Gaussian process in WebAssembly.
 *
 * It owns ordinary arrays, which the garbage collector takes with it, and loads them into the shared memory when it is asked
 * something after others have filled it.
 */
export class PackedPosterior {
  /** The largest `count` of {@link PackedPosterior.block}. */
  readonly blockSize = BLOCK;
  readonly #fit: PackedFit;
  readonly #strips: number;
  readonly #p: number;
  #regions: Regions | undefined;
  #load: object | undefined;

  constructor(fit: PackedFit) {
    this.#fit = fit;
    this.#strips = Math.ceil(fit.n / 4);
    this.#p = fit.q.length / fit.n;
  }

  /**
   * For the first `count` rows of `queries` (scaled features, `count x width`) with correlations k to the points, writes
   * `k . alpha` to `products`; when they are given, `|v|^2` with `v = L^-1 k` to `squares` and `Q v` to `projections` (`count x p`).
   */
  block(
    queries: Float64Array,
    count: number,
    products: Float64Array,
    squares?: Float64Array,
    projections?: Float64Array,
  ): void {
    if (count > BLOCK) throw new RangeError(`a block has at most ${BLOCK} queries, got ${count}`);
    const { n, width } = this.#fit;
    const at = this.#loaded();
    const { kernels } = arena;
    const strips = this.#strips;
    const groups = Math.ceil(count / 4);
    if (at.factors) at.factors.correlate(queries, count, at.strips);
    else {
      arena.write(at.rows, queries.subarray(0, count * width));
      kernels.packPoints(at.rows, count, width, at.queries);
      kernels.crossCorrelations(at.kernel, at.queries, groups, at.points, n, width, at.strips);
    }
    kernels.stripProducts(at.strips, strips, groups, at.alpha, at.out);
    products.set(arena.view(at.out, count));
    if (!squares || !projections) return;
    kernels.solveStrips(at.factor, strips, at.inverses, at.strips, groups);
    kernels.stripSquares(at.strips, strips, groups, at.out);
    squares.set(arena.view(at.out, count));
    for (let k = 0; k < this.#p; k++) {
      kernels.stripProducts(at.strips, strips, groups, at.q + 32 * strips * k, at.out);
      const found = arena.view(at.out, count);
      for (let i = 0; i < count; i++) projections[i * this.#p + k] = found[i];
    }
  }

  /** The same for one query (`width` numbers): `projections` gets p numbers. Prepares {@link PackedPosterior.gradients}. */
  point(query: Float64Array, projections: Float64Array): { product: number; square: number } {
    const { n, width } = this.#fit;
    const at = this.#loaded();
    const { kernels } = arena;
    const strips = this.#strips;
    arena.write(at.rows, query);
    kernels.pointCorrelations(at.kernel, at.rows, at.points, n, width, at.strips, at.slope, at.held);
    const product = kernels.product(at.strips, at.alpha, strips);
    kernels.solveVector(at.factor, strips, at.inverses, at.strips);
    const square = kernels.product(at.strips, at.strips, strips);
    for (let k = 0; k < this.#p; k++) projections[k] = kernels.product(at.strips, at.q + 32 * strips * k, strips);
    return { product, square };
  }

  /**
   * After `point`, the derivatives by its features of `k . alpha`, written to `byProduct`, and of `|t|^2 - |v|^2` for
   * `t = constant - Q v`, written to `bySquare`; `t` has p numbers. Both have `width` numbers.
   */
  gradients(t: Float64Array, byProduct: Float64Array, bySquare: Float64Array): void {
    const { n } = this.#fit;
    const at = this.#regions;
    if (!at || this.#load !== loads) throw new RangeError('gradients follow a call of point of the same posterior');
    const { kernels } = arena;
    const strips = this.#strips;
    const v = arena.view(at.strips, n);
    addRows(v, t, this.#fit.q, this.#p);
    kernels.solveVectorTransposed(at.factor, strips, at.inverses, at.strips);
    this.#slopeSums(at, 2, at.alpha, byProduct);
    this.#slopeSums(at, -4, at.strips, bySquare);
  }

  /** `factor sum over i of vector_i slope_i (query_f - x_if)` for each feature f. */
  #slopeSums(at: Regions, factor: number, vector: number, out: Float64Array): void {
    const { width, starts } = this.#fit;
    const { kernels } = arena;
    const strips = this.#strips;
    for (let g = 0; g + 1 < starts.length; g++) {
      kernels.scaledProducts(factor, at.slope + 32 * strips * g, vector, strips, at.weights);
      kernels.pointSums(at.weights, at.rows, at.points, strips, width, starts[g], starts[g + 1], at.out);
    }
    out.set(arena.view(at.out, width));
  }

  /** `L^-1 k` of one query (`width` numbers), n numbers. */
  solved(query: Float64Array): Float64Array {
    this.point(query, new Float64Array(this.#p));
    return arena.view(this.#loaded().strips, this.#fit.n).slice();
  }

  /** Solves `L^T x = b` in place for one vector of n numbers. */
  solveTransposed(b: Float64Array): void {
    const at = this.#loaded();
    arena.write(at.weights, b, 4 * this.#strips);
    arena.kernels.solveVectorTransposed(at.factor, this.#strips, at.inverses, at.weights);
    b.set(arena.view(at.weights, b.length));
  }

  /** The same points and factor with another `alpha` (n numbers) and `q` (`p x n`). */
  with(alpha: Float64Array, q: Float64Array): PackedPosterior {
    return new PackedPosterior({ ...this.#fit, alpha, q });
  }

  /** The regions, loaded; may drop what others loaded. */
  #loaded(): Regions {
    if (this.#regions && this.#load === loads) return this.#regions;
    const { width, kernel, starts, points, factor, inverses, alpha, q, n } = this.#fit;
    const padded = 4 * this.#strips;
    const groups = starts.length - 1;
    if (arena.owner !== loads || arena.used + 8 * factor.length > LOADED) {
      loads = {};
      arena.reset(loads);
    }
    this.#load = loads;
    const pointsAt = arena.allocate(points.length);
    const at: Regions = {
      kernel: arena.allocate(kernel.length),
      points: pointsAt,
      factor: arena.allocate(factor.length),
      inverses: arena.allocate(padded),
      alpha: arena.allocate(padded),
      q: arena.allocate(padded * this.#p),
      rows: arena.allocate(BLOCK * width),
      queries: arena.allocate(BLOCK * width),
      strips: arena.allocate(BLOCK * padded),
      slope: arena.allocate(groups * padded),
      held: arena.allocate(8 * groups),
      weights: arena.allocate(padded),
      out: arena.allocate(Math.max(BLOCK, width)),
      factors: PackedFactors.of(arena, this.#fit, pointsAt),
    };
    this.#regions = at;
    arena.write(at.kernel, kernel);
    arena.write(at.points, points);
    arena.write(at.factor, factor);
    arena.write(at.inverses, inverses);
    arena.write(at.alpha, alpha, padded);
    for (let k = 0; k < this.#p; k++) arena.write(at.q + 8 * padded * k, q.subarray(k * n, (k + 1) * n), padded);
    return at;
  }
}

/** Adds to `v` the p rows of `q`, each times its number in `t`, one after the other at each place. */
function addRows(v: Float64Array, t: Float64Array, q: Float64Array, p: number): void {
  const n = v.length;
  let k = 0;
  for (; k + 4 <= p; k += 4) {
    const [a, b, c, d] = [k * n, (k + 1) * n, (k + 2) * n, (k + 3) * n];
    const [ta, tb, tc, td] = [t[k], t[k + 1], t[k + 2], t[k + 3]];
    for (let i = 0; i < n; i++) v[i] = v[i] + ta * q[a + i] + tb * q[b + i] + tc * q[c + i] + td * q[d + i];
  }
  for (; k < p; k++) for (let i = 0, row = k * n; i < n; i++) v[i] += t[k] * q[row + i];
}
