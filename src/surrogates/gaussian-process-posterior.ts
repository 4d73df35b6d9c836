import type { Matrix } from '../numerics/matrix.ts';
import type { CorrelationPosterior } from './gaussian-process-correlation.ts';
import type { FeatureMap } from './gaussian-process-features.ts';
import type { GaussianProcessKernel } from './gaussian-process-kernel.ts';
import type { Likelihood } from './gaussian-process-likelihood.ts';
import { basisSize, type TrendBasis, writeBasis } from './gaussian-process-trend.ts';

/** What a Gaussian process learnt about one output; lengthscales are in units of the cube. */
export interface Hyperparameters {
  readonly kernel: GaussianProcessKernel;
  /** d numbers. */
  readonly lengthscales: Float64Array;
  /** Variance of the noise, relative to that of the process. */
  readonly nugget: number;
  /** What had to be added to the nugget to make the matrix positive definite. */
  readonly jitter: number;
  /** Process variance, in standardised units; the sum of squares is divided by n - p. */
  readonly variance: number;
  /** Trend coefficients, in standardised units: the constant, then one for each coordinate of a linear trend. */
  readonly trend: Float64Array;
}

/** The posterior of one standardised output. */
export class KrigingPosterior {
  readonly hyperparameters: Hyperparameters;
  readonly #n: number;
  /** Inverse lengthscales. */
  readonly #scales: Float64Array;
  readonly #map: FeatureMap;
  readonly #basis: TrendBasis;
  readonly #p: number;
  readonly #alpha: Float64Array;
  readonly #r: Float64Array;
  /** `L^-T Q^T`, `p x n`. */
  readonly #back: Float64Array;
  readonly #inverseDiagonal: Float64Array;
  readonly #correlations: CorrelationPosterior;
  /** Standardised outputs, n numbers. */
  readonly y: Float64Array;
  /** Scaled features of a block of queries, and what the correlations say about them. */
  readonly #queries: Float64Array;
  readonly #products: Float64Array;
  readonly #squares: Float64Array;
  /** `Q v` of each, `count x p`. */
  readonly #projections: Float64Array;
  readonly #f: Float64Array;
  #leaveOneOut: { mean: Float64Array; variance: Float64Array } | undefined;

  /** Takes over the arrays of a likelihood that was just factored at `theta`. */
  constructor(
    fitted: Likelihood,
    theta: ArrayLike<number>,
    kernel: GaussianProcessKernel,
    map: FeatureMap,
    basis: TrendBasis,
    y: Float64Array,
  ) {
    const n = y.length;
    const d = theta.length - 1;
    const p = basisSize(basis);
    this.#n = n;
    this.#map = map;
    this.#scales = Float64Array.from({ length: d }, (_, j) => Math.exp(-theta[j]));
    this.#basis = basis;
    this.#p = p;
    this.#alpha = fitted.alpha;
    this.#r = fitted.r;
    this.#back = fitted.q.slice();
    fitted.c.solveLowerTransposed(this.#back);
    this.#inverseDiagonal = fitted.c.inverseDiagonal();
    this.#correlations = fitted.c.posterior(fitted.alpha, fitted.q);
    this.y = y;
    const block = this.#correlations.blockSize;
    this.#queries = new Float64Array(block * map.width);
    this.#products = new Float64Array(block);
    this.#squares = new Float64Array(block);
    this.#projections = new Float64Array(block * p);
    this.#f = new Float64Array(p);
    this.hyperparameters = {
      kernel,
      lengthscales: Float64Array.from({ length: d }, (_, j) => Math.exp(theta[j])),
      nugget: Math.exp(theta[d]),
      jitter: fitted.jitter,
      variance: (fitted.variance * n) / Math.max(1, n - p),
      trend: fitted.beta,
    };
  }

  /** Writes the means at the rows of `x` to `mean[at], mean[at + step], ...`, and the variances when they are asked for. */
  evaluate(x: Matrix, mean: Float64Array, variance: Float64Array | undefined, at: number, step: number): void {
    const block = this.#correlations.blockSize;
    for (let start = 0; start < x.rows; start += block) {
      const count = Math.min(block, x.rows - start);
      for (let i = 0; i < count; i++)
        this.#map.write(x.data, (start + i) * x.columns, this.#queries, i * this.#map.width, this.#scales);
      if (variance) this.#correlations.block(this.#queries, count, this.#products, this.#squares, this.#projections);
      else this.#correlations.block(this.#queries, count, this.#products);
      for (let i = 0; i < count; i++) {
        const to = at + (start + i) * step;
        mean[to] = this.#trend(x.data, (start + i) * x.columns) + this.#products[i];
        if (variance) variance[to] = this.#variance(this.#squares[i], i * this.#p);
      }
    }
  }

  /** The trend at `u[at ...]`; leaves the basis functions there in `#f`. */
  #trend(u: Float64Array, at: number): number {
    const trend = this.hyperparameters.trend;
    writeBasis(this.#basis, u, at, this.#f);
    let sum = 0;
    for (let k = 0; k < this.#p; k++) sum += this.#f[k] * trend[k];
    return sum;
  }

  /**
   * `s2 (1 - |v|^2 + |t|^2)` with `v = L^-1 k`, whose square is given, and `t = R^-T (f - F^T C^-1 k)`, the price of an
   * estimated trend [Santner2003, 4.1]; `Q v` stands at `from` of the projections. Leaves t in `#f`, which holds f on entry.
   */
  #variance(square: number, from: number): number {
    const p = this.#p;
    const f = this.#f;
    let sum = 1 - square;
    for (let k = 0; k < p; k++) {
      let t = f[k];
      for (let m = 0; m < k; m++) t -= this.#r[m * p + k] * f[m];
      f[k] = t / this.#r[k * p + k];
    }
    // R^-T F^T L^-T v is Q v: taking it off after the solve keeps the difference of small numbers out of R.
    for (let k = 0; k < p; k++) {
      f[k] -= this.#projections[from + k];
      sum += f[k] * f[k];
    }
    return this.hyperparameters.variance * Math.max(0, sum);
  }

  /** Mean and variance at `u`; writes their derivatives by the d coordinates. */
  gradient(u: Float64Array, byMean: Float64Array, byVariance: Float64Array): { mean: number; variance: number } {
    const { trend, variance: s2 } = this.hyperparameters;
    const { width } = this.#map;
    this.#map.write(u, 0, this.#queries, 0, this.#scales);
    const { product, square } = this.#correlations.point(this.#queries.subarray(0, width), this.#projections);
    const mean = this.#trend(u, 0) + product;
    const variance = this.#variance(square, 0);
    const meanByFeature = new Float64Array(width);
    const varianceByFeature = new Float64Array(width);
    this.#correlations.gradients(this.#f, meanByFeature, varianceByFeature);
    this.#map.pullBack(u, meanByFeature, this.#scales, byMean);
    this.#map.pullBack(u, varianceByFeature, this.#scales, byVariance);
    const g = this.#solveR();
    const first = this.#basis.constant ? 1 : 0;
    this.#basis.coordinates.forEach((j, k) => {
      byMean[j] += trend[first + k];
      byVariance[j] += 2 * g[first + k];
    });
    for (let j = 0; j < byVariance.length; j++) byVariance[j] *= s2;
    return { mean, variance };
  }

  /** `R^-1 t` for the t that `#variance` left in `#f`. */
  #solveR(): Float64Array {
    const p = this.#p;
    const g = this.#f.slice();
    for (let k = p - 1; k >= 0; k--) {
      for (let m = k + 1; m < p; m++) g[k] -= this.#r[k * p + m] * g[m];
      g[k] /= this.#r[k * p + k];
    }
    return g;
  }

  /**
   * What the model would have said at each training row without it, hyper-parameters and variance fixed [Dubrule1983]: with
   * `B = C^-1 - C^-1 F (F^T C^-1 F)^-1 F^T C^-1`, mean `y_i - (B y)_i / B_ii` and variance `s2 / B_ii`, nugget included.
   */
  leaveOneOut(): { readonly mean: Float64Array; readonly variance: Float64Array } {
    this.#leaveOneOut ??= this.#computeLeaveOneOut();
    return this.#leaveOneOut;
  }

  #computeLeaveOneOut(): { mean: Float64Array; variance: Float64Array } {
    const n = this.#n;
    const mean = new Float64Array(n);
    const variance = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const full = this.#inverseDiagonal[i];
      let b = full;
      for (let k = 0; k < this.#p; k++) b -= this.#back[k * n + i] ** 2;
      // A row that alone carries a trend coefficient has B_ii = 0: without it nothing is known.
      b = Math.max(b, 1e-10 * full);
      mean[i] = this.y[i] - this.#alpha[i] / b;
      variance[i] = this.hyperparameters.variance / b;
    }
    return { mean, variance };
  }
}
