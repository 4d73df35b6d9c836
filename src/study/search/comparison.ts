import { Dataset } from '../../core/dataset.ts';
import type { Oracle } from '../../core/oracle.ts';
import type { Problem } from '../../core/problem.ts';
import { childRun } from '../../core/run.ts';
import type { StageResults } from '../chain/results.ts';
import type { StudyContext } from '../context.ts';
import { summarizeRuns } from '../summary.ts';
import { keptEvaluations } from '../transfer-summary.ts';
import { bestSoFar } from './curve.ts';
import { frontOf, referenceFor } from './front.ts';
import { search } from './loop.ts';
import type { BaselineResults, SearchResults } from './results.ts';
import type { Searched } from './study-search.ts';

/** A direct optimizer, run on the simulator. */
export interface Compared {
  readonly results: Omit<BaselineResults, 'curve'>;
  readonly history: Dataset;
}

/** Runs every optimizer of the scenario's comparison on the simulator, from nothing, each with its own budget. */
export async function runComparison(
  { scenario, run }: StudyContext,
  problem: Problem,
  simulator: Oracle,
): Promise<Compared[]> {
  const compared: Compared[] = [];
  for (const optimizer of scenario.compare?.optimizers ?? []) {
    const own = childRun(run, `compare/${optimizer.name}`);
    const { history, stop } = await search(
      problem,
      optimizer,
      simulator,
      Dataset.empty(problem.space, problem.outputs),
      scenario.compare!,
      own,
    );
    compared.push({ history, results: { optimizer: optimizer.name, stop, runs: summarizeRuns(history) } });
  }
  return compared;
}

/** The curves of a search and of those it is compared with, and its front: all by one reference, to which every side has added. */
export function judge(
  problem: Problem,
  searched: Pick<Searched, 'results' | 'history'> | undefined,
  compared: readonly Compared[],
  model?: StageResults,
): { readonly search: SearchResults | null; readonly comparison: BaselineResults[] } {
  const sides = [...(searched ? [searched] : []), ...compared].map(({ history }) => history);
  const reference = referenceFor(problem, sides);
  return {
    search: searched
      ? {
          ...searched.results,
          evaluations: keptEvaluations(searched.history),
          ...(model && { model }),
          curve: bestSoFar(problem, searched.history, reference),
          front: reference ? frontOf(problem, searched.history, reference) : null,
        }
      : null,
    comparison: compared.map(({ results, history }) => ({
      ...results,
      curve: bestSoFar(problem, history, reference),
    })),
  };
}
