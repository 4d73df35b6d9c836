/** When CMA-ES should stop: the criteria of [Hansen2016, B.3]. */

/** The values that the criteria look back on, oldest first. */
export interface CmaHistory {
  /** The best value of each generation. */
  readonly best: readonly number[];
  /** The median value of each generation. */
  readonly median: readonly number[];
}

export type CmaStop =
  | 'TolX'
  | 'TolFun'
  | 'TolXUp'
  | 'ConditionCov'
  | 'NoEffectAxis'
  | 'NoEffectCoord'
  | 'EqualFunValues'
  | 'Stagnation';

/** Generations that the equality of values looks back on. */
function recentGenerations(n: number, population: number): number {
  return 10 + Math.ceil((30 * n) / population);
}

/** Generations that stagnation needs at least. */
function stagnationGenerations(n: number, population: number): number {
  return 120 + Math.ceil((30 * n) / population);
}

/** The history with one more generation of sorted values; it keeps the last fifth of all generations, within limits. */
export function remembered(
  history: CmaHistory,
  sorted: readonly number[],
  { n, generation }: { n: number; generation: number },
): CmaHistory {
  const kept = Math.min(20_000, Math.max(stagnationGenerations(n, sorted.length), Math.ceil(0.2 * generation)));
  const append = (list: readonly number[], value: number) => [...list, value].slice(-kept);
  return {
    best: append(history.best, sorted[0]),
    median: append(history.median, sorted[Math.floor(sorted.length / 2)]),
  };
}

interface Distribution {
  readonly iteration: number;
  readonly mean: Float64Array;
  readonly sigma: number;
  readonly covariance: Float64Array;
  readonly axes: Float64Array;
  readonly lengths: Float64Array;
  readonly path: Float64Array;
  readonly history: CmaHistory;
}

export interface CmaLimits {
  /** The first step size. */
  sigma: number;
  pointTolerance: number;
  valueTolerance: number;
}

/** The first criterion that is met, if any. */
export function cmaStop(state: Distribution, values: Float64Array, limits: CmaLimits): CmaStop | undefined {
  const { mean, sigma, covariance, lengths, path } = state;
  const n = mean.length;
  const least = Math.min(...lengths);
  const most = Math.max(...lengths);
  const deviation = (i: number) => Math.sqrt(covariance[i * n + i]);
  const tolerance = limits.pointTolerance * limits.sigma;
  if (mean.every((_, i) => sigma * deviation(i) < tolerance && sigma * Math.abs(path[i]) < tolerance)) return 'TolX';
  if (sigma * most > 1e4 * limits.sigma) return 'TolXUp';
  if (most * most > 1e14 * least * least) return 'ConditionCov';
  const axis = state.iteration % n;
  const move = 0.1 * sigma * lengths[axis];
  if (mean.every((m, i) => m === m + move * state.axes[i * n + axis])) return 'NoEffectAxis';
  if (mean.some((m, i) => m === m + 0.2 * sigma * deviation(i))) return 'NoEffectCoord';
  return valuesStop(state.history, values, n, limits.valueTolerance);
}

function range(values: ArrayLike<number>): number {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    least = Math.min(least, values[i]);
    most = Math.max(most, values[i]);
  }
  return most === least ? 0 : most - least;
}

function valuesStop(history: CmaHistory, values: Float64Array, n: number, tolerance: number): CmaStop | undefined {
  const recent = recentGenerations(n, values.length);
  if (history.best.length < recent) return undefined;
  const spread = range(history.best.slice(-recent));
  if (spread === 0) return 'EqualFunValues';
  if (Math.max(spread, range(values)) < tolerance) return 'TolFun';
  if (history.best.length < stagnationGenerations(n, values.length)) return undefined;
  return isStagnant(history.best) && isStagnant(history.median) ? 'Stagnation' : undefined;
}

/** Whether the median of the last 30% is no better than that of the first 30%. */
function isStagnant(values: readonly number[]): boolean {
  const share = Math.floor(0.3 * values.length);
  return median(values.slice(-share)) >= median(values.slice(0, share));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => (a === b ? 0 : a - b))[Math.floor(values.length / 2)];
}
