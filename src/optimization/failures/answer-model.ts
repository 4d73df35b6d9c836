import type { Dataset } from '../../core/dataset.ts';
import { isConclusive } from '../../core/evaluation.ts';
import type { DifferentiableModel, PosteriorGradient } from '../../core/model.ts';
import { type Known, nearestRow, PointSet } from '../../core/space/point-set.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { doubtOf } from './doubt.ts';
import { FAILURES_POLICY } from './policy.ts';

/**
 * Whether there will be an answer, as one more constraint: the {@link contrastOf} of a point with a standard deviation of 0.1, and a
 * {@link doubtOf} added to it: when points that it spoke for failed, others must be nearer to an answer. Undefined when nothing has
 * failed for a reason of the simulator's own. `answered` are the rows of the history that can be learned from.
 */
export function successModel(history: Dataset, answered: Dataset): DifferentiableModel | undefined {
  const known = PointSet.of(answered.x);
  const plain = contrastOf(history, answered, known);
  if (!plain) return undefined;
  const own = ownRows(history);
  const doubt = doubtOf(history.x.select(own), known);
  const contrast = (u: Float64Array) => {
    const { value, gradient } = plain(u);
    return { value: value + doubt, gradient };
  };
  const predict = (x: Matrix) =>
    new Matrix(
      x.rows,
      1,
      Float64Array.from({ length: x.rows }, (_, i) => contrast(x.row(i)).value),
    );
  return {
    health: { points: own.length, notes: [] },
    predict,
    posterior: (x) => ({
      mean: predict(x),
      variance: new Matrix(x.rows, 1, new Float64Array(x.rows).fill(FAILURES_POLICY.contrast.deviation ** 2)),
    }),
    posteriorGradient(u): PosteriorGradient {
      const { value, gradient } = contrast(u);
      return {
        mean: Float64Array.of(value),
        variance: Float64Array.of(FAILURES_POLICY.contrast.deviation ** 2),
        meanGradient: new Matrix(1, u.length, gradient),
        varianceGradient: new Matrix(1, u.length),
      };
    },
  };
}

/** A contrast and its gradient. */
interface Contrast {
  readonly value: number;
  readonly gradient: Float64Array;
}

/**
 * The contrast (a - b) / (a + b) of the distances a to the nearest row of `answered` and b to the nearest failure: -1 at an answer, 1 at a
 * failure, 0 half way. It does not care how many failures lie on a heap. Undefined without a row of either kind.
 */
export function contrastOf(
  history: Dataset,
  answered: Dataset,
  known: Known = PointSet.of(answered.x),
): ((u: Float64Array) => Contrast) | undefined {
  const failed = history.x.select(ownRows(history).filter((i) => !known.has(history.x.row(i))));
  if (failed.rows === 0 || answered.size === 0) return undefined;
  return (u) => contrastAt(u, neighbor(answered.x, u), neighbor(failed, u));
}

/** The numbers of the rows that say something of the simulator. */
export function ownRows({ rows }: Dataset): number[] {
  return [...rows.keys()].filter((i) => isConclusive(rows[i]));
}

interface Neighbor {
  readonly point: Float64Array;
  readonly distance: number;
}

function neighbor(x: Matrix, u: Float64Array): Neighbor {
  const { row, square } = nearestRow(x, u);
  return { point: x.row(row), distance: Math.sqrt(square) };
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
