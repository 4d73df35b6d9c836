import { addMultiple, dot, GrowingLeastSquares } from './least-squares.ts';

/** Columns in the order in which they were chosen, and the error with them. */
export interface Selection {
  /** Places among the candidates. */
  readonly chosen: readonly number[];
  /** Corrected leave-one-out error of the least squares on them. */
  readonly error: number;
}

/** Steps without a lower error after which the path ends: this share of all steps, and at least this many. */
const PATIENCE_SHARE = 0.1;
const LEAST_PATIENCE = 15;

/**
 * Least angle regression [Efron2004]: the candidates (standardized, n numbers each) enter in the order in which they correlate
 * most with what is left of y (mean 0). After every step the least squares on those that are in tell their leave-one-out error,
 * and the first columns up to the lowest one are chosen (hybrid LARS, [Blatman2011]). `groups` are rows at one point, left out together.
 */
export function leastAngle(
  candidates: readonly Float64Array[],
  y: Float64Array,
  groups: readonly (readonly number[])[] = [],
): Selection {
  const n = y.length;
  const fit = new GrowingLeastSquares(y, groups);
  const correlation = Float64Array.from(candidates, (column) => dot(column, y));
  const isOut = new Uint8Array(candidates.length);
  const entered: number[] = [];
  const along = new Float64Array(n);
  const z: number[] = [];
  const slope = new Float64Array(candidates.length);
  const most = Math.min(n - 2, candidates.length);
  const patience = Math.max(LEAST_PATIENCE, PATIENCE_SHARE * most);
  let best: Selection = { chosen: [], error: fit.correctedLooError() };
  while (entered.length < most && entered.length - best.chosen.length < patience) {
    const next = strongest(correlation, isOut);
    if (next < 0) break;
    isOut[next] = 1;
    const r = fit.add(candidates[next]);
    if (!r) continue;
    entered.push(next);
    const error = fit.correctedLooError();
    if (error < best.error) best = { chosen: entered.slice(), error };
    if (!(error > 0)) break;
    // The direction of equal angles is Q z with R^T z = signs: one more number and one more column.
    const sign = correlation[next] < 0 ? -1 : 1;
    const k = z.length;
    let sum = sign;
    for (let i = 0; i < k; i++) sum -= r[i] * z[i];
    z.push(sum / r[k]);
    addMultiple(along, z[k], fit.direction(k));
    advance(candidates, isOut, along, z, correlation, slope, Math.abs(correlation[next]));
  }
  return best;
}

/** The candidate outside with the largest correlation, the first of equals; -1 when none has any. */
function strongest(correlation: Float64Array, isOut: Uint8Array): number {
  let best = -1;
  let size = 0;
  for (let j = 0; j < correlation.length; j++) {
    if (isOut[j] === 1 || !(Math.abs(correlation[j]) > size)) continue;
    best = j;
    size = Math.abs(correlation[j]);
  }
  return best;
}

/** Goes on in the direction of equal angles until another candidate correlates as much as those that are in. */
function advance(
  candidates: readonly Float64Array[],
  isIn: Uint8Array,
  along: Float64Array,
  z: readonly number[],
  correlation: Float64Array,
  slope: Float64Array,
  size: number,
): void {
  // Every column that is in loses `angle` of its correlation on a step of length 1.
  const angle = 1 / Math.sqrt(z.reduce((total, value) => total + value * value, 0));
  let step = size / angle;
  for (let j = 0; j < candidates.length; j++) {
    if (isIn[j] === 1) continue;
    slope[j] = angle * dot(candidates[j], along);
    for (const length of [(size - correlation[j]) / (angle - slope[j]), (size + correlation[j]) / (angle + slope[j])])
      if (length > 0 && length < step) step = length;
  }
  for (let j = 0; j < candidates.length; j++) if (isIn[j] === 0) correlation[j] -= step * slope[j];
}
