import { type Correlation, correlation } from '../kernels/correlation.ts';
import type { GaussianProcessKernel } from '../kernels/kernel.ts';
import { shapePriors } from '../kernels/structured.ts';
import { StructuredCorrelation } from '../kernels/structured-correlation.ts';
import { dot, orthonormalize, takeTrend } from './trend.ts';

/** Numbers added to a unit diagonal, one after the other, until the matrix is positive definite. */
export const JITTERS: readonly number[] = [0, 1e-12, 1e-11, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4];

/** Smallest variance of standardized outputs: keeps the logarithm finite where the trend alone explains them. */
export const LEAST_VARIANCE = 1e-28;

/** The data of one output. */
export interface Observations {
  readonly n: number;
  readonly kernel: GaussianProcessKernel;
  /** Unscaled features, `n x width`. */
  readonly features: Float64Array;
  readonly width: number;
  /** Coordinate of each feature; coordinates are 0 .. d-1. */
  readonly coordinates: Int32Array;
  readonly d: number;
  /** Trend basis, `p x n`. */
  readonly basis: Float64Array;
  readonly p: number;
  /** Standardized outputs, n numbers. */
  readonly y: Float64Array;
  /** Whether derivatives by the features will be asked for. */
  readonly pointwise?: boolean;
  /** Mean and standard deviation of the normal prior of each log lengthscale; an infinite deviation leaves the likelihood as it is. */
  readonly priorMean: number;
  readonly priorDeviation: number;
}

/** Standard deviation of the prior of a log lengthscale [Hvarfner2024]. */
export const PRIOR_DEVIATION = Math.sqrt(3);

/** The point of the log-normal prior of a lengthscale that few rows are drawn to. */
export type GaussianProcessPrior = 'median' | 'mode';

/**
 * Logarithm of the median of the prior of a lengthscale, `sqrt(2) + ln(d) / 2` [Hvarfner2024], so that the typical correlation of two
 * points does not vanish as d grows, or of its mode.
 */
export function priorMean(d: number, prior: GaussianProcessPrior = 'median'): number {
  const median = Math.SQRT2 + 0.5 * Math.log(d);
  return prior === 'mode' ? median - PRIOR_DEVIATION ** 2 : median;
}

/**
 * Minus the logarithm of the concentrated likelihood of the hyper-parameters, plus minus that of their prior, up to a
 * constant: `(n ln s2 + ln det C) / 2 + sum of (ln l - m)^2 / (2 v^2)` with `C = R + (nugget + jitter) I` and trend and
 * variance `s2` at their maximum likelihood estimates [Santner2003, 3.3]. All working memory is allocated once.
 */
export class Likelihood {
  /** C and its Cholesky factor after `factor`, until another likelihood is evaluated. */
  readonly c: Correlation;
  /** Trend basis after `L^-1`, orthonormal rows, `p x n`. */
  readonly q: Float64Array;
  /** `L^-1 y` after `factor`, n numbers. */
  readonly whitened: Float64Array;
  /** `C^-1 (y - trend)` after `factor`, n numbers. */
  readonly alpha: Float64Array;
  /** Features divided by their lengthscales, `n x width`. */
  readonly scaled: Float64Array;
  /** Generalized least squares estimate of the trend, p numbers. */
  readonly beta: Float64Array;
  /** R of the QR decomposition of `L^-1 F`, upper triangular `p x p`. */
  r: Float64Array = new Float64Array(0);
  /** Maximum likelihood estimate of the process variance. */
  variance = 0;
  jitter = 0;
  readonly #data: Observations;
  readonly #pointwise: StructuredCorrelation | undefined;
  readonly #sums: Float64Array;
  readonly #shapeSums: Float64Array;
  readonly #shapePriors: ReturnType<typeof shapePriors>;

  constructor(data: Observations) {
    const { n, d, p, width } = data;
    this.#data = data;
    this.#pointwise = data.pointwise ? new StructuredCorrelation(n, data.coordinates, data.kernel) : undefined;
    this.c = this.#pointwise ?? correlation(n, data.coordinates, data.kernel);
    this.#shapePriors = shapePriors(data.kernel, d);
    this.#shapeSums = new Float64Array(this.#shapePriors.length);
    this.#sums = new Float64Array(width);
    this.q = new Float64Array(p * n);
    this.whitened = new Float64Array(n);
    this.alpha = new Float64Array(n);
    this.scaled = new Float64Array(n * width);
    this.beta = new Float64Array(p);
  }

  /**
   * The objective at `theta`: d log lengthscales, the shape of the kernel and the log nugget, relative to the process variance.
   * Writes the derivatives to `gradient` when it is given, and those by the scaled features to `byFeature` (`n x width`). Infinity when
   * not even the last jitter helps.
   */
  value(theta: ArrayLike<number>, gradient?: Float64Array, byFeature?: Float64Array): number {
    const { n, d, priorMean, priorDeviation } = this.#data;
    if (!this.factor(theta, gradient !== undefined)) return Number.POSITIVE_INFINITY;
    let value = 0.5 * (n * Math.log(this.variance) + this.c.logDeterminant());
    for (let j = 0; j < d; j++) value += 0.5 * ((theta[j] - priorMean) / priorDeviation) ** 2;
    this.#shapePriors.forEach(({ mean, deviation }, i) => {
      value += 0.5 * ((theta[d + i] - mean) / deviation) ** 2;
    });
    if (gradient) {
      if (byFeature && this.#pointwise) this.#differentiatePoints(this.#pointwise, theta, gradient, byFeature);
      else this.#differentiate(theta, gradient);
      for (let j = 0; j < d; j++) gradient[j] += (theta[j] - priorMean) / priorDeviation ** 2;
    }
    return value;
  }

  /** Factors C and estimates trend and variance; false when C cannot be made positive definite. */
  factor(theta: ArrayLike<number>, withSlope = false): boolean {
    const { n, d, features, width, coordinates } = this.#data;
    const inverse = Float64Array.from({ length: width }, (_, f) => Math.exp(-theta[coordinates[f]]));
    for (let i = 0, at = 0; i < n; i++)
      for (let f = 0; f < width; f++, at++) this.scaled[at] = features[at] * inverse[f];
    const shapes = this.#shapePriors.length;
    const shape = Float64Array.from({ length: shapes }, (_, i) => theta[d + i]);
    const nugget = Math.exp(theta[d + shapes]);
    for (const jitter of JITTERS) {
      if (!this.c.factor(this.scaled, 1 + nugget + jitter, withSlope, shape)) continue;
      this.jitter = jitter;
      this.#estimate();
      return true;
    }
    return false;
  }

  #estimate(): void {
    const { n, p, basis, y } = this.#data;
    const { c, q, alpha, whitened } = this;
    q.set(basis);
    c.solveLower(q);
    this.r = orthonormalize(q, p, n);
    whitened.set(y);
    c.solveLower(whitened);
    alpha.set(whitened);
    takeTrend(alpha, q, this.r, this.beta);
    this.variance = Math.max(LEAST_VARIANCE, dot(alpha, alpha) / n);
    c.solveLowerTransposed(alpha);
  }

  /** `dV = (tr(C^-1 dC) - alpha^T dC alpha / s2) / 2`; trend and variance are at their optimum and do not count. */
  #differentiate(theta: ArrayLike<number>, gradient: Float64Array): void {
    const { width, coordinates } = this.#data;
    const sums = this.#sums;
    const shapeSums = this.#shapeSums;
    const trace = this.c.differentiate(this.alpha, 1 / this.variance, sums, shapeSums);
    gradient.fill(0);
    for (let f = 0; f < width; f++) gradient[coordinates[f]] -= 2 * sums[f];
    this.#finish(theta, gradient, trace);
  }

  #differentiatePoints(
    c: StructuredCorrelation,
    theta: ArrayLike<number>,
    gradient: Float64Array,
    byFeature: Float64Array,
  ): void {
    const { n, width, coordinates } = this.#data;
    const trace = c.differentiatePoints(this.alpha, 1 / this.variance, byFeature, this.#shapeSums);
    gradient.fill(0);
    for (let i = 0, at = 0; i < n; i++)
      for (let f = 0; f < width; f++, at++) gradient[coordinates[f]] -= byFeature[at] * this.scaled[at];
    this.#finish(theta, gradient, trace);
  }

  /** The derivatives by the shape and the nugget. */
  #finish(theta: ArrayLike<number>, gradient: Float64Array, trace: number): void {
    const { d } = this.#data;
    const shapeSums = this.#shapeSums;
    this.#shapePriors.forEach(({ mean, deviation }, i) => {
      gradient[d + i] = shapeSums[i] + (theta[d + i] - mean) / deviation ** 2;
    });
    const last = d + shapeSums.length;
    gradient[last] = 0.5 * Math.exp(theta[last]) * trace;
  }
}
