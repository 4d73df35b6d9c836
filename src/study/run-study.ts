import type { Dataset } from '../core/dataset.ts';
import { ImagoError } from '../core/errors.ts';
import type { Executor } from '../core/executor.ts';
import { isOracle, type Oracle } from '../core/oracle.ts';
import type { Run } from '../core/run.ts';
import { type Begun, begin, type Environment } from './begin.ts';
import { nameOf, timeTeacher } from './chain/outside-teacher.ts';
import { type HopTime, type Savings, savings, secondsOf, timePrediction } from './chain/savings.ts';
import { runChain, type StudyChain } from './chain/study-chain.ts';
import type { StudyContext } from './context.ts';
import { drawingsOf } from './drawings.ts';
import { keepFinalModel, keepModels } from './kept-models.ts';
import { type AnyScenario, outsideTeacher, subjectOf } from './scenario/scenario.ts';
import { SIMULATOR } from './scenario/stage.ts';
import { type Compared, judge, runComparison } from './search/comparison.ts';
import { finalModel } from './search/final-model.ts';
import { race } from './search/race.ts';
import { runSearch, type Searched } from './search/study-search.ts';
import { centerOf } from './sensitivity/center.ts';
import { studyEffects } from './sensitivity/effects.ts';
import { writeFinished, writeStages } from './so-far/plan.ts';
import { withRemarks } from './so-far/study-so-far.ts';
import { type Study, type StudyMeasurements, studyToJson } from './study.ts';

/**
 * Runs a scenario: chain, search, comparison, accounting. Everything that the simulator answers is in the store before it is
 * used, so a study that was stopped goes on where it was. Throws `cancelled` when the run is cancelled, and `no-data` when every
 * evaluation of a stage failed, or enough of them that the scenario's breaker stops the study.
 */
export async function runStudy(
  scenario: AnyScenario,
  environment: Environment,
  timing: Omit<Run, 'rng'>,
): Promise<Study> {
  const given = scenario.start?.teacher;
  const teacher = isOracle(given) ? given : undefined;
  try {
    return await run(await begin(scenario, environment, timing), environment, teacher);
  } catch (error) {
    // What ended the study is told, whatever becomes of the teacher.
    await Promise.allSettled([(async () => teacher?.release?.())()]);
    throw error;
  }
}

async function run(begun: Begun, environment: Environment, teacher: Oracle | undefined): Promise<Study> {
  const { live, steering } = begun.context;
  try {
    const study = await conduct(begun, environment, teacher);
    steering?.end();
    live?.end();
    return begun.store ? withRemarks(study, begun.store) : study;
  } catch (error) {
    // A store that has failed takes no last word.
    const hasStore = !(error instanceof ImagoError && error.code === 'store');
    for (const one of [steering, live]) hasStore ? one?.end() : one?.fallSilent();
    throw error;
  }
}

async function conduct(
  { context, plan, store, start, count }: Begun,
  { executor }: Environment,
  teacher: Oracle | undefined,
): Promise<Study> {
  const { scenario } = context;
  const { identity } = plan.head.subject;
  const keepChain = async (done: StudyChain) => {
    if (!store) return;
    await keepModels(context, done, store, identity);
    writeStages(store, done.stages);
  };
  const chain = await runChain(context, keepChain);
  await keepChain(chain);
  const searched = context.problem && (await runSearch(context, context.problem, chain));
  const compared =
    context.problem && context.simulator && scenario.compare
      ? await runComparison(context, context.problem, context.simulator)
      : [];
  const final = searched && (await finalModel(context, searched));
  if (store && final) await keepFinalModel(context, final, store, identity);
  const judged = context.problem
    ? judge(context.problem, searched, compared, final?.results)
    : { search: null, comparison: [] };
  const curves = new Map(judged.comparison.map(({ optimizer, curve }) => [optimizer, curve]));

  const { recipes, ...head } = plan.head;
  const summary = head.goal;
  const bestDirect = summary ? race(summary.sense, [], curves)?.direct : undefined;
  context.run.progress?.({ phase: 'effects of the inputs', done: 0, total: 1 });
  const effects = await context.analyses.attempt('effects of the inputs', [], () =>
    studyEffects(context, chain, searched, centerOf(judged.search), final?.model),
  );
  const drawings = await context.analyses.attempt('drawings', [], () => drawingsOf(scenario.simulator, searched));
  const measurements = await measure(context, executor, chain, searched, compared, bestDirect, count(), start);
  await context.analyses.attempt('release of the teacher', undefined, async () => teacher?.release?.());
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
  store?.write('study', studyToJson(study));
  if (store && !context.steering?.waits) writeFinished(store, plan);
  return study;
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
