import type { Dataset } from '../core/dataset.ts';
import type { Executor } from '../core/executor.ts';
import { nameOfAnswers } from '../core/identity.ts';
import { type Oracle, simulatorOracle, storedOracle } from '../core/oracle.ts';
import type { Problem } from '../core/problem.ts';
import type { Run } from '../core/run.ts';
import type { Journal } from '../core/store.ts';
import { memoryStore, type Store } from '../core/store.ts';
import { Rng } from '../numerics/random.ts';
import { Analyses } from './analysis.ts';
import { nameOf, timeTeacher } from './chain/outside-teacher.ts';
import { type HopTime, type Savings, savings, secondsOf, timePrediction } from './chain/savings.ts';
import { runChain, type StudyChain } from './chain/study-chain.ts';
import type { StudyContext } from './context.ts';
import { drawingsOf } from './drawings.ts';
import { changesOf, type Fingerprint, fingerprintOf } from './fingerprint.ts';
import { keepModels } from './kept-models.ts';
import { guardedOracle } from './scenario/breaker.ts';
import { confirmingRuns } from './scenario/confirmation.ts';
import { ensureTask } from './scenario/define-scenario.ts';
import { problemOf } from './scenario/goal.ts';
import { askedSimulator, outcomesOf } from './scenario/outcome.ts';
import { type AnyScenario, isSimulatorSearch, outsideTeacher, subjectOf } from './scenario/scenario.ts';
import { SIMULATOR } from './scenario/stage.ts';
import { type Compared, judge, runComparison } from './search/comparison.ts';
import { race } from './search/race.ts';
import { runSearch, type Searched } from './search/study-search.ts';
import { studyEffects } from './sensitivity/effects.ts';
import { planOf, writeFinished, writePlan, writeStages } from './so-far/plan.ts';
import { type Study, type StudyMeasurements, studyToJson } from './study.ts';

/** What a study runs with. */
export interface Environment {
  readonly executor: Executor;
  /** Default a store that is forgotten with the process. */
  readonly store?: Store;
  /** The simulator's name, version and source hash: stored evaluations of another identity do not apply. Default name, version and constants. */
  readonly identity?: string;
  /** Told what the user should know of a changed scenario or simulator. */
  readonly notice?: (text: string) => void;
}

/**
 * Runs a scenario: chain, search, comparison, accounting. Everything that the simulator answers is in the store before it is
 * used, so a study that was stopped goes on where it was. Throws `cancelled` when the run is cancelled, and `no-data` when every
 * evaluation of a stage failed, or so many that the scenario's breaker stops the study.
 */
export async function runStudy(
  scenario: AnyScenario,
  environment: Environment,
  timing: Omit<Run, 'rng'>,
): Promise<Study> {
  ensureTask(scenario);
  const start = timing.clock();
  const { executor, store = memoryStore(), notice = () => undefined } = environment;
  const { space, outputs } = subjectOf(scenario);
  const { seed = 1, simulator, search: goal, breaker = {} } = scenario;
  const identity = environment.identity ?? (simulator ? nameOfAnswers(simulator) : 'data');
  tellChanges(store, fingerprintOf(scenario, identity), identity, notice);

  const counted = simulator && countingOracle(simulatorOracle(askedSimulator(simulator), executor));
  const remembering = counted && outcomesOf(simulator, storedOracle(counted.oracle, store, identity));
  const context: StudyContext = {
    scenario,
    run: { ...timing, rng: new Rng(String(seed)) },
    ...(goal && { problem: await problemOf(goal, space, outputs) }),
    ...(remembering && { simulator: breaker ? guardedOracle(remembering, breaker) : remembering }),
    journal: journalIn(store, identity),
    analyses: new Analyses(notice),
  };
  if (context.problem) tellConfirmation(scenario, context.problem, notice);
  const plan = planOf(scenario, identity, context.problem);
  writePlan(store, plan);
  const chain = await runChain(context);
  if (environment.store) await keepModels(context, chain, store, identity);
  if (context.problem) writeStages(store, chain.stages);
  const searched = context.problem && (await runSearch(context, context.problem, chain));
  const compared =
    context.problem && context.simulator && scenario.compare
      ? await runComparison(context, context.problem, context.simulator)
      : [];
  const judged = context.problem ? judge(context.problem, searched, compared) : { search: null, comparison: [] };
  const curves = new Map(judged.comparison.map(({ optimizer, curve }) => [optimizer, curve]));

  const { recipes, ...head } = plan.head;
  const summary = head.goal;
  const bestDirect = summary ? race(summary.sense, [], curves)?.direct : undefined;
  const effects = await context.analyses.attempt('effects of the inputs', [], () =>
    studyEffects(context, chain, searched),
  );
  const drawings = await context.analyses.attempt('drawings', [], () => drawingsOf(simulator, searched));
  const measurements = await measure(
    context,
    executor,
    chain,
    searched,
    compared,
    bestDirect,
    counted?.count() ?? 0,
    start,
  );
  const study: Study = {
    format: 1,
    results: {
      ...head,
      stages: chain.stages,
      ...(chain.outside && { teacher: chain.outside }),
      ...judged,
      race: judged.search && summary ? (race(summary.sense, judged.search.curve, curves) ?? null) : null,
      effects,
      ...(drawings.length > 0 && { drawings }),
      recipes,
      notes: context.analyses.notes,
    },
    measurements,
  };
  store.write('study', studyToJson(study));
  writeFinished(store, plan);
  return study;
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

async function measure(
  context: StudyContext,
  executor: Executor,
  chain: StudyChain,
  searched: Searched | undefined,
  compared: readonly Compared[],
  bestDirect: string | undefined,
  simulated: number,
  start: number,
): Promise<StudyMeasurements> {
  const { run, simulator, analyses } = context;
  const { space } = subjectOf(context.scenario);
  const taught = chain.trained.filter((_, i) => chain.teachers[i].includes(SIMULATOR)).map(({ data }) => data);
  const design = taught.at(0);
  const stageSavings: (Savings & { stage: string })[] = [];
  const hops: HopTime[] = [];
  const outside = outsideTeacher(context.scenario);
  const timed =
    outside &&
    (await analyses.attempt(`time of ${nameOf(outside)}`, undefined, () =>
      timeTeacher(outside, { ...run, rng: run.rng.child('timing') }),
    ));
  if (timed) hops.push(timed);
  for (const [i, { stage, model, fitMilliseconds }] of chain.trained.entries()) {
    const time = await analyses.attempt(`time of predictions of ${stage.name}`, undefined, () =>
      timePrediction(model, space.dimension, { ...run, rng: run.rng.child('timing') }),
    );
    if (!time) continue;
    hops.push({ stage: stage.name, fitSeconds: fitMilliseconds / 1000, predictMicroseconds: time });
    const { runs, fit } = spentOn(chain, i);
    if (runs) stageSavings.push({ stage: stage.name, ...savings(runs, fit, time) });
  }
  const assisted = searched?.history ?? design;
  const confirming = chain.stages.reduce((sum, { confirmation: of }) => sum + (of ? of.runs + of.failed : 0), 0);
  const learned = taught.reduce((sum, { size }) => sum + size, 0);
  const beside = learned - (design?.size ?? 0) + (context.scenario.test ?? 0) + confirming;
  const direct = compared.find(({ results }) => results.optimizer === bestDirect);
  const asked =
    (assisted?.size ?? 0) +
    beside +
    (searched?.replications.runs ?? 0) +
    compared.reduce((sum, { history }) => sum + history.size, 0);
  return {
    executor: executor.name,
    seconds: (run.clock() - start) / 1000,
    simulated,
    recalled: simulator ? Math.max(0, asked - simulated) : 0,
    assistedSeconds:
      assisted && simulator ? secondsOf(assisted) + (searched?.replications.milliseconds ?? 0) / 1000 : 0,
    directSeconds: direct ? secondsOf(direct.history) : null,
    refits: searched?.refits ? { count: searched.refits.count, seconds: searched.refits.milliseconds / 1000 } : null,
    savings: stageSavings,
    hops,
  };
}

/** Simulator runs that a student and its teachers before it were made from, undefined where there are none, and the time of their fits. */
function spentOn({ trained, teachers }: StudyChain, last: number): { readonly runs?: Dataset; readonly fit: number } {
  const way = new Set<number>();
  const visit = (at: number) => {
    if (at < 0 || way.has(at)) return;
    way.add(at);
    for (const name of teachers[at]) visit(trained.findIndex(({ stage }) => stage.name === name));
  };
  visit(last);
  const hops = [...way].sort((a, b) => a - b);
  const designs = hops.filter((at) => teachers[at].includes(SIMULATOR)).map((at) => trained[at].data);
  const runs = designs.length > 0 ? designs.reduce((all, one) => all.concat(one)) : undefined;
  return { ...(runs && { runs }), fit: hops.reduce((sum, at) => sum + trained[at].fitMilliseconds, 0) };
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
