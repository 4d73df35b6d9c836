import type { Dataset } from '../../core/dataset.ts';
import { ensure } from '../../core/errors.ts';
import type { Output } from '../../core/output.ts';
import type { Problem } from '../../core/problem.ts';
import { Space } from '../../core/space/space.ts';
import type { Store } from '../../core/store.ts';
import type { StageResults } from '../chain/results.ts';
import type { ByHand } from '../control/helm.ts';
import { byHandOf, keptOrders, studyNotes } from '../control/journal.ts';
import { problemOf } from '../scenario/goal.ts';
import { type AnyScenario, subjectOf } from '../scenario/scenario.ts';
import { bestPoint, provenBest } from '../search/best-point.ts';
import { judge } from '../search/comparison.ts';
import { race } from '../search/race.ts';
import type { SearchResults } from '../search/results.ts';
import { spentByLevel, stepsOf } from '../search/steps.ts';
import { type Study, studyFromJson, type Unfinished } from '../study.ts';
import { summarizeRuns } from '../summary.ts';
import { summarizeTransferSet } from '../transfer-summary.ts';
import { type KnownRuns, knownRuns } from './known-runs.ts';
import { plannedRuns, readPlan, readStages, type StudyPlan } from './plan.ts';

/**
 * What is known of the latest study in a store: all of it where it has ended, else what its runs tell so far, with `results.unfinished`. Nothing
 * is run, fitted or written, so that it can be asked while another process works on the store. A goal that is a function is only known
 * with its scenario; without it only the runs of the search are known. Throws `invalid-argument` where the store holds no study, or one of another scenario.
 */
export async function studySoFar(store: Pick<Store, 'read' | 'all'>, scenario?: AnyScenario): Promise<Study> {
  return withRemarks(await told(store, scenario), store);
}

/** A study with what users noted in its store. */
export function withRemarks(study: Study, store: Pick<Store, 'read'>): Study {
  const { remarks: _, ...rest } = study;
  const remarks = studyNotes(store);
  return { ...rest, ...(remarks.length > 0 && { remarks }) };
}

async function told(store: Pick<Store, 'read' | 'all'>, scenario?: AnyScenario): Promise<Study> {
  const plan = readPlan(store);
  const text = store.read('study');
  if (text !== undefined && (plan === undefined || plan.finished)) return studyFromJson(text);
  ensure(plan, 'invalid-argument', 'the store holds evaluations, but no study; run its scenario');
  const { head } = plan;
  const space = new Space(plan.parameters);
  const outputs = head.outputs.map(({ classes, ...one }) => (classes ? { ...one, classes } : one) as Output);
  const problem = await problemIn(plan, space, outputs, scenario);
  const runs = knownRuns(store, plan, space, outputs);
  const orders = keptOrders(store, head.subject.identity, head.seed);
  const byHand = byHandOf(orders.filter(({ turn }) => turn !== null));
  const known = readStages(store);
  const isKnown = ({ name }: { readonly name: string }) => known?.some((one) => one.name === name);
  const stages = [...(known ?? []), ...stagesSoFar(plan, runs).filter((one) => !isKnown(one))];
  return {
    format: 1,
    results: {
      ...head,
      stages,
      ...judgedSoFar(plan, runs, byHand, problem),
      effects: [],
      unfinished: unfinishedOf(plannedRuns(plan, orders), runs, known !== undefined && plan.stages.every(isKnown)),
      notes: head.goal && !problem ? ['the goal is a function, which only its scenario has: name the scenario'] : [],
    },
    measurements: {
      executor: '',
      seconds: 0,
      simulated: runs.total,
      recalled: 0,
      assistedSeconds: (runs.milliseconds - comparedMilliseconds(runs)) / 1000,
      directSeconds: null,
      refits: null,
      savings: [],
    },
  };
}

/** The problem of a plan, of its scenario where one is given; undefined where there is none, or where only the scenario knows it. */
async function problemIn(
  { head, goal }: StudyPlan,
  space: Space,
  outputs: readonly Output[],
  scenario: AnyScenario | undefined,
): Promise<Problem | undefined> {
  if (scenario) {
    const own = subjectOf(scenario);
    const names = (of: Space, answers: readonly Output[]) =>
      [...of.names, ...answers.map(({ name }) => name)].join(', ');
    ensure(
      scenario.name === head.name && names(own.space, own.outputs) === names(space, outputs),
      'invalid-argument',
      () =>
        `the store holds the study '${head.name}' of ${names(space, outputs)}, and not the scenario '${scenario.name}' of ${names(own.space, own.outputs)}`,
    );
    return scenario.search && problemOf(scenario.search, own.space, own.outputs);
  }
  return goal ? problemOf(goal, space, outputs) : undefined;
}

/** Designs that are known in part or whole, of stages that were not judged yet. */
function stagesSoFar({ stages }: StudyPlan, { designs }: KnownRuns): StageResults[] {
  return stages.flatMap(({ name, student, teachers }): StageResults[] => {
    const data = designs.get(name);
    if (!data) return [];
    return [
      {
        ...{ name, student, teachers, teacher: teachers.join(' + ') },
        ...summarizeTransferSet(data),
        ...{ fidelity: [], accuracy: null, learning: null, notes: [], tree: null },
      },
    ];
  });
}

function judgedSoFar(plan: StudyPlan, runs: KnownRuns, byHand: readonly ByHand[], problem: Problem | undefined) {
  if (!problem) return { search: null, comparison: [], race: null };
  const compared = [...runs.comparison].map(([optimizer, history]) => ({
    history,
    results: { optimizer, stop: UNFINISHED, runs: summarizeRuns(history) },
  }));
  const judged = judge(problem, searchedSoFar(plan, runs, byHand, problem), compared);
  const curves = new Map(judged.comparison.map(({ optimizer, curve }) => [optimizer, curve]));
  const { sense } = problem.objectives[0];
  return { ...judged, race: judged.search ? (race(sense, judged.search.curve, curves) ?? null) : null };
}

/** Why a search has not stopped. */
const UNFINISHED = 'unfinished';

/** The search as far as its runs are known, those of the design that it begins with included; undefined before any of them. */
function searchedSoFar(
  plan: StudyPlan,
  { designs, initial, search, confirming }: KnownRuns,
  byHand: readonly ByHand[],
  problem: Problem,
) {
  const design = designs.get(plan.search?.root ?? '');
  const known: Dataset[] = [...(design ? [design] : []), initial, search];
  const history = known.reduce((all, one) => all.concat(one));
  if (!plan.search || history.size === 0) return undefined;
  const steps = stepsOf(problem, history, design?.size ?? 0, initial.size, new Map());
  const proven = problem.objectives.length > 1 ? undefined : provenBest(problem, history);
  const results: Omit<SearchResults, 'curve' | 'front'> = {
    on: plan.search.on,
    method: plan.search.method,
    stop: UNFINISHED,
    runs: summarizeRuns(history),
    ...(confirming.size > 0 && { confirming: confirming.size }),
    ...(problem.space.resolution && { levels: spentByLevel(problem, history) }),
    warm: null,
    ...(byHand.length > 0 && { byHand }),
    steps,
    best: proven ? bestPoint(problem, proven, steps, true) : null,
  };
  return { results, history };
}

function unfinishedOf(planned: number | null, runs: KnownRuns, isChainDone: boolean): Unfinished {
  const { total, failed } = runs;
  return { phase: phaseOf(runs, isChainDone), runs: total, failed, planned };
}

/** The last part of a study of which something is known. */
function phaseOf({ designs, initial, search, confirming, comparison }: KnownRuns, isChainDone: boolean): string {
  if (comparison.size > 0) return `the comparison with ${[...comparison.keys()].at(-1)}`;
  if (confirming.size > 0) return 'the confirmation of the best points';
  if (search.size + initial.size > 0) return 'the search';
  const stage = [...designs.keys()].at(-1);
  if (isChainDone) return 'the search';
  return stage === undefined ? 'its beginning' : `the design of ${stage}`;
}

function comparedMilliseconds({ comparison }: KnownRuns): number {
  const rows = [...comparison.values()].flatMap((data) => data.rows);
  return rows.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
}
