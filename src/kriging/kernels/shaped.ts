import { featureStarts } from '../../numerics/kernels/packed-kernel.ts';
import type { StructuredKernelName } from './kernel.ts';
import { distancesAlong, type StructuredKernel } from './structured-kernel.ts';

/** Kernels of the sum of the squared distances, or their powers, with a shape of their own; see `structuredKernel`. */
export class ShapedKernel implements StructuredKernel {
  readonly #kernel: StructuredKernelName;
  readonly #width: number;
  readonly #starts: Int32Array;
  /** The a of a rational quadratic kernel or the p of a power exponential one, and its derivative by the shape. */
  readonly #parameter: number;
  readonly #byShape: number;
  #s: Float64Array = new Float64Array(0);

  constructor(kernel: StructuredKernelName, coordinates: Int32Array, shape: Float64Array) {
    this.#kernel = kernel;
    this.#width = coordinates.length;
    this.#starts = featureStarts(coordinates);
    const odds = 1 / (1 + Math.exp(-shape[0]));
    const power = kernel === 'power-exponential';
    this.#parameter = power ? 1 + odds : kernel === 'rational-quadratic' ? Math.exp(shape[0]) : 2;
    this.#byShape = power ? odds * (1 - odds) : this.#parameter;
  }

  get #d(): number {
    return this.#starts.length - 1;
  }

  correlate(z: Float64Array, at: number, rows: Float64Array, count: number, out: Float64Array, outAt: number): void {
    const s = this.#distances(z, at, rows, count);
    for (let i = 0; i < count; i++) out[outAt + i] = this.#value(this.#total(s, i, count));
  }

  addPairSums(
    z: Float64Array,
    at: number,
    rows: Float64Array,
    count: number,
    _k: Float64Array,
    _kAt: number,
    weights: Float64Array,
    sums: Float64Array,
    shapeSums: Float64Array,
  ): void {
    const s = this.#distances(z, at, rows, count);
    for (let i = 0; i < count; i++) {
      const total = this.#total(s, i, count);
      const slope = weights[i] * this.#slope(total);
      for (let j = 0; j < this.#d; j++) {
        const along = s[j * count + i];
        if (along > 0) sums[this.#starts[j]] += slope * along * this.#power(along);
      }
      if (shapeSums.length > 0) shapeSums[0] += weights[i] * this.#shapeSlope(total, s, i, count);
    }
  }

  addSlopes(z: Float64Array, rows: Float64Array, weights: Float64Array, sums: Float64Array): void {
    const count = weights.length;
    const s = this.#distances(z, 0, rows, count);
    for (let i = 0; i < count; i++) {
      const slope = 2 * weights[i] * this.#slope(this.#total(s, i, count));
      for (let j = 0; j < this.#d; j++) {
        const along = s[j * count + i];
        const factor = along > 0 ? slope * this.#power(along) : 0;
        for (let f = this.#starts[j]; f < this.#starts[j + 1]; f++)
          sums[f] += factor * (z[f] - rows[i * this.#width + f]);
      }
    }
  }

  #distances(z: Float64Array, at: number, rows: Float64Array, count: number): Float64Array {
    if (this.#s.length < this.#d * count) this.#s = new Float64Array(this.#d * count);
    for (let j = 0; j < this.#d; j++) {
      const along = [this.#starts[j], this.#starts[j + 1]] as const;
      distancesAlong(z, at, rows, this.#width, along, count, this.#s, j * count);
    }
    return this.#s;
  }

  /** What the kernel is a function of: the sum of the squared distances, or of their powers. */
  #total(s: Float64Array, i: number, count: number): number {
    let sum = 0;
    const power = this.#kernel === 'power-exponential' ? this.#parameter / 2 : 1;
    for (let j = 0; j < this.#d; j++) sum += power === 1 ? s[j * count + i] : s[j * count + i] ** power;
    return sum;
  }

  /** Derivative of the total by the squared distance along a coordinate. */
  #power(along: number): number {
    if (this.#kernel !== 'power-exponential') return 1;
    const power = this.#parameter / 2;
    return power * along ** (power - 1);
  }

  #value(s: number): number {
    if (this.#kernel === 'rational-quadratic') return (1 + s / (2 * this.#parameter)) ** -this.#parameter;
    if (this.#kernel === 'power-exponential') return Math.exp(-0.5 * s);
    const q = Math.sqrt(3 * s);
    return (1 + q) * Math.exp(-q);
  }

  /** Derivative of the value by the total. */
  #slope(s: number): number {
    const a = this.#parameter;
    if (this.#kernel === 'rational-quadratic') return -0.5 * (1 + s / (2 * a)) ** (-a - 1);
    if (this.#kernel === 'power-exponential') return -0.5 * Math.exp(-0.5 * s);
    return -1.5 * Math.exp(-Math.sqrt(3 * s));
  }

  #shapeSlope(total: number, s: Float64Array, i: number, count: number): number {
    const a = this.#parameter;
    if (this.#kernel === 'rational-quadratic') {
      const base = 1 + total / (2 * a);
      return this.#byShape * base ** -a * (total / (2 * a * base) - Math.log(base));
    }
    let sum = 0;
    for (let j = 0; j < this.#d; j++) {
      const along = s[j * count + i];
      if (along > 0) sum += along ** (a / 2) * Math.log(along);
    }
    return this.#byShape * -0.25 * sum * Math.exp(-0.5 * total);
  }
}
