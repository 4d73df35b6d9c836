import type { Dataset } from '../core/dataset.ts';
import type { Optimizer, StopReason } from '../core/optimizer.ts';
import { label, type Oracle } from '../core/oracle.ts';
import type { Problem } from '../core/problem.ts';
import { childRun, type Run } from '../core/run.ts';
import { Matrix } from '../numerics/matrix.ts';

/** What a search on an oracle left behind. */
export interface Search {
  /** The history it started from, then everything it evaluated, in the order of proposal. */
  readonly history: Dataset;
  readonly stop: StopReason | 'budget';
}

/** How a search is bounded. */
export interface SearchLimits {
  /** Evaluations, those of the starting history not counted. */
  readonly budget: number;
  /** Points proposed at a time. Default 1. */
  readonly batch?: number;
}

/** Asks the optimizer and tells it the oracle's answers until the budget is spent or it stops. */
export async function search(
  problem: Problem,
  optimizer: Optimizer,
  oracle: Oracle,
  start: Dataset,
  { budget, batch = 1 }: SearchLimits,
  run: Run,
): Promise<Search> {
  const asking: Run = { ...childRun(run, 'suggest'), progress: undefined };
  const quiet: Run = { ...run, progress: undefined };
  const pending = new Matrix(0, problem.space.dimension);
  let history = start;
  run.progress?.({ phase: run.rng.path, done: 0, total: budget });
  for (let spent = 0; spent < budget; spent = history.size - start.size) {
    const remaining = budget - spent;
    const { x, stop } = await optimizer.suggest(
      problem,
      { history, pending, remaining },
      Math.min(batch, remaining),
      asking,
    );
    const answers = await label(oracle, x, run.rng.path, quiet, spent);
    history = history.concat(answers);
    run.progress?.({
      phase: run.rng.path,
      done: history.size - start.size,
      total: budget,
      failures: failuresOf(history) - failuresOf(start),
      note: bestNote(problem, history),
    });
    if (stop) return { history, stop };
  }
  return { history, stop: 'budget' };
}

/** How many rows failed. */
export function failuresOf(data: Dataset): number {
  return data.rows.filter((row) => row.status === 'failed').length;
}

/** The best objective value so far in the user's sense, for a progress line. */
export function bestNote(problem: Problem, history: Dataset): string {
  if (problem.objectives.length > 1) return `${problem.front(history).length} points on the front`;
  const best = problem.best(history);
  if (!best?.feasible) return 'nothing feasible yet';
  const { sense } = problem.objectives[0];
  return `best ${(sense === 'maximize' ? -best.merit : best.merit).toPrecision(6)}`;
}
