import { equalRows } from '../../core/parts.ts';
import type { JointNormal } from '../../kriging/process/joint.ts';
import { dot } from '../../kriging/process/trend.ts';
import { cholesky, choleskySolve } from '../../numerics/linear-algebra/cholesky.ts';
import type { TriangularFactor } from '../../numerics/linear-algebra/triangular-factor.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { mean } from '../../numerics/statistics.ts';
import type { GradientEnhancedKernel } from './kernel.ts';
import type { SlopeData, SlopeLikelihood } from './likelihood.ts';
import { SlopePair, slopeVariance } from './pair.ts';

/** What was learned about one output. */
export interface SlopeHyperparameters {
  readonly kernel: GradientEnhancedKernel;
  /** d numbers, in units of the cube. */
  readonly lengthscales: Float64Array;
  /** Nuggets of values and of slopes, relative to the variance of each. */
  readonly nugget: number;
  readonly slopeNugget: number;
  readonly jitter: number;
  readonly variance: number;
  readonly trend: number;
}

/** Mean and variance. */
export interface SlopeMoments {
  readonly mean: number;
  readonly variance: number;
}

/** A value (column 0) or slopes (column r for the r-th coordinate) of each row without the row's own value and slopes. */
export interface SlopeLeftOut {
  /** n (1 + p) numbers each. */
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** The posterior of a process that was fitted to values and slopes. */
export class SlopePosterior {
  readonly hyperparameters: SlopeHyperparameters;
  readonly data: SlopeData;
  readonly #factor: TriangularFactor;
  readonly #alpha: Float64Array;
  readonly #trend: Float64Array;
  readonly #trendSquare: number;
  readonly #weights: Float64Array;
  readonly #pair: SlopePair;
  readonly left: SlopeLeftOut;
  /** The hyper-parameters that it was factored under, as they are searched. */
  readonly theta: Float64Array;

  /** Takes what it needs from a likelihood that was just solved at `theta`. */
  constructor(fitted: SlopeLikelihood, theta: ArrayLike<number>) {
    const { data, size } = fitted;
    const d = data.x.columns;
    this.data = data;
    this.theta = Float64Array.from(theta);
    this.hyperparameters = {
      kernel: data.kernel,
      lengthscales: Float64Array.from({ length: d }, (_, j) => Math.exp(theta[j])),
      nugget: Math.exp(theta[d]),
      slopeNugget: Math.exp(theta[d + 1]),
      jitter: fitted.jitter,
      variance: (fitted.variance * size) / (size - 1),
      trend: fitted.beta,
    };
    this.#factor = fitted.factor.keep();
    this.#alpha = fitted.alpha.slice();
    this.#trend = fitted.whitenedTrend.slice();
    this.#trendSquare = fitted.trendSquare;
    this.#weights = this.hyperparameters.lengthscales.map((l) => l ** -2);
    this.#pair = new SlopePair(data.kernel, data.separations);
    this.left = this.#leaveOneOut(fitted.inverse());
  }

  /** Moments of the value at `u` (`by` undefined) or of its slope along the coordinate `by`. */
  at(u: Float64Array, by?: number): SlopeMoments {
    const k = this.#correlations(u, by);
    const mean = this.#mean(k, by);
    this.#factor.solveLower(k);
    return { mean, variance: this.hyperparameters.variance * Math.max(0, this.#share(k, by)) };
  }

  /** What `at` multiplies correlations with, where no solve is possible: `C^-1 (y - trend)`, `L^-1` (N x N, row-major) and `L^-1 F`. */
  parts(by?: number) {
    const size = this.data.y.length;
    const columns = new Float64Array(size * size);
    for (let j = 0; j < size; j++) columns[j * size + j] = 1;
    this.#factor.solveLower(columns);
    const inverse = new Float64Array(size * size);
    for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) inverse[i * size + j] = columns[j * size + i];
    const prior = by === undefined ? 1 : this.#slopeVariance(by);
    return { inverse, alpha: this.#alpha, trend: this.#trend, trendSquare: this.#trendSquare, prior };
  }

  /** The mean alone. */
  meanAt(u: Float64Array, by?: number): number {
    return this.#mean(this.#correlations(u, by), by);
  }

  /** Means and covariance (q x q) of the values at the rows of `x`, or of their slopes along `by`. */
  joint(x: Matrix, by?: number): JointNormal {
    const q = x.rows;
    const mean = new Float64Array(q);
    const prices = new Float64Array(q);
    const rows = Array.from({ length: q }, (_, i) => {
      const k = this.#correlations(x.row(i), by);
      mean[i] = this.#mean(k, by);
      this.#factor.solveLower(k);
      prices[i] = this.#price(k, by);
      return k;
    });
    const covariance = new Matrix(q, q);
    const { variance } = this.hyperparameters;
    for (let i = 0; i < q; i++)
      for (let j = 0; j <= i; j++) {
        const price = prices[i] * prices[j] * this.#trendSquare;
        const share = this.#prior(x, i, j, by) - dot(rows[i], rows[j]) + price;
        const value = variance * (i === j ? Math.max(0, share) : share);
        covariance.set(i, j, value);
        covariance.set(j, i, value);
      }
    return { mean, covariance };
  }

  /** Correlation of two values, or of their slopes, before anything is learned. */
  #prior(x: Matrix, i: number, j: number, by: number | undefined): number {
    this.#pair.set(x.data, i * x.columns, x.data, j * x.columns, this.#weights);
    return by === undefined ? this.#pair.radial.g : this.#pair.slopes(by, by);
  }

  /** The moments, and their derivatives by the coordinates (d numbers each). */
  gradient(u: Float64Array, by?: number): SlopeMoments & { byMean: Float64Array; byVariance: Float64Array } {
    const { variance: s2 } = this.hyperparameters;
    const whitened = this.#correlations(u, by);
    const mean = this.#mean(whitened, by);
    this.#factor.solveLower(whitened);
    const price = this.#price(whitened, by);
    const share = this.#share(whitened, by);
    const byMean = new Float64Array(u.length);
    const byVariance = new Float64Array(u.length);
    for (let m = 0; m < u.length; m++) {
      const bend = by === undefined ? this.#correlations(u, m) : this.#bends(u, by, m);
      byMean[m] = dot(bend, this.#alpha);
      this.#factor.solveLower(bend);
      const priceBend = -dot(this.#trend, bend) / this.#trendSquare;
      // At an exact row the share is zero up to rounding, and so is its slope.
      byVariance[m] = share > 0 ? 2 * s2 * (price * this.#trendSquare * priceBend - dot(whitened, bend)) : 0;
    }
    return { mean, variance: s2 * Math.max(0, share), byMean, byVariance };
  }

  #mean(k: Float64Array, by: number | undefined): number {
    return (by === undefined ? this.hyperparameters.trend : 0) + dot(k, this.#alpha);
  }

  /** `(f - F^T C^-1 k) / F^T C^-1 F` for the whitened k; f is 1 for a value and 0 for a slope. */
  #price(whitened: Float64Array, by: number | undefined): number {
    return ((by === undefined ? 1 : 0) - dot(this.#trend, whitened)) / this.#trendSquare;
  }

  /** The posterior variance, as a share of that of the process. */
  #share(whitened: Float64Array, by: number | undefined): number {
    const prior = by === undefined ? 1 : this.#slopeVariance(by);
    return prior - dot(whitened, whitened) + this.#price(whitened, by) ** 2 * this.#trendSquare;
  }

  #slopeVariance(j: number): number {
    const smooth = this.data.separations[j].h2(0) / 2;
    return smooth * slopeVariance(this.data.kernel) * this.#weights[j];
  }

  /** Correlations of the value at u, or of its slope along `by`, with the rows. */
  #correlations(u: Float64Array, by: number | undefined): Float64Array {
    const pair = this.#pair;
    const { a, radial } = pair;
    return this.#overRows(u, (out, at, coordinates) => {
      if (by === undefined) {
        out[at] = radial.g;
        for (let l = 0; l < coordinates.length; l++) out[at + 1 + l] = -radial.g1 * a[coordinates[l]];
        return;
      }
      out[at] = radial.g1 * a[by];
      for (let l = 0; l < coordinates.length; l++) out[at + 1 + l] = pair.slopes(by, coordinates[l]);
    });
  }

  /** Derivatives along `m` of the correlations of the slope along `by`. */
  #bends(u: Float64Array, by: number, m: number): Float64Array {
    const pair = this.#pair;
    return this.#overRows(u, (out, at, coordinates) => {
      out[at] = pair.bend(by, m);
      for (let l = 0; l < coordinates.length; l++) out[at + 1 + l] = pair.slopesBend(by, coordinates[l], m);
    });
  }

  #overRows(u: Float64Array, write: (out: Float64Array, at: number, coordinates: readonly number[]) => void) {
    const { x, coordinates } = this.data;
    const width = 1 + coordinates.length;
    const out = new Float64Array(x.rows * width);
    for (let i = 0; i < x.rows; i++) {
      this.#pair.set(u, 0, x.data, i * x.columns, this.#weights);
      write(out, i * width, coordinates);
    }
    return out;
  }

  /**
   * With Q the inverse of C less its part along the trend: without the rows B at one point the answers there have mean `y_B - Q_BB^-1 (Q y)_B` and
   * covariance `s2 Q_BB^-1` [Dubrule1983].
   */
  #leaveOneOut(inverse: Float64Array): SlopeLeftOut {
    const { x, y, coordinates } = this.data;
    const size = y.length;
    const width = 1 + coordinates.length;
    const along = this.#trend.slice();
    this.#factor.solveLowerTransposed(along);
    const [mean, variance] = [new Float64Array(size), new Float64Array(size)];
    for (const rows of equalRows(x)) {
      const at = rows.flatMap((row) => Array.from({ length: width }, (_, r) => row * width + r));
      const count = at.length;
      const block = new Float64Array(count * count);
      for (let r = 0; r < count; r++)
        for (let c = 0; c <= r; c++)
          block[r * count + c] = inverse[at[r] * size + at[c]] - (along[at[r]] * along[at[c]]) / this.#trendSquare;
      if (cholesky(block, count) >= 0) for (const row of rows) this.#unknown(row * width, width, mean, variance);
      else {
        const error = Float64Array.from(at, (i) => this.#alpha[i]);
        choleskySolve(block, count, error);
        for (let r = 0; r < count; r++) {
          const unit = new Float64Array(count);
          unit[r] = 1;
          choleskySolve(block, count, unit);
          mean[at[r]] = y[at[r]] - error[r];
          variance[at[r]] = this.hyperparameters.variance * unit[r];
        }
      }
    }
    return { mean, variance };
  }

  /** Where a row is all that is known of the trend, it leaves the prior. */
  #unknown(start: number, width: number, mean: Float64Array, variance: Float64Array): void {
    const { trend, variance: s2 } = this.hyperparameters;
    for (let r = 0; r < width; r++) {
      mean[start + r] = r === 0 ? trend : 0;
      variance[start + r] = s2 * (r === 0 ? 2 : this.#slopeVariance(this.data.coordinates[r - 1]));
    }
  }
}

/** The posterior at `theta`; nuggets that are too small for the arithmetic grow. */
export function slopePosterior(likelihood: SlopeLikelihood, theta: ArrayLike<number>): SlopePosterior {
  const used = Float64Array.from(theta);
  while (!likelihood.solve(used)) for (const at of [1, 2]) used[used.length - at] += Math.log(100);
  return new SlopePosterior(likelihood, used);
}

/** Log density of the values of the left-out rows, up to a constant. */
export function slopeLogDensity({ data, left }: SlopePosterior): number {
  const width = 1 + data.coordinates.length;
  let sum = 0;
  for (let r = 0; r < data.y.length; r += width)
    sum -= 0.5 * (Math.log(left.variance[r]) + (data.y[r] - left.mean[r]) ** 2 / left.variance[r]);
  return sum;
}

/** q2 of the values of the left-out rows. */
export function slopeQ2({ data, left }: SlopePosterior): number {
  const values = (all: Float64Array) => all.filter((_, at) => at % (1 + data.coordinates.length) === 0);
  const [truth, told] = [values(data.y), values(left.mean)];
  const center = mean(truth);
  const press = truth.reduce((sum, value, i) => sum + (value - told[i]) ** 2, 0);
  return 1 - press / truth.reduce((sum, value) => sum + (value - center) ** 2, 0);
}
