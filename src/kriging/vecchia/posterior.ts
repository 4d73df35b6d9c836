import { matrixState } from '../../core/state/matrix-state.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { type Features, featureState } from '../kernels/features.ts';
import type { ColumnPosterior } from '../process/column-posterior.ts';
import type { Hyperparameters } from '../process/hyperparameters.ts';
import type { ApproximateState } from '../process/process-state.ts';
import { dot, type TrendBasis } from '../process/trend.ts';
import type { DistinctPoints } from '../response/distinct.ts';
import { trendScale, type VecchiaFit, VISITS, writeExplained } from './fit.ts';
import { VecchiaNeighborhood } from './neighborhood.ts';

/** Queries that are answered together. */
const BLOCK = 64;

/** What is approximated: hyper-parameters, of which nugget, jitter and variance are settled on the way, and rows. */
export interface Approximated extends Features {
  readonly hyperparameters: Omit<Hyperparameters, 'embedding'>;
  readonly basis: TrendBasis;
  /** n x d, the standardized answers, and the order of the rows. */
  readonly x: Matrix;
  readonly y: Float64Array;
  readonly order: Int32Array;
  /** Nearest rows that a residual depends on, at most. */
  readonly neighbors: number;
  /** Inducing points, at most; undefined: as many as the rows leave time for. */
  readonly inducing?: number;
}

/** Answers queries from their nearest rows and the coefficients of the inducing points; see {@link vecchiaSteps}. */
export class VecchiaPosterior implements ColumnPosterior {
  readonly hyperparameters: Hyperparameters;
  /** Standardized outputs of the rows of the data. */
  readonly y: Float64Array;
  readonly #given: Approximated;
  readonly #fit: VecchiaFit;
  readonly #distinct: DistinctPoints;
  readonly #scales: Float64Array;
  readonly #neighborhood: VecchiaNeighborhood;
  readonly #list: Int32Array;
  readonly #block: Float64Array;
  readonly #queries: Float64Array;
  /** What the neighbors do not know of the coefficients: `v - V_N c` and its `A^-1/2`. */
  readonly #g: Float64Array;
  readonly #solved: Float64Array;

  /** `nugget` is the one that was used. */
  constructor(fit: VecchiaFit, given: Approximated, distinct: DistinctPoints, nugget: number) {
    const { rows, points, variance, jitter } = fit;
    const { embedding, y } = given;
    const hyperparameters = {
      ...{ ...given.hyperparameters, nugget, variance, jitter },
      ...(embedding && { embedding: embedding.coordinates }),
    };
    this.#given = given;
    this.#fit = fit;
    this.#distinct = distinct;
    this.y = y;
    this.hyperparameters = hyperparameters;
    this.#scales = hyperparameters.lengthscales.map((l) => 1 / l);
    this.#neighborhood = new VecchiaNeighborhood(points, rows.neighbors);
    this.#list = new Int32Array(rows.neighbors);
    this.#block = new Float64Array(BLOCK * points.stride);
    this.#queries = new Float64Array(BLOCK * points.width);
    this.#g = new Float64Array(points.stride);
    this.#solved = new Float64Array(BLOCK * points.stride);
  }

  get state(): ApproximateState {
    const { hyperparameters, basis, x, y, order, neighbors, inducing } = this.#given;
    const { embedding: _, ...plain }: Hyperparameters = hyperparameters;
    return {
      kind: 'approximate',
      features: featureState(this.#given),
      ...{ hyperparameters: plain, basis, x: matrixState(x), y, order, neighbors },
      ...(inducing !== undefined && { inducing }),
    };
  }

  evaluate(x: Matrix, mean: Float64Array, variance: Float64Array | undefined, at: number, step: number): void {
    const { stride } = this.#fit.points;
    for (let start = 0; start < x.rows; start += BLOCK) {
      const count = Math.min(BLOCK, x.rows - start);
      this.#explain(x, start, count);
      const left = new Float64Array(count);
      for (let i = 0; i < count; i++) {
        left[i] = this.#local(i);
        mean[at + (start + i) * step] = this.#mean;
        this.#solved.set(this.#g, i * stride);
      }
      if (!variance) continue;
      // Four at a time, so that a point alone is answered to the last bit as in a batch.
      const solved = this.#solved.subarray(0, 4 * Math.ceil(count / 4) * stride);
      this.#fit.precision.solveLower(solved);
      for (let i = 0; i < count; i++) {
        const row = solved.subarray(i * stride, (i + 1) * stride);
        variance[at + (start + i) * step] = this.hyperparameters.variance * (left[i] + dot(row, row));
      }
    }
  }

  /** Mean of the last query of `#local`. */
  #mean = 0;

  /** Writes what the inducing points and the trend explain of the queries to `#block`, and their scaled features to `#queries`. */
  #explain(x: Matrix, start: number, count: number): void {
    const { rows, inducing, rank, points } = this.#fit;
    const part = new Matrix(count, x.columns, x.data.subarray(start * x.columns, (start + count) * x.columns));
    for (let i = 0; i < count; i++)
      rows.map.write(part.data, i * x.columns, this.#queries, i * points.width, this.#scales);
    writeExplained(rows, inducing, rank, points.stride, this.#queries, part, 0, count, this.#block, 0);
  }

  /** Looks at the neighbors of the i-th query of the block: sets the mean and `#g`, returns the variance that they leave. */
  #local(i: number): number {
    const { points, tree, weights, rows } = this.#fit;
    const { stride, width, v } = points;
    const n = rows.y.length;
    this.#count = tree.nearest(this.#queries, i * width, rows.neighbors, n, VISITS, this.#list);
    const left = this.#neighborhood.regress(this.#queries, i * width, this.#block, i * stride, this.#list, this.#count);
    const g = this.#g;
    g.set(this.#block.subarray(i * stride, (i + 1) * stride));
    let sum = 0;
    for (let k = 0; k < this.#count; k++) {
      const c = this.#neighborhood.coefficients[k];
      const from = this.#list[k] * stride;
      for (let q = 0; q < stride; q++) g[q] -= c * v[from + q];
      sum += c * rows.y[this.#list[k]];
    }
    this.#mean = sum + dot(g, weights);
    return left;
  }

  #count = 0;

  /**
   * With h the solution of `R_N h = y_N - V_N b`, the mean is `k_z L^-T (b - V_N^T h) + k_N h`; with `a = A^-1 g` and
   * `t = -2 (c + R_N^-1 V_N a)`, the variance changes by `(2 a - 2 v - V_N^T t) dv + t dk_N`: neighbors are held fixed.
   */
  gradient(u: Float64Array, byMean: Float64Array, byVariance: Float64Array): { mean: number; variance: number } {
    const { points, rows, rank, inducing, precision, weights } = this.#fit;
    const { stride, width, v, correlation } = points;
    const x = new Matrix(1, u.length, u);
    this.#explain(x, 0, 1);
    const left = this.#local(0);
    const mean = this.#mean;
    const count = this.#count;
    const a = this.#g.slice();
    precision.solveLower(a);
    const variance = this.hyperparameters.variance * (left + dot(a, a));
    precision.solveLowerTransposed(a);
    const [h, t] = [new Float64Array(count), new Float64Array(count)];
    for (let k = 0; k < count; k++) {
      const row = v.subarray(this.#list[k] * stride, (this.#list[k] + 1) * stride);
      h[k] = rows.y[this.#list[k]] - dot(row, weights);
      t[k] = dot(row, a);
    }
    this.#neighborhood.solve(h);
    this.#neighborhood.solve(t);
    for (let k = 0; k < count; k++) t[k] = -2 * (t[k] + this.#neighborhood.coefficients[k]);
    const [m, s] = [weights.slice(), a.map((value) => 2 * value)];
    for (let q = 0; q < rank; q++) s[q] -= 2 * this.#block[q];
    for (let k = 0; k < count; k++)
      for (let q = 0, from = this.#list[k] * stride; q < rank; q++) {
        m[q] -= h[k] * v[from + q];
        s[q] -= t[k] * v[from + q];
      }
    const near = new Float64Array(count * width);
    for (let k = 0; k < count; k++)
      near.set(points.z.subarray(this.#list[k] * width, (this.#list[k] + 1) * width), k * width);
    const query = this.#queries.slice(0, width);
    for (const [direct, local, out, scale] of [
      [m, h, byMean, 1],
      [s, t, byVariance, this.hyperparameters.variance],
    ] as const) {
      const sums = new Float64Array(width);
      const first = direct.slice(0, rank);
      if (rank > 0) inducing.solveLowerTransposed(first);
      correlation.addSlopes(query, points.z.subarray(0, rank * width), first, sums);
      correlation.addSlopes(query, near, local, sums);
      rows.map.pullBack(u, sums, this.#scales, out);
      this.#addTrend(u, direct, out);
      for (let j = 0; j < out.length; j++) out[j] *= scale;
    }
    return { mean, variance };
  }

  #addTrend(u: Float64Array, weights: Float64Array, out: Float64Array): void {
    const { rank, rows } = this.#fit;
    const { constant, coordinates, squares = [] } = rows.basis;
    let at = rank + (constant ? 1 : 0);
    for (const j of coordinates) out[j] += trendScale() * weights[at++];
    for (const j of squares) out[j] += 2 * trendScale() * (u[j] - 0.5) * weights[at++];
  }

  /** Mean and variance of each row, nugget included, without any at its point. */
  leaveOneOut(): { readonly mean: Float64Array; readonly variance: Float64Array } {
    const { leftOut } = this.#fit;
    const { counts, place } = this.#distinct;
    const { nugget, variance: s2 } = this.hyperparameters;
    const mean = Float64Array.from(place, (point) => leftOut.mean[point]);
    // The variance at a point is that of its mean.
    const variance = Float64Array.from(
      place,
      (point) => leftOut.variance[point] + s2 * nugget * (1 - 1 / counts[point]),
    );
    return { mean, variance };
  }

  /** The covariance that the coefficients give; what the neighbors leave at one query is independent of it at others. */
  covariance(x: Matrix): Matrix {
    const q = x.rows;
    const { stride } = this.#fit.points;
    const solved = new Float64Array(q * stride);
    const [mean, variance] = [new Float64Array(q), new Float64Array(q)];
    this.evaluate(x, mean, variance, 0, 1);
    for (let i = 0; i < q; i++) {
      this.#explain(x, i, 1);
      this.#local(0);
      solved.set(this.#g, i * stride);
    }
    this.#fit.precision.solveLower(solved);
    const covariance = new Matrix(q, q);
    for (let i = 0; i < q; i++) {
      covariance.set(i, i, variance[i]);
      for (let j = 0; j < i; j++) {
        const both = dot(solved.subarray(i * stride, (i + 1) * stride), solved.subarray(j * stride, (j + 1) * stride));
        const most = Math.sqrt(variance[i] * variance[j]);
        const value = Math.min(most, Math.max(-most, this.hyperparameters.variance * both));
        covariance.set(i, j, value);
        covariance.set(j, i, value);
      }
    }
    return covariance;
  }
}
