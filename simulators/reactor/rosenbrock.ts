import { factorize, solveFactorized } from './dense-lu.ts';

/** y' = f(y), of n components. */
export interface StiffProblem {
  /** Writes f(y) into `out`. */
  derivative(y: Float64Array, out: Float64Array): void;
  /** Writes df_i/dy_j into `out[i n + j]`; `out` holds zeros. */
  jacobian(y: Float64Array, out: Float64Array): void;
}

/** How exactly, and who looks on. */
export interface StiffOptions {
  /** Wanted error of each step relative to each component. Default 1e-6. */
  readonly relative?: number;
  /** Added to it, one for all or one for each component. Default 1e-9. */
  readonly absolute?: number | Float64Array;
  /** Default 1e-6 of the time. */
  readonly firstStep?: number;
  /** Default 100,000, rejected ones included. */
  readonly maxSteps?: number;
  /** Called after each step that is kept; may throw. `y` is lent. */
  readonly watch?: (t: number, y: Float64Array) => void;
}

/** The solution at the end, and what it took. */
export interface StiffSolution {
  readonly y: Float64Array;
  readonly steps: number;
  readonly rejected: number;
}

/** RODAS, a stiffly accurate L-stable Rosenbrock method of order 4(3) in six stages [HairerWanner1996, section VI.4]. */
const gamma = 0.25;
const a = [
  [],
  [1.544],
  [0.9466785280815826, 0.2557011698983284],
  [3.314825187068521, 2.896124015972201, 0.9986419139977817],
  [1.221224509226641, 6.019134481288629, 12.53708332932087, -0.687886036105895],
  [1.221224509226641, 6.019134481288629, 12.53708332932087, -0.687886036105895, 1],
];
const c = [
  [],
  [-5.6688],
  [-2.430093356833875, -0.2063599157091915],
  [-0.1073529058151375, -9.594562251023355, -20.47028614809616],
  [7.496443313967647, -10.24680431464352, -33.99990352819905, 11.7089089320616],
  [8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054],
];
const stages = a.length;

/** One step: I / (h gamma) - J, factored, gives the stages u_i; the last of them is the estimate of the error. */
class Stepper {
  readonly #problem: StiffProblem;
  readonly #jacobian: Float64Array;
  readonly #lu: Float64Array;
  readonly #order: Int32Array;
  readonly #u: Float64Array[];
  readonly next: Float64Array;

  constructor(problem: StiffProblem, n: number) {
    this.#problem = problem;
    this.#jacobian = new Float64Array(n * n);
    this.#lu = new Float64Array(n * n);
    this.#order = new Int32Array(n);
    this.#u = Array.from({ length: stages }, () => new Float64Array(n));
    this.next = new Float64Array(n);
  }

  get error(): Float64Array {
    return this.#u[stages - 1];
  }

  linearize(y: Float64Array): void {
    this.#problem.jacobian(y, this.#jacobian.fill(0));
  }

  /** Writes the new y into `next`; false where the matrix is singular. */
  step(y: Float64Array, h: number): boolean {
    const n = y.length;
    for (let k = 0; k < n * n; k++) this.#lu[k] = -this.#jacobian[k];
    for (let i = 0; i < n; i++) this.#lu[i * n + i] += 1 / (h * gamma);
    if (!factorize(this.#lu, this.#order)) return false;
    for (let stage = 0; stage < stages; stage++) {
      const u = this.#u[stage];
      this.next.set(y);
      for (let j = 0; j < stage; j++) addScaled(this.next, a[stage][j], this.#u[j]);
      this.#problem.derivative(this.next, u);
      for (let j = 0; j < stage; j++) addScaled(u, c[stage][j] / h, this.#u[j]);
      solveFactorized(this.#lu, this.#order, u);
    }
    addScaled(this.next, 1, this.error);
    return true;
  }
}

function addScaled(to: Float64Array, factor: number, from: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i] += factor * from[i];
}

/**
 * Integrates y' = f(y) from y(0) = `start` to `end`. The step follows the estimated error, with Gustafsson's predictive control
 * [Gustafsson1994]. Throws an Error where the step vanishes or `maxSteps` is not enough.
 */
export function integrate(
  problem: StiffProblem,
  start: Float64Array,
  end: number,
  options: StiffOptions = {},
): StiffSolution {
  const { relative = 1e-6, absolute = 1e-9, firstStep = 1e-6 * end, maxSteps = 100_000, watch } = options;
  const y = start.slice();
  const stepper = new Stepper(problem, y.length);
  let [t, h, rejected, steps] = [0, firstStep, 0, 0];
  let [lastStep, lastError, failing] = [0, 0, false];
  stepper.linearize(y);
  while (t < end) {
    if (steps + rejected >= maxSteps) throw new Error(`${maxSteps} steps reached only t = ${t} of ${end}`);
    const last = t + h >= end * (1 - 1e-14);
    if (last) h = end - t;
    if (!(t + h > t)) throw new Error(`the step vanished at t = ${t}: the solution may not go on`);
    const error = stepper.step(y, h) ? errorNorm(stepper, y, relative, absolute) : Number.POSITIVE_INFINITY;
    let factor = Math.min(5, Math.max(0.2, 0.9 * error ** -0.25));
    if (!(error <= 1)) {
      rejected++;
      failing = true;
      h *= Number.isFinite(error) ? factor : 0.1;
      continue;
    }
    if (steps > 0) {
      const predicted = 0.9 * (h / lastStep) * (lastError / error ** 2) ** 0.25;
      factor = Math.min(factor, Math.max(0.2, predicted));
    }
    lastStep = h;
    lastError = Math.max(0.01, error);
    steps++;
    t = last ? end : t + h;
    y.set(stepper.next);
    watch?.(t, y);
    // Right after a rejection the step does not grow.
    h *= failing ? Math.min(1, factor) : factor;
    failing = false;
    if (t < end) stepper.linearize(y);
  }
  return { y, steps, rejected };
}

/** The root mean square of the error in units of what is wanted; NaN or Infinity where the step left the numbers. */
function errorNorm(
  { error, next }: Stepper,
  y: Float64Array,
  relative: number,
  absolute: number | Float64Array,
): number {
  let sum = 0;
  for (let i = 0; i < y.length; i++) {
    const floor = typeof absolute === 'number' ? absolute : absolute[i];
    sum += (error[i] / (floor + relative * Math.max(Math.abs(y[i]), Math.abs(next[i])))) ** 2;
  }
  return Math.sqrt(sum / y.length);
}
