import type { Criterion, Minimum } from '../../core/optimizer.ts';
import { withRandom } from '../../core/platform/foreign-random.ts';
import type { Space } from '../../core/space/space.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { realCoordinates } from '../inner-search/discrete-moves.ts';
import type { Descent } from '../inner-search/local-search.ts';
import type { OptimizationJs } from './package.ts';

/** Methods that go down from a start. */
export type DescentMethod = 'powell' | 'gradient-descent' | 'lbfgs';

/** Step of the differences that tell how steep a criterion without a gradient is. */
const STEP = 1e-4;

/** Ends a search of the package, which has no limit of its own. */
const ENDED = Symbol('ended');

/**
 * Descents by optimization-js with what it lacks: coordinates are folded into the cube, one descent makes at most `each` evaluations and all
 * of them `total`, a value that is not finite is higher than all others, and what is returned is the best point seen.
 */
export function descentBy(method: DescentMethod, of: OptimizationJs, each: number, total: number): Descent {
  let left = total;
  return (criterion, space, start, rng) => {
    const free = realCoordinates(space, start.u);
    if (free.length === 0 || !Number.isFinite(start.value)) return start;
    const walk = new Walk(criterion, space, start, free, Math.min(each, left));
    try {
      withRandom(rng, () => walk.by(method, of));
    } catch (error) {
      if (error !== ENDED) throw error;
    }
    left -= walk.evaluations;
    // What a gradient comes with may differ from the value in the last digit.
    const value = criterion.value(Matrix.from([walk.best]))[0];
    const evaluations = start.evaluations + walk.evaluations + 1;
    return value < start.value ? { u: walk.best, value, evaluations } : { ...start, evaluations };
  };
}

/** A point, the criterion there and its gradient. */
interface Slope {
  readonly u: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
}

/** One descent. Values are in units of the steepest slope at the start: the steps and tolerances of the package are absolute. */
class Walk {
  best: Float64Array;
  evaluations = 0;
  #least: number;
  readonly #criterion: Criterion;
  readonly #space: Space;
  readonly #start: Minimum;
  readonly #free: readonly number[];
  readonly #most: number;
  #steepness = 1;
  #highest = 0;
  #last: Slope | undefined;

  constructor(criterion: Criterion, space: Space, start: Minimum, free: readonly number[], most: number) {
    this.best = start.u;
    this.#least = start.value;
    this.#criterion = criterion;
    this.#space = space;
    this.#start = start;
    this.#free = free;
    this.#most = most;
  }

  by(method: DescentMethod, of: OptimizationJs): void {
    const from = this.#free.map((j) => this.#start.u[j]);
    const value = (x: number[]) => this.#value(x);
    const slopes = (x: number[]) => this.#slopes(x);
    this.#steepness = method === 'powell' ? this.#steepest(from) : Math.max(...slopes(from).map(Math.abs));
    if (!(this.#steepness > 0)) return;
    if (method === 'powell') of.minimize_Powell(value, from);
    else if (method === 'lbfgs') of.minimize_L_BFGS(value, slopes, from);
    else of.minimize_GradientDescent(value, slopes, from);
  }

  /** The largest slope along an axis, by differences. */
  #steepest(from: readonly number[]): number {
    const here = this.#value([...from]);
    return Math.max(
      ...from.map((_, k) => {
        const there = from.map((v, i) => (i === k ? v + (v < 0.5 ? STEP : -STEP) : v));
        return Math.abs(this.#value(there) - here) / STEP;
      }),
    );
  }

  #value(x: readonly number[]): number {
    const u = this.#place(x);
    const value = this.#criterion.gradient ? this.#at(u).value : this.#plain(u);
    if (value < this.#least) [this.best, this.#least] = [u, value];
    if (!Number.isFinite(value)) return this.#highest + 1;
    const scaled = (value - this.#start.value) / this.#steepness;
    this.#highest = Math.max(this.#highest, scaled);
    return scaled;
  }

  #plain(u: Float64Array): number {
    this.#count();
    return this.#criterion.value(Matrix.from([u]))[0];
  }

  /** Slopes along the free coordinates; none where they are not finite. */
  #slopes(x: readonly number[]): number[] {
    const { gradient } = this.#at(this.#place(x));
    const slopes = this.#free.map((j, k) => (gradient[j] * this.#turn(j, x[k])) / this.#steepness);
    return slopes.every(Number.isFinite) ? slopes : slopes.map(() => 0);
  }

  /** Value and gradient; the package asks for both at the same point. */
  #at(u: Float64Array): Slope {
    if (this.#last?.u.every((v, j) => v === u[j])) return this.#last;
    this.#count();
    const { value, gradient } = this.#criterion.gradient!(u);
    this.#last = { u, value, gradient };
    return this.#last;
  }

  #count(): void {
    if (this.evaluations >= this.#most) throw ENDED;
    this.evaluations++;
  }

  /** The canonical point of free coordinates anywhere on the line. */
  #place(x: readonly number[]): Float64Array {
    if (!x.every(Number.isFinite)) throw ENDED;
    const u = this.#start.u.slice();
    this.#free.forEach((j, k) => {
      u[j] = this.#space.columns[j].periodic ? x[k] - Math.floor(x[k]) : folded(x[k]);
    });
    return this.#space.canonical(u);
  }

  /** 1 where the folded coordinate rises with x, -1 where it falls. */
  #turn(j: number, x: number): number {
    return this.#space.columns[j].periodic || x - 2 * Math.floor(x / 2) <= 1 ? 1 : -1;
  }
}

/** The line folded onto [0, 1] at every whole number. */
function folded(x: number): number {
  const rest = x - 2 * Math.floor(x / 2);
  return rest <= 1 ? rest : 2 - rest;
}
