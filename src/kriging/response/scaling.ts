import { add, finite as finiteTerm, multiply, type Term } from '../../core/graph/term.ts';

/** Deviation, relative to the largest value, below which outputs count as constant. */
const CONSTANT = 1e-13;

/**
 * The affine map between an output and its standardized form of mean 0 and variance 1, for values of any size: nothing
 * overflows to Infinity or becomes NaN on the way, results beyond the largest number are cut there.
 */
export class Standardization {
  /** All values are the same, to rounding. */
  readonly constant: boolean;
  readonly #scale: number;
  readonly #center: number;
  readonly #deviation: number;

  constructor(values: Float64Array) {
    const largest = values.reduce((sum, value) => Math.max(sum, Math.abs(value)), 0);
    this.#scale = largest > 0 ? largest : 1;
    const n = values.length;
    let sum = 0;
    for (const value of values) sum += value / this.#scale;
    this.#center = sum / n;
    let squares = 0;
    for (const value of values) squares += (value / this.#scale - this.#center) ** 2;
    this.#deviation = Math.sqrt(squares / n);
    this.constant = !(this.#deviation > CONSTANT);
  }

  /** ln of the standard deviation of the values. */
  get logDeviation(): number {
    return Math.log(this.#scale) + Math.log(this.#deviation);
  }

  /** Standardized values; zeros when they are constant. */
  apply(values: Float64Array): Float64Array<ArrayBuffer> {
    return Float64Array.from(values, (value) =>
      this.constant ? 0 : (value / this.#scale - this.#center) / this.#deviation,
    );
  }

  /** The output of a standardized value. */
  mean(z: number): number {
    return finite(this.#scale * (this.#center + this.#deviation * z));
  }

  /** The same of a term. */
  meanTerm(z: Term): Term {
    return finiteTerm(multiply(this.#scale, add(this.#center, multiply(this.#deviation, z))));
  }

  /** The variance of the output from that of the standardized value, as terms. */
  varianceTerm(v: Term): Term {
    const { deviation, scale } = { deviation: this.#deviation, scale: this.#scale };
    return finiteTerm(multiply(multiply(multiply(multiply(v, deviation), scale), deviation), scale));
  }

  /** The derivative of the output, from that of the standardized value. */
  slope(z: number): number {
    return finite(z * this.#deviation * this.#scale);
  }

  /** The variance of the output (or its derivative), from that of the standardized value. */
  variance(v: number): number {
    return finite(v * this.#deviation * this.#scale * this.#deviation * this.#scale);
  }
}

function finite(value: number): number {
  return Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, value));
}
