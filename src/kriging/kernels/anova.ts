import { HalfExponentials } from '../../numerics/kernels/half-exponentials.ts';
import { featureStarts } from '../../numerics/kernels/packed-kernel.ts';
import { distancesAlong, type StructuredKernel } from './structured-kernel.ts';

/** One room for all: it is filled and read within a call. */
const exponentials = new HalfExponentials();

/** The plain twin of the compiled products over coordinates; see `structuredKernel`. */
export class AnovaKernel implements StructuredKernel {
  readonly #matern: boolean;
  readonly #width: number;
  readonly #starts: Int32Array;
  /** `w / (1 + w)` of each coordinate. */
  readonly #shares: Float64Array;
  #s: Float64Array = new Float64Array(0);
  #slopes: Float64Array = new Float64Array(0);

  constructor(kernel: 'anova' | 'anova-matern-5/2', coordinates: Int32Array, shape: Float64Array) {
    this.#matern = kernel === 'anova-matern-5/2';
    this.#width = coordinates.length;
    this.#starts = featureStarts(coordinates);
    this.#shares = shape.map((value) => 1 / (1 + Math.exp(-value)));
  }

  correlate(z: Float64Array, at: number, rows: Float64Array, count: number, out: Float64Array, outAt: number): void {
    const terms = this.#terms(z, at, rows, count);
    out.fill(1, outAt, outAt + count);
    for (let j = 0; j < this.#shares.length; j++) {
      const b = this.#shares[j];
      const a = 1 - b;
      for (let i = 0, from = j * count; i < count; i++, from++) out[outAt + i] *= a + b * terms[from];
    }
  }

  addPairSums(
    z: Float64Array,
    at: number,
    rows: Float64Array,
    count: number,
    k: Float64Array,
    kAt: number,
    weights: Float64Array,
    sums: Float64Array,
    shapeSums: Float64Array,
  ): void {
    const terms = this.#terms(z, at, rows, count, true);
    const s = this.#s;
    const slopes = this.#matern ? this.#slopes : terms;
    for (let j = 0; j < this.#shares.length; j++) {
      const b = this.#shares[j];
      const a = 1 - b;
      let byLength = 0;
      let byShare = 0;
      for (let i = 0, from = j * count; i < count; i++, from++) {
        const term = terms[from];
        const rest = (weights[i] * k[kAt + i]) / (a + b * term);
        byLength += rest * slopes[from] * s[from];
        byShare += rest * (term - 1);
      }
      sums[this.#starts[j]] += this.#factor * b * byLength;
      shapeSums[j] += a * b * byShare;
    }
  }

  addSlopes(z: Float64Array, rows: Float64Array, weights: Float64Array, sums: Float64Array): void {
    const count = weights.length;
    const terms = this.#terms(z, 0, rows, count, true);
    const k = new Float64Array(count).fill(1);
    const slopes = this.#matern ? this.#slopes : terms;
    for (let j = 0; j < this.#shares.length; j++) {
      const b = this.#shares[j];
      for (let i = 0; i < count; i++) k[i] *= 1 - b + b * terms[j * count + i];
    }
    for (let j = 0; j < this.#shares.length; j++) {
      const b = this.#shares[j];
      for (let i = 0, from = j * count; i < count; i++, from++) {
        const factor = (2 * this.#factor * b * weights[i] * k[i] * slopes[from]) / (1 - b + b * terms[from]);
        for (let f = this.#starts[j]; f < this.#starts[j + 1]; f++)
          sums[f] += factor * (z[f] - rows[i * this.#width + f]);
      }
    }
  }

  /** What the derivatives by squared distances are to be multiplied with: those of exponentials are the terms themselves. */
  get #factor(): number {
    return this.#matern ? 1 : -0.5;
  }

  /** Correlations along each coordinate, `d x count`; with `slopes`, distances and (Matern) derivatives by them are left in `#s` and `#slopes`. */
  #terms(z: Float64Array, at: number, rows: Float64Array, count: number, slopes = false): Float64Array {
    const d = this.#shares.length;
    const terms = exponentials.room(d * count);
    for (let j = 0; j < d; j++) {
      const along = [this.#starts[j], this.#starts[j + 1]] as const;
      distancesAlong(z, at, rows, this.#width, along, count, terms, j * count);
    }
    if (slopes) {
      if (this.#s.length < d * count) {
        this.#s = new Float64Array(2 * d * count);
        if (this.#matern) this.#slopes = new Float64Array(2 * d * count);
      }
      this.#s.set(terms.subarray(0, d * count));
    }
    if (this.#matern) materns(terms, d * count, slopes ? this.#slopes : undefined);
    else exponentials.apply(d * count);
    return terms;
  }
}

/** Replaces squared distances by Matern 5/2 correlations, and writes the derivatives by them to `slopes`. */
function materns(s: Float64Array, count: number, slopes: Float64Array | undefined): void {
  for (let i = 0; i < count; i++) {
    const square = 5 * s[i];
    const q = Math.sqrt(square);
    const decay = Math.exp(-q);
    s[i] = (1 + q + square / 3) * decay;
    if (slopes) slopes[i] = (-5 / 6) * (1 + q) * decay;
  }
}
