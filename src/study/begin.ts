import type { CommandInbox } from '../core/control/command.ts';
import type { Executor } from '../core/executor.ts';
import { nameOfAnswers } from '../core/identity.ts';
import { type Oracle, simulatorOracle, storedOracle } from '../core/oracle.ts';
import type { Presence } from '../core/platform/presence.ts';
import type { Problem } from '../core/problem.ts';
import type { Run } from '../core/run.ts';
import { type Journal, memoryStore, type Store } from '../core/store.ts';
import { Rng } from '../numerics/random.ts';
import { Analyses } from './analysis.ts';
import type { StudyContext } from './context.ts';
import { keptOrders } from './control/journal.ts';
import { Steering } from './control/steering.ts';
import { changesOf, type Fingerprint, fingerprintOf } from './fingerprint.ts';
import { LiveRecorder } from './live/live-recorder.ts';
import { retractLive } from './live/live-study.ts';
import { guardedOracle } from './scenario/breaker.ts';
import { confirmingRuns } from './scenario/confirmation.ts';
import { ensureTask } from './scenario/define-scenario.ts';
import { problemOf } from './scenario/goal.ts';
import { askedSimulator, outcomesOf } from './scenario/outcome.ts';
import { type AnyScenario, isSimulatorSearch, subjectOf } from './scenario/scenario.ts';
import { plannedRuns, planOf, type StudyPlan, writePlan, writeUnfinished } from './so-far/plan.ts';

/** What a study runs with. */
export interface Environment {
  readonly executor: Executor;
  /** Default a store that is forgotten with the process. */
  readonly store?: Store;
  /** The simulator's name, version and source hash: stored evaluations of another identity do not apply. Default name, version and constants. */
  readonly identity?: string;
  /** Where commands come from while the study runs: {@link studyControl}, or what `imago/node` opens beside a store. */
  readonly control?: CommandInbox;
  /** Where it is given, the store tells other processes what goes on, see {@link liveStudy}; `imago/node` has `presence()` for this process. */
  readonly presence?: Presence;
  /** Told what the user should know of a changed scenario or simulator. */
  readonly notice?: (text: string) => void;
}

/** A study before its first run. */
export interface Begun {
  readonly context: StudyContext;
  readonly plan: StudyPlan;
  /** Where what comes of it is kept; undefined where it is forgotten with the process. */
  readonly store?: Store;
  /** By the run's clock. */
  readonly start: number;
  /** Answers of the simulator so far, those of the store left out. */
  readonly count: () => number;
}

/** Compiles the goal, says what has changed since the store was written, and puts together what is asked. */
export async function begin(scenario: AnyScenario, environment: Environment, timing: Omit<Run, 'rng'>): Promise<Begun> {
  ensureTask(scenario);
  const start = timing.clock();
  const { executor, store = memoryStore(), presence, notice = () => undefined } = environment;
  const { space, outputs } = subjectOf(scenario);
  const { seed = 1, simulator, search: goal, breaker = {} } = scenario;
  const identity = environment.identity ?? (simulator ? nameOfAnswers(simulator) : 'data');
  tellChanges(store, fingerprintOf(scenario, identity), identity, notice);
  const problem = goal && (await problemOf(goal, space, outputs));
  if (problem) tellConfirmation(scenario, problem, notice);
  const plan = planOf(scenario, identity, problem);
  writePlan(store, plan);
  const planned = () => plannedRuns(plan, keptOrders(store, identity, seed));
  const live = presence && new LiveRecorder(store, presence, planned());
  if (!live) retractLive(store);

  const counted = simulator && countingOracle(simulatorOracle(askedSimulator(simulator), executor));
  const asked = counted && (live?.watched(counted.oracle) ?? counted.oracle);
  const steering = new Steering({
    ...(environment.control && { inbox: environment.control }),
    ...{ store, identity, seed, space, searches: simulator !== undefined && problem !== undefined },
    ...(live && { live }),
    changed() {
      writeUnfinished(store);
      live?.expect(planned());
    },
  });
  const stored = asked && storedOracle(steering.gated(asked), store, identity);
  const remembering = stored && outcomesOf(simulator, live?.counted(stored) ?? stored);
  return {
    context: {
      scenario,
      run: { ...timing, rng: new Rng(String(seed)), ...(live && { progress: both(live, timing.progress) }) },
      ...(problem && { problem }),
      ...(remembering && { simulator: breaker ? guardedOracle(remembering, breaker) : remembering }),
      journal: journalIn(store, identity),
      analyses: new Analyses(notice),
      ...(live && { live }),
      steering,
    },
    plan,
    ...(environment.store && { store }),
    start,
    count: counted?.count ?? (() => 0),
  };
}

/** Progress for readers of the store and for the caller. */
function both(live: LiveRecorder, progress: Run['progress']): Run['progress'] {
  return (event) => {
    live.update(event);
    progress?.(event);
  };
}

/** Says before anything is run how often the best points of a stochastic simulator are to be run again. */
function tellConfirmation(scenario: AnyScenario, problem: Problem, notice: (text: string) => void): void {
  const { search: goal } = scenario;
  const runs = confirmingRuns(scenario, problem);
  if (!goal || runs === 0) return;
  const whose = isSimulatorSearch(goal)
    ? `of the budget of ${goal.budget} runs, up to ${runs} run`
    : `beyond the runs of the chain and of the rounds, up to ${runs} runs repeat`;
  notice(`the simulator is stochastic: ${whose} the best points again on fresh streams (search.confirm.runs)`);
}

/** Journals among the documents of a store, one for each simulator and search. */
function journalIn(store: Store, identity: string): (search: string) => Journal {
  return (search) => {
    const document = (n: number) => `order/${identity}/${search}/${n}`;
    return { read: (n) => store.read(document(n)), write: (n, id) => store.write(document(n), id) };
  };
}

/** The oracle, and how many answers it has given. */
function countingOracle(oracle: Oracle): { readonly oracle: Oracle; count(): number } {
  let count = 0;
  return {
    count: () => count,
    oracle: {
      ...oracle,
      async *evaluate(tasks, run) {
        for await (const group of oracle.evaluate(tasks, run)) {
          count += group.length;
          yield group;
        }
      },
    },
  };
}

/** Says which stored evaluations do not apply any more, and what has changed since they were made; keeps the new fingerprint. */
function tellChanges(store: Store, fingerprint: Fingerprint, identity: string, notice: (text: string) => void): void {
  for (const [other, count] of store.counts())
    if (other !== identity)
      notice(`${count} stored evaluations of ${other} do not apply to ${identity}; they are kept, and not used`);
  const before = store.read('scenario');
  if (before !== undefined) {
    const changes = changesOf(
      JSON.parse(before) as Fingerprint,
      JSON.parse(JSON.stringify(fingerprint)) as Fingerprint,
    );
    if (changes.length > 0)
      notice(
        `the scenario has changed since the store was written, in: ${changes.join(', ')}; stored evaluations are used where the same points are asked`,
      );
  }
  store.write('scenario', JSON.stringify(fingerprint));
}
