import { type Factorization, factorization } from '../../numerics/linear-algebra/triangular-factor.ts';
import type { PointwiseCorrelation } from './correlation-matrix.ts';
import { type CorrelationPosterior, GeneralPosterior } from './correlation-posterior.ts';
import {
  correlateWithSlope,
  type GaussianProcessKernel,
  isRadial,
  type PointCorrelation,
  radialCorrelation,
  squaredDistances,
} from './kernel.ts';
import { structuredKernel } from './structured.ts';
import type { StructuredKernel } from './structured-kernel.ts';

/**
 * The correlations of a kernel that is more than a function of the distance, or of points that move: rows in plain arrays, the factor
 * as fast as it goes.
 */
export class StructuredCorrelation implements PointwiseCorrelation {
  readonly #n: number;
  readonly #coordinates: Int32Array;
  readonly #name: GaussianProcessKernel;
  /** Correlations, `n x n`, lower triangle. */
  readonly #k: Float64Array;
  readonly #inverse: Float64Array;
  /** Their derivatives by the squared distances, where the kernel is a function of those and will be differentiated. */
  #slope: Float64Array = new Float64Array(0);
  readonly #weights: Float64Array;
  readonly #factorization: Factorization;
  #points: PointCorrelation | undefined;
  /** The same, where it is more than a function of the distance. */
  #kernel: StructuredKernel | undefined;
  #z: Float64Array = new Float64Array(0);

  constructor(n: number, coordinates: Int32Array, kernel: GaussianProcessKernel) {
    this.#n = n;
    this.#coordinates = coordinates;
    this.#name = kernel;
    this.#k = new Float64Array(n * n);
    this.#inverse = new Float64Array(n * n);
    this.#weights = new Float64Array(n);
    this.#factorization = factorization(n);
  }

  factor(z: Float64Array, diagonal: number, withSlope: boolean, shape: Float64Array = new Float64Array(0)): boolean {
    const [n, k, width] = [this.#n, this.#k, this.#coordinates.length];
    const name = this.#name;
    this.#kernel = isRadial(name) ? undefined : structuredKernel(name, this.#coordinates, shape);
    this.#points = isRadial(name) ? radialCorrelation(name, width) : this.#kernel;
    this.#z = z;
    if (isRadial(name) && withSlope && this.#slope.length === 0) this.#slope = new Float64Array(n * n);
    for (let i = 0, row = 0; i < n; i++, row += n) {
      if (isRadial(name) && withSlope) {
        squaredDistances(z, i * width, z, width, i, k, row);
        correlateWithSlope(name, k, this.#slope, row, row + i);
      } else this.#points?.correlate(z, i * width, z, i, k, row);
      k[row + i] = diagonal;
    }
    return this.#factorization.factor(k);
  }

  logDeterminant(): number {
    return this.#factorization.logDeterminant();
  }

  solveLower(b: Float64Array): void {
    this.#factorization.solveLower(b);
  }

  solveLowerTransposed(b: Float64Array): void {
    this.#factorization.solveLowerTransposed(b);
  }

  differentiate(
    alpha: Float64Array,
    scale: number,
    sums: Float64Array,
    shapeSums: Float64Array = new Float64Array(0),
  ): number {
    const [n, width, weights, inverse] = [this.#n, this.#coordinates.length, this.#weights, this.#inverse];
    this.#factorization.inverse(inverse);
    sums.fill(0);
    shapeSums.fill(0);
    let trace = 0;
    for (let i = 0, row = 0; i < n; i++, row += n) {
      const a = scale * alpha[i];
      for (let k = 0; k < i; k++) weights[k] = inverse[row + k] - a * alpha[k];
      this.#kernel?.addPairSums(this.#z, i * width, this.#z, i, this.#k, row, weights, sums, shapeSums);
      trace += inverse[row + i] - a * alpha[i];
    }
    return trace;
  }

  differentiatePoints(alpha: Float64Array, scale: number, byFeature: Float64Array, shapeSums: Float64Array): number {
    const [n, width, inverse, z] = [this.#n, this.#coordinates.length, this.#inverse, this.#z];
    const trace = this.differentiate(alpha, scale, new Float64Array(width), shapeSums);
    byFeature.fill(0);
    if (!this.#kernel) {
      this.#addPairs(alpha, scale, byFeature);
      return trace;
    }
    const weights = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < n; k++) weights[k] = inverse[k < i ? i * n + k : k * n + i] - scale * alpha[i] * alpha[k];
      weights[i] = 0;
      const [from, to] = [i * width, (i + 1) * width];
      this.#kernel.addSlopes(z.subarray(from, to), z, weights, byFeature.subarray(from, to));
    }
    return trace;
  }

  /** What `differentiatePoints` writes, for a function of the distance. */
  #addPairs(alpha: Float64Array, scale: number, byFeature: Float64Array): void {
    const [n, width, inverse, slope, z] = [this.#n, this.#coordinates.length, this.#inverse, this.#slope, this.#z];
    for (let i = 0, row = 0, at = 0; i < n; i++, row += n, at += width) {
      const a = scale * alpha[i];
      for (let k = 0, to = 0; k < i; k++) {
        const factor = 2 * (inverse[row + k] - a * alpha[k]) * slope[row + k];
        for (let f = 0; f < width; f++, to++) {
          const e = factor * (z[at + f] - z[to]);
          byFeature[at + f] += e;
          byFeature[to] -= e;
        }
      }
    }
  }

  inverseDiagonal(): Float64Array {
    return this.#factorization.inverseDiagonal();
  }

  posterior(alpha: Float64Array, q: Float64Array): CorrelationPosterior {
    if (!this.#points) throw new RangeError('a posterior needs a factor');
    const factor = this.#factorization.keep();
    return new GeneralPosterior(this.#points, this.#coordinates.length, this.#z.slice(), factor, alpha, q);
  }
}
