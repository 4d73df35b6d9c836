import { HalfExponentials } from '../numerics/half-exponentials.ts';
import type { GaussianProcessKernel, PointCorrelation, StructuredKernelName } from './gaussian-process-kernel.ts';

/** How the shape of a kernel, its hyper-parameters beside the lengthscales, is searched. */
interface ShapePrior {
  /** Whether there is one for each coordinate, rather than one in all. */
  readonly each: boolean;
  readonly mean: number;
  readonly deviation: number;
  readonly lower: number;
  readonly upper: number;
}

const PRIORS: Partial<Record<GaussianProcessKernel, ShapePrior>> = {
  anova: { each: true, mean: 1, deviation: 3, lower: -8, upper: 8 },
  'anova-matern-5/2': { each: true, mean: 1, deviation: 3, lower: -8, upper: 8 },
  'rational-quadratic': { each: false, mean: 1, deviation: 2, lower: -2, upper: 7 },
  'power-exponential': { each: false, mean: 2, deviation: 2, lower: -6, upper: 6 },
};

/** The prior of each number of a kernel's shape. */
export function shapePriors(kernel: GaussianProcessKernel, d: number): readonly ShapePrior[] {
  const prior = PRIORS[kernel];
  return prior ? new Array<ShapePrior>(prior.each ? d : 1).fill(prior) : [];
}

/** Values and derivatives for the pairs of one point with others, all by squared distances `s_j` along the coordinates. */
export interface StructuredKernel extends PointCorrelation {
  /**
   * For the correlations `k_i` (`k[kAt ...]`) of the point `z[at ...]` with the first `count` rows, adds
   * `-1/2 sum over i of weights_i dk_i / d ln l_j` to the first feature of each coordinate in `sums`, and
   * `sum over i of weights_i dk_i / dshape` to `shapeSums`.
   */
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
  ): void;
}

/**
 * The kernel of a name and shape, for features of these coordinates.
 *
 * `anova`: `product over j of (1 + w_j exp(-s_j / 2)) / (1 + w_j)`, a sum of effects of single coordinates, of pairs and so on
 * [Durrande2013]; `anova-matern-5/2` the same with Matern correlations; `matern-3/2`: `(1 + q) exp(-q)` with `q = sqrt(3 s)`;
 * `rational-quadratic`: `(1 + s / 2a)^-a`; `power-exponential`: `exp(-(sum of s_j^(p/2)) / 2)`, p from 1 to 2, all of the sum s of
 * the squared scaled distances [RasmussenWilliams2006, 4.2]. The shape is `ln w_j`, `ln a`, or the log odds of `p - 1`.
 */
export function structuredKernel(
  kernel: StructuredKernelName,
  coordinates: Int32Array,
  shape: Float64Array,
): StructuredKernel {
  if (kernel === 'anova' || kernel === 'anova-matern-5/2') return new AnovaKernel(kernel, coordinates, shape);
  return new ShapedKernel(kernel, coordinates, shape);
}

/** First feature of each coordinate, and the end. */
function startsOf(coordinates: Int32Array): Int32Array {
  const d = coordinates.length === 0 ? 0 : coordinates[coordinates.length - 1] + 1;
  const starts = new Int32Array(d + 1);
  for (const j of coordinates) starts[j + 1]++;
  for (let j = 0; j < d; j++) starts[j + 1] += starts[j];
  return starts;
}

/** Writes the squared distances of the point `z[at ...]` to `count` rows along one coordinate to `out[outAt ...]`. */
function distancesAlong(
  z: Float64Array,
  at: number,
  rows: Float64Array,
  width: number,
  [from, to]: readonly [number, number],
  count: number,
  out: Float64Array,
  outAt: number,
): void {
  const q = z[at + from];
  for (let i = 0, row = from; i < count; i++, row += width) {
    const e = q - rows[row];
    out[outAt + i] = e * e;
  }
  for (let f = from + 1; f < to; f++)
    for (let i = 0, row = f; i < count; i++, row += width) out[outAt + i] += (z[at + f] - rows[row]) ** 2;
}

/** One room for all: it is filled and read within a call. */
const exponentials = new HalfExponentials();

class AnovaKernel implements StructuredKernel {
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
    this.#starts = startsOf(coordinates);
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

class ShapedKernel implements StructuredKernel {
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
    this.#starts = startsOf(coordinates);
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
