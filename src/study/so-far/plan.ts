import type { Problem } from '../../core/problem.ts';
import type { Parameters } from '../../core/space/parameter.ts';
import type { Store } from '../../core/store.ts';
import { studentOf } from '../chain/chain.ts';
import type { StageResults } from '../chain/results.ts';
import { budgetIn, type Order } from '../control/journal.ts';
import { defaultMinimizer, defaultOptimizer } from '../defaults.ts';
import { recipesUsed } from '../recipes-used.ts';
import { confirmingRuns, firstRuns, runsOfRound } from '../scenario/confirmation.ts';
import { asksOutcomes } from '../scenario/outcome.ts';
import { type AnyScenario, isSimulatorSearch, outsideTeacher, subjectOf, wishesOf } from '../scenario/scenario.ts';
import { rootOf, SIMULATOR, TEACHER, teachersOf } from '../scenario/stage.ts';
import { type StudyResults, studyText } from '../study.ts';
import { summarizeGoal, summarizeOutputs, summarizeParameters } from '../summary.ts';

/** What is known of a study's results before anything is run. */
export type StudyHead = Pick<
  StudyResults,
  'name' | 'description' | 'seed' | 'subject' | 'parameters' | 'outputs' | 'goal' | 'recipes'
>;

/** The plan of a study, kept in its store for readers of an unfinished one. */
export interface StudyPlan {
  readonly format: 1;
  /** Whether `study` in the same store is what came of it. */
  readonly finished: boolean;
  readonly head: StudyHead;
  /** The space of the study, see {@link Space}. */
  readonly parameters: Parameters;
  /** Whether its answers are whether the simulator answers. */
  readonly asksOutcomes: boolean;
  /** The goal where all of it is text; null where there is none, or where a function is part of it, which only its scenario has. */
  readonly goal: GoalTexts | null;
  readonly stages: readonly PlannedStage[];
  readonly search: PlannedSearch | null;
  /** Fresh runs that judge the chain. */
  readonly test?: number;
  readonly comparison: readonly { readonly optimizer: string; readonly budget: number }[];
}

/** A goal in text. */
export interface GoalTexts {
  readonly minimize?: string | readonly string[];
  readonly maximize?: string | readonly string[];
  readonly subjectTo?: readonly string[];
}

/** A stage of the chain that is planned. */
export interface PlannedStage {
  readonly name: string;
  readonly student: string;
  readonly teachers: readonly string[];
  /** Points of its transfer set; null where it learns data. */
  readonly size: number | null;
}

/** A search that is planned. */
export interface PlannedSearch {
  readonly on: string;
  readonly method: string;
  /** Simulator runs of the search, with those that confirm its best point; as many at the level that counts. */
  readonly budget: number;
  /** The stage whose runs it begins with; null where there is none. */
  readonly root: string | null;
}

/** Documents of a store. */
const PLAN = 'plan';
const STAGES = 'stages';

/** What is known of the results of a scenario before anything is run. */
export function headOf(scenario: AnyScenario, identity: string, problem: Problem | undefined): StudyHead {
  const { space, outputs } = subjectOf(scenario);
  const { name, description = '', seed = 1, simulator } = scenario;
  return {
    name,
    description,
    seed,
    subject: {
      kind: simulator ? 'simulator' : 'data',
      name: simulator?.name ?? (scenario.start?.data ? 'data' : outsideTeacher(scenario)?.name) ?? 'data',
      identity,
      description: simulator?.description ?? '',
      stochastic: simulator?.stochastic ?? false,
    },
    parameters: summarizeParameters(space),
    outputs: summarizeOutputs(outputs),
    goal: problem ? summarizeGoal(problem) : null,
    recipes: recipesUsed(scenario),
  };
}

/** What a scenario is going to do. */
export function planOf(scenario: AnyScenario, identity: string, problem: Problem | undefined): StudyPlan {
  const { simulator, start, chain = [], compare } = scenario;
  const teachers = teachersOf(chain, start ? TEACHER : SIMULATOR);
  return {
    format: 1,
    finished: false,
    head: headOf(scenario, identity, problem),
    parameters: subjectOf(scenario).space.parameters,
    asksOutcomes: simulator !== undefined && asksOutcomes(simulator),
    goal: goalTexts(scenario),
    stages: chain.map((stage, i) => ({
      name: stage.name,
      student: studentOf(stage).name,
      teachers: teachers[i],
      size: stage.size ?? null,
    })),
    search: problem ? plannedSearch(scenario, problem) : null,
    ...(simulator && scenario.test && { test: scenario.test }),
    comparison: (compare?.optimizers ?? []).map(({ name }) => ({ optimizer: name, budget: compare?.budget ?? 0 })),
  };
}

function plannedSearch(scenario: AnyScenario, problem: Problem): PlannedSearch | null {
  const { simulator, search, chain = [] } = scenario;
  if (!search) return null;
  const { on } = search;
  const root = simulator ? (chain[rootOf(chain, SIMULATOR, on)]?.name ?? null) : null;
  if (isSimulatorSearch(search)) {
    const { name } = search.optimizer ?? defaultOptimizer(problem, simulator?.stochastic);
    return { on, method: name, budget: search.budget, root };
  }
  const { minimizer = defaultMinimizer(), rounds = 3 } = search;
  const budget = rounds * runsOfRound(search) + firstRuns(search) + confirmingRuns(scenario, problem);
  return { on, method: minimizer.name, budget: simulator ? budget : 0, root };
}

/** Simulator runs that a plan takes at most, coarse ones by their cost, with the budget that `orders` set last; null in a study from data. */
export function plannedRuns(
  { head, stages, search, test = 0, comparison }: StudyPlan,
  orders: readonly Order[] = [],
): number | null {
  if (head.subject.kind !== 'simulator') return null;
  const designs = stages.filter(({ teachers }) => teachers.includes(SIMULATOR)).map(({ size }) => size ?? 0);
  const ofSearch = search ? (budgetIn(orders) ?? search.budget) : 0;
  const sizes = [...designs, test, ofSearch, ...comparison.map(({ budget }) => budget)];
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** The goal where all of it is text. */
function goalTexts({ search }: AnyScenario): GoalTexts | null {
  if (!search) return null;
  const parts = [...wishesOf(search).map(({ quantity }) => quantity), ...(search.subjectTo ?? [])];
  if (parts.some((one) => typeof one !== 'string')) return null;
  const { minimize, maximize, subjectTo } = search as GoalTexts;
  return { ...(minimize && { minimize }), ...(maximize && { maximize }), ...(subjectTo && { subjectTo }) };
}

/** The plan of the latest study in a store; undefined where an older imago wrote it. */
export function readPlan(store: Pick<Store, 'read'>): StudyPlan | undefined {
  const text = store.read(PLAN);
  return text === undefined ? undefined : (JSON.parse(text) as StudyPlan);
}

/** Keeps the plan. A study that has ended and is run again as it was stays finished: what came of it still holds. */
export function writePlan(store: Store, plan: StudyPlan): void {
  const before = readPlan(store);
  const isSame = before !== undefined && JSON.stringify({ ...before, finished: false }) === JSON.stringify(plan);
  if (isSame) return;
  store.write(PLAN, JSON.stringify(plan));
  store.write(STAGES, '');
}

/** Keeps what came of the chain, which is known long before a search has ended. */
export function writeStages(store: Store, stages: readonly StageResults[]): void {
  store.write(STAGES, studyText(stages));
}

/** What came of the chain of the latest study, of one that could not go on the stages before; undefined while it is not done. */
export function readStages(store: Pick<Store, 'read'>): StageResults[] | undefined {
  const text = store.read(STAGES);
  return text ? (JSON.parse(text) as StageResults[]) : undefined;
}

/** Notes that a study that had ended has more to do. */
export function writeUnfinished(store: Store): void {
  const plan = readPlan(store);
  if (plan?.finished) store.write(PLAN, JSON.stringify({ ...plan, finished: false }));
}

/** Notes that the study of this plan has ended. */
export function writeFinished(store: Store, plan: StudyPlan): void {
  store.write(PLAN, JSON.stringify({ ...plan, finished: true }));
}
