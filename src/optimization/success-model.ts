import type { Dataset } from '../core/dataset.ts';
import type { DifferentiableModel, PosteriorGradient } from '../core/model.ts';
import { Matrix } from '../numerics/matrix.ts';
import { PointSet, squaredDistance } from './point-set.ts';

/** Standard deviation of the contrast: small, so that points near failures are given up soon; half way between it is even chances. */
const DEVIATION = 0.1;

/**
 * Failures among the first 30 rows teach where the edge is. Of the rows after them one in twenty may fail, ten being counted as answered
 * beforehand; each hundredth beyond that is held against points that are not nearer to an answer by a twentieth of the contrast.
 */
const LESSONS = 30;
const TOLERATED = 0.05;
const CREDIT = 10;
const GAIN = 5;
const MOST_DOUBT = 0.9;

/**
 * Whether there will be an answer, as one more constraint: the contrast (a - b) / (a + b) of the distances a to the nearest row
 * of `answered` and b to the nearest failure, -1 at an answer, 1 at a failure, 0 half way, with a standard deviation of
 * 0.1. It does not care how many failures lie on a heap. Failures that go on after the first rows are added to it, so that a search keeps the
 * nearer to answers the more often it was wrong. Undefined when nothing has failed for a reason of the simulator's own.
 */
export function successModel(history: Dataset, answered: Dataset): DifferentiableModel | undefined {
  const known = PointSet.of(answered.x);
  const failed = history.x.select(
    [...history.rows.keys()].filter((i) => !known.has(history.x.row(i)) && !isAccident(history, i)),
  );
  if (failed.rows === 0 || answered.size === 0) return undefined;
  const doubt = doubtOf(history);
  const contrast = (u: Float64Array) => {
    const { value, gradient } = contrastAt(u, nearest(u, answered.x), nearest(u, failed));
    return { value: value + doubt, gradient };
  };
  const predict = (x: Matrix) =>
    new Matrix(
      x.rows,
      1,
      Float64Array.from({ length: x.rows }, (_, i) => contrast(x.row(i)).value),
    );
  return {
    health: { points: answered.size + failed.rows, notes: [] },
    predict,
    posterior: (x) => ({
      mean: predict(x),
      variance: new Matrix(x.rows, 1, new Float64Array(x.rows).fill(DEVIATION ** 2)),
    }),
    posteriorGradient(u): PosteriorGradient {
      const { value, gradient } = contrast(u);
      return {
        mean: Float64Array.of(value),
        variance: Float64Array.of(DEVIATION ** 2),
        meanGradient: new Matrix(1, u.length, gradient),
        varianceGradient: new Matrix(1, u.length),
      };
    },
  };
}

/** The contrast at which chances are even lies so far below 0. */
function doubtOf(history: Dataset): number {
  const late = [...history.rows.keys()].filter((i) => !isAccident(history, i)).slice(LESSONS);
  const failures = late.filter((i) => history.rows[i].status === 'failed').length;
  return Math.min(MOST_DOUBT, GAIN * Math.max(0, failures / (late.length + CREDIT) - TOLERATED));
}

/** A machine that broke down says nothing of the simulator. */
function isAccident({ rows }: Dataset, i: number): boolean {
  return rows[i].cause === 'infrastructure' || rows[i].cause === 'cancelled';
}

/** A row and how far it is. */
export interface Neighbor {
  readonly point: Float64Array;
  readonly distance: number;
}

/** The row of `x` (n x d, not empty) nearest to u. */
export function nearest(u: Float64Array, x: Matrix): Neighbor {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < x.rows; i++) {
    const square = squaredDistance(u, x.row(i));
    if (square < least) [best, least] = [i, square];
  }
  return { point: x.row(best), distance: Math.sqrt(least) };
}

function contrastAt(u: Float64Array, { point: p, distance: a }: Neighbor, { point: q, distance: b }: Neighbor) {
  const sum = a + b;
  if (sum === 0) return { value: 0, gradient: new Float64Array(u.length) };
  // d/du (a - b) / (a + b) = 2 (b a' - a b') / (a + b)^2, with a' = (u - p) / a.
  const gradient = u.map((v, j) => {
    const byA = a === 0 ? 0 : (v - p[j]) / a;
    const byB = b === 0 ? 0 : (v - q[j]) / b;
    return (2 * (b * byA - a * byB)) / (sum * sum);
  });
  return { value: (a - b) / sum, gradient };
}
