import { cholesky } from '../../numerics/linear-algebra/cholesky.ts';
import { Matrix } from '../../numerics/matrix.ts';
import type { Rng } from '../../numerics/random.ts';
import type { Response } from '../response/response.ts';
import type { ColumnPosterior } from './column-posterior.ts';
import { JITTERS } from './likelihood.ts';
import { dot } from './trend.ts';

/** A joint normal distribution of q numbers. */
export interface JointNormal {
  readonly mean: Float64Array;
  /** q x q. */
  readonly covariance: Matrix;
}

/** The latent values at the rows of `x`; zeros without a posterior. */
export function latentJoint(kriging: ColumnPosterior | undefined, calibration: number, x: Matrix): JointNormal {
  const mean = new Float64Array(x.rows);
  if (!kriging) return { mean, covariance: new Matrix(x.rows, x.rows) };
  kriging.evaluate(x, mean, undefined, 0, 1);
  const covariance = kriging.covariance(x);
  for (let i = 0; i < covariance.data.length; i++) covariance.data[i] *= calibration;
  return { mean, covariance };
}

/** The covariance in units of the output: deviations are stretched as by {@link Response.variance}, correlations stay. */
export function stretched({ mean, covariance }: JointNormal, response: Response): Matrix {
  const q = mean.length;
  const scale = Float64Array.from(mean, (m, i) => response.stretch(m, covariance.get(i, i)));
  const out = new Matrix(q, q);
  for (let i = 0; i < q; i++)
    for (let j = 0; j < q; j++) {
      const value = scale[i] * scale[j] * covariance.get(i, j);
      out.set(i, j, Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, value)));
    }
  return out;
}

/**
 * `count x q` draws: mean plus the Cholesky factor of the covariance times standard normal numbers, a row of them for each
 * draw. What rounding takes from a covariance without full rank is given back to its diagonal.
 */
export function draws({ mean, covariance }: JointNormal, count: number, rng: Rng): Matrix {
  const q = mean.length;
  const out = new Matrix(count, q);
  const l = rootOf(covariance);
  const xi = new Float64Array(q);
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < q; i++) xi[i] = rng.normal();
    for (let i = 0; i < q; i++) {
      const sum = l ? dot(l.subarray(i * q, i * q + i + 1), xi) : 0;
      out.set(row, i, mean[i] + sum);
    }
  }
  return out;
}

/** The lower Cholesky factor of a covariance; undefined where it is zero. */
function rootOf({ rows: q, data }: Matrix): Float64Array | undefined {
  let most = 0;
  for (let i = 0; i < q; i++) most = Math.max(most, data[i * q + i]);
  if (most === 0) return undefined;
  for (const jitter of JITTERS) {
    const l = data.map((value) => value / most);
    for (let i = 0; i < q; i++) l[i * q + i] += jitter;
    if (cholesky(l, q) < 0) return l.map((value) => value * Math.sqrt(most));
  }
  return independent(data, q);
}

/** Deviations without correlations, for what no jitter makes positive definite. */
function independent(data: Float64Array, q: number): Float64Array {
  const l = new Float64Array(q * q);
  for (let i = 0; i < q; i++) l[i * q + i] = Math.sqrt(data[i * q + i]);
  return l;
}
