import { cholesky, choleskySolve } from '../../numerics/linear-algebra/cholesky.ts';
import { subtractTile } from '../../numerics/linear-algebra/triangular.ts';
import type { PointCorrelation } from '../kernels/kernel.ts';

/** What is added to the diagonal of the correlations of neighbors, one after the other, until they are positive definite. */
const JITTERS = [0, 1e-12, 1e-11, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4] as const;

/** Points as a Vecchia approximation sees them. */
export interface VecchiaPoints {
  readonly correlation: PointCorrelation;
  /** Scaled features, `n x width`. */
  readonly z: Float64Array;
  readonly width: number;
  /** What inducing points explain of each point: the correlation of two residuals is `k - v v'`. `n x stride`, the first `rank` count. */
  readonly v: Float64Array;
  readonly stride: number;
  readonly rank: number;
  /** Variance of the noise of each point's answer, relative to that of the process: n numbers. */
  readonly noise: Float64Array;
}

/** The regression of the residual at one point on those at a few others; its arrays are overwritten by the next one. */
export class VecchiaNeighborhood {
  /** Coefficients c, as many as there are neighbors. */
  readonly coefficients: Float64Array;
  /** Correlations r of the residuals with that at the point. */
  readonly correlations: Float64Array;
  /** What was added to the diagonal, at most. */
  jitter = 0;
  readonly #points: VecchiaPoints;
  readonly #near: Float64Array;
  readonly #work: Float64Array;
  #l: Float64Array = new Float64Array(0);

  constructor(points: VecchiaPoints, most: number) {
    const rows = 4 * Math.ceil((most + 1) / 4);
    this.#points = points;
    this.coefficients = new Float64Array(most);
    this.correlations = new Float64Array(most);
    this.#near = new Float64Array((most + 1) * points.width);
    this.#work = new Float64Array(rows * (rows + points.rank));
  }

  /**
   * Regresses on the first `count` of `neighbors` (rows of the points); the point has the features `z[at ...]` and
   * `v[vAt ...]`. Returns what is left of its variance, noise left out: `1 - |v|^2 - c r`.
   */
  regress(z: Float64Array, at: number, v: Float64Array, vAt: number, neighbors: Int32Array, count: number): number {
    const { correlation, width, rank, stride } = this.#points;
    const [near, work] = [this.#near, this.#work];
    const rows = 4 * Math.ceil((count + 1) / 4);
    const columns = rows + rank;
    for (let i = 0; i < count; i++) {
      const from = neighbors[i] * width;
      for (let f = 0; f < width; f++) near[i * width + f] = this.#points.z[from + f];
      const vFrom = neighbors[i] * stride;
      work.set(this.#points.v.subarray(vFrom, vFrom + rank), i * columns + rows);
    }
    for (let f = 0; f < width; f++) near[count * width + f] = z[at + f];
    work.set(v.subarray(vAt, vAt + rank), count * columns + rows);
    for (let i = 0; i <= count; i++) {
      correlation.correlate(near, i * width, near, i, work, i * columns);
      work[i * columns + i] = 1;
    }
    for (let i = 0; i < rows; i += 4)
      for (let j = 0; j <= i; j += 4) subtractTile(work, columns, i, work, columns, j, rows, columns);
    for (let i = 0; i < count; i++) this.correlations[i] = work[count * columns + i];
    this.#factor(neighbors, count, columns);
    const c = this.coefficients.subarray(0, count);
    c.set(this.correlations.subarray(0, count));
    choleskySolve(this.#l, count, c);
    let left = work[count * columns + count];
    for (let i = 0; i < count; i++) left -= c[i] * this.correlations[i];
    return Math.max(0, left);
  }

  /** Solves with the correlations of the neighbors' residuals, noise included, in place. */
  solve(b: Float64Array): void {
    choleskySolve(this.#l, b.length, b);
  }

  #factor(neighbors: Int32Array, count: number, columns: number): void {
    const { noise } = this.#points;
    for (const jitter of JITTERS) {
      this.#l = new Float64Array(count * count);
      for (let i = 0; i < count; i++) {
        for (let j = 0; j < i; j++) this.#l[i * count + j] = this.#work[i * columns + j];
        this.#l[i * count + i] = Math.max(0, this.#work[i * columns + i]) + noise[neighbors[i]] + jitter;
      }
      if (cholesky(this.#l, count) >= 0) continue;
      this.jitter = Math.max(this.jitter, jitter);
      return;
    }
    // Without correlations there is nothing to learn from the neighbors.
    this.#l.fill(0);
    for (let i = 0; i < count; i++) this.#l[i * count + i] = 1;
    this.correlations.fill(0);
  }
}
