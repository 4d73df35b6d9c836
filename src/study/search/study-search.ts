import { Dataset } from '../../core/dataset.ts';
import type { Model } from '../../core/model.ts';
import type { Optimizer } from '../../core/optimizer.ts';
import { modelOracle, type Oracle } from '../../core/oracle.ts';
import type { Problem } from '../../core/problem.ts';
import { childRun } from '../../core/run.ts';
import { designOf, rerunChain, type StudyChain } from '../chain/study-chain.ts';
import type { StudyContext } from '../context.ts';
import { defaultMinimizer, defaultOptimizer } from '../defaults.ts';
import { judgePromises } from '../live/promises.ts';
import { confirmingRuns, runsOfRound, withBudget } from '../scenario/confirmation.ts';
import { isSimulatorSearch, type SurrogateSearch, subjectOf } from '../scenario/scenario.ts';
import { summarizeRuns } from '../summary.ts';
import { bestPoint, provenBest, repeatedBest } from './best-point.ts';
import { type SearchLimits, search } from './loop.ts';
import { refine } from './refinement.ts';
import { type Repeated, repeatBest } from './replication.ts';
import type { SearchResults } from './results.ts';
import { spentByLevel, stepsOf } from './steps.ts';
import { warmStart } from './warm-start.ts';

/** The search of a study, run. */
export interface Searched {
  /** What of it does not depend on whom it is compared with. */
  readonly results: Omit<SearchResults, 'curve' | 'front' | 'evaluations' | 'model'>;
  /** The chain's simulator runs, then those of the search. */
  readonly history: Dataset;
  /** The model that was searched, refitted to everything; undefined for a search on the simulator. */
  readonly model?: Model;
  /** Simulator runs spent on repeating the best points, and their time. */
  readonly replications: Pick<Repeated, 'runs' | 'milliseconds'>;
  /** Fits beyond those of the chain, and their time. */
  readonly refits?: { readonly count: number; readonly milliseconds: number };
}

interface Outcome {
  readonly history: Dataset;
  readonly stop: string;
  readonly method: string;
  /** Outputs that the surrogate predicted for an evaluation, by id. */
  readonly promised: ReadonlyMap<string, Float64Array>;
  readonly model?: Model;
  readonly refits?: { readonly count: number; readonly milliseconds: number };
}

/** Runs the scenario's search, on the simulator or on a stage in its place, and confirms its best point. */
export async function runSearch(
  context: StudyContext,
  problem: Problem,
  chain: StudyChain,
): Promise<Searched | undefined> {
  const { scenario, simulator, steering } = context;
  const goal = scenario.search;
  if (!goal) return undefined;
  const { space, outputs } = subjectOf(scenario);
  const design = (simulator && designOf(context, chain, goal.on)) ?? Dataset.empty(space, outputs);
  const warm = await warmStart(goal, problem, simulator, childRun(context.run, 'search'));
  const known = design.concat(warm.data).concat(warm.runs);
  const confirmingOf = (budget?: number) => (simulator ? confirmingRuns(withBudget(scenario, budget), problem) : 0);
  /** What is left of a budget for the proposals of a search on the simulator. */
  const forProposals = (budget: number) => budget - confirmingOf(budget) - problem.cost(warm.runs.x);
  const outcome = isSimulatorSearch(goal)
    ? await searchSimulator(
        context,
        problem,
        goal.optimizer ?? defaultOptimizer(problem, scenario.simulator?.stochastic),
        known,
        {
          ...goal,
          budget: forProposals(goal.budget),
          ...(context.journal && { journal: context.journal('search') }),
          ...(steering && { helm: steering.helm(forProposals) }),
        },
      )
    : await searchStage(context, problem, chain, goal, known, known.size > design.size);
  const { promised, stop, method, model } = outcome;
  const history = withoutRows(outcome.history, design.size, warm.data.size);
  const isFront = problem.objectives.length > 1;
  const repeated =
    scenario.simulator?.stochastic && simulator && !isFront
      ? await repeatBest(
          problem,
          simulator,
          history,
          model,
          confirmingOf(steering?.budget),
          childRun(context.run, 'confirm'),
        )
      : undefined;
  const steps = stepsOf(problem, history, design.size, warm.runs.size, promised);
  const proven = isFront ? undefined : provenBest(problem, history);
  const best = repeated ? repeatedBest(history, repeated) : proven;
  const results: Searched['results'] = {
    on: goal.on,
    method,
    stop,
    runs: summarizeRuns(history),
    ...(repeated && { confirming: repeated.runs }),
    ...(space.resolution && { levels: spentByLevel(problem, history) }),
    warm: warm.summary,
    ...(steering && steering.byHand.length > 0 && { byHand: steering.byHand }),
    steps,
    best: best ? bestPoint(problem, best, steps, simulator !== undefined) : null,
  };
  return {
    results,
    history,
    replications: repeated ?? { runs: 0, milliseconds: 0 },
    ...(outcome.refits && { refits: outcome.refits }),
    ...(model && { model }),
  };
}

/** The history without the rows that the simulator did not answer. */
function withoutRows(history: Dataset, from: number, count: number): Dataset {
  if (count === 0) return history;
  return history.select([...history.rows.keys()].filter((i) => i < from || i >= from + count));
}

async function searchSimulator(
  { simulator, run }: StudyContext,
  problem: Problem,
  optimizer: Optimizer,
  known: Dataset,
  limits: SearchLimits,
): Promise<Outcome> {
  const { history, stop } = await search(
    problem,
    optimizer,
    simulator as Oracle,
    known,
    limits,
    childRun(run, 'search'),
  );
  return { history, stop, method: optimizer.name, promised: new Map() };
}

async function searchStage<P extends SurrogateSearch<never, never>>(
  context: StudyContext,
  problem: Problem,
  chain: StudyChain,
  goal: Pick<P, 'on' | 'minimizer' | 'rounds' | 'confirm'>,
  known: Dataset,
  isWarm: boolean,
): Promise<Outcome> {
  const { simulator, run, live, steering } = context;
  const { minimizer = defaultMinimizer(), rounds = 3 } = goal;
  const confirm = runsOfRound(goal);
  const index = chain.trained.findIndex(({ stage }) => stage.name === goal.on);
  const trained = chain.trained[index].model;
  const start = run.clock();
  const model = isWarm
    ? await rerunChain(context, chain, index, known, childRun(run, 'search/warm'), trained)
    : trained;
  // Without a simulator there is nothing to confirm with: the model itself answers its best point, which is then reported as unconfirmed.
  const oracle = simulator ?? modelOracle(problem.space, problem.outputs, model);
  const helm = simulator && steering ? { helm: steering.helm((budget) => budget) } : {};
  const limits = simulator ? { rounds, confirm, ...helm } : { rounds: 1, confirm: 1 };
  const warmMilliseconds = isWarm ? run.clock() - start : 0;
  let count = isWarm ? 1 : 0;
  let judged = known.size;
  const refit = simulator
    ? (runs: Dataset, own: typeof run, previous: Model) => {
        count++;
        if (live) judgePromises(live, goal.on, previous, runs, judged);
        judged = runs.size;
        return rerunChain(context, chain, index, runs, own, previous);
      }
    : async () => model;
  const refined = await refine(problem, refit, model, oracle, known, minimizer, limits, childRun(run, 'search'));
  const promised = new Map(refined.proposals.map(({ id, predicted }) => [id, predicted]));
  const milliseconds = warmMilliseconds + refined.fitMilliseconds;
  return {
    history: refined.history,
    stop: refined.stop,
    method: minimizer.name,
    promised,
    model: refined.model,
    ...(count > 0 && { refits: { count, milliseconds } }),
  };
}
