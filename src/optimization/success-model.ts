import type { Dataset } from '../core/dataset.ts';
import type { DifferentiableModel, PosteriorGradient } from '../core/model.ts';
import { normalPdf, normalQuantile } from '../numerics/distributions.ts';
import { Matrix } from '../numerics/matrix.ts';
import { squaredDistance } from './multi-start.ts';

/** What the prior rate of success weighs against one evaluation at the same point. */
const PRIOR_WEIGHT = 0.2;

/** Ranges tried, in units of the cube's half diagonal. */
const RANGES = [0.05, 0.1, 0.2, 0.4];

/**
 * The probability that the simulator answers at all, as one more constraint: a column with variance 1 and the mean m for which
 * Phi(-m) is the probability. That is a kernel average of successes and failures [Goetschalckx2011]
 * p(u) = (w p0 + sum of k(u, x_i) over successes) / (w + sum of k(u, x_i)), k = exp(-|u - x|^2 / (2 r^2)), with p0 the overall
 * rate and the range r chosen by leave-one-out. Undefined when nothing has failed for a reason of the simulator's own.
 */
export function successModel(history: Dataset): DifferentiableModel | undefined {
  const rows = [...history.rows.keys()].filter((i) => !isAccident(history, i));
  const success = Float64Array.from(rows, (i) => (history.y.row(i).every(Number.isFinite) ? 1 : 0));
  if (!success.includes(0)) return undefined;
  const x = history.x.select(rows);
  const half = Math.sqrt(x.columns) / 2;
  const scores = RANGES.map((range) => leaveOneOutScore(x, success, range * half));
  return kernelModel(x, success, RANGES[scores.indexOf(Math.max(...scores))] * half);
}

function isAccident({ rows }: Dataset, i: number): boolean {
  return rows[i].cause === 'infrastructure' || rows[i].cause === 'cancelled';
}

function priorRate(success: Float64Array): number {
  return (1 + success.reduce((sum, s) => sum + s, 0)) / (2 + success.length);
}

function leaveOneOutScore(x: Matrix, success: Float64Array, range: number): number {
  const prior = priorRate(success);
  let score = 0;
  for (let i = 0; i < x.rows; i++) {
    let [won, all] = [PRIOR_WEIGHT * prior, PRIOR_WEIGHT];
    for (let k = 0; k < x.rows; k++) {
      if (k === i) continue;
      const weight = Math.exp(-squaredDistance(x.row(i), x.row(k)) / (2 * range * range));
      won += weight * success[k];
      all += weight;
    }
    score += Math.log(success[i] === 1 ? won / all : 1 - won / all);
  }
  return score;
}

function kernelModel(x: Matrix, success: Float64Array, range: number): DifferentiableModel {
  const prior = priorRate(success);
  const d = x.columns;
  const at = (u: Float64Array) => {
    const slope = new Float64Array(d);
    let [won, all] = [PRIOR_WEIGHT * prior, PRIOR_WEIGHT];
    const weights = Float64Array.from(success, (_, k) => Math.exp(-squaredDistance(u, x.row(k)) / (2 * range * range)));
    for (let k = 0; k < x.rows; k++) {
      won += weights[k] * success[k];
      all += weights[k];
    }
    const probability = won / all;
    for (let k = 0; k < x.rows; k++)
      for (let j = 0; j < d; j++)
        slope[j] += (weights[k] * (success[k] - probability) * (x.get(k, j) - u[j])) / (range * range * all);
    return { mean: -normalQuantile(probability), slope };
  };
  const predict = (points: Matrix) =>
    new Matrix(
      points.rows,
      1,
      Float64Array.from({ length: points.rows }, (_, i) => at(points.row(i)).mean),
    );
  return {
    health: { points: x.rows, notes: [] },
    predict,
    posterior: (points) => ({
      mean: predict(points),
      variance: new Matrix(points.rows, 1, new Float64Array(points.rows).fill(1)),
    }),
    posteriorGradient(u): PosteriorGradient {
      const { mean, slope } = at(u);
      const density = normalPdf(mean);
      return {
        mean: Float64Array.of(mean),
        variance: Float64Array.of(1),
        meanGradient: new Matrix(
          1,
          d,
          slope.map((s) => -s / density),
        ),
        varianceGradient: new Matrix(1, d),
      };
    },
  };
}
