import { Dataset } from '../../core/dataset.ts';
import { ensure } from '../../core/errors.ts';
import { nameOfAnswers } from '../../core/identity.ts';
import type { Optimizer } from '../../core/optimizer.ts';
import { type Oracle, simulatorOracle, storedOracle } from '../../core/oracle.ts';
import type { Problem } from '../../core/problem.ts';
import { childRun, type Run } from '../../core/run.ts';
import type { Parameter } from '../../core/space/parameter.ts';
import type { Space } from '../../core/space/space.ts';
import { memoryStore } from '../../core/store.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { Rng } from '../../numerics/random.ts';
import { median } from '../../numerics/statistics.ts';
import { cmaEs } from '../../optimization/direct/cma-es.ts';
import { differentialEvolution } from '../../optimization/direct/differential-evolution.ts';
import { nelderMead } from '../../optimization/direct/nelder-mead.ts';
import { random } from '../../optimization/direct/random.ts';
import type { Environment } from '../begin.ts';
import { type Savings, secondsOf } from '../chain/savings.ts';
import { defaultOptimizer } from '../defaults.ts';
import { runStudy } from '../run-study.ts';
import { runsOfRound } from '../scenario/confirmation.ts';
import { defineScenario } from '../scenario/define-scenario.ts';
import { problemOf } from '../scenario/goal.ts';
import { type AnyScenario, isSimulatorSearch } from '../scenario/scenario.ts';
import { SIMULATOR, teachersOf } from '../scenario/stage.ts';
import { bestSoFar, type Curve } from '../search/curve.ts';
import { type SearchLimits, search } from '../search/loop.ts';
import { equalQuality, runsTo } from '../search/race.ts';

/** How a contest is bounded. */
export interface ContestOptions {
  /** Names the random streams of all contenders. Default the scenario's. */
  readonly seed?: number;
  /** Simulator runs of each direct optimizer. Default 10 times {@link assistedRuns}. */
  readonly budget?: number;
}

/** One way to search, and how it fared. */
export interface Contender {
  readonly name: string;
  /** `chain`: the scenario as it stands; `sampling`: a surrogate says where to run the simulator next; `direct`: no surrogate. */
  readonly kind: 'chain' | 'sampling' | 'direct';
  /** Simulator runs in all, failed ones included: the bound where it is censored. */
  readonly runs: number;
  readonly failed: number;
  /** Best value in the user's sense; null when nothing feasible was found. */
  readonly best: number | null;
  /** Runs until equal quality, failed ones included; null when it was not reached (censored). */
  readonly evaluations: number | null;
  /** Time of all its simulator runs, one after the other, seconds. */
  readonly simulatorSeconds: number;
  /** Time in which it chose points, fits included, seconds; null for a chain. */
  readonly choiceSeconds: number | null;
}

/** Assisted against direct search on one simulator, at equal quality. */
export interface Contest {
  readonly scenario: string;
  readonly simulator: string;
  readonly seed: number;
  readonly sense: 'minimize' | 'maximize';
  readonly objective: string;
  readonly unit: string;
  /** Within 1 % of the better final value of sampling and direct search: what counts as equal quality; null when nothing feasible was found. */
  readonly target: number | null;
  /** The chain if there is one, the sampling search, the direct optimizers. */
  readonly contenders: readonly Contender[];
  /** Median wall time of a completed run, seconds. */
  readonly secondsPerRun: number;
  /** What stands in for the simulator after the chain's first stage; null without a chain. */
  readonly surrogate: (Savings & { readonly name: string; readonly q2: number }) | null;
}

/** The two that are compared: the sampling search, which is what imago recommends where only the optimum is wanted, and the best direct optimizer. */
export interface Standing {
  readonly assisted: Contender;
  /** The direct optimizer that reached equal quality in the fewest runs, else the one with the best value. */
  readonly direct: Contender;
  /** Direct over assisted runs to equal quality; a lower bound when the direct side is censored, null when the assisted one is. */
  readonly ratio: number | null;
}

type Entry = Omit<Contender, 'runs' | 'best' | 'evaluations'> & { readonly curve: Curve };

const DIRECT_FACTOR = 10;
const DIRECT_BATCH = 8;

/**
 * Searches a scenario's simulator in several ways, each from nothing: the scenario as it stands, if it has a chain; direct optimizers with
 * more runs; and a sampling search with as many runs as the scenario, which stops when it is as good as the best direct one. Every answer is in the store before it is used, so that a contest that was stopped goes on
 * where it was.
 */
export async function runContest(
  scenario: AnyScenario,
  environment: Environment,
  { seed = scenario.seed ?? 1, budget = DIRECT_FACTOR * assistedRuns(scenario) }: ContestOptions,
  timing: Omit<Run, 'rng'>,
): Promise<Contest> {
  const { simulator, search: goal, name, chain = [] } = scenario;
  const fail = (text: string) => `a contest needs ${text}; scenario '${name}' has none`;
  ensure(simulator, 'invalid-scenario', fail('a simulator'));
  ensure(goal, 'invalid-scenario', fail('a search with a goal'));
  const problem = await problemOf(goal, simulator.space, simulator.outputs);
  const [objective, another] = problem.objectives;
  ensure(another === undefined, 'invalid-scenario', fail('a search with a single objective'));
  const { executor, store = memoryStore(), identity = nameOfAnswers(simulator) } = environment;
  const oracle = storedOracle(simulatorOracle(simulator, executor), store, identity);
  const run: Run = { ...timing, rng: new Rng(String(seed)) };
  const enter = (kind: Entry['kind'], optimizer: Optimizer, limits: SearchLimits) =>
    entryOf(kind, optimizer, limits, problem, oracle, childRun(run, `${kind}/${optimizer.name}`));

  const chained =
    chain.length > 0
      ? await chainEntry(defineScenario({ ...scenario, seed, compare: undefined }), { ...environment, store }, timing)
      : undefined;
  const direct: (Entry & { readonly history: Dataset })[] = [];
  for (const optimizer of directOptimizers(simulator.space))
    direct.push(await enter('direct', optimizer, { budget, batch: DIRECT_BATCH }));
  const merits = direct.map(({ history }) => problem.best(history)?.merit ?? Number.POSITIVE_INFINITY);
  const own = isSimulatorSearch(goal) ? goal : undefined;
  const sampling = await enter(
    'sampling',
    until(Math.min(...merits), own?.optimizer ?? defaultOptimizer(problem, simulator.stochastic)),
    {
      budget: assistedRuns(scenario),
      batch: own?.batch,
    },
  );

  const { sense } = objective;
  const target = equalQuality(
    sense,
    [sampling, ...direct].map(({ curve }) => curve),
  );
  const entries: Entry[] = [...(chained ? [chained.entry] : []), sampling, ...direct];
  return {
    scenario: name,
    simulator: simulator.name,
    seed,
    sense,
    objective: objective.text,
    unit: objective.unit ?? '',
    target,
    contenders: entries.map(({ name, kind, curve, failed, simulatorSeconds, choiceSeconds }) => ({
      ...{ name, kind, runs: curve.length, failed, best: curve.at(-1) ?? null },
      evaluations: runsTo(sense, curve, target),
      ...{ simulatorSeconds, choiceSeconds },
    })),
    secondsPerRun: secondsPerRun([sampling, ...direct].map(({ history }) => history)),
    surrogate: chained?.surrogate ?? null,
  };
}

/** Who is compared with whom, and how they stand. */
export function standingOf({ contenders, sense }: Contest): Standing {
  const cost = (value: number | null) =>
    value === null ? Number.POSITIVE_INFINITY : sense === 'maximize' ? -value : value;
  const until = ({ evaluations }: Contender) => evaluations ?? Number.POSITIVE_INFINITY;
  const assisted = contenders.find(({ kind }) => kind === 'sampling') as Contender;
  const [direct] = contenders
    .filter(({ kind }) => kind === 'direct')
    .sort((a, b) => (until(a) === until(b) ? cost(a.best) - cost(b.best) : until(a) - until(b)));
  const ratio = assisted.evaluations === null ? null : (direct.evaluations ?? direct.runs) / assisted.evaluations;
  return { assisted, direct, ratio };
}

/** Simulator runs of a scenario's chain and search. */
export function assistedRuns({ chain = [], search: goal }: AnyScenario): number {
  const teachers = teachersOf(chain, SIMULATOR);
  const design = chain.reduce((sum, { size = 0 }, i) => sum + (teachers[i].includes(SIMULATOR) ? size : 0), 0);
  if (!goal) return design;
  return design + (isSimulatorSearch(goal) ? goal.budget : (goal.rounds ?? 3) * runsOfRound(goal));
}

/** The optimizer, which stops once it knows a feasible point of this merit: simulator runs beyond equal quality would be spent for nothing. */
function until(merit: number, optimizer: Optimizer): Optimizer {
  return {
    ...optimizer,
    async suggest(problem, knowledge, ...rest) {
      const best = problem.best(knowledge.history);
      if (best?.feasible && best.merit <= merit)
        return { x: new Matrix(0, problem.space.dimension), stop: 'converged' };
      return optimizer.suggest(problem, knowledge, ...rest);
    },
  };
}

/** CMA-ES, differential evolution and Nelder-Mead where all inputs are real and always active, else random search and differential evolution. */
function directOptimizers({ parameters }: Space): Optimizer[] {
  const isReal = Object.values<Parameter>(parameters).every(({ kind, activeWhen }) => kind === 'real' && !activeWhen);
  return isReal ? [cmaEs(), differentialEvolution(), nelderMead()] : [random(), differentialEvolution()];
}

async function entryOf(
  kind: Entry['kind'],
  optimizer: Optimizer,
  limits: SearchLimits,
  problem: Problem,
  oracle: Oracle,
  run: Run,
): Promise<Entry & { readonly history: Dataset }> {
  let choice = 0;
  const timed: Optimizer = {
    name: optimizer.name,
    async suggest(...question) {
      const start = run.clock();
      const suggestion = await optimizer.suggest(...question);
      choice += run.clock() - start;
      return suggestion;
    },
  };
  const { history } = await search(problem, timed, oracle, Dataset.empty(problem.space, problem.outputs), limits, run);
  return {
    name: optimizer.name,
    kind,
    history,
    curve: bestSoFar(problem, history),
    failed: history.rows.filter(({ status }) => status === 'failed').length,
    simulatorSeconds: secondsOf(history),
    choiceSeconds: choice / 1000,
  };
}

async function chainEntry(
  scenario: AnyScenario,
  environment: Environment,
  timing: Omit<Run, 'rng'>,
): Promise<{ entry: Entry; surrogate: Contest['surrogate'] }> {
  const { results, measurements } = await runStudy(scenario, environment, timing);
  const { curve, runs, on, method } = results.search!;
  const [{ student, fidelity }] = results.stages;
  return {
    entry: {
      name: on === 'simulator' ? `design, then ${method}` : `${on}, ${method} on it`,
      kind: 'chain',
      curve,
      failed: runs.total - runs.completed,
      simulatorSeconds: measurements.assistedSeconds,
      choiceSeconds: null,
    },
    surrogate: { ...measurements.savings[0], name: student, q2: Math.min(...fidelity.map(({ q2 }) => q2)) },
  };
}

function secondsPerRun(histories: readonly Dataset[]): number {
  const completed = histories.flatMap(({ rows }) => rows.filter(({ status }) => status === 'completed'));
  return median(completed.map(({ milliseconds }) => milliseconds)) / 1000;
}
