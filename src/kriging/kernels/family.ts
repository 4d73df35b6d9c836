import { leastSquares } from '../../numerics/linear-algebra/qr.ts';
import { Matrix } from '../../numerics/matrix.ts';

/** Bounds of ln t, those of the literature with some room. */
const LEAST = Math.log(1e-6);
const MOST = Math.log(100);

/** No lengthscale is larger than this, in units of the cube: with it a coordinate is as good as ignored. */
const LONGEST = 1e4;

/**
 * Lengthscales of d coordinates that h positive numbers t describe: `1 / l_j^2 = sum over k of t_k a_kj`. A likelihood of d
 * lengthscales becomes one of h numbers by `expand`, its gradient by `pullBack`; what follows the d lengthscales stays as it is.
 */
export class LengthscaleFamily {
  /** The a, h rows of d numbers that are not negative. */
  readonly shares: Matrix;

  constructor(shares: Matrix) {
    this.shares = shares;
  }

  /** The number of numbers. */
  get size(): number {
    return this.shares.rows;
  }

  /** Bounds of the ln t, h numbers. */
  get lower(): Float64Array {
    return new Float64Array(this.size).fill(LEAST);
  }

  get upper(): Float64Array {
    return new Float64Array(this.size).fill(MOST);
  }

  /** The d log lengthscales of h numbers ln t, and what comes behind. */
  expand(reduced: ArrayLike<number>): Float64Array<ArrayBuffer> {
    const { rows: h, columns: d } = this.shares;
    const theta = new Float64Array(d + reduced.length - h);
    for (let j = 0; j < d; j++) theta[j] = -0.5 * Math.log(this.#precision(reduced, j));
    for (let i = h; i < reduced.length; i++) theta[d + i - h] = reduced[i];
    return theta;
  }

  /** The derivatives by h numbers ln t and what comes behind, written to `out`, from those by the d log lengthscales. */
  pullBack(reduced: ArrayLike<number>, gradient: Float64Array, out: Float64Array): void {
    const { rows: h, columns: d } = this.shares;
    out.fill(0);
    for (let j = 0; j < d; j++) {
      const factor = (-0.5 * gradient[j]) / this.#precision(reduced, j);
      for (let k = 0; k < h; k++) out[k] += factor * Math.exp(reduced[k]) * this.shares.get(k, j);
    }
    for (let i = h; i < out.length; i++) out[i] = gradient[d + i - h];
  }

  /** The numbers whose lengthscales are closest to those of `theta`, with equal relative weight; exact for one of the family. */
  reduce(theta: ArrayLike<number>): Float64Array<ArrayBuffer> {
    const { rows: h, columns: d } = this.shares;
    const relative = new Matrix(d, h);
    const rest = new Float64Array(d);
    for (let j = 0; j < d; j++) {
      const square = Math.exp(2 * theta[j]);
      for (let k = 0; k < h; k++) relative.set(j, k, this.shares.get(k, j) * square);
      rest[j] = 1 - LONGEST ** -2 * square;
    }
    const t = leastSquares(relative, rest);
    const reduced = new Float64Array(h + theta.length - d);
    for (let k = 0; k < h; k++) reduced[k] = Math.min(MOST, Math.max(LEAST, Math.log(Math.max(1e-300, t[k]))));
    for (let i = d; i < theta.length; i++) reduced[h + i - d] = theta[i];
    return reduced;
  }

  #precision(reduced: ArrayLike<number>, j: number): number {
    let sum = LONGEST ** -2;
    for (let k = 0; k < this.size; k++) sum += Math.exp(reduced[k]) * this.shares.get(k, j);
    return sum;
  }
}
