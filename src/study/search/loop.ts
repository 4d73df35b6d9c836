import type { Dataset } from '../../core/dataset.ts';
import type { Optimizer } from '../../core/optimizer.ts';
import { label, type Oracle } from '../../core/oracle.ts';
import type { Problem } from '../../core/problem.ts';
import { childRun, type Run } from '../../core/run.ts';
import type { Journal } from '../../core/store.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { atReportedLevel } from '../../optimization/multi-resolution/slice.ts';
import { searchInFlight } from './loop-in-flight.ts';
import { progressOf, type Search, wholeRuns } from './progress.ts';

/** How a search is bounded. */
export interface SearchLimits {
  /** Evaluations at the level of the resolution that counts, coarser ones by their cost; those of the starting history not counted. */
  readonly budget: number;
  /** Points proposed at a time. Default 1. */
  readonly batch?: number;
  /** Whether to keep `batch` points in flight instead of waiting for all of them. Default false. */
  readonly asynchronous?: boolean;
  /** For an asynchronous search that is to be resumed. */
  readonly journal?: Journal;
}

/** Asks the optimizer and tells it the oracle's answers until the budget is spent or it stops. */
export async function search(
  problem: Problem,
  optimizer: Optimizer,
  oracle: Oracle,
  start: Dataset,
  { budget, batch = 1, asynchronous = false, journal }: SearchLimits,
  run: Run,
): Promise<Search> {
  const asked = atReportedLevel(optimizer);
  if (asynchronous) return searchInFlight(problem, asked, oracle, start, { budget, batch, journal }, run);
  const asking: Run = { ...childRun(run, 'suggest'), progress: undefined };
  const quiet: Run = { ...run, progress: undefined };
  const pending = new Matrix(0, problem.space.dimension);
  let history = start;
  run.progress?.(progressOf(problem, start, start, budget, run));
  for (let remaining = budget; wholeRuns(remaining) > 0; ) {
    const { x, stop } = await asked.suggest(
      problem,
      { history, pending, remaining },
      Math.min(batch, wholeRuns(remaining)),
      asking,
    );
    const answers = await label(oracle, x, run.rng.path, quiet, history.size - start.size);
    history = history.concat(answers);
    remaining -= problem.cost(x);
    run.progress?.(progressOf(problem, start, history, budget, run));
    if (stop) return { history, stop };
  }
  return { history, stop: 'budget' };
}
