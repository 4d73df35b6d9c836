/** The volume that a set of points dominates, and what is left to be gained; everything is minimized. */

import { Matrix } from '../matrix.ts';
import { nonDominated } from './non-dominated.ts';

/**
 * Volume of the part of space that the rows of `points` (n x m) dominate and that dominates `reference` (m values) [Zitzler1999].
 * Rows that do not dominate the reference add nothing. Slices the last objective: O(n^(m-1) log n).
 */
export function hypervolume(points: Matrix, reference: ArrayLike<number>): number {
  return volume(frontWithin(points, reference), reference, points.columns);
}

/** Boxes that cover, without overlap, all that is not dominated by a front and dominates the reference. */
export interface ImprovementBoxes {
  /** k x m; -Infinity where a box has no end. */
  readonly lower: Matrix;
  /** k x m. */
  readonly upper: Matrix;
}

/**
 * The region where a new point would add to the hypervolume of the rows of `points` (n x m), as disjoint boxes, by slicing along the
 * last objective: n + 1 boxes for two objectives, of the order of n^2 / 2 for three. A point y adds the sum over the boxes of the
 * products of `upper - max(lower, y)` where positive.
 */
export function improvementBoxes(points: Matrix, reference: ArrayLike<number>): ImprovementBoxes {
  const lower: number[][] = [];
  const upper: number[][] = [];
  const emit = (low: number[], high: number[]) => {
    lower.push(low);
    upper.push(high);
  };
  slice(frontWithin(points, reference), Array.from(reference), points.columns, [], [], emit);
  return { lower: Matrix.from(lower, points.columns), upper: Matrix.from(upper, points.columns) };
}

type Rows = readonly Float64Array[];

function frontWithin(points: Matrix, reference: ArrayLike<number>): Rows {
  if (reference.length !== points.columns)
    throw new RangeError(`a reference of ${reference.length} values does not fit ${points.columns} objectives`);
  return nonDominated(points)
    .map((i) => points.row(i))
    .filter((row) => row.every((value, k) => value < reference[k]));
}

function volume(front: Rows, reference: ArrayLike<number>, m: number): number {
  if (front.length === 0) return 0;
  if (m === 1) return reference[0] - front.reduce((least, row) => Math.min(least, row[0]), Number.POSITIVE_INFINITY);
  const sorted = [...front].sort((a, b) => a[m - 1] - b[m - 1]);
  if (m === 2) return staircase(sorted, reference);
  let sum = 0;
  let below: Rows = [];
  sorted.forEach((row, i) => {
    below = nonDominatedPrefix([...below, row], m - 1);
    const end = i + 1 < sorted.length ? sorted[i + 1][m - 1] : reference[m - 1];
    if (end > row[m - 1]) sum += (end - row[m - 1]) * volume(below, reference, m - 1);
  });
  return sum;
}

/** Area under two objectives; `sorted` ascends in the second one. */
function staircase(sorted: Rows, reference: ArrayLike<number>): number {
  let sum = 0;
  let edge = reference[0];
  for (const row of sorted) {
    if (row[0] >= edge) continue;
    sum += (edge - row[0]) * (reference[1] - row[1]);
    edge = row[0];
  }
  return sum;
}

/** Emits the boxes of the first m coordinates, completed with `low` and `high` of the coordinates after them. */
function slice(
  front: Rows,
  reference: readonly number[],
  m: number,
  low: number[],
  high: number[],
  emit: (low: number[], high: number[]) => void,
): void {
  if (m === 1) {
    const end = front.reduce((least, row) => Math.min(least, row[0]), reference[0]);
    emit([Number.NEGATIVE_INFINITY, ...low], [end, ...high]);
    return;
  }
  const sorted = [...front].sort((a, b) => a[m - 1] - b[m - 1]);
  let below: Rows = [];
  let start = Number.NEGATIVE_INFINITY;
  for (let i = 0; i <= sorted.length; i++) {
    const end = i < sorted.length ? sorted[i][m - 1] : reference[m - 1];
    if (end > start) slice(below, reference, m - 1, [start, ...low], [end, ...high], emit);
    if (i < sorted.length) below = nonDominatedPrefix([...below, sorted[i]], m - 1);
    start = end;
  }
}

/** The rows that no other dominates in their first m coordinates. */
function nonDominatedPrefix(rows: Rows, m: number): Rows {
  return nonDominated(
    Matrix.from(
      rows.map((row) => row.subarray(0, m)),
      m,
    ),
  ).map((i) => rows[i]);
}
