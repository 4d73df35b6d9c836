import { Dataset } from '../core/dataset.ts';
import type { Model } from '../core/model.ts';
import type { Optimizer } from '../core/optimizer.ts';
import { modelOracle, type Oracle } from '../core/oracle.ts';
import { type Problem, violationOf } from '../core/problem.ts';
import { childRun } from '../core/run.ts';
import { Matrix } from '../numerics/matrix.ts';
import type { StudyContext } from './context.ts';
import { bestSoFar, inUsersSense } from './curve.ts';
import { defaultMinimizer, defaultOptimizer } from './defaults.ts';
import { search } from './loop.ts';
import { refine } from './refinement.ts';
import { type Repeated, repeatBest } from './replication.ts';
import { isSimulatorSearch, type SurrogateSearch, subjectOf } from './scenario.ts';
import type { BestPoint, SearchResults, SearchStep } from './study.ts';
import { rerunChain, type StudyChain } from './study-chain.ts';
import { namedOutputs, pointAt, summarizeRuns } from './summary.ts';

/** The search of a study, run. */
export interface Searched {
  readonly results: SearchResults;
  /** The chain's simulator runs, then those of the search. */
  readonly history: Dataset;
  /** The model that was searched, refitted to everything; undefined for a search on the simulator. */
  readonly model?: Model;
  /** Simulator runs spent on repeating the best point. */
  readonly replications: number;
}

interface Outcome {
  readonly history: Dataset;
  readonly stop: string;
  readonly method: string;
  /** Outputs that the surrogate predicted for an evaluation, by id. */
  readonly promised: ReadonlyMap<string, Float64Array>;
  readonly model?: Model;
}

/** Runs the scenario's search, on the simulator or on a stage in its place, and confirms its best point. */
export async function runSearch(
  context: StudyContext,
  problem: Problem,
  chain: StudyChain,
): Promise<Searched | undefined> {
  const { scenario, simulator } = context;
  const goal = scenario.search;
  if (!goal) return undefined;
  const { space, outputs } = subjectOf(scenario);
  const known = simulator && chain.trained[0] ? chain.trained[0].data : Dataset.empty(space, outputs);
  const outcome = isSimulatorSearch(goal)
    ? await searchSimulator(context, problem, goal.optimizer ?? defaultOptimizer(), known, goal)
    : await searchStage(context, problem, chain, goal, known);
  const { history, promised, stop, method, model } = outcome;
  const repeated =
    scenario.simulator?.stochastic && simulator
      ? await repeatBest(problem, simulator, history, model, childRun(context.run, 'confirm'))
      : undefined;
  const steps = stepsOf(problem, history, known.size, promised);
  const best = repeated ? repeatedBest(problem, history, repeated) : provenBest(problem, history);
  const results: SearchResults = {
    on: goal.on,
    method,
    stop,
    runs: summarizeRuns(history),
    steps,
    curve: bestSoFar(problem, history),
    best: best ? bestPoint(problem, best, steps, simulator !== undefined) : null,
  };
  return { results, history, replications: repeated?.runs ?? 0, ...(model && { model }) };
}

async function searchSimulator(
  { simulator, run }: StudyContext,
  problem: Problem,
  optimizer: Optimizer,
  known: Dataset,
  limits: { budget: number; batch?: number },
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
): Promise<Outcome> {
  const { simulator, run } = context;
  const { minimizer = defaultMinimizer(), rounds = 3, confirm = 5 } = goal;
  const index = chain.trained.findIndex(({ stage }) => stage.name === goal.on);
  const { model } = chain.trained[index];
  // Without a simulator there is nothing to confirm with: the model itself answers its best point, which is then reported as unconfirmed.
  const oracle = simulator ?? modelOracle(problem.space, problem.outputs, model);
  const limits = simulator ? { rounds, confirm } : { rounds: 1, confirm: 1 };
  const refit = simulator
    ? (runs: Dataset, own: typeof run, previous: Model) => rerunChain(context, index, runs, own, previous)
    : async () => model;
  const refined = await refine(problem, refit, model, oracle, known, minimizer, limits, childRun(run, 'search'));
  const promised = new Map(refined.proposals.map(({ id, predicted }) => [id, predicted]));
  return { history: refined.history, stop: refined.stop, method: minimizer.name, promised, model: refined.model };
}

function stepsOf(
  problem: Problem,
  history: Dataset,
  designSize: number,
  promised: ReadonlyMap<string, Float64Array>,
): SearchStep[] {
  const { objectives, violation } = problem.score(history.x, history.y);
  return history.rows.map(({ id, status }, i) => ({
    id,
    phase: i < designSize ? 'design' : 'search',
    objective: status === 'completed' ? inUsersSense(problem, objectives.get(i, 0)) : null,
    feasible: violation[i] === 0,
    promised: promisedAt(problem, history.x.row(i), promised.get(id)),
  }));
}

function promisedAt(problem: Problem, u: Float64Array, outputs: Float64Array | undefined): number | null {
  if (!outputs) return null;
  return inUsersSense(
    problem,
    problem.score(new Matrix(1, u.length, u.slice()), new Matrix(1, outputs.length, outputs)).objectives.data[0],
  );
}

/** A point and the outputs that are reported for it. */
interface Winner {
  readonly id: string;
  readonly u: Float64Array;
  readonly outputs: Float64Array;
  readonly replications: BestPoint['replications'];
}

/** The best row of a deterministic simulator: it was run, so it stands. */
function provenBest(problem: Problem, history: Dataset): Winner | undefined {
  const best = problem.best(history);
  return (
    best && {
      id: history.rows[best.row].id,
      u: history.x.row(best.row),
      outputs: history.y.row(best.row),
      replications: null,
    }
  );
}

/** The point whose mean outputs are best: one run of a stochastic simulator may only have been lucky. */
function repeatedBest(problem: Problem, history: Dataset, { candidates }: Repeated): Winner | undefined {
  const means = Matrix.from(candidates.map(({ mean }) => mean));
  const points = history.x.select(candidates.map(({ row }) => row));
  const merit = problem.merit(points, means);
  const at = merit.indexOf(Math.min(...merit));
  if (at < 0) return undefined;
  const { row, mean, replications } = candidates[at];
  return { id: history.rows[row].id, u: history.x.row(row), outputs: mean, replications };
}

function bestPoint(
  problem: Problem,
  { id, u, outputs, replications }: Winner,
  steps: readonly SearchStep[],
  confirmed: boolean,
): BestPoint {
  const { objectives, constraints, violation } = problem.score(
    new Matrix(1, u.length, u.slice()),
    new Matrix(1, outputs.length, outputs.slice()),
  );
  return {
    id,
    point: pointAt(problem.space, u),
    u: [...u],
    outputs: namedOutputs(problem.outputs, outputs),
    objective: inUsersSense(problem, objectives.data[0]),
    feasible: violation[0] === 0,
    constraints: problem.constraints.map((constraint, k) => ({
      text: constraint.text,
      value: constraints.data[k],
      holds: violationOf(constraint, constraints.data[k]) === 0,
    })),
    confirmed,
    promised: steps.find((step) => step.id === id)?.promised ?? null,
    replications,
  };
}
