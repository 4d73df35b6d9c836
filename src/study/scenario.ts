import type { Dataset } from '../core/dataset.ts';
import { ensure, type Place, show } from '../core/errors.ts';
import type { Model, Surrogate } from '../core/model.ts';
import type { Minimizer, Optimizer } from '../core/optimizer.ts';
import type { Output, Outputs, OutputValues } from '../core/output.ts';
import type { Parameters, Point, Scalar } from '../core/parameter.ts';
import { isSimulator, type Simulator } from '../core/simulator.ts';
import type { Space } from '../core/space.ts';
import type { Stage } from '../core/stage.ts';
import type { Breaker } from './breaker.ts';
import { rowsFor } from './foreign-rows.ts';
import { ScenarioCheck } from './scenario-check.ts';

/** A point's values and the outputs there, by name. */
export type Values<P extends Parameters, O extends Outputs> = Point<P> & OutputValues<O>;

/** A quantity to optimise: the text of an expression such as `cl / cd`, or a function of a point's values and outputs. */
export type Quantity<P extends Parameters, O extends Outputs> = string | ((values: Values<P, O>) => number);

/**
 * What to minimise or maximise, and subject to what: one quantity, or several for the trade-off between them. A constraint in text is a
 * comparison; a function is feasible where it is <= 0.
 */
export interface Goal<P extends Parameters, O extends Outputs> {
  readonly minimize?: Quantity<P, O> | readonly Quantity<P, O>[];
  readonly maximize?: Quantity<P, O> | readonly Quantity<P, O>[];
  readonly subjectTo?: readonly Quantity<P, O>[];
}

/** One objective of a goal. */
export interface Wish<P extends Parameters, O extends Outputs> {
  readonly sense: 'minimize' | 'maximize';
  readonly quantity: Quantity<P, O>;
  /** In the goal. */
  readonly place: Place;
}

/** The objectives of a goal: what is to be minimized, then what is to be maximized. */
export function wishesOf<P extends Parameters, O extends Outputs>({ minimize, maximize }: Goal<P, O>): Wish<P, O>[] {
  const list = (sense: 'minimize' | 'maximize', given: typeof minimize): Wish<P, O>[] => {
    if (given === undefined) return [];
    if (!Array.isArray(given)) return [{ sense, quantity: given as Quantity<P, O>, place: [sense] }];
    return given.map((quantity: Quantity<P, O>, i) => ({ sense, quantity, place: [sense, i] }));
  };
  return [...list('minimize', minimize), ...list('maximize', maximize)];
}

/** What a search is given to begin with. */
export interface Beginning<P extends Parameters = Parameters> {
  /** Points that are run before the search proposes its own. On the simulator they count in its budget. */
  readonly initial?: readonly Partial<Point<P>>[];
  /**
   * Answers from before, such as {@link datasetFromCsv} reads them. They are not run again, but for the best of them, once, to see
   * whether the simulator agrees: what is reported is always the simulator's answer.
   */
  readonly data?: Dataset;
}

/** Optimise by running the simulator where it pays. */
export interface SimulatorSearch<P extends Parameters, O extends Outputs> extends Goal<P, O>, Beginning<P> {
  readonly on: 'simulator';
  /** Default `autoOptimizer` on Gaussian processes; `pareto` with several objectives. */
  readonly optimizer?: Optimizer;
  /** Simulator runs of the search, the chain's own not counted. */
  readonly budget: number;
  /** Points proposed at a time. Default 1. */
  readonly batch?: number;
  /** Whether to keep `batch` points in flight, and propose the next one as soon as any answer is there. Default false. */
  readonly asynchronous?: boolean;
}

/** Optimise on a fitted stage in place of the simulator, confirm by the simulator, refit, and again. */
export interface SurrogateSearch<P extends Parameters, O extends Outputs> extends Goal<P, O>, Beginning<P> {
  /** The name of a stage. */
  readonly on: string;
  /** Default CMA-ES. */
  readonly minimizer?: Minimizer;
  /** Refinement rounds. Default 3. */
  readonly rounds?: number;
  /** Simulator runs in each round. Default 5. */
  readonly confirm?: number;
}

/** Optimizers that run on the simulator directly, to see what the surrogate saves. */
export interface Comparison {
  readonly optimizers: readonly Optimizer[];
  /** Simulator runs of each. */
  readonly budget: number;
  /** Points proposed at a time. Default 1. */
  readonly batch?: number;
}

/** A labelled data set to start from, and the surrogate that is trained on it to be the first teacher. */
export interface DataStart {
  readonly data: Dataset;
  /** Default a Gaussian process. */
  readonly teacher?: Surrogate;
}

/** One study, declared as a value: importing it runs nothing. */
export interface Scenario<P extends Parameters = Parameters, O extends Outputs = Outputs> {
  readonly name: string;
  readonly description?: string;
  /** Model A. Either this or `start`. */
  readonly simulator?: Simulator<P, O>;
  /** Data to start from in place of a simulator. */
  readonly start?: DataStart;
  /** Names every random stream of the study. Default 1. */
  readonly seed?: number;
  readonly chain?: readonly Stage<Model>[];
  readonly search?: SimulatorSearch<P, O> | SurrogateSearch<P, O>;
  readonly compare?: Comparison;
  /** When a study whose simulator fails is given up; false for never. */
  readonly breaker?: Breaker | false;
}

/** A scenario of any simulator. */
// biome-ignore lint/suspicious/noExplicitAny: objectives are contravariant in the point, and only `any` accepts every scenario
export type AnyScenario = Scenario<any, any>;

const brand = Symbol.for('imago.scenario');

type Search = SimulatorSearch<Parameters, Outputs> | SurrogateSearch<Parameters, Outputs>;

const KEYS: Readonly<Record<keyof Scenario, true>> = {
  name: true,
  description: true,
  simulator: true,
  start: true,
  seed: true,
  chain: true,
  search: true,
  compare: true,
  breaker: true,
};
const GOAL = { on: true, minimize: true, maximize: true, subjectTo: true, initial: true, data: true } as const;
const ON_SIMULATOR: Readonly<Record<keyof SimulatorSearch<Parameters, Outputs>, true>> = {
  ...GOAL,
  optimizer: true,
  budget: true,
  batch: true,
  asynchronous: true,
};
const ON_STAGE: Readonly<Record<keyof SurrogateSearch<Parameters, Outputs>, true>> = {
  ...GOAL,
  minimizer: true,
  rounds: true,
  confirm: true,
};
const BREAKER: Readonly<Record<keyof Breaker, true>> = { least: true, share: true, alike: true };
const RESERVED = ['simulator', 'search', 'compare'];

/** Declares a study; throws `invalid-scenario` with the place and the value when it cannot be run. */
export function defineScenario<P extends Parameters, O extends Outputs>(scenario: Scenario<P, O>): Scenario<P, O> {
  ensure(
    typeof scenario === 'object' && scenario !== null,
    'invalid-scenario',
    `a scenario must be an object, got ${show(scenario)}`,
  );
  const { name, simulator, start, seed, chain = [], search, compare, breaker } = scenario as AnyScenario;
  ensure(typeof name === 'string' && name !== '', 'invalid-scenario', `a scenario needs a name, got ${show(name)}`);
  const check: ScenarioCheck = new ScenarioCheck(name);
  check.keys('', scenario, Object.keys(KEYS));
  check.that(
    (simulator === undefined) !== (start === undefined),
    'simulator',
    'give either a simulator or start data, not both',
  );
  check.that(
    simulator === undefined || isSimulator(simulator),
    'simulator',
    `must be made by defineSimulator(), got ${show(simulator)}`,
  );
  if (start) checkStart(start, check);
  check.that(seed === undefined || Number.isSafeInteger(seed), 'seed', `must be an integer, got ${show(seed)}`);
  const stages = [...(start ? ['teacher'] : []), ...checkChain(chain, start ? ['teacher'] : [], check)];
  check.that(
    chain.length > 0 || search !== undefined || start !== undefined,
    'chain',
    'there is neither a chain nor a search: nothing to do',
  );
  if (search !== undefined) {
    checkSearch(search as Search, simulator !== undefined, stages, check);
    checkBeginning(search as Search, simulator, check);
  }
  if (compare !== undefined) {
    check.that(simulator && search, 'compare', 'needs a simulator and a search with a goal');
    checkComparison(compare, check);
  }
  if (breaker) checkBreaker(breaker, check);
  return Object.defineProperty({ ...scenario }, brand, { value: true });
}

function checkStart({ data, teacher }: DataStart, check: ScenarioCheck): void {
  if (teacher !== undefined) check.surrogate('start.teacher', teacher);
  check.data('start.data', data);
}

/** The names of the stages. */
function checkChain(chain: readonly Stage<Model>[], taken: readonly string[], check: ScenarioCheck): string[] {
  check.list('chain', chain, 'of stages');
  const names: string[] = [];
  chain.forEach((stage, i) => {
    const at = `chain[${i}]`;
    check.that(
      typeof stage === 'object' && stage !== null,
      at,
      `must be a stage such as { name, transfer, size, student }, got ${show(stage)}`,
    );
    const { name, transfer, size, student, holdout } = stage;
    check.that(
      typeof name === 'string' && /^[\w-]+$/.test(name),
      `${at}.name`,
      `must be letters, digits, '-' and '_', got ${show(name)}`,
    );
    check.that(![...taken, ...names, ...RESERVED].includes(name), `${at}.name`, `'${name}' is taken`);
    check.sampler(`${at}.transfer`, transfer);
    if (student !== undefined) check.surrogate(`${at}.student`, student);
    check.count(`${at}.size`, size);
    check.that(
      holdout === undefined || (Number.isSafeInteger(holdout) && holdout >= 0),
      `${at}.holdout`,
      `must be a whole number of at least 0, got ${show(holdout)}`,
    );
    names.push(name);
  });
  return names;
}

function checkSearch(search: Search, hasSimulator: boolean, stages: readonly string[], check: ScenarioCheck): void {
  check.that(
    typeof search === 'object' && search !== null,
    'search',
    `must be an object such as { on, minimize }, got ${show(search)}`,
  );
  const [own, other] = isSimulatorSearch(search) ? [ON_SIMULATOR, ON_STAGE] : [ON_STAGE, ON_SIMULATOR];
  for (const key of Object.keys(search))
    check.that(
      Object.hasOwn(own, key) || !Object.hasOwn(other, key),
      `search.${key}`,
      `is only for a search on ${own === ON_SIMULATOR ? 'a stage' : 'the simulator'}, this one is on ${show(search.on)}`,
    );
  check.keys('search', search, Object.keys(own));
  const wishes = wishesOf(search);
  check.that(wishes.length > 0, 'search', 'give minimize or maximize');
  if (search.subjectTo !== undefined) check.list('search.subjectTo', search.subjectTo, 'of constraints');
  for (const quantity of [...wishes.map((wish) => wish.quantity), ...(search.subjectTo ?? [])])
    check.that(
      typeof quantity === 'string' || typeof quantity === 'function',
      'search',
      `${show(quantity)} is neither an expression nor a function`,
    );
  if (isSimulatorSearch(search)) {
    check.that(hasSimulator, 'search.on', 'there is no simulator to search on');
    if (search.optimizer !== undefined) check.optimizer('search.optimizer', search.optimizer);
    check.count('search.budget', search.budget);
    if (search.batch !== undefined) check.count('search.batch', search.batch);
    check.that(
      search.asynchronous === undefined || typeof search.asynchronous === 'boolean',
      'search.asynchronous',
      `must be true or false, got ${show(search.asynchronous)}`,
    );
    return;
  }
  check.that(
    stages.includes(search.on),
    'search.on',
    `there is no stage ${show(search.on)}; known: ${['simulator', ...stages].join(', ')}`,
  );
  check.that(
    wishes.length === 1,
    'search',
    `a search on a stage has one objective, got ${wishes.length}: search on the simulator for the trade-off between several`,
  );
  if (search.minimizer !== undefined) check.minimizer('search.minimizer', search.minimizer);
  if (search.rounds !== undefined) check.count('search.rounds', search.rounds);
  if (search.confirm !== undefined) check.count('search.confirm', search.confirm);
}

function checkBeginning(search: Search, simulator: AnyScenario['simulator'], check: ScenarioCheck): void {
  const { initial, data } = search;
  if (data !== undefined) {
    check.that(simulator, 'search.data', 'needs a simulator; without one, give the data as start.data');
    check.data('search.data', data);
    check.fits('search.data', () => rowsFor(data, simulator.space, simulator.outputs));
  }
  if (initial === undefined) return;
  check.that(simulator, 'search.initial', 'there is no simulator that could run the points');
  check.list('search.initial', initial, 'of points');
  initial.forEach((point, i) => {
    check.that(
      typeof point === 'object' && point !== null,
      `search.initial[${i}]`,
      `must be a point such as { ${simulator.space.names[0]}: ... }, got ${show(point)}`,
    );
    check.fits(`search.initial[${i}]`, () => simulator.space.encode(point as Readonly<Record<string, Scalar>>));
  });
  const first = initial.length + (data ? 1 : 0);
  check.that(
    !isSimulatorSearch(search) || first <= search.budget,
    'search.initial',
    `has ${initial.length} points${data ? ' and the best of the data is run once' : ''}, which is more than the budget of ${isSimulatorSearch(search) ? search.budget : 0} runs`,
  );
}

function checkComparison({ optimizers, budget, batch }: Comparison, check: ScenarioCheck): void {
  check.list('compare.optimizers', optimizers, 'of optimizers');
  check.that(optimizers.length > 0, 'compare.optimizers', 'is empty');
  optimizers.forEach((optimizer, i) => {
    const at = `compare.optimizers[${i}]`;
    check.optimizer(at, optimizer);
    check.that(
      optimizers.findIndex(({ name }) => name === optimizer.name) === i,
      at,
      `'${optimizer.name}' is there twice; results could not tell them apart`,
    );
  });
  check.count('compare.budget', budget);
  if (batch !== undefined) check.count('compare.batch', batch);
}

function checkBreaker(breaker: Breaker, check: ScenarioCheck): void {
  check.keys('breaker', breaker, Object.keys(BREAKER));
  const { least, share, alike } = breaker;
  if (least !== undefined) check.count('breaker.least', least);
  if (alike !== undefined) check.count('breaker.alike', alike);
  check.that(
    share === undefined || (share > 0 && share <= 1),
    'breaker.share',
    `must be a number above 0 and at most 1, got ${show(share)}`,
  );
}

/** Whether a value is a scenario, also one made by another copy of this package. */
export function isScenario(value: unknown): value is AnyScenario {
  return typeof value === 'object' && value !== null && brand in value;
}

/** Whether the search runs the simulator rather than a stage. */
export function isSimulatorSearch<P extends Parameters, O extends Outputs>(
  search: SimulatorSearch<P, O> | SurrogateSearch<P, O>,
): search is SimulatorSearch<P, O> {
  return search.on === 'simulator';
}

/** What a scenario asks about: the space and outputs of its simulator or of its data. */
export function subjectOf(scenario: AnyScenario): { readonly space: Space; readonly outputs: readonly Output[] } {
  return (scenario.simulator ?? scenario.start?.data) as { space: Space; outputs: readonly Output[] };
}
