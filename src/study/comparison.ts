import { Dataset } from '../core/dataset.ts';
import type { Oracle } from '../core/oracle.ts';
import type { Problem } from '../core/problem.ts';
import { childRun } from '../core/run.ts';
import type { StudyContext } from './context.ts';
import { bestSoFar } from './curve.ts';
import { search } from './loop.ts';
import type { BaselineResults } from './study.ts';
import { summarizeRuns } from './summary.ts';

/** A direct optimizer, run on the simulator. */
export interface Compared {
  readonly results: BaselineResults;
  readonly history: Dataset;
}

/**
 * Runs every optimizer of the scenario's comparison on the simulator, from nothing, each with its own budget. `reference`: of the
 * hypervolume, with several objectives.
 */
export async function runComparison(
  { scenario, run }: StudyContext,
  problem: Problem,
  simulator: Oracle,
  reference?: readonly number[],
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
    compared.push({
      history,
      results: {
        optimizer: optimizer.name,
        stop,
        runs: summarizeRuns(history),
        curve: bestSoFar(problem, history, reference),
      },
    });
  }
  return compared;
}
