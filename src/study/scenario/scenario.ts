import type { Dataset } from '../../core/dataset.ts';
import { ImagoError, type Place } from '../../core/errors.ts';
import type { Evaluation, Task } from '../../core/evaluation.ts';
import type { Model, Surrogate } from '../../core/model.ts';
import type { Minimizer, Optimizer } from '../../core/optimizer.ts';
import { calledAs, isOracle, type Oracle } from '../../core/oracle.ts';
import type { Output, Outputs, OutputValues } from '../../core/output.ts';
import type { Run } from '../../core/run.ts';
import type { Simulator } from '../../core/simulator.ts';
import type { Parameters, Point } from '../../core/space/parameter.ts';
import type { Space } from '../../core/space/space.ts';
import { reasonOf } from '../../core/thrown.ts';
import type { Breaker } from './breaker.ts';
import type { Stage } from './stage.ts';

/** A point's values and the outputs there, by name. */
export type Values<P extends Parameters, O extends Outputs> = Point<P> & OutputValues<O>;

/** A quantity to optimize: the text of an expression such as `cl / cd`, or a function of a point's values and outputs. */
export type Quantity<P extends Parameters, O extends Outputs> = string | ((values: Values<P, O>) => number);

/**
 * What to minimize or maximize, and subject to what: one quantity, or several for the trade-off between them. A constraint in text is a
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

/** How a stochastic simulator is asked again before a point is reported; a search for several objectives repeats nothing. */
export interface Confirmation {
  /**
   * Runs on fresh random streams that choose among the best points and tell what the reported one is worth; 0 for none. Default a quarter of all runs, at most 84, or
   * 124 where there are constraints on outputs.
   */
  readonly runs?: number;
}

/** Optimize by running the simulator where it pays. */
export interface SimulatorSearch<P extends Parameters, O extends Outputs> extends Goal<P, O>, Beginning<P> {
  readonly on: 'simulator';
  /** Default `autoOptimizer` on Gaussian processes; `pareto` with several objectives. */
  readonly optimizer?: Optimizer;
  /**
   * Simulator runs of the search and its confirmation, the chain's own not counted. Of a simulator with a resolution, runs at the finest level: coarser ones
   * count by their cost.
   */
  readonly budget: number;
  /** Of the budget, what a stochastic simulator's best points are run again. */
  readonly confirm?: Confirmation;
  /** Points proposed at a time. Default 1. */
  readonly batch?: number;
  /** Whether to keep `batch` points in flight, and propose the next one as soon as any answer is there. Default false. */
  readonly asynchronous?: boolean;
}

/** Optimize on a fitted stage in place of the simulator, confirm by the simulator, refit, and again. */
export interface SurrogateSearch<P extends Parameters, O extends Outputs> extends Goal<P, O>, Beginning<P> {
  /** The name of a stage. */
  readonly on: string;
  /** Default CMA-ES. */
  readonly minimizer?: Minimizer;
  /** Refinement rounds. Default 3. */
  readonly rounds?: number;
  /** Simulator runs in each round. Default 5. With `runs`, what a stochastic simulator's best points are run again after the last. */
  readonly confirm?: number | (Confirmation & { readonly each?: number });
}

/** Optimizers that run on the simulator directly, to see what the surrogate saves. */
export interface Comparison {
  readonly optimizers: readonly Optimizer[];
  /** Simulator runs of each. */
  readonly budget: number;
  /** Points proposed at a time. Default 1. */
  readonly batch?: number;
}

/** What a study starts from in place of a simulator: a labeled data set, a teacher from outside, or both. */
export interface DataStart {
  /** May be left out only where the teacher is an oracle. */
  readonly data?: Dataset;
  /**
   * A surrogate, which learns `data` to be the first teacher; or an oracle, which is asked as it is: a function, a model, a file. Its space and outputs
   * are those of `data`. Default `auto`.
   */
  readonly teacher?: Surrogate | Oracle;
  /** Rows that nothing in the chain learns: every stage is judged on them. */
  readonly test?: Dataset;
  /** Rows of the same source without labels, for samplers that draw points like those seen. Labels, if it has some, are not looked at, nor rows of `data` among them. */
  readonly pool?: Dataset;
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
  /** Fresh runs of the simulator, uniform over the space, which nothing in the chain learns: every stage is judged on them. Default none. */
  readonly test?: number;
  readonly search?: SimulatorSearch<P, O> | SurrogateSearch<P, O>;
  readonly compare?: Comparison;
  /** When a study whose simulator fails is given up; false for never. */
  readonly breaker?: Breaker | false;
}

/** A scenario of any simulator. */
// biome-ignore lint/suspicious/noExplicitAny: objectives are contravariant in the point, and only `any` accepts every scenario
export type AnyScenario = Scenario<any, any>;

const brand = Symbol.for('imago.scenario');

/** Marks what has been checked, see `defineScenario`. */
export function markScenario<S extends AnyScenario>(scenario: S): S {
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
  const { simulator, start } = scenario;
  return (simulator ?? start?.data ?? start?.teacher) as { space: Space; outputs: readonly Output[] };
}

/**
 * The teacher that a study starts from, where it is asked as it is: in the space and with the outputs of the study. What it throws is told in a sentence: it
 * is the author's, and no mistake in imago.
 */
export function outsideTeacher(scenario: AnyScenario): Oracle | undefined {
  const teacher = scenario.start?.teacher;
  if (!isOracle(teacher)) return undefined;
  async function* evaluate(tasks: Iterable<Task>, run: Run): AsyncGenerator<readonly Evaluation[]> {
    try {
      yield* (teacher as Oracle).evaluate(tasks, run);
    } catch (error) {
      if (error instanceof ImagoError) throw error;
      throw new ImagoError('plugin', `${calledAs(teacher as Oracle)} failed: ${reasonOf(error)}`, { cause: error });
    }
  }
  return { ...teacher, ...subjectOf(scenario), evaluate };
}
