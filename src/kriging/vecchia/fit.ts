import type { FeatureMap } from '../../core/space/feature-map.ts';
import { NeighborTree } from '../../numerics/interpolation/neighbor-tree.ts';
import { subtractTile } from '../../numerics/linear-algebra/triangular.ts';
import { factorization, type TriangularFactor } from '../../numerics/linear-algebra/triangular-factor.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import type { Steps } from '../../numerics/minimize/steps.ts';
import type { PointCorrelation } from '../kernels/kernel.ts';
import { JITTERS } from '../process/likelihood.ts';
import { interpolatingNugget } from '../process/search.ts';
import { basisSize, dot, type TrendBasis, writeBasis } from '../process/trend.ts';
import { VecchiaNeighborhood, type VecchiaPoints } from './neighborhood.ts';

/** Standard deviation of the prior of a trend coefficient, in those of the process: as good as no prior. */
const TREND_SCALE = 1e4;

/** Distances that a search for neighbors may look at. */
export const VISITS = 4000;

/** Rows that are worked on together. */
const BLOCK = 64;

/** What the approximation is made of. */
export interface VecchiaRows {
  readonly map: FeatureMap;
  readonly basis: TrendBasis;
  /** n distinct points (n x d) and the mean of the answers at each, in the order of the approximation. */
  readonly x: Matrix;
  readonly y: Float64Array;
  /** How many answers each point has, and the sum of their squared distances from its mean. */
  readonly counts: Float64Array;
  readonly within: number;
  /** Scaled features of x. */
  readonly z: Float64Array;
  readonly correlation: PointCorrelation;
  readonly nugget: number;
  readonly neighbors: number;
  readonly inducing: number;
}

/** The approximation, ready to predict. */
export interface VecchiaFit {
  readonly rows: VecchiaRows;
  readonly points: VecchiaPoints;
  /** Number of inducing points, the first rows. */
  readonly rank: number;
  /** Factor of the inducing points' correlations, and of the posterior precision of all coefficients. */
  readonly inducing: TriangularFactor;
  readonly precision: TriangularFactor;
  /** Posterior mean of the coefficients: `stride` numbers. */
  readonly weights: Float64Array;
  /** Estimate of the process variance. */
  readonly variance: number;
  readonly jitter: number;
  readonly tree: NeighborTree;
  readonly leftOut: { readonly mean: Float64Array; readonly variance: Float64Array };
}

/**
 * Scaled Vecchia with inducing points: `f = V b + e`, b standard normal coefficients of a few inducing points and the trend, e a
 * residual in which every row depends only on its nearest neighbors among the rows before it, in the space scaled by the
 * lengthscales [Katzfuss2022, Gyger2025]. The cost is O(n (M^2 + M m^2 + m^3)) for M inducing points and m neighbors. Without
 * inducing points it is the scaled Vecchia approximation, with as many as rows it is exact.
 */
export function* vecchiaSteps(rows: VecchiaRows): Steps<VecchiaFit> {
  const { map, basis, x, z, correlation, nugget, neighbors } = rows;
  const n = x.rows;
  const rank = Math.min(n, rows.inducing);
  const stride = rank + basisSize(basis);
  const [inducing, inducingJitter] = factorOf(rank, (a) => {
    for (let i = 0; i < rank; i++) {
      correlation.correlate(z, i * map.width, z, i, a, i * rank);
      a[i * rank + i] = 1 + interpolatingNugget(rank);
    }
  });
  const v = new Float64Array(n * stride);
  for (let start = 0; start < n; start += BLOCK) {
    if (start % 4096 === 0) yield;
    writeExplained(rows, inducing, rank, stride, z, x, start, Math.min(BLOCK, n - start), v, start * stride);
  }
  const noise = rows.counts.map((count) => nugget / count);
  const points: VecchiaPoints = { correlation, z, width: map.width, v, stride, rank, noise };
  const tree = new NeighborTree(z, map.width, n);
  const { w, whitened, scales, lists, coefficients, jitter } = yield* whiten(rows, points);
  const precisionMatrix = yield* gram(w, n, stride);
  const [precision, precisionJitter] = factorOf(stride, (a) => {
    for (let i = 0; i < stride; i++) {
      a.set(precisionMatrix.subarray(i * stride, i * stride + i + 1), i * stride);
      a[i * stride + i] += 1;
    }
  });
  const weights = new Float64Array(stride);
  for (let i = 0; i < n; i++)
    for (let k = 0, from = i * stride; k < stride; k++) weights[k] += w[from + k] * whitened[i];
  precision.solveLower(weights);
  const explained = dot(weights, weights);
  const answers = rows.counts.reduce((sum, count) => sum + count, 0);
  const squares = dot(whitened, whitened) - explained + rows.within / nugget;
  const variance = Math.max(1e-28, squares / Math.max(1, answers - (stride - rank)));
  precision.solveLowerTransposed(weights);
  const leftOut = yield* leaveOut(
    { w, whitened, scales, lists, coefficients, weights, precision, variance, stride, neighbors },
    rows.y,
  );
  return {
    rows,
    points,
    rank,
    inducing,
    precision,
    weights,
    variance,
    jitter: Math.max(jitter, inducingJitter, precisionJitter),
    tree,
    leftOut,
  };
}

/** Writes `L^-1 k` of the inducing points and the scaled trend of `count` points from `start` on to `out[outAt ...]`. */
export function writeExplained(
  { map, basis, correlation, z: all }: VecchiaRows,
  inducing: TriangularFactor,
  rank: number,
  stride: number,
  z: Float64Array,
  x: Matrix,
  start: number,
  count: number,
  out: Float64Array,
  outAt: number,
): void {
  // Four at a time, so that a point alone is answered to the last bit as in a batch.
  const k = new Float64Array(4 * Math.ceil(count / 4) * rank);
  for (let i = 0; i < count; i++) correlation.correlate(z, (start + i) * map.width, all, rank, k, i * rank);
  if (rank > 0) inducing.solveLower(k);
  const f = new Float64Array(stride - rank);
  for (let i = 0; i < count; i++) {
    out.set(k.subarray(i * rank, (i + 1) * rank), outAt + i * stride);
    writeBasis(basis, x.data, (start + i) * x.columns, f);
    for (let m = 0; m < f.length; m++) out[outAt + i * stride + rank + m] = TREND_SCALE * f[m];
  }
}

/** The derivative of the m-th trend column by the trend's own. */
export function trendScale(): number {
  return TREND_SCALE;
}

/** The factor of a matrix that `fill` writes (lower triangle), and what had to be added to its diagonal, relative to it. */
function factorOf(n: number, fill: (a: Float64Array) => void): [TriangularFactor, number] {
  const room = factorization(n);
  const a = new Float64Array(n * n);
  for (const jitter of JITTERS) {
    fill(a);
    for (let i = 0; i < n; i++) a[i * n + i] *= 1 + jitter;
    if (room.factor(a)) return [room.keep(), jitter];
  }
  a.fill(0);
  for (let i = 0; i < n; i++) a[i * n + i] = 1e300;
  room.factor(a);
  return [room.keep(), Number.POSITIVE_INFINITY];
}

interface Whitened {
  /** `R^-1/2 V`, n x stride, and `R^-1/2 y`. */
  readonly w: Float64Array;
  readonly whitened: Float64Array;
  /** Square roots of the conditional variances, noise included. */
  readonly scales: Float64Array;
  /** Neighbors of each row, `n x m`, -1 where there are fewer, and their coefficients. */
  readonly lists: Int32Array;
  readonly coefficients: Float64Array;
  readonly jitter: number;
}

/** Every row less what its neighbors foretell, in units of what is left. */
function* whiten(rows: VecchiaRows, points: VecchiaPoints): Steps<Whitened> {
  const { y, neighbors: m } = rows;
  const { z, v, width, stride, noise } = points;
  const n = y.length;
  const w = new Float64Array(n * stride);
  const [whitened, scales] = [new Float64Array(n), new Float64Array(n)];
  const lists = new Int32Array(n * m).fill(-1);
  const coefficients = new Float64Array(n * m);
  const neighborhood = new VecchiaNeighborhood(points, m);
  let tree = new NeighborTree(z, width, 0);
  let treed = 0;
  for (let i = 0; i < n; i++) {
    if (i % 256 === 0) yield;
    // A tree of the first 2^k rows serves those up to the last: at least half of what it finds is before them.
    if (i >= treed) {
      treed = Math.min(n, Math.max(64, 2 * treed));
      tree = new NeighborTree(z, width, treed);
    }
    const list = lists.subarray(i * m, (i + 1) * m);
    const count = tree.nearest(z, i * width, m, i, VISITS, list);
    const left = neighborhood.regress(z, i * width, v, i * stride, list, count);
    const scale = Math.sqrt(Math.max(left + noise[i], 1e-15));
    scales[i] = scale;
    const row = w.subarray(i * stride, (i + 1) * stride);
    row.set(v.subarray(i * stride, (i + 1) * stride));
    let rest = y[i];
    for (let k = 0; k < count; k++) {
      const c = neighborhood.coefficients[k];
      coefficients[i * m + k] = c;
      rest -= c * y[list[k]];
      const from = list[k] * stride;
      for (let q = 0; q < stride; q++) row[q] -= c * v[from + q];
    }
    whitened[i] = rest / scale;
    for (let q = 0; q < stride; q++) row[q] /= scale;
  }
  return { w, whitened, scales, lists, coefficients, jitter: neighborhood.jitter };
}

/** `W^T W`, `stride x stride`, lower triangle. */
function* gram(w: Float64Array, n: number, stride: number): Steps<Float64Array> {
  const rows = 4 * Math.ceil(stride / 4);
  const columns = rows + BLOCK;
  const work = new Float64Array(rows * columns);
  for (let start = 0; start < n; start += BLOCK) {
    if (start % 4096 === 0) yield;
    const count = Math.min(BLOCK, n - start);
    for (let k = 0; k < stride; k++)
      for (let i = 0; i < BLOCK; i++) work[k * columns + rows + i] = i < count ? w[(start + i) * stride + k] : 0;
    for (let i = 0; i < rows; i += 4)
      for (let j = 0; j <= i; j += 4) subtractTile(work, columns, i, work, columns, j, rows, columns);
  }
  const out = new Float64Array(stride * stride);
  for (let i = 0; i < stride; i++) for (let j = 0; j <= i; j++) out[i * stride + j] = -work[i * columns + j];
  return out;
}

interface Solved extends Omit<Whitened, 'jitter'> {
  readonly weights: Float64Array;
  readonly precision: TriangularFactor;
  readonly variance: number;
  readonly stride: number;
  readonly neighbors: number;
}

/**
 * Leave-one-out of the approximating normal distribution, whose precision is `P = R^-1 - R^-1 V A^-1 V^T R^-1`: mean
 * `y_i - (P y)_i / P_ii`, variance `s2 / P_ii` [Dubrule1983].
 */
function* leaveOut(fit: Solved, y: Float64Array): Steps<VecchiaFit['leftOut']> {
  const { w, whitened, scales, lists, coefficients, weights, precision, variance: s2, stride, neighbors: m } = fit;
  const n = y.length;
  // Rows of R^-1 V, the diagonal of R^-1 and R^-1 (y - V b).
  const s = new Float64Array(n * stride);
  const [diagonal, residual] = [new Float64Array(n), new Float64Array(n)];
  for (let i = 0; i < n; i++) {
    if (i % 2048 === 0) yield;
    const row = w.subarray(i * stride, (i + 1) * stride);
    const e = whitened[i] - dot(row, weights);
    const add = (to: number, factor: number) => {
      diagonal[to] += factor * factor;
      residual[to] += factor * e;
      for (let k = 0, at = to * stride; k < stride; k++) s[at + k] += factor * row[k];
    };
    add(i, 1 / scales[i]);
    for (let k = 0; k < m && lists[i * m + k] >= 0; k++) add(lists[i * m + k], -coefficients[i * m + k] / scales[i]);
  }
  const [mean, variance] = [new Float64Array(n), new Float64Array(n)];
  for (let start = 0; start < n; start += BLOCK) {
    if (start % 4096 === 0) yield;
    const block = s.subarray(start * stride, Math.min(n, start + BLOCK) * stride);
    precision.solveLower(block);
    for (let i = 0; i * stride < block.length; i++) {
      const row = block.subarray(i * stride, (i + 1) * stride);
      const at = start + i;
      const p = Math.max(diagonal[at] - dot(row, row), 1e-10 * diagonal[at]);
      mean[at] = y[at] - residual[at] / p;
      variance[at] = s2 / p;
    }
  }
  return { mean, variance };
}
