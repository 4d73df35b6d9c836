import { hasKernels } from '../../numerics/kernels/arena.ts';
import { PackedCorrelation } from '../../numerics/kernels/packed-correlation.ts';
import { isPacked } from '../../numerics/kernels/packed-kernel.ts';
import { cholesky, choleskyInverse, logDeterminant } from '../../numerics/linear-algebra/cholesky.ts';
import { solveLower, solveLowerTransposed } from '../../numerics/linear-algebra/triangular.ts';
import { PlainFactorization } from '../../numerics/linear-algebra/triangular-factor.ts';
import type { Correlation } from './correlation-matrix.ts';
import { type CorrelationPosterior, GeneralPosterior } from './correlation-posterior.ts';
import {
  correlate,
  correlateWithSlope,
  type DistanceKernelName,
  type GaussianProcessKernel,
  isRadial,
  radialCorrelation,
  squaredDistances,
} from './kernel.ts';
import { StructuredCorrelation } from './structured-correlation.ts';

export type { Correlation } from './correlation-matrix.ts';

/** Rows from which WebAssembly pays, and up to which its address space of 4 GiB holds the four triangles of a fit. */
const PACKED_ROWS = [24, 12_000] as const;

/** The implementation for n points of features of these coordinates: WebAssembly where it pays and the engine has it, else plain arrays. */
export function correlation(n: number, coordinates: Int32Array, kernel: GaussianProcessKernel): Correlation {
  const pays = n >= PACKED_ROWS[0] && n <= PACKED_ROWS[1] && hasKernels();
  if (pays && isPacked(kernel)) return new PackedCorrelation(n, coordinates, kernel);
  if (isRadial(kernel)) return new PlainCorrelation(n, coordinates.length, kernel);
  return new StructuredCorrelation(n, coordinates, kernel);
}

/** The fallback of radial kernels on ordinary arrays, and the reference that the packed one is tested against. */
export class PlainCorrelation implements Correlation {
  readonly #n: number;
  readonly #width: number;
  readonly #kernel: DistanceKernelName;
  readonly #l: Float64Array;
  readonly #slope: Float64Array;
  #z: Float64Array = new Float64Array(0);

  constructor(n: number, width: number, kernel: DistanceKernelName) {
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
    const points = radialCorrelation(this.#kernel, this.#width);
    const factor = new PlainFactorization(this.#n, this.#l.slice());
    return new GeneralPosterior(points, this.#width, this.#z.slice(), factor, alpha, q);
  }
}
