/** Sequential quadratic programming for smooth problems of a few dozen variables [NocedalWright2006, 18]. */

import { quadraticProgram } from './quadratic-program.ts';

/** Minimize f subject to g <= 0, h = 0 and bounds. */
export interface NonlinearProgram {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly inequalities: number;
  readonly equalities: number;
  /** Writes f, the g and the h to `values`, and their gradients to the rows of `jacobian` (row-major, n columns). */
  evaluate(x: Float64Array, values: Float64Array, jacobian: Float64Array): void;
}

/** Options of {@link sqp}. */
export interface SqpOptions {
  /** Default 60. */
  maxIterations?: number;
  /** Stops when neither a step nor a violation exceeds this; default 1e-10. */
  tolerance?: number;
}

/** Where a search ended. */
export interface SqpResult {
  readonly x: Float64Array;
  /** f, the g and the h at x. */
  readonly values: Float64Array;
  /** One for each of the g (at least 0), then the h. */
  readonly multipliers: Float64Array;
  /** The largest of the g and |h|, at least 0. */
  readonly violation: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** How much dearer than the objective it is to leave the linearized constraints unmet, where they contradict each other. */
const ELASTIC = 1e4;

/** Merit values of which the largest must be undercut: a full step along a curved constraint may raise the merit for a while. */
const MEMORY = 4;

/** A slope of the merit below this, relative to the objective, is lost in rounding. */
const NOTHING = 1e-15;

/** Minimizes from `start`, which is first moved into the bounds: damped BFGS, an exact penalty as merit function. */
export function sqp(program: NonlinearProgram, start: ArrayLike<number>, options: SqpOptions = {}): SqpResult {
  return new Search(program, start).run(options);
}

class Search {
  readonly #program: NonlinearProgram;
  readonly #n: number;
  readonly #m: number;
  #x: Float64Array;
  #values: Float64Array;
  #jacobian: Float64Array;
  #nextX: Float64Array;
  #nextValues: Float64Array;
  #nextJacobian: Float64Array;
  readonly #hessian: Float64Array;
  readonly #penalties: Float64Array;
  #multipliers: Float64Array;
  readonly #a: Float64Array;
  readonly #b: Float64Array;
  readonly #recent: number[] = [];

  constructor(program: NonlinearProgram, start: ArrayLike<number>) {
    const n = start.length;
    const m = program.inequalities + program.equalities;
    this.#program = program;
    this.#n = n;
    this.#m = m;
    this.#x = Float64Array.from(start, (v, j) => Math.min(program.upper[j], Math.max(program.lower[j], v)));
    this.#values = new Float64Array(1 + m);
    this.#jacobian = new Float64Array((1 + m) * n);
    this.#nextX = new Float64Array(n);
    this.#nextValues = new Float64Array(1 + m);
    this.#nextJacobian = new Float64Array((1 + m) * n);
    this.#hessian = new Float64Array(n * n);
    this.#penalties = new Float64Array(m);
    this.#multipliers = new Float64Array(m);
    this.#a = new Float64Array((m + 2 * n) * n);
    this.#b = new Float64Array(m + 2 * n);
  }

  run({ maxIterations = 60, tolerance = 1e-10 }: SqpOptions): SqpResult {
    this.#program.evaluate(this.#x, this.#values, this.#jacobian);
    this.#resetHessian();
    let fresh = true;
    let iterations = 0;
    let converged = false;
    while (iterations < maxIterations && !converged) {
      const step = this.#step();
      if (!step) break;
      iterations++;
      const size = step.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
      const slope = this.#slope(step);
      // No step can gain what rounding takes.
      const idle = slope > -NOTHING * (1 + Math.abs(this.#values[0]));
      if (size <= tolerance || idle) {
        converged = this.#violation() <= Math.max(tolerance, 1e-9 * this.#scale());
        if (converged || fresh) break;
      }
      if (!this.#search(step, slope)) {
        if (fresh) break;
        this.#resetHessian();
        fresh = true;
        continue;
      }
      this.#learn(fresh);
      fresh = false;
      this.#advance();
    }
    return {
      x: this.#x,
      values: this.#values,
      multipliers: this.#multipliers,
      violation: this.#violation(),
      iterations,
      converged,
    };
  }

  #scale(): number {
    return this.#values.reduce((most, v) => Math.max(most, Math.abs(v)), 1);
  }

  #violationOf(values: Float64Array, k: number): number {
    return k < this.#program.inequalities ? Math.max(0, values[1 + k]) : Math.abs(values[1 + k]);
  }

  #violation(): number {
    let worst = 0;
    for (let k = 0; k < this.#m; k++) worst = Math.max(worst, this.#violationOf(this.#values, k));
    return worst;
  }

  #resetHessian(): void {
    const n = this.#n;
    let square = 0;
    for (let j = 0; j < n; j++) square += this.#jacobian[j] ** 2;
    this.#hessian.fill(0);
    for (let j = 0; j < n; j++) this.#hessian[j * n + j] = Math.max(1e-6, Math.sqrt(square));
  }

  /** The step to the least value of the quadratic model under linearized constraints; sets the multipliers. */
  #step(): Float64Array | undefined {
    const [n, m, a, b] = [this.#n, this.#m, this.#a, this.#b];
    const { lower, upper, inequalities, equalities } = this.#program;
    // Equalities first, then -(g + J s) >= 0, then the bounds.
    for (let k = 0; k < m; k++) {
      const from = k < equalities ? inequalities + k : k - equalities;
      const sign = k < equalities ? 1 : -1;
      for (let j = 0; j < n; j++) a[k * n + j] = sign * this.#jacobian[(1 + from) * n + j];
      b[k] = -sign * this.#values[1 + from];
    }
    a.fill(0, m * n);
    for (let j = 0; j < n; j++) {
      a[(m + j) * n + j] = 1;
      b[m + j] = lower[j] - this.#x[j];
      a[(m + n + j) * n + j] = -1;
      b[m + n + j] = this.#x[j] - upper[j];
    }
    const gradient = this.#jacobian.slice(0, n);
    const solution = quadraticProgram(this.#hessian, gradient, a, b, equalities) ?? this.#elastic(gradient);
    if (!solution?.x.every(Number.isFinite)) return undefined;
    this.#multipliers = new Float64Array(m);
    for (let k = 0; k < m; k++) {
      const to = k < equalities ? inequalities + k : k - equalities;
      this.#multipliers[to] = (k < equalities ? -1 : 1) * solution.multipliers[k];
    }
    return solution.x.subarray(0, n);
  }

  /** The same where the linearized constraints contradict each other: all of them are met to the share 1 - t, t in [0, 1]. */
  #elastic(gradient: Float64Array) {
    const [n, m] = [this.#n, this.#m];
    const w = n + 1;
    const h = new Float64Array(w * w);
    let largest = 1;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) h[i * w + j] = this.#hessian[i * n + j];
      largest = Math.max(largest, this.#hessian[i * n + i], Math.abs(gradient[i]));
    }
    h[w * w - 1] = ELASTIC * largest;
    const g = new Float64Array(w);
    g.set(gradient);
    g[n] = ELASTIC * largest;
    const rows = m + 2 * n + 2;
    const a = new Float64Array(rows * w);
    const b = new Float64Array(rows);
    for (let k = 0; k < m + 2 * n; k++) {
      a.set(this.#a.subarray(k * n, (k + 1) * n), k * w);
      b[k] = this.#b[k];
      const unmet = k < this.#program.equalities || (k < m && this.#b[k] > 0);
      if (unmet) a[k * w + n] = this.#b[k];
    }
    a[(rows - 2) * w + n] = 1;
    a[(rows - 1) * w + n] = -1;
    b[rows - 1] = -1;
    return quadraticProgram(h, g, a, b, this.#program.equalities);
  }

  #merit(values: Float64Array): number {
    let sum = values[0];
    for (let k = 0; k < this.#m; k++) sum += this.#penalties[k] * this.#violationOf(values, k);
    return sum;
  }

  /** The slope of the merit along the step, with penalties raised above the multipliers first. */
  #slope(step: Float64Array): number {
    let raised = false;
    for (let k = 0; k < this.#m; k++) {
      const size = Math.abs(this.#multipliers[k]);
      const before = this.#penalties[k];
      this.#penalties[k] = Math.max(1.1 * size, (before + size) / 2);
      if (this.#penalties[k] !== before) raised = true;
    }
    if (raised) this.#recent.length = 0;
    let slope = 0;
    for (let j = 0; j < this.#n; j++) slope += this.#jacobian[j] * step[j];
    for (let k = 0; k < this.#m; k++) slope -= this.#penalties[k] * this.#violationOf(this.#values, k);
    return slope;
  }

  /** Goes along the step until the merit has fallen enough; fills `next`. */
  #search(step: Float64Array, slope: number): boolean {
    const n = this.#n;
    const { lower, upper } = this.#program;
    const here = this.#merit(this.#values);
    this.#recent.push(here);
    if (this.#recent.length > MEMORY) this.#recent.shift();
    const limit = Math.max(...this.#recent);
    const least = -1e-14 * (1 + Math.abs(here));
    for (let [alpha, attempt] = [1, 0]; attempt < 14; attempt++) {
      for (let j = 0; j < n; j++) this.#nextX[j] = Math.min(upper[j], Math.max(lower[j], this.#x[j] + alpha * step[j]));
      this.#program.evaluate(this.#nextX, this.#nextValues, this.#nextJacobian);
      const merit = this.#merit(this.#nextValues);
      if (merit <= limit + 1e-4 * alpha * Math.min(slope, least)) return true;
      const curvature = 2 * (merit - here - alpha * slope);
      const wanted = slope < 0 && curvature > 0 ? (-slope * alpha * alpha) / curvature : 0.5 * alpha;
      alpha = Number.isFinite(wanted) ? Math.min(0.5 * alpha, Math.max(0.1 * alpha, wanted)) : 0.1 * alpha;
    }
    return false;
  }

  /** Powell's damped BFGS update with the change of the Lagrangian's gradient. */
  #learn(fresh: boolean): void {
    const [n, h] = [this.#n, this.#hessian];
    const s = new Float64Array(n);
    const y = new Float64Array(n);
    for (let j = 0; j < n; j++) {
      s[j] = this.#nextX[j] - this.#x[j];
      y[j] = this.#nextJacobian[j] - this.#jacobian[j];
      for (let k = 0; k < this.#m; k++)
        y[j] += this.#multipliers[k] * (this.#nextJacobian[(1 + k) * n + j] - this.#jacobian[(1 + k) * n + j]);
    }
    let [sy, yy, ss] = [0, 0, 0];
    for (let j = 0; j < n; j++) {
      sy += s[j] * y[j];
      yy += y[j] * y[j];
      ss += s[j] * s[j];
    }
    if (!(ss > 0) || !Number.isFinite(yy)) return;
    if (fresh && sy > 1e-8 * Math.sqrt(ss * yy)) {
      h.fill(0);
      for (let j = 0; j < n; j++) h[j * n + j] = yy / sy;
    }
    const hs = new Float64Array(n);
    let shs = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) hs[i] += h[i * n + j] * s[j];
      shs += s[i] * hs[i];
    }
    if (!(shs > 0)) return;
    const damping = sy >= 0.2 * shs ? 1 : (0.8 * shs) / (shs - sy);
    let sr = 0;
    for (let j = 0; j < n; j++) {
      y[j] = damping * y[j] + (1 - damping) * hs[j];
      sr += s[j] * y[j];
    }
    if (!(sr > 0)) return;
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) h[i * n + j] += (y[i] * y[j]) / sr - (hs[i] * hs[j]) / shs;
  }

  #advance(): void {
    [this.#x, this.#nextX] = [this.#nextX, this.#x];
    [this.#values, this.#nextValues] = [this.#nextValues, this.#values];
    [this.#jacobian, this.#nextJacobian] = [this.#nextJacobian, this.#jacobian];
  }
}
