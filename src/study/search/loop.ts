import type { Dataset } from '../../core/dataset.ts';
import type { Optimizer } from '../../core/optimizer.ts';
import { label, type Oracle } from '../../core/oracle.ts';
import type { Problem } from '../../core/problem.ts';
import { childRun, type Run } from '../../core/run.ts';
import type { Journal } from '../../core/store.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { atReportedLevel } from '../../optimization/multi-resolution/slice.ts';
import { addedUnder, type Helm } from '../control/helm.ts';
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
  /** Tells it of another budget and of points to run. */
  readonly helm?: Helm;
}

/** Asks the optimizer and tells it the oracle's answers until the budget is spent or it stops. */
export async function search(
  problem: Problem,
  optimizer: Optimizer,
  oracle: Oracle,
  start: Dataset,
  { budget, batch = 1, asynchronous = false, journal, helm }: SearchLimits,
  run: Run,
): Promise<Search> {
  const asked = atReportedLevel(optimizer);
  if (asynchronous) return searchInFlight(problem, asked, oracle, start, { budget, batch, journal, helm }, run);
  const asking: Run = { ...childRun(run, 'suggest'), progress: undefined };
  const quiet: Run = { ...run, progress: undefined };
  const nothing = new Matrix(0, problem.space.dimension);
  let history = start;
  let [total, remaining] = [budget, budget];
  run.progress?.(progressOf(problem, start, start, total, run));
  for (;;) {
    const count = Math.min(batch, wholeRuns(remaining));
    const known = { history, pending: nothing, remaining };
    const suggestion = count > 0 ? await asked.suggest(problem, known, count, asking) : undefined;
    const place = history.size - start.size;
    const proposed = suggestion?.x ?? nothing;
    const orders = helm?.next(place, () => !helm.isKnown(proposed, run.rng.path, place));
    remaining += (orders?.budget ?? total) - total;
    total = orders?.budget ?? total;
    const x = orders?.budget === undefined ? proposed : firstRows(proposed, wholeRuns(remaining));
    const added = orders?.points ?? nothing;
    if (!suggestion && added.rows === 0 && wholeRuns(remaining) <= 0) return { history, stop: 'budget' };
    const answers = await Promise.all([
      label(oracle, x, run.rng.path, quiet, place),
      ...(added.rows > 0 ? [label(oracle, added, addedUnder(run.rng.path), quiet, place + x.rows)] : []),
    ]);
    for (const one of answers) history = history.concat(one);
    remaining -= problem.cost(x) + problem.cost(added);
    run.progress?.(progressOf(problem, start, history, total, run));
    if (suggestion?.stop && added.rows === 0) return { history, stop: suggestion.stop };
  }
}

function firstRows(x: Matrix, count: number): Matrix {
  return x.rows <= count ? x : x.select(Array.from({ length: Math.max(0, count) }, (_, i) => i));
}
