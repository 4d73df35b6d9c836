import { show } from '../../core/errors.ts';
import type { Minimizer } from '../../core/optimizer.ts';
import type { Outputs } from '../../core/output.ts';
import type { Parameters, Scalar } from '../../core/space/parameter.ts';
import { firstRuns } from './confirmation.ts';
import { rowsFor } from './foreign-rows.ts';
import {
  type AnyScenario,
  isSimulatorSearch,
  type SimulatorSearch,
  type SurrogateSearch,
  wishesOf,
} from './scenario.ts';
import type { ScenarioCheck } from './scenario-check.ts';
import { SIMULATOR, wayTo } from './stage.ts';

type Search = SimulatorSearch<Parameters, Outputs> | SurrogateSearch<Parameters, Outputs>;

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

/** Checks the search of a scenario, on its simulator or on one of `stages`. */
export function checkSearch(
  search: Search,
  scenario: AnyScenario,
  stages: readonly string[],
  check: ScenarioCheck,
): void {
  const { simulator } = scenario;
  checkGoal(search, simulator !== undefined, stages, check);
  checkSearched(search, scenario, check);
  checkBeginning(search, simulator, check);
  checkConfirmation(search, simulator, check);
}

function checkGoal(search: Search, hasSimulator: boolean, stages: readonly string[], check: ScenarioCheck): void {
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
