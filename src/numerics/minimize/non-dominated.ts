/** Pareto order of rows of m values, all to be minimized. */

import type { Matrix } from '../matrix.ts';

/** Whether `a` is nowhere above `b` and somewhere below it (m values each, smaller is better). */
export function dominates(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  let below = false;
  for (let k = 0; k < a.length; k++) {
    if (!(a[k] <= b[k])) return false;
    below ||= a[k] < b[k];
  }
  return below;
}

/** The rows of `values` (n x m, smaller is better) that no other row dominates, ascending; of equal rows the first. */
export function nonDominated(values: Matrix): number[] {
  // In lexicographic order a row can only be dominated by one before it.
  const order = lexicographic(values);
  const front: number[] = [];
  for (const i of order) {
    const row = values.row(i);
    if (row.some(Number.isNaN)) continue;
    if (!front.some((k) => weaklyDominates(values.row(k), row))) front.push(i);
  }
  return front.sort((a, b) => a - b);
}

/**
 * Fast non-dominated sorting [Deb2002]: the rank of each row of `values` (n x m), 0 for the non-dominated ones, 1 for those that
 * are non-dominated without rank 0, and so on. Equal rows share a rank.
 */
export function dominanceRanks(values: Matrix): Int32Array {
  const ranks = new Int32Array(values.rows);
  const fronts: number[][] = [];
  for (const i of lexicographic(values)) {
    const row = values.row(i);
    // A front dominates the row only if all fronts before it do, so the rank is found by bisection [Zhang2015].
    let low = 0;
    for (let high = fronts.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (fronts[middle].some((k) => dominates(values.row(k), row))) low = middle + 1;
      else high = middle;
    }
    if (low === fronts.length) fronts.push([]);
    fronts[low].push(i);
    ranks[i] = low;
  }
  return ranks;
}

/**
 * Crowding distance of each row among `values` (n x m) [Deb2002]: the sum over the objectives of the gap between its neighbors,
 * relative to the range; Infinity for the rows at either end of an objective.
 */
export function crowdingDistances(values: Matrix): Float64Array {
  const { rows, columns } = values;
  const distances = new Float64Array(rows);
  const order = Array.from({ length: rows }, (_, i) => i);
  for (let k = 0; k < columns; k++) {
    order.sort((a, b) => values.get(a, k) - values.get(b, k) || a - b);
    const range = values.get(order[rows - 1], k) - values.get(order[0], k);
    distances[order[0]] = distances[order[rows - 1]] = Number.POSITIVE_INFINITY;
    if (!(range > 0)) continue;
    for (let i = 1; i < rows - 1; i++)
      distances[order[i]] += (values.get(order[i + 1], k) - values.get(order[i - 1], k)) / range;
  }
  return distances;
}

function weaklyDominates(a: Float64Array, b: Float64Array): boolean {
  for (let k = 0; k < a.length; k++) if (!(a[k] <= b[k])) return false;
  return true;
}

function lexicographic(values: Matrix): number[] {
  return Array.from({ length: values.rows }, (_, i) => i).sort((a, b) => {
    for (let k = 0; k < values.columns; k++) {
      const difference = values.get(a, k) - values.get(b, k);
      if (difference !== 0) return difference;
    }
    return a - b;
  });
}
