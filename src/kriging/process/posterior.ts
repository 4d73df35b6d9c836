import { equalRows } from '../../core/parts.ts';
import type { FeatureMap } from '../../core/space/feature-map.ts';
import { subtractTile } from '../../numerics/linear-algebra/triangular.ts';
import { Matrix } from '../../numerics/matrix.ts';
import type { CorrelationPosterior } from '../kernels/correlation-posterior.ts';
import { type GaussianProcessKernel, isRadial, type PointCorrelation, radialCorrelation } from '../kernels/kernel.ts';
import { structuredKernel } from '../kernels/structured.ts';
import type { ColumnPosterior } from './column-posterior.ts';
import type { Hyperparameters } from './hyperparameters.ts';
import { exactState, type KrigingGiven, type KrigingParts } from './kriging-parts.ts';
import type { Likelihood } from './likelihood.ts';
import type { ExactState } from './process-state.ts';
import { basisSize, dot, type TrendBasis, writeBasis } from './trend.ts';

/** Mean and variance of each row without those at its point, and the log density of all such rows, up to a constant. */
export interface LeftOutRows {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  readonly logDensity: number;
}

/** The posterior of one standardized output. */
export class KrigingPosterior implements ColumnPosterior {
  readonly parts: KrigingParts;
  readonly hyperparameters: Hyperparameters;
  /** Standardized outputs, n numbers. */
  readonly y: Float64Array;
  /** Inverse lengthscales. */
  readonly #scales: Float64Array;
  readonly #map: FeatureMap;
  readonly #basis: TrendBasis;
  readonly #p: number;
  readonly #r: Float64Array;
  readonly #correlations: CorrelationPosterior;
  /** Scaled features of a block of queries, and what the correlations say about them. */
  readonly #queries: Float64Array;
  readonly #products: Float64Array;
  readonly #squares: Float64Array;
  /** `Q v` of each, `count x p`. */
  readonly #projections: Float64Array;
  readonly #f: Float64Array;
  #leaveOneOut: LeftOutRows | undefined;

  constructor(parts: KrigingParts) {
    this.parts = parts;
    this.hyperparameters = parts.hyperparameters;
    this.y = parts.y;
    this.#scales = parts.hyperparameters.lengthscales.map((l) => 1 / l);
    this.#map = parts.map;
    this.#basis = parts.basis;
    this.#p = basisSize(parts.basis);
    this.#r = parts.r;
    this.#correlations = parts.correlations;
    const block = this.#correlations.blockSize;
    this.#queries = new Float64Array(block * this.#map.width);
    this.#products = new Float64Array(block);
    this.#squares = new Float64Array(block);
    this.#projections = new Float64Array(block * this.#p);
    this.#f = new Float64Array(this.#p);
  }

  /** Takes over the arrays of a likelihood of the rows that was just factored at `theta`. */
  static of(
    fitted: Likelihood,
    theta: ArrayLike<number>,
    kernel: GaussianProcessKernel,
    { map, basis, x, y, family, prior, embedding }: KrigingGiven,
  ): KrigingPosterior {
    const [n, d, p] = [x.rows, map.dimension, basisSize(basis)];
    const back = fitted.q.slice();
    fitted.c.solveLowerTransposed(back);
    const hyperparameters = {
      kernel,
      lengthscales: Float64Array.from({ length: d }, (_, j) => Math.exp(theta[j])),
      shape: Float64Array.from({ length: theta.length - d - 1 }, (_, i) => theta[d + i]),
      nugget: Math.exp(theta[theta.length - 1]),
      jitter: fitted.jitter,
      variance: (fitted.variance * n) / Math.max(1, n - p),
      trend: fitted.beta,
      ...(embedding && { embedding: embedding.coordinates }),
    };
    const { alpha, q, r, whitened } = fitted;
    const inverseDiagonal = fitted.c.inverseDiagonal();
    const correlations = fitted.c.posterior(alpha, q);
    return new KrigingPosterior({
      ...{
        hyperparameters,
        map,
        basis,
        x,
        y,
        family,
        prior,
        embedding,
        whitened,
        alpha,
        q,
        r,
        back,
        inverseDiagonal,
        correlations,
        origin: { theta: Float64Array.from(theta), added: [] },
      },
    });
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
    const [trend, f, p] = [this.hyperparameters.trend, this.#f, this.#p];
    writeBasis(this.#basis, u, at, f);
    let sum = 0;
    for (let k = 0; k < p; k++) sum += f[k] * trend[k];
    return sum;
  }

  /** `s2 (1 - |v|^2 + |t|^2)` for the v whose square is given; leaves t in `#f`, which holds f on entry. */
  #variance(square: number, from: number): number {
    return this.hyperparameters.variance * Math.max(0, 1 - square + this.#priceOfTrend(from));
  }

  /**
   * `|t|^2` with `t = R^-T (f - F^T C^-1 k)`, the price of an estimated trend [Santner2003, 4.1]; `Q v` stands at `from` of the
   * projections. Leaves t in `#f`, which holds f on entry.
   */
  #priceOfTrend(from: number): number {
    const [p, f, r, projections] = [this.#p, this.#f, this.#r, this.#projections];
    let sum = 0;
    for (let k = 0; k < p; k++) {
      let t = f[k];
      for (let m = 0, at = k; m < k; m++, at += p) t -= r[at] * f[m];
      f[k] = t / r[k * p + k];
    }
    // R^-T F^T L^-T v is Q v: taking it off after the solve keeps the difference of small numbers out of R.
    for (let k = 0; k < p; k++) {
      const t = f[k] - projections[from + k];
      f[k] = t;
      sum += t * t;
    }
    return sum;
  }

  /** Mean and variance at `u`; writes their derivatives by the coordinates, and adds those by what is for the trend alone. */
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
    const second = first + this.#basis.coordinates.length;
    this.#basis.squares?.forEach((j, k) => {
      byMean[j] += 2 * (u[j] - 0.5) * trend[second + k];
      byVariance[j] += 4 * (u[j] - 0.5) * g[second + k];
    });
    for (let j = 0; j < byVariance.length; j++) byVariance[j] *= s2;
    return { mean, variance };
  }

  /** The variance of the estimated coefficient of the k-th basis function, `s2 ((F^T C^-1 F)^-1)_kk`. */
  coefficientVariance(k: number): number {
    // The k-th row of R^-1, whose square is wanted, is the solution of R^T w = e_k.
    const p = this.#p;
    const w = new Float64Array(p);
    let sum = 0;
    for (let i = k; i < p; i++) {
      w[i] = i === k ? 1 : 0;
      for (let m = k; m < i; m++) w[i] -= this.#r[m * p + i] * w[m];
      w[i] /= this.#r[i * p + i];
      sum += w[i] * w[i];
    }
    return this.hyperparameters.variance * sum;
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
   * `B = C^-1 - C^-1 F (F^T C^-1 F)^-1 F^T C^-1`, mean `y_i - (B y)_i / B_ii` and variance `s2 / B_ii`, nugget included. Replicates, the
   * g rows at one point, are left out together.
   */
  leaveOneOut(): LeftOutRows {
    this.#leaveOneOut ??= this.#computeLeaveOneOut();
    return this.#leaveOneOut;
  }

  #computeLeaveOneOut(): LeftOutRows {
    const { alpha, back, inverseDiagonal, x } = this.parts;
    const { variance: s2, nugget, jitter } = this.hyperparameters;
    const n = this.y.length;
    const mean = new Float64Array(n);
    const variance = new Float64Array(n);
    let logDensity = 0;
    for (const rows of equalRows(x)) {
      const full = inverseDiagonal[rows[0]];
      let b = full;
      for (let k = 0; k < this.#p; k++) b -= back[k * n + rows[0]] ** 2;
      // The block of B has the eigenvalue 1 / noise for what replicates differ in, and one for what they have in common. A row
      // that alone carries a trend coefficient has B_ii = 0: without it nothing is known.
      const g = rows.length;
      const apart = g > 1 ? 1 / (nugget + jitter) : b;
      const common = Math.max(g * b - (g - 1) * apart, 1e-10 * full);
      const middle = rows.reduce((sum, i) => sum + alpha[i], 0) / g;
      const deviation = (1 / common + (g - 1) / apart) / g;
      for (const i of rows) {
        const error = g > 1 ? (alpha[i] - middle) / apart + middle / common : alpha[i] / common;
        mean[i] = this.y[i] - error;
        variance[i] = s2 * deviation;
        logDensity -= 0.5 * (Math.log(s2) + (alpha[i] * error) / s2);
      }
      logDensity += 0.5 * (Math.log(common) + (g - 1) * Math.log(apart));
    }
    return { mean, variance, logDensity };
  }

  get state(): ExactState {
    return exactState(this.parts);
  }

  /** Correlations of scaled features. */
  points(): PointCorrelation {
    const { kernel, shape } = this.hyperparameters;
    const { coordinates, width } = this.#map;
    return isRadial(kernel) ? radialCorrelation(kernel, width) : structuredKernel(kernel, coordinates, shape);
  }

  /** The scaled features of the rows of `x`, `q x width`. */
  scaled(x: Matrix): Float64Array {
    return this.#map.scaled(x, this.#scales);
  }

  /** The q x q covariance of the latent function at the rows of `x`: `s2 (K - V V^T + T T^T)` with the v and t of a variance. */
  covariance(x: Matrix): Matrix {
    const [q, n, p, { width }] = [x.rows, this.y.length, this.#p, this.#map];
    const { variance: s2 } = this.hyperparameters;
    const points = this.points();
    const z = this.scaled(x);
    const rows = 4 * Math.ceil(q / 4);
    // The products of all pairs are subtracted in tiles: the covariance stands before the factors that it is made of.
    const both = rows + n;
    const work = new Float64Array(rows * both);
    const t = new Float64Array(q * p);
    for (let i = 0; i < q; i++) {
      points.correlate(z, i * width, z, i, work, i * both);
      work[i * both + i] = 1;
      const v = this.#correlations.solved(z.subarray(i * width, (i + 1) * width));
      work.set(v, i * both + rows);
      writeBasis(this.#basis, x.data, i * x.columns, this.#f);
      for (let k = 0; k < p; k++) this.#projections[k] = dot(this.parts.q.subarray(k * n, (k + 1) * n), v);
      this.#priceOfTrend(0);
      t.set(this.#f, i * p);
    }
    for (let i = 0; i < rows; i += 4)
      for (let j = 0; j <= i; j += 4) subtractTile(work, both, i, work, both, j, rows, both);
    const [mean, variance] = [new Float64Array(q), new Float64Array(q)];
    this.evaluate(x, mean, variance, 0, 1);
    const covariance = new Matrix(q, q);
    for (let i = 0; i < q; i++) {
      covariance.set(i, i, variance[i]);
      for (let j = 0; j < i; j++) {
        let sum = work[i * both + j];
        for (let k = 0; k < p; k++) sum += t[i * p + k] * t[j * p + k];
        // Where both variances are next to nothing, rounding can make more of their product.
        const most = Math.sqrt(variance[i] * variance[j]);
        const value = Math.min(most, Math.max(-most, s2 * sum));
        covariance.set(i, j, value);
        covariance.set(j, i, value);
      }
    }
    return covariance;
  }
}
