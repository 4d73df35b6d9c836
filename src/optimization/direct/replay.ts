import type { Dataset } from '../../core/dataset.ts';
import type { Problem } from '../../core/problem.ts';
import { type Run, throwIfCancelled } from '../../core/run.ts';
import { PointSet } from '../../core/space/point-set.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { DIRECT_POLICY } from './policy.ts';
import { type Begin, Trajectory } from './trajectory.ts';

/** The indices of the values below Infinity, least first; equal values keep their order. */
export function ranked(values: ArrayLike<number>): number[] {
  return Array.from(values, (_, i) => i)
    .filter((i) => values[i] < Number.POSITIVE_INFINITY)
    .sort((a, b) => values[a] - values[b] || a - b);
}

/**
 * The search that a history belongs to. Its first rows may be other people's: the search begins after the fewest rows p such that
 * row p is among the first points that the search asks for when it is seeded with the best of the p rows before.
 *
 * A replay may be kept and extended with a longer history: that saves time and changes nothing, for it depends on the
 * rows alone.
 */
export class Replay {
  /** The merit of every point known. */
  readonly answers: PointSet = new PointSet();
  readonly #problem: Problem;
  readonly #begin: Begin;
  readonly #run: Run;
  readonly #merits: number[] = [];
  #history: Dataset;
  /** The search, once its first row is found; it has been told every generation that is answered whole. */
  #own: Trajectory | undefined;
  #foreign = 0;

  constructor(problem: Problem, history: Dataset, begin: Begin, run: Run) {
    this.#problem = problem;
    this.#begin = begin;
    this.#run = run;
    this.#history = history.select([]);
  }

  /** Whether this is a replay of the same search over a first part of this history. */
  precedes(problem: Problem, { x, y, size }: Dataset, run: Run): boolean {
    const before = this.#history;
    return (
      problem === this.#problem &&
      run.rng.path === this.#run.rng.path &&
      before.size <= size &&
      startsWith(x.data, before.x.data) &&
      startsWith(y.data, before.y.data)
    );
  }

  /** Takes in the rows that the history has beyond those known. */
  extend(history: Dataset): void {
    const fresh = history.select(
      Array.from({ length: history.size - this.#merits.length }, (_, i) => this.#merits.length + i),
    );
    this.#problem.merit(fresh.x, fresh.y).forEach((merit, i) => {
      this.answers.add(fresh.x.row(i), merit);
      this.#merits.push(merit);
    });
    this.#history = history;
  }

  /** The first points of the search without an answer, each once; undefined when it brings nothing new any more. */
  next(run: Run): Float64Array[] | undefined {
    const trajectory = this.#search();
    while (!trajectory.isFruitless) {
      throwIfCancelled(run);
      const x = trajectory.ask();
      const open = new Map<string, Float64Array>();
      const values = new Float64Array(x.rows);
      for (let i = 0; i < x.rows; i++) {
        const value = this.answers.get(x.row(i));
        if (value === undefined) open.set(x.row(i).join(), x.row(i));
        else values[i] = value;
      }
      if (open.size > 0) return [...open.values()];
      trajectory.tell(x, values);
    }
    return undefined;
  }

  #search(): Trajectory {
    if (this.#own) return this.#own;
    let seeds: string | undefined;
    let trajectory = this.#seeded([]);
    let first = new PointSet();
    for (; ; this.#foreign++) {
      const rows = ranked(this.#merits.slice(0, this.#foreign)).slice(0, DIRECT_POLICY.restart.seeds);
      if (rows.join() !== seeds) {
        seeds = rows.join();
        trajectory = this.#seeded(rows);
        first = PointSet.of(trajectory.ask());
      }
      if (this.#foreign >= this.#history.size) return trajectory;
      if (!first.has(this.#history.x.row(this.#foreign))) continue;
      this.#own = trajectory;
      return trajectory;
    }
  }

  #seeded(rows: readonly number[]): Trajectory {
    const { x } = this.#history;
    const seeds = rows.length > 0 ? x.select(rows) : new Matrix(0, x.columns);
    return new Trajectory(this.#problem.space, seeds, this.#begin, this.#run.rng);
  }
}

/** Whether the array begins with these numbers, NaN equal to itself. */
export function startsWith(array: Float64Array, prefix: Float64Array): boolean {
  if (array === prefix) return true;
  for (let i = 0; i < prefix.length; i++)
    if (array[i] !== prefix[i] && !(Number.isNaN(array[i]) && Number.isNaN(prefix[i]))) return false;
  return true;
}
