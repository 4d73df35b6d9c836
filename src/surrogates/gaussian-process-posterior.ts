import { choleskyInverse } from '../numerics/cholesky.ts';
import type { Matrix } from '../numerics/matrix.ts';
import { solveLower, solveLowerTransposed } from '../numerics/triangular.ts';
import type { FeatureMap } from './gaussian-process-features.ts';
import {
  correlate,
  correlateWithSlope,
  type GaussianProcessKernel,
  squaredDistances,
} from './gaussian-process-kernel.ts';
import type { Likelihood } from './gaussian-process-likelihood.ts';
import { basisSize, type TrendBasis, writeBasis } from './gaussian-process-trend.ts';

/** Queries that are answered together, so that their triangular solves share each pass over the factor. */
const BLOCK = 32;

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
  readonly #training: Float64Array;
  readonly #alpha: Float64Array;
  readonly #l: Float64Array;
  readonly #q: Float64Array;
  readonly #r: Float64Array;
  /** `L^-T Q^T`, `p x n`. */
  readonly #back: Float64Array;
  /** Standardised outputs, n numbers. */
  readonly y: Float64Array;
  readonly #correlation: Float64Array;
  readonly #slope: Float64Array;
  readonly #query: Float64Array;
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
    this.#training = fitted.scaled;
    this.#alpha = fitted.alpha;
    this.#l = fitted.l;
    this.#q = fitted.q;
    this.#r = fitted.r;
    this.#back = fitted.q.slice();
    solveLowerTransposed(fitted.l, n, this.#back);
    this.y = y;
    this.#correlation = new Float64Array(BLOCK * n);
    this.#slope = new Float64Array(n);
    this.#query = new Float64Array(map.width);
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
    const n = this.#n;
    const k = this.#correlation;
    for (let start = 0; start < x.rows; start += BLOCK) {
      const count = Math.min(BLOCK, x.rows - start);
      for (let i = 0; i < count; i++) {
        this.#correlate(x.data, (start + i) * x.columns, i * n);
        mean[at + (start + i) * step] = this.#mean(x.data, (start + i) * x.columns, i * n);
      }
      if (!variance) continue;
      solveLower(this.#l, n, k.subarray(0, count * n));
      for (let i = 0; i < count; i++) {
        writeBasis(this.#basis, x.data, (start + i) * x.columns, this.#f);
        variance[at + (start + i) * step] = this.#variance(i * n);
      }
    }
  }

  #correlate(u: Float64Array, at: number, to: number): void {
    this.#map.write(u, at, this.#query, 0, this.#scales);
    squaredDistances(this.#query, 0, this.#training, this.#map.width, this.#n, this.#correlation, to);
    correlate(this.hyperparameters.kernel, this.#correlation, to, to + this.#n);
  }

  /** Trend plus correlations times alpha; the correlations stand at `from`. */
  #mean(u: Float64Array, at: number, from: number): number {
    const trend = this.hyperparameters.trend;
    writeBasis(this.#basis, u, at, this.#f);
    let sum = 0;
    for (let k = 0; k < this.#p; k++) sum += this.#f[k] * trend[k];
    return sum + product(this.#correlation, from, this.#alpha, 0, this.#n);
  }

  /**
   * `s2 (1 - |v|^2 + |t|^2)` with `v = L^-1 k` at `from` and `t = R^-T (f - F^T C^-1 k)`, the price of an estimated trend
   * [Santner2003, 4.1]; leaves t in `#f`, which holds f on entry.
   */
  #variance(from: number): number {
    const n = this.#n;
    const p = this.#p;
    const f = this.#f;
    const v = this.#correlation;
    let sum = 1 - product(v, from, v, from, n);
    for (let k = 0; k < p; k++) {
      let t = f[k];
      for (let m = 0; m < k; m++) t -= this.#r[m * p + k] * f[m];
      f[k] = t / this.#r[k * p + k];
    }
    // R^-T F^T L^-T v is Q v: taking it off after the solve keeps the difference of small numbers out of R.
    for (let k = 0; k < p; k++) {
      f[k] -= product(v, from, this.#q, k * n, n);
      sum += f[k] * f[k];
    }
    return this.hyperparameters.variance * Math.max(0, sum);
  }

  /** Mean and variance at `u`; writes their derivatives by the d coordinates. */
  gradient(u: Float64Array, byMean: Float64Array, byVariance: Float64Array): { mean: number; variance: number } {
    const [n, p, width] = [this.#n, this.#p, this.#map.width];
    const { kernel, trend, variance: s2 } = this.hyperparameters;
    const weights = this.#correlation.subarray(0, n);
    this.#map.write(u, 0, this.#query, 0, this.#scales);
    squaredDistances(this.#query, 0, this.#training, width, n, weights, 0);
    correlateWithSlope(kernel, weights, this.#slope, 0, n);
    const mean = this.#mean(u, 0, 0);
    solveLower(this.#l, n, weights);
    const variance = this.#variance(0);
    solveLowerTransposed(this.#l, n, weights);
    // d|v|^2 = 2 (C^-1 k) dk and d|t|^2 = 2 t (R^-T df - Q^T L^-1 dk): one weight for each training row.
    for (let k = 0; k < p; k++) for (let i = 0; i < n; i++) weights[i] += this.#f[k] * this.#back[k * n + i];
    const meanByFeature = new Float64Array(width);
    const varianceByFeature = new Float64Array(width);
    for (let i = 0; i < n; i++) {
      const a = 2 * this.#slope[i] * this.#alpha[i];
      const b = -4 * this.#slope[i] * weights[i];
      for (let f = 0, row = i * width; f < width; f++) {
        const e = this.#query[f] - this.#training[row + f];
        meanByFeature[f] += a * e;
        varianceByFeature[f] += b * e;
      }
    }
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
    const inverse = choleskyInverse(this.#l, n);
    const mean = new Float64Array(n);
    const variance = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const full = inverse[i * n + i];
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

/** Inner product of `n` numbers of `a` and `b`; four sums run in parallel. */
function product(a: Float64Array, aAt: number, b: Float64Array, bAt: number, n: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    s0 += a[aAt + i] * b[bAt + i];
    s1 += a[aAt + i + 1] * b[bAt + i + 1];
    s2 += a[aAt + i + 2] * b[bAt + i + 2];
    s3 += a[aAt + i + 3] * b[bAt + i + 3];
  }
  for (; i < n; i++) s0 += a[aAt + i] * b[bAt + i];
  return s0 + s1 + (s2 + s3);
}
