import {
  type AnySimulator,
  Dataset,
  defaultOptimizer,
  type Goal,
  memoryStore,
  type Optimizer,
  type Outputs,
  type Parameters,
  type Problem,
  problemOf,
  Rng,
  type SearchLimits,
  search,
  simulatorOracle,
} from 'imago';
import { storedOracle } from 'imago/internal';
import { inlineExecutor } from 'imago/node';

/** One search of a benchmark. */
export interface Trial {
  readonly problem: Problem;
  readonly history: Dataset;
  /** Wall time of the search for each evaluation, the simulator's own included. */
  readonly proposalMilliseconds: number;
}

/** Searches a simulator from nothing, by default as a study does that names no optimizer. `stream` names the seed. */
export async function trial(
  simulator: AnySimulator,
  goal: Goal<Parameters, Outputs>,
  stream: string,
  limits: SearchLimits & { readonly optimizer?: Optimizer },
): Promise<Trial> {
  const { space, outputs } = simulator;
  const problem = await problemOf(goal, space, outputs);
  const oracle = storedOracle(simulatorOracle(simulator, inlineExecutor()), memoryStore(), simulator.name);
  const run = { rng: new Rng(stream), clock: () => performance.now() };
  const start = performance.now();
  const optimizer = limits.optimizer ?? defaultOptimizer(problem);
  const { history } = await search(problem, optimizer, oracle, Dataset.empty(space, outputs), limits, run);
  return { problem, history, proposalMilliseconds: (performance.now() - start) / history.size };
}

/** The least feasible objective after each evaluation, null before there is one. */
export function bestFeasible({ problem, history }: Trial): (number | null)[] {
  const { objectives, violation } = problem.score(history.x, history.y);
  let best: number | null = null;
  return Array.from(violation, (own, i) => {
    const value = objectives.get(i, 0);
    if (own === 0 && (best === null || value < best)) best = value;
    return best;
  });
}

/** Evaluations until the value is within 1 % of the optimum; Infinity when it never is. */
export function evaluationsTo(best: readonly (number | null)[], optimum: number): number {
  const at = best.findIndex((value) => value !== null && value - optimum <= 0.01 * Math.abs(optimum));
  return at < 0 ? Number.POSITIVE_INFINITY : at + 1;
}
