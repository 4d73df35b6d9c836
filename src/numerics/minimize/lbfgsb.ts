/** L-BFGS-B: limited-memory BFGS under simple bounds [ByrdLuNocedalZhu1995], with the refinement of [MoralesNocedal2011]. */

import { type LinePoint, moreThuente } from './line-search.ts';
import { QuasiNewtonMatrix, solveDense } from './quasi-newton.ts';
import { finished, type Steps } from './steps.ts';

/** Returns the value at `x` and writes the gradient into `gradient`; a value that is not finite means "outside". */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export interface LbfgsbOptions {
  /** Lower bounds; default none. */
  lower?: ArrayLike<number>;
  /** Upper bounds; default none. */
  upper?: ArrayLike<number>;
  /** Default 1000. */
  maxIterations?: number;
  /** Evaluations of value and gradient; default 10,000. A line search under way is finished. */
  maxEvaluations?: number;
  /** Stops when no component of the projected gradient exceeds this; default 1e-5. */
  gradientTolerance?: number;
  /** Stops when the value fell by less than this, relative to the larger of 1 and the values; default 2.2e-9. */
  valueTolerance?: number;
  /** Curvature pairs kept; default 10. */
  memory?: number;
}

/** Why a local minimizer stopped; `stuck`: no descent was found although neither tolerance is met. */
export type LbfgsbReason = 'gradient' | 'value' | 'iterations' | 'evaluations' | 'stuck' | 'not finite at start';

export interface LbfgsbResult {
  x: Float64Array;
  value: number;
  evaluations: number;
  iterations: number;
  reason: LbfgsbReason;
}

/** Minimizes `objective` from `start`, which is first moved into the bounds. */
export function lbfgsb(objective: Objective, start: ArrayLike<number>, options: LbfgsbOptions = {}): LbfgsbResult {
  return finished(lbfgsbSteps(objective, start, options));
}

/** The same, an iteration at a time: of an objective that takes long, so that others have their turn in between. */
export function lbfgsbSteps(
  objective: Objective,
  start: ArrayLike<number>,
  options: LbfgsbOptions = {},
): Steps<LbfgsbResult> {
  return new Minimization(objective, start, options).run();
}

/** One minimization: its vectors are allocated once, here. */
class Minimization {
  readonly #objective: Objective;
  readonly #options: Required<Omit<LbfgsbOptions, 'lower' | 'upper'>>;
  readonly #lower: Float64Array;
  readonly #upper: Float64Array;
  readonly #bounded: boolean;
  readonly #matrix: QuasiNewtonMatrix;
  readonly #n: number;
  readonly #x: Float64Array;
  readonly #gradient: Float64Array;
  readonly #oldX: Float64Array;
  readonly #oldGradient: Float64Array;
  /** The generalized Cauchy point, then the minimizer of the model over the free variables. */
  readonly #target: Float64Array;
  /** The projected steepest descent direction, then the search direction. */
  readonly #direction: Float64Array;
  readonly #reduced: Float64Array;
  /** For each variable, the step along the gradient at which it meets its bound. */
  readonly #breaks: Float64Array;
  readonly #free: Uint8Array;
  readonly #c: Float64Array;
  readonly #p: Float64Array;
  readonly #row: Float64Array;
  readonly #product: Float64Array;
  readonly #system: Float64Array;
  readonly #here: LinePoint = { step: 0, value: 0, slope: 0 };
  readonly #found: LinePoint = { step: 0, value: 0, slope: 0 };
  #evaluations = 0;

  constructor(objective: Objective, start: ArrayLike<number>, { lower, upper, ...options }: LbfgsbOptions) {
    const n = start.length;
    const bounds = (given: ArrayLike<number> | undefined, none: number, name: string) => {
      if (given && given.length !== n)
        throw new RangeError(`${n} variables need ${n} ${name} bounds, got ${given.length}`);
      return given ? Float64Array.from(given) : new Float64Array(n).fill(none);
    };
    this.#objective = objective;
    this.#options = {
      maxIterations: 1000,
      maxEvaluations: 10_000,
      gradientTolerance: 1e-5,
      valueTolerance: 2.2e-9,
      memory: 10,
      ...options,
    };
    this.#lower = bounds(lower, Number.NEGATIVE_INFINITY, 'lower');
    this.#upper = bounds(upper, Number.POSITIVE_INFINITY, 'upper');
    for (let i = 0; i < n; i++) {
      if (!(this.#lower[i] <= this.#upper[i]))
        throw new RangeError(`bounds of variable ${i} are empty: [${this.#lower[i]}, ${this.#upper[i]}]`);
    }
    this.#bounded = [...this.#lower, ...this.#upper].some(Number.isFinite);
    const { memory } = this.#options;
    this.#n = n;
    this.#matrix = new QuasiNewtonMatrix(n, memory);
    const vector = () => new Float64Array(n);
    this.#x = Float64Array.from(start, (v, i) => this.#clamp(v, i));
    this.#gradient = vector();
    this.#oldX = vector();
    this.#oldGradient = vector();
    this.#target = vector();
    this.#direction = vector();
    this.#reduced = vector();
    this.#breaks = vector();
    this.#free = new Uint8Array(n);
    const small = () => new Float64Array(2 * memory);
    this.#c = small();
    this.#p = small();
    this.#row = small();
    this.#product = small();
    this.#system = new Float64Array(4 * memory * memory);
  }

  *run(): Steps<LbfgsbResult> {
    const { maxIterations, maxEvaluations, gradientTolerance, valueTolerance } = this.#options;
    let value = this.#objective(this.#x, this.#gradient);
    this.#evaluations = 1;
    let iterations = 0;
    const done = (reason: LbfgsbReason): LbfgsbResult => ({
      x: this.#x,
      value,
      evaluations: this.#evaluations,
      iterations,
      reason,
    });
    if (!Number.isFinite(value) || !this.#gradient.every(Number.isFinite)) return done('not finite at start');
    for (;;) {
      yield;
      if (this.#projectedGradient() <= gradientTolerance) return done('gradient');
      if (iterations >= maxIterations) return done('iterations');
      if (this.#evaluations >= maxEvaluations) return done('evaluations');
      this.#cauchyPoint();
      this.#minimizeSubspace();
      if (!this.#search(value, iterations)) {
        if (this.#matrix.pairs === 0) return done('stuck');
        this.#matrix.reset();
        continue;
      }
      iterations++;
      const before = value;
      value = this.#found.value;
      if (before - value <= valueTolerance * Math.max(1, Math.abs(before), Math.abs(value))) return done('value');
      this.#learn();
    }
  }

  #clamp(v: number, i: number): number {
    return Math.min(this.#upper[i], Math.max(this.#lower[i], v));
  }

  /** The largest component of P(x - g) - x. */
  #projectedGradient(): number {
    let largest = 0;
    for (let i = 0; i < this.#n; i++)
      largest = Math.max(largest, Math.abs(this.#clamp(this.#x[i] - this.#gradient[i], i) - this.#x[i]));
    return largest;
  }

  /** Algorithm CP: the first local minimizer of the quadratic model along the projected gradient path; fills `#c` and `#free`. */
  #cauchyPoint(): void {
    const [n, x, g, d, matrix] = [this.#n, this.#x, this.#gradient, this.#direction, this.#matrix];
    const { theta, size } = matrix;
    let slope = 0;
    for (let i = 0; i < n; i++) {
      const bound = g[i] < 0 ? this.#upper[i] : this.#lower[i];
      this.#breaks[i] = g[i] === 0 ? Number.POSITIVE_INFINITY : (x[i] - bound) / g[i];
      d[i] = this.#breaks[i] > 0 ? -g[i] : 0;
      this.#free[i] = d[i] !== 0 || this.#breaks[i] > 0 ? 1 : 0;
      slope -= d[i] * d[i];
    }
    this.#target.set(x);
    this.#c.fill(0);
    matrix.transposedTimes(d, this.#free, this.#p);
    matrix.middleTimes(this.#p, this.#product);
    let curvature = -theta * slope - dot(this.#p, this.#product, size);
    const leastCurvature = Number.EPSILON * curvature;
    let time = 0;
    for (;;) {
      const remaining = slope < 0 ? -slope / curvature : 0;
      const next = this.#nextBreak();
      if (next < 0 || time + remaining < this.#breaks[next]) {
        time += Math.max(0, remaining);
        for (let j = 0; j < size; j++) this.#c[j] += Math.max(0, remaining) * this.#p[j];
        break;
      }
      const elapsed = this.#breaks[next] - time;
      time = this.#breaks[next];
      const bound = d[next] > 0 ? this.#upper[next] : this.#lower[next];
      const moved = bound - x[next];
      this.#target[next] = bound;
      this.#free[next] = 0;
      for (let j = 0; j < size; j++) {
        this.#c[j] += elapsed * this.#p[j];
        this.#row[j] = matrix.w(next, j);
      }
      const gb = g[next];
      matrix.middleTimes(this.#row, this.#product);
      slope += elapsed * curvature + gb * gb + theta * gb * moved - gb * dot(this.#product, this.#c, size);
      curvature += -theta * gb * gb - 2 * gb * dot(this.#product, this.#p, size);
      curvature = Math.max(leastCurvature, curvature - gb * gb * dot(this.#product, this.#row, size));
      for (let j = 0; j < size; j++) this.#p[j] += gb * this.#row[j];
      d[next] = 0;
    }
    for (let i = 0; i < n; i++) if (this.#free[i]) this.#target[i] = this.#clamp(x[i] + time * d[i], i);
  }

  /** The free moving variable that meets its bound first, or -1. */
  #nextBreak(): number {
    let first = -1;
    for (let i = 0; i < this.#n; i++) {
      if (!this.#free[i] || this.#direction[i] === 0 || this.#breaks[i] === Number.POSITIVE_INFINITY) continue;
      if (first < 0 || this.#breaks[i] < this.#breaks[first]) first = i;
    }
    return first;
  }

  /** The direct primal method: the model's minimizer over the free variables, projected; sets the search direction. */
  #minimizeSubspace(): void {
    const [n, x, g, free, matrix] = [this.#n, this.#x, this.#gradient, this.#free, this.#matrix];
    const { theta } = matrix;
    if (matrix.pairs > 0 && free.includes(1)) {
      const r = this.#reduced;
      for (let i = 0; i < n; i++) r[i] = g[i] + theta * (this.#target[i] - x[i]);
      matrix.middleTimes(this.#c, this.#product);
      matrix.addTimes(this.#product, -1, r);
      this.#solveReduced(r);
      this.#projectTarget(r);
    }
    for (let i = 0; i < n; i++) this.#direction[i] = this.#target[i] - x[i];
  }

  /** Replaces the reduced gradient by the step -B^-1 r over the free variables (Sherman-Morrison-Woodbury). */
  #solveReduced(r: Float64Array): void {
    const [n, free, matrix, system] = [this.#n, this.#free, this.#matrix, this.#system];
    const { theta, size } = matrix;
    matrix.transposedTimes(r, free, this.#row);
    matrix.middleTimes(this.#row, this.#product);
    // system = I - M W^T W / theta over the free rows, one column at a time.
    const [column, row, product] = [this.#breaks, this.#row, this.#p];
    for (let j = 0; j < size; j++) {
      matrix.column(j, column);
      matrix.transposedTimes(column, free, row);
      matrix.middleTimes(row, product);
      for (let i = 0; i < size; i++) system[i * size + j] = (i === j ? 1 : 0) - product[i] / theta;
    }
    const solved = solveDense(system, this.#product, size);
    for (let i = 0; i < n; i++) r[i] = solved ? -r[i] / theta : 0;
    if (solved) matrix.addTimes(this.#product, -1 / (theta * theta), r);
  }

  /** Moves the target by the step: projected if that descends, otherwise cut at the first bound [MoralesNocedal2011]. */
  #projectTarget(step: Float64Array): void {
    const [n, x, g, free, target] = [this.#n, this.#x, this.#gradient, this.#free, this.#target];
    let slope = 0;
    let fraction = 1;
    for (let i = 0; i < n; i++) {
      const moved = free[i] ? target[i] + step[i] : target[i];
      slope += g[i] * (this.#clamp(moved, i) - x[i]);
      if (!free[i] || step[i] === 0) continue;
      const bound = step[i] > 0 ? this.#upper[i] : this.#lower[i];
      fraction = Math.min(fraction, (bound - target[i]) / step[i]);
    }
    const scale = slope < 0 ? 1 : fraction;
    for (let i = 0; i < n; i++) if (free[i]) target[i] = this.#clamp(target[i] + scale * step[i], i);
  }

  /** Searches along the direction; on failure x and gradient are as before. */
  #search(value: number, iterations: number): boolean {
    const [n, x, d] = [this.#n, this.#x, this.#direction];
    this.#oldX.set(x);
    this.#oldGradient.set(this.#gradient);
    let [slope, square, longest] = [0, 0, this.#bounded && iterations === 0 ? 1 : 1e10];
    for (let i = 0; i < n; i++) {
      slope += d[i] * this.#gradient[i];
      square += d[i] * d[i];
      if (!this.#bounded || d[i] === 0) continue;
      const room = (d[i] > 0 ? this.#upper[i] : this.#lower[i]) - x[i];
      longest = Math.min(longest, Math.max(1, room / d[i]));
    }
    if (!(slope < 0)) return false;
    const first = this.#matrix.pairs === 0 ? Math.min(1 / Math.sqrt(square), longest) : 1;
    this.#here.value = value;
    this.#here.slope = slope;
    const found = moreThuente(this.#evaluate, this.#here, this.#found, { first, longest });
    if (found) return true;
    x.set(this.#oldX);
    this.#gradient.set(this.#oldGradient);
    return false;
  }

  readonly #evaluate = (point: LinePoint): void => {
    const [n, x, d] = [this.#n, this.#x, this.#direction];
    // The target itself, not x + (target - x): a variable that belongs on its bound must land there exactly.
    if (point.step === 1) x.set(this.#target);
    else for (let i = 0; i < n; i++) x[i] = this.#clamp(this.#oldX[i] + point.step * d[i], i);
    point.value = this.#objective(x, this.#gradient);
    this.#evaluations++;
    point.slope = dot(this.#gradient, d, n);
  };

  /** Updates the quasi-Newton matrix unless the curvature along the step is not safely positive. */
  #learn(): void {
    const [n, step, change] = [this.#n, this.#target, this.#reduced];
    let curvature = 0;
    for (let i = 0; i < n; i++) {
      step[i] = this.#x[i] - this.#oldX[i];
      change[i] = this.#gradient[i] - this.#oldGradient[i];
      curvature += step[i] * change[i];
    }
    const expected = -this.#here.slope * this.#found.step;
    if (curvature > Number.EPSILON * expected) this.#matrix.update(step, change);
  }
}

function dot(a: Float64Array, b: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}
