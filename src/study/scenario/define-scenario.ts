import type { Dataset } from '../../core/dataset.ts';
import { ensure, show } from '../../core/errors.ts';
import type { Minimizer } from '../../core/optimizer.ts';
import { isOracle } from '../../core/oracle.ts';
import type { Outputs } from '../../core/output.ts';
import { isSimulator } from '../../core/simulator.ts';
import type { Parameters, Scalar } from '../../core/space/parameter.ts';
import type { Breaker } from './breaker.ts';
import { checkChain } from './chain-check.ts';
import { firstRuns } from './confirmation.ts';
import { ensureAlike, poolFor, rowsFor } from './foreign-rows.ts';
import {
  type AnyScenario,
  type Comparison,
  type DataStart,
  isSimulatorSearch,
  markScenario,
  type Scenario,
  type SimulatorSearch,
  type SurrogateSearch,
  subjectOf,
  wishesOf,
} from './scenario.ts';
import { ScenarioCheck } from './scenario-check.ts';
import { DATA, SIMULATOR, TEACHER, wayTo } from './stage.ts';

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
  test: true,
};
const GOAL = { on: true, minimize: true, maximize: true, subjectTo: true, initial: true, data: true } as const;
const ON_SIMULATOR: Readonly<Record<keyof SimulatorSearch<Parameters, Outputs>, true>> = {
  ...GOAL,
  optimizer: true,
  budget: true,
  batch: true,
  asynchronous: true,
  confirm: true,
};
const ON_STAGE: Readonly<Record<keyof SurrogateSearch<Parameters, Outputs>, true>> = {
  ...GOAL,
  minimizer: true,
  rounds: true,
  confirm: true,
};
const START: Readonly<Record<keyof DataStart, true>> = { data: true, teacher: true, test: true, pool: true };
const COMPARE: Readonly<Record<keyof Comparison, true>> = { optimizers: true, budget: true, batch: true };
const BREAKER: Readonly<Record<keyof Breaker, true>> = { least: true, share: true, alike: true };

/**
 * Declares a study; throws `invalid-scenario` with the place and the value when it cannot be run. A simulator alone is enough where
 * nothing else is asked for.
 */
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
  if (start !== undefined) checkStart(start, check);
  check.that(seed === undefined || Number.isSafeInteger(seed), 'seed', `must be an integer, got ${show(seed)}`);
  const inputs = subjectOf(scenario as AnyScenario).space.dimension;
  const names = checkChain(chain, givenTeachers(scenario as AnyScenario), inputs, check);
  const stages = start && !isOracle(start.teacher) ? [TEACHER, ...names] : names;
  checkTest(scenario as AnyScenario, check);
  if (search !== undefined) {
    checkSearch(search as Search, simulator !== undefined, stages, check);
    checkSearched(search as Search, scenario as AnyScenario, check);
    checkBeginning(search as Search, simulator, check);
    checkConfirmation(search as Search, simulator, check);
  }
  if (compare !== undefined) {
    check.that(simulator && search, 'compare', 'needs a simulator and a search with a goal');
    checkComparison(compare, check);
  }
  if (breaker) checkBreaker(breaker, check);
  return markScenario(scenario);
}

/** Throws `invalid-scenario` where a scenario says nothing of what is to be done with its simulator. */
export function ensureTask({ name, start, chain = [], search }: AnyScenario): void {
  const check: ScenarioCheck = new ScenarioCheck(name);
  check.that(
    chain.length > 0 || search !== undefined || (start !== undefined && !isOracle(start.teacher)),
    'chain',
    "there is neither a chain nor a search: nothing to do. Add one, such as search: { on: simulator, minimize: mass, budget: 40 }; imago's check, sample, fit and simulators describe take the simulator as it is",
  );
}

function checkStart(start: DataStart, check: ScenarioCheck): void {
  check.that(
    typeof start === 'object' && start !== null,
    'start',
    `must be an object such as { data }, got ${show(start)}`,
  );
  check.keys('start', start, Object.keys(START));
  const { data, teacher, test, pool } = start;
  const outside = isOracle(teacher) ? teacher : undefined;
  if (teacher !== undefined && !outside) check.recipe('start.teacher', 'surrogate', teacher);
  if (data !== undefined || !outside) check.data('start.data', data);
  if (outside && data) check.fits('start.teacher', () => ensureAlike(outside, data));
  const { space, outputs } = (data ?? outside) as Dataset;
  if (pool !== undefined) {
    check.data('start.pool', pool, 'row');
    check.fits('start.pool', () => poolFor(pool, space));
  }
  if (test === undefined) return;
  check.data('start.test', test);
  check.fits('start.test', () => rowsFor(test, space, outputs));
}

/** Those who teach a chain beside its stages, the default of the first stage first. */
function givenTeachers({ start }: AnyScenario): string[] {
  if (!start) return [SIMULATOR];
  return start.data ? [TEACHER, DATA] : [TEACHER];
}

/** Rows that nothing learns: a number of fresh runs of a simulator. */
function checkTest({ test, simulator }: AnyScenario, check: ScenarioCheck): void {
  if (test === undefined) return;
  check.that(simulator, 'test', 'is a number of fresh runs of a simulator; without one, give the rows as start.test');
  check.count('test', test);
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
    if (search.optimizer !== undefined) check.recipe('search.optimizer', 'optimizer', search.optimizer);
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
  if (search.minimizer !== undefined) checkMinimizer(search.minimizer, check);
  if (search.rounds !== undefined) check.count('search.rounds', search.rounds);
}

/** A search on a stage of a simulator learns again all the way from the simulator's runs. */
function checkSearched({ on }: Search, { simulator, chain = [] }: AnyScenario, check: ScenarioCheck): void {
  const at = chain.findIndex(({ name }) => name === on);
  check.that(
    !simulator || at < 0 || wayTo(chain, SIMULATOR, at),
    'search.on',
    `a committee is on the way from the simulator to '${on}', which could not learn again from what a search runs`,
  );
}

function checkMinimizer(minimizer: Minimizer, check: ScenarioCheck): void {
  check.recipe('search.minimizer', 'minimizer', minimizer);
  check.that(
    !minimizer.needsGradient,
    'search.minimizer',
    `${minimizer.name} needs a gradient, and what a stage promises has none; take cmaEs(), differentialEvolution() or nelderMead()`,
  );
}

function checkConfirmation(search: Search, simulator: AnyScenario['simulator'], check: ScenarioCheck): void {
  const { confirm } = search;
  if (confirm === undefined) return;
  const isOnSimulator = isSimulatorSearch(search);
  if (!isOnSimulator && typeof confirm !== 'object') {
    check.count('search.confirm', confirm);
    return;
  }
  check.that(
    typeof confirm === 'object' && confirm !== null,
    'search.confirm',
    `must be an object such as { runs: 20 }, got ${show(confirm)}`,
  );
  check.keys('search.confirm', confirm, isOnSimulator ? ['runs'] : ['each', 'runs']);
  const { runs, each } = confirm as { readonly runs?: number; readonly each?: number };
  if (each !== undefined) check.count('search.confirm.each', each);
  if (runs === undefined) return;
  if (runs !== 0) check.count('search.confirm.runs', runs);
  check.that(
    simulator?.stochastic && wishesOf(search).length === 1,
    'search.confirm.runs',
    'is only for one objective of a simulator with `stochastic: true`: nothing else is run again',
  );
  const others = Math.max(1, firstRuns(search));
  check.that(
    !isOnSimulator || runs + others <= search.budget,
    'search.confirm.runs',
    `is ${runs}, which leaves no run for the search${others > 1 ? `, its initial points included,` : ''} of the budget of ${isOnSimulator ? search.budget : 0}`,
  );
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
  check.that(
    !isSimulatorSearch(search) || firstRuns(search) <= search.budget,
    'search.initial',
    `has ${initial.length} points${data ? ' and the best of the data is run once' : ''}, which is more than the budget of ${isSimulatorSearch(search) ? search.budget : 0} runs`,
  );
}

function checkComparison(compare: Comparison, check: ScenarioCheck): void {
  check.keys('compare', compare, Object.keys(COMPARE));
  const { optimizers, budget, batch } = compare;
  check.list('compare.optimizers', optimizers, 'of optimizers');
  check.that(optimizers.length > 0, 'compare.optimizers', 'is empty');
  optimizers.forEach((optimizer, i) => {
    const at = `compare.optimizers[${i}]`;
    check.recipe(at, 'optimizer', optimizer);
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
