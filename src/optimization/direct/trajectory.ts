import { PointSet } from '../../core/space/point-set.ts';
import type { Space } from '../../core/space/space.ts';
import { canonicalRows, randomPoint } from '../../core/space/space-points.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import type { AskTell, SearchState } from '../../numerics/minimize/ask-tell.ts';
import type { Rng } from '../../numerics/random.ts';
import { DIRECT_POLICY } from './policy.ts';

/** How a search begins: `seeds` are known good points, best first (k x d, k may be 0); `restart` counts from 0. */
export type Begin = (space: Space, seeds: Matrix, restart: number, rng: Rng) => AskTell<SearchState>;

/**
 * A derivative-free search in canonical points that begins anew when it has converged. It is a function of the seeds, the
 * stream and the values told, so it can be replayed.
 */
export class Trajectory {
  readonly #space: Space;
  readonly #seeds: Matrix;
  readonly #begin: Begin;
  readonly #rng: Rng;
  readonly #visited = new PointSet();
  #restart = -1;
  #idle = 0;
  #fruitless = 0;
  #algorithm!: AskTell<SearchState>;
  #state!: SearchState;

  constructor(space: Space, seeds: Matrix, begin: Begin, rng: Rng) {
    this.#space = space;
    this.#seeds = seeds;
    this.#begin = begin;
    this.#rng = rng;
    this.#renew();
  }

  get #stream(): Rng {
    return this.#rng.child(`restart/${this.#restart}`);
  }

  #renew(): void {
    this.#restart++;
    this.#idle = 0;
    this.#algorithm = this.#begin(this.#space, this.#seeds, this.#restart, this.#stream);
    this.#state = this.#algorithm.initial(this.#stream);
  }

  /** Whether the last few searches have brought no new point: a finite space is as good as exhausted. */
  get isFruitless(): boolean {
    return this.#fruitless >= DIRECT_POLICY.restart.fruitlessSearches;
  }

  /** The points to evaluate next, q x d, canonical; some may be equal to each other or to earlier ones. */
  ask(): Matrix {
    return canonicalRows(this.#space, this.#algorithm.ask(this.#state));
  }

  /** Goes on with the values of the points asked for; Infinity and NaN are worse than any number. */
  tell(asked: Matrix, values: Float64Array): void {
    let fresh = 0;
    for (let i = 0; i < asked.rows; i++) {
      if (!this.#visited.has(asked.row(i))) fresh++;
      this.#visited.add(asked.row(i));
    }
    this.#idle = fresh > 0 ? 0 : this.#idle + 1;
    if (fresh > 0) this.#fruitless = 0;
    this.#state = this.#algorithm.tell(this.#state, values, this.#stream);
    const { stop, iteration, bestValue } = this.#state;
    const barren = iteration >= DIRECT_POLICY.restart.barrenAsks && !(bestValue < Number.POSITIVE_INFINITY);
    if (stop === undefined && this.#idle < DIRECT_POLICY.restart.idleAsks && !barren) return;
    if (this.#idle > 0) this.#fruitless++;
    this.#renew();
  }
}

/** Where the `restart`-th search starts: at the seed of that rank, and when the seeds are used up anywhere. */
export function startOf(space: Space, seeds: Matrix, restart: number, rng: Rng): Float64Array {
  return restart < seeds.rows ? seeds.row(restart).slice() : randomPoint(space, rng.child('start'));
}
