import { Arena } from './arena.ts';
import { describe, descriptionLength, isProduct, type PackedKernel, slopeStarts } from './packed-kernel.ts';
import { PackedPosterior } from './packed-posterior.ts';

/** Where everything of one matrix stands in the arena, in bytes. */
interface Regions {
  readonly kernel: number;
  readonly rows: number;
  readonly points: number;
  readonly factor: number;
  readonly inverses: number;
  readonly slope: number;
  readonly upper: number;
  readonly negative: number;
  readonly alpha: number;
  readonly lanes: number;
  readonly sums: number;
  readonly held: number;
}

const NO_SHAPE = new Float64Array(0);

/** One working memory for all fits of a thread: a fit is never interrupted between `factor` and what is read from it. */
const arena = new Arena();

/** The number of numbers in a packed triangle of `strips` strips. */
export function packedLength(strips: number): number {
  return 8 * strips * (strips + 1);
}

/** Strips in a panel of the factorization: few when the triangle no longer fits the second-level cache. */
export function panelOf(n: number): number {
  return n > 500 ? 16 : 64;
}

/**
 * The matrix of correlations between n points, its Cholesky factor, and what a Gaussian process computes from them, in
 * WebAssembly. What stands in the memory is overwritten by the next `factor` of any other object.
 */
export class PackedCorrelation {
  readonly n: number;
  readonly width: number;
  readonly #kernel: PackedKernel;
  readonly #isProduct: boolean;
  readonly #starts: Int32Array;
  readonly #strips: number;
  #description: Float64Array = new Float64Array(0);
  #regions: Regions | undefined;

  /** For `n` points with features of these coordinates; throws a RangeError where the engine cannot run the kernels. */
  constructor(n: number, coordinates: Int32Array, kernel: PackedKernel) {
    this.n = n;
    this.width = coordinates.length;
    this.#kernel = kernel;
    this.#isProduct = isProduct(kernel);
    this.#starts = slopeStarts(kernel, coordinates);
    this.#strips = Math.ceil(n / 4);
  }

  /**
   * Factors the correlations of the scaled features `z` (`n x width`), with `diagonal` on the diagonal, and keeps their
   * slopes when they are asked for; false when the matrix is not positive definite. `shape` holds `ln w` of each coordinate of a
   * product.
   */
  factor(z: Float64Array, diagonal: number, withSlope: boolean, shape: Float64Array = NO_SHAPE): boolean {
    const { n, width } = this;
    if (z.length !== n * width) throw new RangeError(`${n} points need ${n * width} features, got ${z.length}`);
    const at = this.#claim();
    const { kernels } = arena;
    arena.write(at.rows, z);
    kernels.packPoints(at.rows, n, width, at.points);
    this.#description = describe(this.#kernel, this.#starts, shape);
    arena.write(at.kernel, this.#description);
    const slope = withSlope && !this.#isProduct ? at.slope : 0;
    kernels.correlationMatrix(at.kernel, at.points, n, width, diagonal, at.factor, slope);
    return kernels.cholesky(at.factor, this.#strips, at.inverses, panelOf(n)) < 0;
  }

  /** The logarithm of the determinant of the factored matrix. */
  logDeterminant(): number {
    const inverses = arena.view(this.#held().inverses, this.n);
    let sum = 0;
    for (let i = 0; i < inverses.length; i++) sum -= Math.log(inverses[i]);
    return 2 * sum;
  }

  /** Solves `L x = b` in place for every row of `b` (`q x n`). */
  solveLower(b: Float64Array): void {
    this.#solve(b, (at, address) => arena.kernels.solveVector(at.factor, this.#strips, at.inverses, address));
  }

  /** Solves `L^T x = b` in place for every row of `b` (`q x n`). */
  solveLowerTransposed(b: Float64Array): void {
    this.#solve(b, (at, address) => arena.kernels.solveVectorTransposed(at.factor, this.#strips, at.inverses, address));
  }

  #solve(b: Float64Array, solve: (at: Regions, address: number) => void): void {
    const at = this.#held();
    for (let row = 0; row < b.length; row += this.n) {
      arena.write(at.alpha, b.subarray(row, row + this.n), 4 * this.#strips);
      solve(at, at.alpha);
      b.set(arena.view(at.alpha, this.n), row);
    }
  }

  /**
   * With B the inverse, writes `sum over i > k of (B_ik - scale alpha_i alpha_k) slope_ik (z_if - z_kf)^2` for every
   * feature f to `sums` and returns `sum over i of B_ii - scale alpha_i^2`; `factor` must have kept the slopes. A product writes
   * `sum over i > k of (B_ik - scale alpha_i alpha_k) s dk_ik / ds`, with s the squared distance along a coordinate, to its first
   * feature, and that of `dk_ik / dshape` to `shapeSums`.
   */
  differentiate(alpha: Float64Array, scale: number, sums: Float64Array, shapeSums: Float64Array = NO_SHAPE): number {
    const at = this.#held();
    const { kernels } = arena;
    const strips = this.#strips;
    arena.write(at.alpha, alpha, 4 * strips);
    kernels.invertTransposed(at.factor, strips, at.inverses, at.upper);
    kernels.negativeInverse(at.upper, strips, at.negative);
    if (this.#isProduct) this.#productSums(at, scale, sums, shapeSums);
    else {
      kernels.pairSums(at.points, strips, this.width, at.negative, at.slope, at.alpha, scale, at.lanes, at.sums);
      const found = arena.view(at.sums, this.width);
      for (let f = 0; f < found.length; f++) sums[f] = -found[f];
    }
    return -kernels.diagonalSum(this.n, at.negative, at.alpha, scale);
  }

  #productSums(at: Regions, scale: number, sums: Float64Array, shapeSums: Float64Array): void {
    const { kernel, points, negative, alpha, held, lanes } = at;
    const { kernels } = arena;
    const d = this.#starts.length - 1;
    kernels.productSums(kernel, points, this.#strips, this.width, negative, alpha, scale, held, lanes, at.sums);
    const found = arena.view(at.sums, 2 * d);
    sums.fill(0);
    for (let j = 0; j < d; j++) {
      sums[this.#starts[j]] = -found[j];
      shapeSums[j] = -found[d + j];
    }
  }

  /** The diagonal of the inverse, n numbers. */
  inverseDiagonal(): Float64Array {
    const at = this.#held();
    arena.kernels.invertTransposed(at.factor, this.#strips, at.inverses, at.upper);
    arena.kernels.squaredRows(at.upper, this.#strips, at.alpha);
    return arena.view(at.alpha, this.n).slice();
  }

  /** What answers queries from the factor, `alpha` (n numbers) and the rows of `q` (`p x n`); it keeps copies. */
  posterior(alpha: Float64Array, q: Float64Array): PackedPosterior {
    const at = this.#held();
    const { n, width } = this;
    const strips = this.#strips;
    return new PackedPosterior({
      n,
      width,
      kernel: this.#description,
      starts: this.#starts,
      points: arena.view(at.points, 4 * strips * width).slice(),
      factor: arena.view(at.factor, packedLength(strips)).slice(),
      inverses: arena.view(at.inverses, 4 * strips).slice(),
      alpha: alpha.slice(),
      q: q.slice(),
    });
  }

  /** The regions, for new content. */
  #claim(): Regions {
    if (arena.owner === this && this.#regions) return this.#regions;
    const { n, width } = this;
    const strips = this.#strips;
    const starts = this.#starts;
    const d = starts.length - 1;
    arena.reset(this);
    this.#regions = {
      kernel: arena.allocate(descriptionLength(starts)),
      rows: arena.allocate(n * width),
      points: arena.allocate(4 * strips * width),
      factor: arena.allocate(packedLength(strips)),
      inverses: arena.allocate(4 * strips),
      slope: arena.allocate(this.#isProduct ? 0 : packedLength(strips)),
      upper: arena.allocate(packedLength(strips)),
      negative: arena.allocate(packedLength(strips)),
      alpha: arena.allocate(4 * strips),
      lanes: arena.allocate(4 * width),
      sums: arena.allocate(Math.max(width, 2 * d)),
      held: arena.allocate(16 * d + 8),
    };
    return this.#regions;
  }

  /** The regions, with the content that `factor` left. */
  #held(): Regions {
    if (arena.owner !== this || !this.#regions)
      throw new RangeError('the factor has been overwritten by another one: call factor again');
    return this.#regions;
  }
}
