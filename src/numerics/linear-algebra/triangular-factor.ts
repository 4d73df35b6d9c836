import { Arena, hasKernels } from '../kernels/arena.ts';
import { packedLength, panelOf } from '../kernels/packed-correlation.ts';
import { cholesky, choleskyInverse, logDeterminant } from './cholesky.ts';
import { solveLower, solveLowerTransposed } from './triangular.ts';

/** A lower Cholesky factor L of n rows that right-hand sides are solved with, in place, for every row of `b` (`q x n`). */
export interface TriangularFactor {
  /** `L x = b`. */
  solveLower(b: Float64Array): void;
  /** `L^T x = b`. */
  solveLowerTransposed(b: Float64Array): void;
}

/** Room for the factorization of n x n matrices, one after the other. */
export interface Factorization extends TriangularFactor {
  /** Factors `a` (`n x n`, row-major, lower triangle read); false when it is not positive definite. */
  factor(a: Float64Array): boolean;
  logDeterminant(): number;
  /** The inverse, `n x n`: its lower triangle is written to `out`, the rest is undefined. */
  inverse(out: Float64Array): void;
  /** The diagonal of the inverse, n numbers. */
  inverseDiagonal(): Float64Array;
  /** The factor alone, whatever is factored later. */
  keep(): TriangularFactor;
}

/** Rows from which WebAssembly pays, and up to which its address space of 4 GiB holds what a factorization needs. */
const PACKED_ROWS = [24, 10_000] as const;

/** Right-hand sides from which solving four at a time pays. */
const FEW = 3;

/** The implementation for n rows: WebAssembly where it pays and the engine has it, else plain arrays. */
export function factorization(n: number): Factorization {
  const packed = n >= PACKED_ROWS[0] && n <= PACKED_ROWS[1] && hasKernels();
  return packed ? new PackedFactorization(n) : new PlainFactorization(n);
}

/** The fallback on ordinary arrays, and the reference that the packed one is tested against. */
export class PlainFactorization implements Factorization {
  readonly #n: number;
  readonly #l: Float64Array;

  constructor(n: number, l: Float64Array = new Float64Array(n * n)) {
    this.#n = n;
    this.#l = l;
  }

  factor(a: Float64Array): boolean {
    this.#l.set(a);
    return cholesky(this.#l, this.#n) < 0;
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

  inverse(out: Float64Array): void {
    out.set(choleskyInverse(this.#l, this.#n));
  }

  inverseDiagonal(): Float64Array {
    const inverse = choleskyInverse(this.#l, this.#n);
    return Float64Array.from({ length: this.#n }, (_, i) => inverse[i * this.#n + i]);
  }

  keep(): TriangularFactor {
    return new PlainFactorization(this.#n, this.#l.slice());
  }
}

/** Working memory of all packed factorizations of a thread, and that of the solves with factors that were kept. */
const arena = new Arena();
const solving = new Arena();

/** Where everything stands in the arena, in bytes. */
interface Regions {
  readonly factor: number;
  readonly inverses: number;
  readonly vector: number;
  readonly upper: number;
  readonly negative: number;
  readonly square: number;
}

class PackedFactorization implements Factorization {
  readonly #n: number;
  readonly #strips: number;
  #regions: Regions | undefined;

  constructor(n: number) {
    this.#n = n;
    this.#strips = Math.ceil(n / 4);
  }

  factor(a: Float64Array): boolean {
    const at = this.#claim();
    const { kernels } = arena;
    arena.write(at.square, a);
    kernels.packLower(at.square, this.#n, at.factor);
    return kernels.cholesky(at.factor, this.#strips, at.inverses, panelOf(this.#n)) < 0;
  }

  logDeterminant(): number {
    const inverses = arena.view(this.#held().inverses, this.#n);
    let sum = 0;
    for (let i = 0; i < inverses.length; i++) sum -= Math.log(inverses[i]);
    return 2 * sum;
  }

  solveLower(b: Float64Array): void {
    const at = this.#held();
    for (let row = 0; row < b.length; row += this.#n) {
      arena.write(at.vector, b.subarray(row, row + this.#n), 4 * this.#strips);
      arena.kernels.solveVector(at.factor, this.#strips, at.inverses, at.vector);
      b.set(arena.view(at.vector, this.#n), row);
    }
  }

  solveLowerTransposed(b: Float64Array): void {
    const at = this.#held();
    for (let row = 0; row < b.length; row += this.#n) {
      arena.write(at.vector, b.subarray(row, row + this.#n), 4 * this.#strips);
      arena.kernels.solveVectorTransposed(at.factor, this.#strips, at.inverses, at.vector);
      b.set(arena.view(at.vector, this.#n), row);
    }
  }

  inverse(out: Float64Array): void {
    const at = this.#held();
    const { kernels } = arena;
    kernels.invertTransposed(at.factor, this.#strips, at.inverses, at.upper);
    kernels.negativeInverse(at.upper, this.#strips, at.negative);
    kernels.unpackLower(at.negative, this.#n, at.square);
    const negative = arena.view(at.square, this.#n * this.#n);
    for (let i = 0; i < negative.length; i++) out[i] = -negative[i];
  }

  inverseDiagonal(): Float64Array {
    const at = this.#held();
    arena.kernels.invertTransposed(at.factor, this.#strips, at.inverses, at.upper);
    arena.kernels.squaredRows(at.upper, this.#strips, at.vector);
    return arena.view(at.vector, this.#n).slice();
  }

  keep(): TriangularFactor {
    const at = this.#held();
    const factor = arena.view(at.factor, packedLength(this.#strips)).slice();
    return new PackedFactor(this.#n, factor, arena.view(at.inverses, 4 * this.#strips).slice());
  }

  #claim(): Regions {
    if (arena.owner === this && this.#regions) return this.#regions;
    const strips = this.#strips;
    arena.reset(this);
    this.#regions = {
      factor: arena.allocate(packedLength(strips)),
      inverses: arena.allocate(4 * strips),
      vector: arena.allocate(4 * strips),
      upper: arena.allocate(packedLength(strips)),
      negative: arena.allocate(packedLength(strips)),
      square: arena.allocate(this.#n * this.#n),
    };
    return this.#regions;
  }

  #held(): Regions {
    if (arena.owner !== this || !this.#regions)
      throw new RangeError('the factor has been overwritten by another one: call factor again');
    return this.#regions;
  }
}

/** A packed factor in ordinary arrays; it is loaded when it is asked something after another one. */
class PackedFactor implements TriangularFactor {
  readonly #n: number;
  readonly #strips: number;
  readonly #factor: Float64Array;
  readonly #inverses: Float64Array;
  #at: { factor: number; inverses: number; rows: number; strips: number; count: number } | undefined;

  constructor(n: number, factor: Float64Array, inverses: Float64Array) {
    this.#n = n;
    this.#strips = Math.ceil(n / 4);
    this.#factor = factor;
    this.#inverses = inverses;
  }

  solveLower(b: Float64Array): void {
    const n = this.#n;
    const count = b.length / n;
    const strips = this.#strips;
    const at = this.#loaded(count);
    const { kernels } = solving;
    if (count <= FEW) {
      for (let row = 0; row < b.length; row += n) {
        solving.write(at.rows, b.subarray(row, row + n), 4 * strips);
        kernels.solveVector(at.factor, strips, at.inverses, at.rows);
        b.set(solving.view(at.rows, n), row);
      }
      return;
    }
    for (let i = 0; i < count; i++)
      solving.write(at.rows + 32 * strips * i, b.subarray(i * n, (i + 1) * n), 4 * strips);
    kernels.packPoints(at.rows, count, 4 * strips, at.strips);
    kernels.solveStrips(at.factor, strips, at.inverses, at.strips, Math.ceil(count / 4));
    const found = solving.view(at.strips, 16 * strips * Math.ceil(count / 4));
    for (let i = 0; i < count; i++) {
      const from = 16 * strips * (i >> 2) + (i & 3);
      for (let k = 0, to = i * n; k < n; k++, to++) b[to] = found[from + 4 * k];
    }
  }

  solveLowerTransposed(b: Float64Array): void {
    const n = this.#n;
    const at = this.#loaded(1);
    for (let row = 0; row < b.length; row += n) {
      solving.write(at.rows, b.subarray(row, row + n), 4 * this.#strips);
      solving.kernels.solveVectorTransposed(at.factor, this.#strips, at.inverses, at.rows);
      b.set(solving.view(at.rows, n), row);
    }
  }

  #loaded(count: number) {
    if (solving.owner === this && this.#at && this.#at.count >= count) return this.#at;
    const strips = this.#strips;
    solving.reset(this);
    const room = 4 * Math.ceil(count / 4);
    this.#at = {
      factor: solving.allocate(this.#factor.length),
      inverses: solving.allocate(4 * strips),
      rows: solving.allocate(4 * strips * room),
      strips: solving.allocate(4 * strips * room),
      count: room,
    };
    solving.write(this.#at.factor, this.#factor);
    solving.write(this.#at.inverses, this.#inverses);
    return this.#at;
  }
}
