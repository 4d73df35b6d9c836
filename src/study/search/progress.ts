import type { Dataset } from '../../core/dataset.ts';
import type { StopReason } from '../../core/optimizer.ts';
import type { Problem } from '../../core/problem.ts';
import type { ProgressEvent, Run } from '../../core/run.ts';

/** What a search on an oracle left behind. */
export interface Search {
  /** The history it started from, then everything it evaluated, in the order of proposal. */
  readonly history: Dataset;
  readonly stop: StopReason | 'budget';
}

/** How many evaluations at the level that counts a rest of the budget is enough for; what is whole but for its rounding is whole. */
export function wholeRuns(remaining: number): number {
  return Math.floor(remaining + 1e-9);
}

/** How far a search has come from `start`. */
export function progressOf(
  problem: Problem,
  start: Dataset,
  history: Dataset,
  budget: number,
  run: Run,
): ProgressEvent {
  return {
    phase: run.rng.path,
    done: Number((problem.cost(history.x) - problem.cost(start.x)).toFixed(2)),
    total: budget,
    failures: failuresOf(history) - failuresOf(start),
    note: bestNote(problem, history),
  };
}

/** How many rows failed. */
export function failuresOf(data: Dataset): number {
  return data.rows.filter((row) => row.status === 'failed').length;
}

/** The best objective value so far in the user's sense, for a progress line. */
export function bestNote(problem: Problem, history: Dataset): string {
  if (problem.objectives.length > 1) {
    const { length } = problem.front(history);
    return `${length} ${length === 1 ? 'point' : 'points'} on the front`;
  }
  const best = problem.best(history);
  if (!best?.feasible) return 'nothing feasible yet';
  const { sense } = problem.objectives[0];
  return `best ${(sense === 'maximize' ? -best.merit : best.merit).toPrecision(6)}`;
}
