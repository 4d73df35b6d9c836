import type { Dataset } from '../../core/dataset.ts';
import { ensure, show } from '../../core/errors.ts';
import { isOracle } from '../../core/oracle.ts';
import type { Outputs } from '../../core/output.ts';
import { isSimulator } from '../../core/simulator.ts';
import type { Parameters } from '../../core/space/parameter.ts';
import type { Breaker } from './breaker.ts';
import { checkChain } from './chain-check.ts';
import { ensureAlike, poolFor, rowsFor } from './foreign-rows.ts';
import {
  type AnyScenario,
  type Comparison,
  type DataStart,
  markScenario,
  type Scenario,
  subjectOf,
} from './scenario.ts';
import { ScenarioCheck } from './scenario-check.ts';
import { checkSearch } from './search-check.ts';
import { DATA, SIMULATOR, TEACHER } from './stage.ts';

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
  if (search !== undefined) checkSearch(search, scenario as AnyScenario, stages, check);
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
