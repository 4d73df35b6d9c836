import type { Dataset } from '../../core/dataset.ts';
import { ensure } from '../../core/errors.ts';
import { type Factory, factory } from '../../core/factory.ts';
import type { Knowledge, Optimizer, Suggestion } from '../../core/optimizer.ts';
import { notNegative, number, type OptionsOf, option, whole } from '../../core/options.ts';
import type { Problem } from '../../core/problem.ts';
import { type Run, throwIfCancelled } from '../../core/run.ts';
import { PointSet } from '../../core/space/point-set.ts';
import { canonicalRows, unseenPoint } from '../../core/space/space-points.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { nsga2 as algorithm, type Nsga2, type Nsga2State } from '../../numerics/minimize/nsga2.ts';
import { DIRECT_POLICY } from './policy.ts';
import { startsWith } from './replay.ts';

const OPTIONS = {
  population: option(whole({ from: 4 }), 'The number of members, an even one.', 100),
  crossover: option(number({ from: 0, to: 1 }), 'The chance that two parents are crossed.', 0.9),
  mutation: option(number({ from: 0, to: 1 }), 'The chance that a coordinate mutates. Default 1 / d.'),
  crossoverIndex: option(
    notNegative,
    'Distribution index of the simulated binary crossover; larger keeps children nearer to their parents.',
    15,
  ),
  mutationIndex: option(notNegative, 'Distribution index of the polynomial mutation.', 20),
};

/** Options of {@link nsga2}. */
export type Nsga2Options = OptionsOf<typeof OPTIONS>;

/**
 * NSGA-II on one or more objectives with constraints [Deb2002], a baseline without a model. A function of its arguments: it replays
 * the generations that the history has answered. So the caller passes the same run at each call.
 */
export const nsga2: Factory<Nsga2Options, Optimizer> = factory('nsga2', OPTIONS, (options) => {
  ensure(
    options.population % 2 === 0,
    'invalid-argument',
    `nsga2: population must be an even number, got ${options.population}`,
  );
  let kept: Generations | undefined;
  return {
    name: 'NSGA-II',
    async suggest(problem, knowledge, count, run) {
      if (!kept?.precedes(problem, knowledge.history, run)) kept = new Generations(problem, options, run);
      kept.extend(knowledge.history);
      return suggestFrom(kept, problem, knowledge, Math.min(count, knowledge.remaining), run);
    },
  };
});

function suggestFrom(
  generations: Generations,
  { space }: Problem,
  { history, pending }: Knowledge,
  wanted: number,
  run: Run,
): Suggestion {
  const flying = PointSet.of(pending);
  const chosen = generations.open(run).filter((u) => !flying.has(u));
  if (!generations.isIdle) return { x: Matrix.from(chosen.slice(0, wanted), space.dimension) };
  const seen = { has: (u: Float64Array) => flying.has(u) || generations.rows.has(u) };
  while (chosen.length < wanted) {
    const u = unseenPoint(space, seen, run.rng.child(`left/${history.size + pending.rows + chosen.length}`));
    if (!u) return { x: Matrix.from(chosen, space.dimension), stop: 'exhausted' };
    flying.add(u);
    chosen.push(u);
  }
  return { x: Matrix.from(chosen, space.dimension) };
}

/** The generations that a history has answered, and the first one that it has not. */
class Generations {
  /** The row of the history where each point was answered. */
  readonly rows: PointSet = new PointSet();
  readonly #problem: Problem;
  readonly #algorithm: Nsga2;
  readonly #run: Run;
  #history: Dataset | undefined;
  #state: Nsga2State;
  #idle = 0;

  constructor(problem: Problem, options: Nsga2Options, run: Run) {
    this.#problem = problem;
    this.#algorithm = algorithm({ ...options, dimension: problem.space.dimension });
    this.#run = run;
    this.#state = this.#algorithm.initial(run.rng);
  }

  /** Whether these are generations of the same search over a first part of this history. */
  precedes(problem: Problem, { x, y }: Dataset, run: Run): boolean {
    return (
      problem === this.#problem &&
      run.rng.path === this.#run.rng.path &&
      (this.#history === undefined ||
        (this.#history.size <= x.rows &&
          startsWith(x.data, this.#history.x.data) &&
          startsWith(y.data, this.#history.y.data)))
    );
  }

  /** Takes in the rows that the history has beyond those known. */
  extend(history: Dataset): void {
    for (let i = this.#history?.size ?? 0; i < history.size; i++) this.rows.add(history.x.row(i), i);
    this.#history = history;
  }

  get isIdle(): boolean {
    return this.#idle >= DIRECT_POLICY.restart.idleAsks;
  }

  /** The points of the first generation that is not answered whole, each once; empty when no generation brings a new point any more. */
  open(run: Run): Float64Array[] {
    while (!this.isIdle) {
      throwIfCancelled(run);
      const x = canonicalRows(this.#problem.space, this.#state.points);
      const open = new Map<string, Float64Array>();
      for (let i = 0; i < x.rows; i++) if (!this.rows.has(x.row(i))) open.set(x.row(i).join(), x.row(i));
      if (open.size > 0) {
        this.#idle = 0;
        return [...open.values()];
      }
      this.#idle++;
      const answered = (this.#history as Dataset).select(
        Array.from({ length: x.rows }, (_, i) => this.rows.get(x.row(i)) as number),
      );
      const { objectives, violation } = this.#problem.score(x, answered.y);
      this.#state = this.#algorithm.tell({ ...this.#state, points: x }, { objectives, violation }, this.#run.rng);
    }
    return [];
  }
}
