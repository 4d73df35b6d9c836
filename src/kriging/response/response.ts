import { add, divide, finite as finiteTerm, sqrt, square, subtract, type Term } from '../../core/graph/term.ts';
import { Standardization } from './scaling.ts';
import { type OutputTransform, untransformed } from './transform.ts';

/** Derivatives of the mean by the latent mean, and of the variance by both latent moments. */
export interface MomentSlopes {
  readonly meanByMean: number;
  readonly varianceByMean: number;
  readonly varianceByVariance: number;
}

/**
 * The map between an output and the latent variable that a Gaussian process is fitted to: a transform, then a
 * standardization, for values of any size.
 *
 * A latent normal of mean m and variance v = s^2 comes back as the median g(m) and as the variance
 * `((g(m + s) - g(m - s)) / 2)^2`, half the width of the central 68 % interval, squared. Without a transform these are
 * its moments; with one the median is the more accurate prediction, and neither has the heavy tails of log-normal moments.
 */
export class Response {
  readonly transform: OutputTransform;
  /** What the transform and the standardization are of. */
  readonly values: Float64Array;
  /** All values are the same, to rounding. */
  readonly constant: boolean;
  /** Standardized transformed values. */
  readonly targets: Float64Array<ArrayBuffer>;
  /** Sum over the values of the logarithm of d target / d standardized value. */
  readonly logSlope: number;
  readonly #plain: Standardization;
  readonly #scaling: Standardization;

  constructor(values: Float64Array, transform: OutputTransform = untransformed) {
    this.transform = transform;
    this.values = values;
    this.#plain = new Standardization(values);
    this.#scaling = transform === untransformed ? this.#plain : new Standardization(values.map(transform.apply));
    this.constant = this.#plain.constant || this.#scaling.constant;
    this.targets = this.latent(values);
    let sum = 0;
    if (!this.constant && transform !== untransformed)
      for (const value of values)
        sum += transform.logSlope(value) + this.#plain.logDeviation - this.#scaling.logDeviation;
    this.logSlope = sum;
  }

  /** The latent values of more values of the output; not finite where the transform has none. */
  latent(values: Float64Array): Float64Array<ArrayBuffer> {
    return this.#scaling.apply(this.transform === untransformed ? values : values.map(this.transform.apply));
  }

  /** The output's prediction for a latent mean. */
  mean(m: number): number {
    return finite(this.transform.inverse(this.#scaling.mean(m)));
  }

  /** The same of a term. */
  meanTerm(m: Term): Term {
    return finiteTerm(this.transform.inverseTerm(this.#scaling.meanTerm(m)));
  }

  /** What {@link variance} is of terms. */
  varianceTerm(m: Term, v: Term): Term {
    if (this.transform === untransformed) return this.#scaling.varianceTerm(v);
    const s = sqrt(v);
    const half = subtract(divide(this.meanTerm(add(m, s)), 2), divide(this.meanTerm(subtract(m, s)), 2));
    return finiteTerm(square(half));
  }

  /** The prediction in standardized units of the output itself. */
  standardisedMean(m: number): number {
    return this.#plain.apply(Float64Array.of(this.mean(m)))[0];
  }

  /** The variance of the output, for one of the latent variable. */
  variance(m: number, v: number): number {
    if (this.transform === untransformed) return this.#scaling.variance(v);
    return finite(this.#halfWidth(m, Math.sqrt(v)) ** 2);
  }

  /** The standard deviation of the output for each unit of that of the latent variable. */
  stretch(m: number, v: number): number {
    if (this.transform === untransformed) return this.#scaling.slope(1);
    const s = Math.sqrt(v);
    return finite(s > 0 ? this.#halfWidth(m, s) / s : this.#slope(m));
  }

  /** What {@link mean} and {@link variance} change with the latent moments. */
  slopes(m: number, v: number): MomentSlopes {
    if (this.transform === untransformed)
      return {
        meanByMean: this.#scaling.slope(1),
        varianceByMean: 0,
        varianceByVariance: this.#scaling.variance(1),
      };
    const s = Math.sqrt(v);
    const [up, down] = [this.#slope(m + s), this.#slope(m - s)];
    const half = this.#halfWidth(m, s);
    return {
      meanByMean: this.#slope(m),
      varianceByMean: finite(half * (up - down)),
      // With s the half width goes to 0 like the slope times s.
      varianceByVariance: finite(s > 0 ? (half / s) * (up / 2 + down / 2) : up * up),
    };
  }

  #halfWidth(m: number, s: number): number {
    return this.mean(m + s) / 2 - this.mean(m - s) / 2;
  }

  #slope(m: number): number {
    return finite(this.#scaling.slope(this.transform.inverseSlope(this.#scaling.mean(m))));
  }
}

function finite(value: number): number {
  return Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, value));
}
