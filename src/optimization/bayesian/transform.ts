import { BAYESIAN_POLICY } from './policy.ts';

/** A smooth increasing map of a modeled quantity, chosen so that a surrogate fits it better. */
export interface Transform {
  readonly name: string;
  /** Its name without its numbers. */
  readonly kind: string;
  apply(value: number): number;
  /** log of the derivative of `apply`, which makes likelihoods before and after comparable. */
  logSlope(value: number): number;
}

/** No transform. */
export const identity: Transform = { name: 'identity', kind: 'identity', apply: (value) => value, logSlope: () => 0 };

/**
 * Transforms worth trying for an objective with these values: none; log(1 + (y - min y) / s) for a mild and a strong s,
 * which spread the small values and tame the large ones; and -log(1 + (max y - y) / s), which turns narrow wells in a plain into bowls [Jones1998].
 */
export function objectiveTransforms(values: Float64Array): Transform[] {
  const sorted = values.slice().sort();
  const least = sorted[0];
  const middle = sorted[sorted.length >> 1] - least;
  if (!(middle > 0)) return [identity];
  const most = sorted[sorted.length - 1];
  const depth = most - sorted[sorted.length >> 1];
  const rising = [
    identity,
    shiftedLog('mild', least, middle),
    shiftedLog('strong', least, BAYESIAN_POLICY.fit.strongLogShare * middle),
  ];
  return depth > 0 ? [...rising, sunkLog(most, depth)] : rising;
}

/**
 * Transforms to try for one of several objectives when only values below `bound` count: none, and a logarithm of the part beyond the
 * bound. Values below the bound stay as they are, and so does the hypervolume.
 */
export function frontTransforms(values: Float64Array, bound: number): Transform[] {
  const scale = bound - Math.min(...values);
  return scale > 0 && Math.max(...values) > bound + BAYESIAN_POLICY.fit.longTail * scale
    ? [identity, longTail(bound, scale)]
    : [identity];
}

function longTail(bound: number, scale: number): Transform {
  return {
    name: `y up to ${bound}, logarithmic beyond`,
    kind: 'long tail',
    apply: (value) => (value > bound ? bound + scale * Math.log1p((value - bound) / scale) : value),
    logSlope: (value) => -Math.log1p(Math.max(0, value - bound) / scale),
  };
}

function sunkLog(most: number, scale: number): Transform {
  // Above the largest value the map goes on as a straight line.
  return {
    name: `-log(1 + (${most} - y) / ${scale})`,
    kind: 'sunk log',
    apply: (value) => (value > most ? (value - most) / scale : -Math.log1p((most - value) / scale)),
    logSlope: (value) => -Math.log(scale) - Math.log1p(Math.max(0, most - value) / scale),
  };
}

function shiftedLog(strength: 'mild' | 'strong', least: number, scale: number): Transform {
  // Points in flight may be believed below the least value; there the map goes on as a straight line.
  return {
    name: `log(1 + (y - ${least}) / ${scale})`,
    kind: `${strength} log`,
    apply: (value) => (value < least ? (value - least) / scale : Math.log1p((value - least) / scale)),
    logSlope: (value) => -Math.log(scale) - Math.log1p(Math.max(0, value - least) / scale),
  };
}

/**
 * Transforms worth trying for a constraint with these values: none, and sign(g) log(1 + |g| / s), which keep zero where it is [Eriksson2021], with s of
 * {@link limitScale}. With a long tail only the logarithm, for scores of rows that are far off say little about those near the limit.
 */
export function constraintTransforms(values: Float64Array, limit?: number): Transform[] {
  const scale = limitScale(values, limit);
  if (!(scale > 0 && scale < Number.POSITIVE_INFINITY)) return [identity];
  const longest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return longest > BAYESIAN_POLICY.fit.longTail * scale ? [signedLog(scale)] : [identity, signedLog(scale)];
}

/** What counts as far from the limit of a constraint with these values: the size of the `limit`, where it has one, and at most their median size. */
export function limitScale(values: Float64Array, limit = Number.POSITIVE_INFINITY): number {
  const middle = values.map(Math.abs).sort()[values.length >> 1];
  return Math.min(limit, middle > 0 ? middle : limit);
}

function signedLog(scale: number): Transform {
  return {
    name: `sign(g) log(1 + |g| / ${scale})`,
    kind: 'signed log',
    apply: (value) => Math.sign(value) * Math.log1p(Math.abs(value) / scale),
    logSlope: (value) => -Math.log(scale + Math.abs(value)),
  };
}
