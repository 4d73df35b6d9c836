import { Dataset } from '../core/dataset.ts';
import { ensure, ImagoError, show } from '../core/errors.ts';
import type { Optimizer, StopReason } from '../core/optimizer.ts';
import type { Outputs, OutputValues, RunAnswer } from '../core/output.ts';
import { readOutputs } from '../core/perform.ts';
import type { Problem } from '../core/problem.ts';
import type { Run } from '../core/run.ts';
import { defineSimulator } from '../core/simulator.ts';
import type { Parameters, Point, Scalar } from '../core/space/parameter.ts';
import type { Space } from '../core/space/space.ts';
import { reasonOf } from '../core/thrown.ts';
import { datasetFromCsv, datasetToCsv } from '../data/csv.ts';
import { Matrix } from '../numerics/matrix.ts';
import { Rng } from '../numerics/random.ts';
import { atReportedLevel } from '../optimization/multi-resolution/slice.ts';
import { defaultOptimizer } from './defaults.ts';
import { defineScenario } from './scenario/define-scenario.ts';
import { rowsFor } from './scenario/foreign-rows.ts';
import { problemOf } from './scenario/goal.ts';
import type { Goal } from './scenario/scenario.ts';
import { objectivesInUsersSense } from './search/curve.ts';
import { namedOutputs } from './summary.ts';

/** What is to be searched by {@link askTell}. */
export interface AskTellDefinition<P extends Parameters, O extends Outputs> extends Goal<P, O> {
  readonly parameters: P;
  readonly outputs: O;
  /** Answers from before: a data set, or the text that `toCsv` gave. */
  readonly data?: Dataset | string;
  /** Equal points may give different answers, as in a laboratory. Default false. */
  readonly stochastic?: boolean;
  /** How many answers you expect to tell, those of `data` not counted: it sets how many of the first points cover the space. You may ask for more. Default 50. */
  readonly budget?: number;
  /** Names the random stream. Default 1. */
  readonly seed?: number;
  /** Default: what a study uses that searches its simulator. */
  readonly optimizer?: Optimizer;
}

/** One point with its answer. */
export interface Told<P extends Parameters, O extends Outputs> {
  readonly point: Point<P>;
  readonly outputs: OutputValues<O>;
  /** In your own sense, in the order of `minimize`, then `maximize`. */
  readonly objectives: readonly number[];
  readonly feasible: boolean;
}

const DEFAULT_BUDGET = 50;

/**
 * A search whose runs take place elsewhere: in a laboratory, by hand, in a page, in a loop of your own. `ask` proposes points, `tell` takes
 * answers, in any order. With the same seed it asks what a study asks that searches a simulator with these answers. Throws where
 * parameters, outputs, goal or data are malformed.
 */
export async function askTell<const P extends Parameters, const O extends Outputs>(
  definition: AskTellDefinition<P, O>,
  run: Partial<Omit<Run, 'rng' | 'progress'>> = {},
): Promise<AskTell<P, O>> {
  const { parameters, outputs, minimize, maximize, subjectTo, data, stochastic = false, optimizer } = definition;
  const { budget = DEFAULT_BUDGET, seed = 1 } = definition;
  const unable = () => {
    throw new ImagoError('invalid-argument', 'the simulator of askTell runs nothing: its answers are told');
  };
  const subject = defineSimulator<P, O>(null, { name: 'askTell', stochastic, parameters, outputs, run: unable });
  const search = { on: 'simulator' as const, budget, ...(optimizer && { optimizer }) };
  const goal: Goal<P, O> = {
    ...(minimize && { minimize }),
    ...(maximize && { maximize }),
    ...(subjectTo && { subjectTo }),
  };
  defineScenario({ name: 'askTell', simulator: subject, seed, search: { ...search, ...goal } });
  const problem = await problemOf(goal, subject.space, subject.outputs);
  const known =
    typeof data === 'string' ? datasetFromCsv(data, { space: subject.space as Space, outputs: subject.outputs }) : data;
  const chosen = atReportedLevel(optimizer ?? defaultOptimizer(problem, stochastic));
  const asking: Run = { clock: () => 0, ...run, rng: new Rng(String(seed)).child('search').child('suggest') };
  const start = known ? rowsFor(known, problem.space, problem.outputs) : Dataset.empty(problem.space, problem.outputs);
  return new AskTell(problem, chosen, asking, start, budget);
}

/** A search that is asked and told; made by {@link askTell}. */
export class AskTell<P extends Parameters = Parameters, O extends Outputs = Outputs> {
  readonly #problem: Problem;
  readonly #optimizer: Optimizer;
  readonly #run: Run;
  readonly #budget: number;
  readonly #given: number;
  #data: Dataset;
  #pending: readonly Float64Array[] = [];
  #stop: StopReason | undefined;

  /** @internal */
  constructor(problem: Problem, optimizer: Optimizer, run: Run, start: Dataset, budget: number) {
    this.#problem = problem;
    this.#optimizer = optimizer;
    this.#run = run;
    this.#budget = budget;
    this.#data = start;
    this.#given = start.size;
  }

  /** All answers in the order of `tell`: what a surrogate's `fit` takes. */
  get data(): Dataset {
    return this.#data;
  }

  /** Points that were asked and have no answer yet. */
  get pending(): Point<P>[] {
    return this.#pending.map((u) => this.#pointAt(u));
  }

  /** Why nothing more was proposed when it was last asked. */
  get stop(): StopReason | undefined {
    return this.#stop;
  }

  /**
   * The point to try next, or `count` of them to try at the same time; fewer where no more are left, and an error where none is. What was asked before and has no
   * answer is taken to be under way.
   */
  ask(): Promise<Point<P>>;
  ask(count: number): Promise<Point<P>[]>;
  async ask(count?: number): Promise<Point<P> | Point<P>[]> {
    ensure(
      count === undefined || (Number.isSafeInteger(count) && count > 0),
      'invalid-argument',
      `ask: how many points must be a whole number above 0, got ${show(count)}`,
    );
    const wanted = count ?? 1;
    const { space } = this.#problem;
    const knowledge = {
      history: this.#data,
      pending: Matrix.from(this.#pending, space.dimension),
      remaining: Math.max(wanted, this.#left),
    };
    const { x, stop } = await this.#optimizer.suggest(this.#problem, knowledge, wanted, this.#run);
    this.#stop = stop;
    const rows = Array.from({ length: x.rows }, (_, i) => x.row(i).slice());
    this.#pending = [...this.#pending, ...rows];
    if (count !== undefined) return rows.map((u) => this.#pointAt(u));
    ensure(
      rows.length > 0,
      'no-data',
      () =>
        `ask: nothing is left to try (${stop ?? 'answers are waited for'}); best() has the best point, tell() takes answers`,
    );
    return this.#pointAt(rows[0]);
  }

  /** Asks point by point until the budget is spent or nothing is left to try: `for await (const point of search) search.tell(point, ...)`. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Point<P>, void> {
    while (this.#left > 0) {
      const [point] = await this.ask(1);
      if (point === undefined) return;
      yield point;
    }
  }

  /**
   * What came of a point, asked or not: each output by its name, or an error where it failed. An answer that is not finite or outside its
   * `valid` range counts as failed. Throws `invalid-data` where the point is none of the space or an output is missing.
   */
  tell(point: Partial<Point<P>>, answer: RunAnswer<O> | Error): void {
    const { space, outputs } = this.#problem;
    const told = point as Readonly<Record<string, Scalar | undefined>>;
    const at = this.#pending.findIndex((u) => isSame(space.decode(u), told));
    const shared = {
      id: `told/${this.#data.size}`,
      u: at < 0 ? space.encode(told) : this.#pending[at],
      milliseconds: 0,
    };
    const read =
      answer instanceof Error ? { cause: 'threw' as const, reason: reasonOf(answer) } : readOutputs(outputs, answer);
    if ('cause' in read && read.cause === 'missing-output')
      throw new ImagoError('invalid-data', `tell: ${read.reason.replace('; run returned', '; given was')}`);
    this.#data = this.#data.append([
      'values' in read ? { ...shared, status: 'completed', ...read } : { ...shared, status: 'failed', ...read },
    ]);
    this.#pending = this.#pending.filter((_, i) => i !== at);
  }

  /** The best answer so far, of infeasible ones the least infeasible; undefined before there is one. Throws with several objectives. */
  best(): Told<P, O> | undefined {
    const { objectives } = this.#problem;
    ensure(
      objectives.length === 1,
      'invalid-argument',
      () =>
        `best: there are ${objectives.length} objectives, so there is no single best point; front() has the trade-off`,
    );
    const best = this.#problem.best(this.#data);
    return best && this.#told(best.row);
  }

  /** The feasible answers that no other one is better than in every objective. */
  front(): Told<P, O>[] {
    return this.#problem.front(this.#data).map((row) => this.#told(row));
  }

  /** Everything that is known as CSV text, failures with their reason; `data` takes it again. */
  toCsv(): string {
    return datasetToCsv(this.#data);
  }

  /** Of the budget, what was neither asked nor told. */
  get #left(): number {
    return this.#budget - (this.#data.size - this.#given) - this.#pending.length;
  }

  #told(row: number): Told<P, O> {
    const { objectives, violation } = this.#problem.score(this.#data.x.select([row]), this.#data.y.select([row]));
    return {
      point: this.#pointAt(this.#data.x.row(row)),
      outputs: namedOutputs(this.#problem.outputs, this.#data.y.row(row)) as OutputValues<O>,
      objectives: objectivesInUsersSense(this.#problem, objectives.row(0)),
      feasible: violation[0] === 0,
    };
  }

  #pointAt(u: Float64Array): Point<P> {
    return this.#problem.space.decode(u) as Point<P>;
  }
}

/** Whether two points have the same values; inactive parameters may be left out. */
function isSame(
  a: Readonly<Record<string, Scalar | undefined>>,
  b: Readonly<Record<string, Scalar | undefined>>,
): boolean {
  return [...Object.keys(a), ...Object.keys(b)].every((name) => a[name] === b[name]);
}
