import { JITTERS, LEAST_VARIANCE, priorMean } from '../../kriging/process/likelihood.ts';
import { dot } from '../../kriging/process/trend.ts';
import { type Factorization, factorization } from '../../numerics/linear-algebra/triangular-factor.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import type { GradientEnhancedKernel, Separation } from './kernel.ts';
import { SlopePair, slopeVariance } from './pair.ts';

/** Variance of the normal prior of a log lengthscale, as in a Gaussian process [Hvarfner2024]. */
const PRIOR_VARIANCE = 3;

/** What a process and its slopes are fitted to, in one unit of the output. */
export interface SlopeData {
  readonly kernel: GradientEnhancedKernel;
  readonly separations: readonly Separation[];
  /** n x d. */
  readonly x: Matrix;
  /** The coordinates by which there are slopes, p of them. */
  readonly coordinates: readonly number[];
  /** n (1 + p) numbers: of each point its value and its slopes. */
  readonly y: Float64Array;
}

/**
 * Minus the logarithm of the concentrated likelihood of values and slopes together [Morris1993], plus minus that of the prior of the
 * lengthscales: `(N ln s2 + ln det C) / 2 + ...` for the N = n (1 + p) rows. The parameters are d log lengthscales and the log nuggets of
 * values and of slopes, each relative to the variance of its own row.
 */
export class SlopeLikelihood {
  readonly size: number;
  /** `C^-1 (y - trend)`, N numbers. */
  readonly alpha: Float64Array;
  /** `L^-1 F` for the constant trend F, which is 1 at values and 0 at slopes; N numbers, and its square. */
  readonly whitenedTrend: Float64Array;
  trendSquare = 1;
  beta = 0;
  variance = 0;
  jitter = 0;
  readonly factor: Factorization;
  readonly data: SlopeData;
  readonly #pair: SlopePair;
  readonly #matrix: Float64Array;
  readonly #inverse: Float64Array;
  readonly #weights: Float64Array;

  constructor(data: SlopeData) {
    this.data = data;
    this.size = data.y.length;
    this.alpha = new Float64Array(this.size);
    this.whitenedTrend = new Float64Array(this.size);
    this.factor = factorization(this.size);
    this.#pair = new SlopePair(data.kernel, data.separations);
    this.#matrix = new Float64Array(this.size * this.size);
    this.#inverse = new Float64Array(this.size * this.size);
    this.#weights = new Float64Array(data.x.columns);
  }

  /** The objective at `theta`; writes its derivatives to `gradient` when it is given. Infinity when not even the last jitter helps. */
  value(theta: ArrayLike<number>, gradient?: Float64Array): number {
    if (!this.solve(theta)) return Number.POSITIVE_INFINITY;
    const d = this.data.x.columns;
    const center = priorMean(d);
    let value = 0.5 * (this.size * Math.log(this.variance) + this.factor.logDeterminant());
    for (let j = 0; j < d; j++) value += (0.5 * (theta[j] - center) ** 2) / PRIOR_VARIANCE;
    if (gradient) {
      this.#differentiate(theta, gradient);
      for (let j = 0; j < d; j++) gradient[j] += (theta[j] - center) / PRIOR_VARIANCE;
    }
    return value;
  }

  /** Factors C and estimates trend and variance; false when C cannot be made positive definite. */
  solve(theta: ArrayLike<number>): boolean {
    const { x, coordinates, y } = this.data;
    const d = x.columns;
    for (let j = 0; j < d; j++) this.#weights[j] = Math.exp(-2 * theta[j]);
    this.#fill();
    const width = 1 + coordinates.length;
    const nuggets = [Math.exp(theta[d]), Math.exp(theta[d + 1])];
    const matrix = this.#matrix;
    for (const jitter of JITTERS) {
      for (let r = 0; r < this.size; r++)
        matrix[r * this.size + r] = this.#priorVariance(r % width) * (1 + nuggets[r % width === 0 ? 0 : 1] + jitter);
      if (!this.factor.factor(matrix)) continue;
      this.jitter = jitter;
      this.#estimate(y, width);
      return true;
    }
    return false;
  }

  /** The lower triangle of the inverse of C, `N x N`. */
  inverse(): Float64Array {
    this.factor.inverse(this.#inverse);
    return this.#inverse;
  }

  /** Variance of a value (r = 0) or of the r-th slope, for a process of variance 1. */
  #priorVariance(r: number): number {
    return r === 0 ? 1 : slopeVariance(this.data.kernel) * this.#weights[this.data.coordinates[r - 1]];
  }

  #fill(): void {
    const { x, coordinates } = this.data;
    const [d, p, size] = [x.columns, coordinates.length, this.size];
    const pair = this.#pair;
    const { a, radial } = pair;
    for (let i = 0; i < x.rows; i++) {
      for (let k = 0; k < i; k++) {
        pair.set(x.data, i * d, x.data, k * d, this.#weights);
        let at = i * (1 + p) * size + k * (1 + p);
        this.#matrix[at] = radial.g;
        for (let l = 0; l < p; l++) this.#matrix[at + 1 + l] = -radial.g1 * a[coordinates[l]];
        for (let r = 0; r < p; r++) {
          at += size;
          this.#matrix[at] = radial.g1 * a[coordinates[r]];
          for (let l = 0; l < p; l++) this.#matrix[at + 1 + l] = pair.slopes(coordinates[r], coordinates[l]);
        }
      }
      // At one point a value tells nothing of slopes, nor one slope of another.
      for (let r = 0; r <= p; r++) {
        const at = (i * (1 + p) + r) * size + i * (1 + p);
        this.#matrix.fill(0, at, at + r);
      }
    }
  }

  #estimate(y: Float64Array, width: number): void {
    const { alpha, whitenedTrend: trend, factor } = this;
    for (let r = 0; r < this.size; r++) trend[r] = r % width === 0 ? 1 : 0;
    factor.solveLower(trend);
    alpha.set(y);
    factor.solveLower(alpha);
    this.trendSquare = dot(trend, trend);
    this.beta = dot(trend, alpha) / this.trendSquare;
    for (let r = 0; r < this.size; r++) alpha[r] -= this.beta * trend[r];
    this.variance = Math.max(LEAST_VARIANCE, dot(alpha, alpha) / this.size);
    factor.solveLowerTransposed(alpha);
  }

  /** `dV = tr(W dC) / 2` with `W = C^-1 - alpha alpha^T / s2`; trend and variance are at their optimum and do not count. */
  #differentiate(theta: ArrayLike<number>, gradient: Float64Array): void {
    const { x } = this.data;
    const d = x.columns;
    const inverse = this.inverse();
    gradient.fill(0);
    for (let i = 0; i < x.rows; i++)
      for (let k = 0; k < i; k++) {
        this.#pair.set(x.data, i * d, x.data, k * d, this.#weights);
        this.#addPair(inverse, i, k, gradient);
      }
    this.#addDiagonal(inverse, theta, gradient);
    // What was summed are derivatives by ln w, and w is one over the square.
    for (let j = 0; j < d; j++) gradient[j] *= -2;
  }

  #addPair(inverse: Float64Array, i: number, k: number, sums: Float64Array): void {
    const { coordinates } = this.data;
    const { alpha, size } = this;
    const { a, c, distances, radial } = this.#pair;
    const { g1, g2, g3 } = radial;
    const p = coordinates.length;
    const [row, column] = [i * (1 + p), k * (1 + p)];
    const w = (r: number, l: number) =>
      inverse[(row + r) * size + column + l] - (alpha[row + r] * alpha[column + l]) / this.variance;
    let common = w(0, 0) * g1;
    for (let r = 0; r < p; r++) {
      const j = coordinates[r];
      const edge = w(r + 1, 0) - w(0, r + 1);
      const own = w(r + 1, r + 1);
      let products = 0;
      let crossed = 0;
      for (let l = 0; l < p; l++) {
        const other = a[coordinates[l]];
        const here = w(r + 1, l + 1);
        products += here * other;
        crossed += (here + w(l + 1, r + 1)) * other;
      }
      common += a[j] * (g2 * edge - g3 * products) - g2 * c[j] * own;
      sums[j] += a[j] * (g1 * edge - g2 * crossed) - g1 * c[j] * own;
    }
    for (let j = 0; j < distances.length; j++) sums[j] += common * distances[j];
  }

  #addDiagonal(inverse: Float64Array, theta: ArrayLike<number>, gradient: Float64Array): void {
    const { x, coordinates } = this.data;
    const { size, alpha } = this;
    const d = x.columns;
    const width = 1 + coordinates.length;
    const nuggets = [Math.exp(theta[d]), Math.exp(theta[d + 1])];
    for (let r = 0; r < size; r++) {
      const part = r % width;
      const kind = part === 0 ? 0 : 1;
      const w = 0.5 * (inverse[r * size + r] - alpha[r] ** 2 / this.variance) * this.#priorVariance(part);
      gradient[d + kind] += w * nuggets[kind];
      if (part > 0) gradient[coordinates[part - 1]] += w * (1 + nuggets[1] + this.jitter);
    }
  }
}
