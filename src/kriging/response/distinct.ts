import { equalRows } from '../../core/parts.ts';
import type { Matrix } from '../../numerics/matrix.ts';

/**
 * The distinct points of n rows. What g replicates say of the process is their mean, with a g-th of their noise: a model that knows
 * the mean alone leaves a point out with all that is known there.
 */
export interface DistinctPoints {
  /** A row of each point, in the order that was asked for. */
  readonly rows: Int32Array;
  /** How many rows each point has. */
  readonly counts: Float64Array;
  /** The point of each of the n rows. */
  readonly place: Int32Array;
}

/** The points of the rows of `x` (n x d), each where `order`, by default that of the rows, has its first row. */
export function distinctPoints(x: Matrix, order: Iterable<number> = Array(x.rows).keys()): DistinctPoints {
  const place = new Int32Array(x.rows).fill(-1);
  const groups = equalRows(x);
  const group = new Int32Array(x.rows);
  groups.forEach((rows, g) => {
    for (const row of rows) group[row] = g;
  });
  const first: number[] = [];
  for (const row of order) {
    if (place[row] >= 0) continue;
    for (const twin of groups[group[row]]) place[twin] = first.length;
    first.push(row);
  }
  const counts = Float64Array.from(first, (row) => groups[group[row]].length);
  return { rows: Int32Array.from(first), counts, place };
}

/** The mean of the answers at each point. */
export function meansOf({ counts, place }: DistinctPoints, y: Float64Array): Float64Array {
  const means = new Float64Array(counts.length);
  place.forEach((point, row) => {
    means[point] += y[row] / counts[point];
  });
  return means;
}
