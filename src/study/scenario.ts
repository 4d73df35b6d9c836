import type { Dataset } from '../core/dataset.ts';
import { ensure, show } from '../core/errors.ts';
import type { Model, Surrogate } from '../core/model.ts';
import type { Minimizer, Optimizer } from '../core/optimizer.ts';
import type { Output, Outputs, OutputValues } from '../core/output.ts';
import type { Parameters, Point } from '../core/parameter.ts';
import { isSimulator, type Simulator } from '../core/simulator.ts';
import type { Space } from '../core/space.ts';
import type { Stage } from '../core/stage.ts';

/** A point's values and the outputs there, by name. */
export type Values<P extends Parameters, O extends Outputs> = Point<P> & OutputValues<O>;

/** A quantity to optimise: the text of an expression such as `cl / cd`, or a function of a point's values and outputs. */
export type Quantity<P extends Parameters, O extends Outputs> = string | ((values: Values<P, O>) => number);

/** What to minimise or maximise, and subject to what. A constraint in text is a comparison; a function is feasible where it is <= 0. */
export interface Goal<P extends Parameters, O extends Outputs> {
  readonly minimize?: Quantity<P, O>;
  readonly maximize?: Quantity<P, O>;
  readonly subjectTo?: readonly Quantity<P, O>[];
}

/** Optimise by running the simulator where it pays. */
export interface SimulatorSearch<P extends Parameters, O extends Outputs> extends Goal<P, O> {
  readonly on: 'simulator';
  /** Default `bayesian` on a Gaussian process. */
  readonly optimizer?: Optimizer;
  /** Simulator runs of the search, the chain's own not counted. */
  readonly budget: number;
  /** Points proposed at a time. Default 1. */
  readonly batch?: number;
}

/** Optimise on a fitted stage in place of the simulator, confirm by the simulator, refit, and again. */
export interface SurrogateSearch<P extends Parameters, O extends Outputs> extends Goal<P, O> {
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
}

/** A scenario of any simulator. */
// biome-ignore lint/suspicious/noExplicitAny: objectives are contravariant in the point, and only `any` accepts every scenario
export type AnyScenario = Scenario<any, any>;

const brand = Symbol.for('imago.scenario');

/** Declares a study; throws `invalid-scenario` with the place and the value when it cannot be run. */
export function defineScenario<P extends Parameters, O extends Outputs>(scenario: Scenario<P, O>): Scenario<P, O> {
  ensure(
    typeof scenario.name === 'string' && scenario.name !== '',
    'invalid-scenario',
    `a scenario needs a name, got ${show(scenario.name)}`,
  );
  const fail = (place: string, message: string) => `scenario '${scenario.name}', ${place}: ${message}`;
  const positive = (place: string, value: number | undefined) =>
    ensure(
      value === undefined || (Number.isSafeInteger(value) && value > 0),
      'invalid-scenario',
      fail(place, `must be a positive integer, got ${show(value)}`),
    );
  const { simulator, start, seed, chain = [], search, compare } = scenario;
  ensure(
    (simulator === undefined) !== (start === undefined),
    'invalid-scenario',
    fail('simulator', 'give either a simulator or start data, not both'),
  );
  ensure(
    simulator === undefined || isSimulator(simulator),
    'invalid-scenario',
    fail('simulator', `must be made by defineSimulator(), got ${show(simulator)}`),
  );
  ensure(
    seed === undefined || Number.isSafeInteger(seed),
    'invalid-scenario',
    fail('seed', `must be an integer, got ${show(seed)}`),
  );

  const names = start ? ['teacher'] : [];
  chain.forEach((stage, i) => {
    ensure(
      typeof stage.name === 'string' && /^[\w-]+$/.test(stage.name),
      'invalid-scenario',
      fail(`chain[${i}].name`, `must be letters, digits, '-' and '_', got ${show(stage.name)}`),
    );
    ensure(
      !names.includes(stage.name) && !['simulator', 'search', 'compare'].includes(stage.name),
      'invalid-scenario',
      fail(`chain[${i}].name`, `'${stage.name}' is taken`),
    );
    ensure(
      typeof stage.transfer === 'function',
      'invalid-scenario',
      fail(`chain[${i}].transfer`, `must be a sampler such as latinHypercube(), got ${show(stage.transfer)}`),
    );
    ensure(
      typeof stage.student?.fit === 'function',
      'invalid-scenario',
      fail(`chain[${i}].student`, `must be a surrogate such as gaussianProcess(), got ${show(stage.student)}`),
    );
    ensure(stage.size !== undefined, 'invalid-scenario', fail(`chain[${i}].size`, 'is missing'));
    positive(`chain[${i}].size`, stage.size);
    names.push(stage.name);
  });
  ensure(
    chain.length > 0 || search !== undefined || start !== undefined,
    'invalid-scenario',
    fail('chain', 'there is neither a chain nor a search: nothing to do'),
  );

  if (search) {
    ensure(
      (search.minimize === undefined) !== (search.maximize === undefined),
      'invalid-scenario',
      fail('search', 'give either minimize or maximize'),
    );
    for (const quantity of [search.minimize ?? search.maximize, ...(search.subjectTo ?? [])])
      ensure(
        typeof quantity === 'string' || typeof quantity === 'function',
        'invalid-scenario',
        fail('search', `${show(quantity)} is neither an expression nor a function`),
      );
    if (isSimulatorSearch(search)) {
      ensure(simulator, 'invalid-scenario', fail('search.on', 'there is no simulator to search on'));
      ensure(search.budget !== undefined, 'invalid-scenario', fail('search.budget', 'is missing'));
      positive('search.budget', search.budget);
      positive('search.batch', search.batch);
    } else {
      ensure(
        names.includes(search.on),
        'invalid-scenario',
        fail('search.on', `there is no stage '${search.on}'; known: ${['simulator', ...names].join(', ')}`),
      );
      positive('search.rounds', search.rounds);
      positive('search.confirm', search.confirm);
    }
  }
  if (compare) {
    ensure(simulator && search, 'invalid-scenario', fail('compare', 'needs a simulator and a search with a goal'));
    ensure(compare.optimizers.length > 0, 'invalid-scenario', fail('compare.optimizers', 'is empty'));
    positive('compare.budget', compare.budget);
    positive('compare.batch', compare.batch);
  }
  return Object.defineProperty({ ...scenario }, brand, { value: true });
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
