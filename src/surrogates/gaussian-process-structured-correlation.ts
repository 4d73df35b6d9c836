import { type Factorisation, factorisation } from '../numerics/triangular-factor.ts';
import type { Correlation } from './gaussian-process-correlation-matrix.ts';
import { type CorrelationPosterior, GeneralPosterior } from './gaussian-process-correlation-posterior.ts';
import type { StructuredKernelName } from './gaussian-process-kernel.ts';
import { structuredKernel } from './gaussian-process-structured.ts';
import type { StructuredKernel } from './gaussian-process-structured-kernel.ts';

/** The correlations of a kernel that is more than a function of the distance: rows in plain arrays, the factor as fast as it goes. */
export class StructuredCorrelation implements Correlation {
  readonly #n: number;
  readonly #coordinates: Int32Array;
  readonly #name: StructuredKernelName;
  /** Correlations, `n x n`, lower triangle. */
  readonly #k: Float64Array;
  readonly #inverse: Float64Array;
  readonly #weights: Float64Array;
  readonly #factorisation: Factorisation;
  #kernel: StructuredKernel | undefined;
  #z: Float64Array = new Float64Array(0);

  constructor(n: number, coordinates: Int32Array, kernel: StructuredKernelName) {
    this.#n = n;
    this.#coordinates = coordinates;
    this.#name = kernel;
    this.#k = new Float64Array(n * n);
    this.#inverse = new Float64Array(n * n);
    this.#weights = new Float64Array(n);
    this.#factorisation = factorisation(n);
  }

  factor(z: Float64Array, diagonal: number, _withSlope: boolean, shape: Float64Array = new Float64Array(0)): boolean {
    const [n, k, width] = [this.#n, this.#k, this.#coordinates.length];
    const kernel = structuredKernel(this.#name, this.#coordinates, shape);
    this.#kernel = kernel;
    this.#z = z;
    for (let i = 0; i < n; i++) {
      kernel.correlate(z, i * width, z, i, k, i * n);
      k[i * n + i] = diagonal;
    }
    return this.#factorisation.factor(k);
  }

  logDeterminant(): number {
    return this.#factorisation.logDeterminant();
  }

  solveLower(b: Float64Array): void {
    this.#factorisation.solveLower(b);
  }

  solveLowerTransposed(b: Float64Array): void {
    this.#factorisation.solveLowerTransposed(b);
  }

  differentiate(
    alpha: Float64Array,
    scale: number,
    sums: Float64Array,
    shapeSums: Float64Array = new Float64Array(0),
  ): number {
    const [n, width, weights, inverse] = [this.#n, this.#coordinates.length, this.#weights, this.#inverse];
    this.#factorisation.inverse(inverse);
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

  inverseDiagonal(): Float64Array {
    return this.#factorisation.inverseDiagonal();
  }

  posterior(alpha: Float64Array, q: Float64Array): CorrelationPosterior {
    if (!this.#kernel) throw new RangeError('a posterior needs a factor');
    const factor = this.#factorisation.keep();
    return new GeneralPosterior(this.#kernel, this.#coordinates.length, this.#z.slice(), factor, alpha, q);
  }
}
