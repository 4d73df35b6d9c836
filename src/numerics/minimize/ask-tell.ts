/** The one shape of the derivative-free minimizers: values in, points out, everything else in a plain state. */

import { Matrix } from '../matrix.ts';
import type { Rng } from '../random.ts';

/** What every search knows. A state is a plain value (numbers, arrays, records): it can be cloned, stored and compared. */
export interface SearchState {
  /** Number of calls of `tell`. */
  readonly iteration: number;
  /** How many points were evaluated. */
  readonly evaluations: number;
  /** The best point so far; the first point to evaluate before anything is known. */
  readonly best: Float64Array;
  /** The value of the best point; Infinity before anything is known. */
  readonly bestValue: number;
  /** The points to evaluate next, each of d coordinates; never empty. */
  readonly points: readonly Float64Array[];
  /** Why going on is useless; further steps are still allowed. */
  readonly stop?: string;
}

/**
 * A minimizer as three pure functions. `rng` is only split by the state's iteration, never drawn from, so a run is a
 * function of (options, path of the stream, history of values) and can be replayed from these.
 */
export interface AskTell<State extends SearchState> {
  /** The state before any value is known. */
  initial(rng: Rng): State;
  /** The points to evaluate, `q x d`. */
  ask(state: State): Matrix;
  /** The state after the asked points have these `q` values; Infinity and NaN are worse than any number. */
  tell(state: State, values: ArrayLike<number>, rng: Rng): State;
}

/** The asked points of a state as a matrix `q x d` (a copy). */
export function askedPoints(state: SearchState): Matrix {
  return Matrix.from(state.points, state.best.length);
}

/** Values with NaN as Infinity, after checking that there is one for each asked point. */
export function orderedValues(state: SearchState, values: ArrayLike<number>): Float64Array {
  if (values.length !== state.points.length)
    throw new RangeError(`${state.points.length} points were asked for, but tell was given ${values.length} values`);
  return Float64Array.from(values, (value) => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : value));
}

/** The counters and the best point after the asked points have these values. */
export function progressed(state: SearchState, values: Float64Array): Omit<SearchState, 'points' | 'stop'> {
  let { best, bestValue } = state;
  values.forEach((value, i) => {
    if (value < bestValue) [best, bestValue] = [state.points[i], value];
  });
  return { iteration: state.iteration + 1, evaluations: state.evaluations + values.length, best, bestValue };
}

export interface DriveOptions {
  /** No further points are asked for once this many were evaluated. */
  maxEvaluations: number;
  /** Stops as soon as a value is at most this; default -Infinity. */
  target?: number;
}

/** Runs a search on a function that values the rows of a matrix, until it stops, meets the target or spends its budget. */
export function drive<State extends SearchState>(
  { initial, ask, tell }: AskTell<State>,
  evaluate: (points: Matrix) => ArrayLike<number>,
  rng: Rng,
  { maxEvaluations, target = Number.NEGATIVE_INFINITY }: DriveOptions,
): State {
  let state = initial(rng);
  while (state.stop === undefined && state.evaluations < maxEvaluations && !(state.bestValue <= target))
    state = tell(state, evaluate(ask(state)), rng);
  return state;
}
