/** The line search of Moré and Thuente: a step with sufficient decrease and a flat enough slope (strong Wolfe). */

/** A point on the line: the step, the function value there, and its derivative along the line. */
export interface LinePoint {
  step: number;
  value: number;
  slope: number;
}

export interface LineSearchOptions {
  /** The first step to try. */
  first: number;
  /** The longest step allowed. */
  longest: number;
  /** Sufficient decrease: value <= value(0) + decrease * step * slope(0); default 1e-3. */
  decrease?: number;
  /** Curvature: |slope| <= curvature * |slope(0)|; default 0.9. */
  curvature?: number;
  /** Relative width of the bracket at which the search gives up narrowing it; default 0.1. */
  width?: number;
  /** Default 20. */
  maxEvaluations?: number;
}

/** What a search works on: the best point (`x`), the other end of the interval (`y`) and the trial point. */
class Bracket {
  readonly x: LinePoint = { step: 0, value: 0, slope: 0 };
  readonly y: LinePoint = { step: 0, value: 0, slope: 0 };
  readonly trial: LinePoint = { step: 0, value: 0, slope: 0 };
  bracketed = false;
}

function copy(from: LinePoint, to: LinePoint): void {
  to.step = from.step;
  to.value = from.value;
  to.slope = from.slope;
}

/** Adds `slope * step` to the value (and `slope` to the slope) of a point: the auxiliary function of stage one. */
function tilt(point: LinePoint, slope: number): void {
  point.value += slope * point.step;
  point.slope += slope;
}

/** The local minimizer of the cubic through two points with their slopes; NaN where the cubic has none. */
function cubicStep(a: LinePoint, b: LinePoint): number {
  const theta = (3 * (a.value - b.value)) / (b.step - a.step) + a.slope + b.slope;
  const scale = Math.max(Math.abs(theta), Math.abs(a.slope), Math.abs(b.slope));
  const square = (theta / scale) ** 2 - (a.slope / scale) * (b.slope / scale);
  const root = Math.sign(b.step - a.step) * scale * Math.sqrt(square);
  return a.step + ((root - a.slope + theta) / (2 * root - a.slope + b.slope)) * (b.step - a.step);
}

function secantStep(a: LinePoint, b: LinePoint): number {
  return a.step + (a.slope / (a.slope - b.slope)) * (b.step - a.step);
}

/** The next trial step after [MoreThuente1994, section 4]; also moves the ends of the interval. */
function advance(bracket: Bracket, shortest: number, longest: number): number {
  const { x, y, trial } = bracket;
  const opposite = trial.slope * Math.sign(x.slope) < 0;
  let next: number;
  if (trial.value > x.value) {
    const cubic = cubicStep(x, trial);
    const slope = (x.value - trial.value) / (trial.step - x.step) + x.slope;
    const quadratic = x.step + (x.slope / slope / 2) * (trial.step - x.step);
    const cubicIsCloser = Math.abs(cubic - x.step) < Math.abs(quadratic - x.step);
    next = cubicIsCloser ? cubic : cubic + (quadratic - cubic) / 2;
    bracket.bracketed = true;
  } else if (opposite) {
    const cubic = cubicStep(trial, x);
    const secant = secantStep(trial, x);
    next = Math.abs(cubic - trial.step) > Math.abs(secant - trial.step) ? cubic : secant;
    bracket.bracketed = true;
  } else if (Math.abs(trial.slope) < Math.abs(x.slope)) {
    next = extrapolate(bracket, shortest, longest);
  } else if (bracket.bracketed) {
    next = cubicStep(trial, y);
  } else {
    next = trial.step > x.step ? longest : shortest;
  }
  if (trial.value > x.value) copy(trial, y);
  else {
    if (opposite) copy(x, y);
    copy(trial, x);
  }
  return next;
}

/** The case of a smaller slope of the same sign: the minimum may lie beyond the trial point. */
function extrapolate({ x, y, trial, bracketed }: Bracket, shortest: number, longest: number): number {
  const end = trial.step > x.step ? longest : shortest;
  const minimizer = cubicStep(trial, x);
  const isBeyond = (minimizer - trial.step) * (trial.step - x.step) > 0;
  const cubic = isBeyond ? minimizer : end;
  const secant = secantStep(trial, x);
  const cubicIsCloser = Math.abs(cubic - trial.step) < Math.abs(secant - trial.step);
  if (!bracketed) return Math.min(longest, Math.max(shortest, cubicIsCloser ? secant : cubic));
  const next = cubicIsCloser ? cubic : secant;
  const limit = trial.step + 0.66 * (y.step - trial.step);
  return trial.step > x.step ? Math.min(limit, next) : Math.max(limit, next);
}

/**
 * Searches along a descent direction [MoreThuente1994]. `start` is the point of step 0; `evaluate` fills in value and
 * slope at a step. A value or slope that is not finite means "too long": the step shrinks towards the best point.
 *
 * Returns true when `found` satisfies both conditions or at least decreases the function sufficiently where the search
 * had to stop (at the longest step, or in a bracket too narrow to split); the last call of `evaluate` was for `found`.
 */
export function moreThuente(
  evaluate: (point: LinePoint) => void,
  start: LinePoint,
  found: LinePoint,
  { first, longest, decrease = 1e-3, curvature = 0.9, width = 0.1, maxEvaluations = 20 }: LineSearchOptions,
): boolean {
  const bracket = new Bracket();
  const { x, y, trial } = bracket;
  copy(start, x);
  copy(start, y);
  const slopeTest = decrease * start.slope;
  let [low, high] = [0, 5 * first];
  let [previousWidth, olderWidth] = [longest, 2 * longest];
  let auxiliary = true;
  let last = false;
  trial.step = Math.min(first, longest);
  for (let count = 1; ; count++) {
    evaluate(trial);
    copy(trial, found);
    if (!Number.isFinite(trial.value) || !Number.isFinite(trial.slope)) {
      if (count >= maxEvaluations) return false;
      if (!bracket.bracketed) longest = x.step + 0.5 * (trial.step - x.step);
      trial.step = x.step + 0.25 * (trial.step - x.step);
      continue;
    }
    const enough = trial.step > 0 && trial.value <= start.value + trial.step * slopeTest;
    if (enough && Math.abs(trial.slope) <= -curvature * start.slope) return true;
    if (last || count >= maxEvaluations || (trial.step === longest && enough && trial.slope <= slopeTest))
      return enough && trial.value < start.value;

    if (enough && trial.slope >= 0) auxiliary = false;
    const tilted = auxiliary && trial.value <= x.value && !enough;
    const shift = tilted ? slopeTest : 0;
    tilt(x, -shift);
    tilt(y, -shift);
    tilt(trial, -shift);
    let next = advance(bracket, low, high);
    tilt(x, shift);
    tilt(y, shift);

    if (bracket.bracketed) {
      const interval = Math.abs(y.step - x.step);
      if (interval >= 0.66 * olderWidth || Number.isNaN(next)) next = x.step + 0.5 * (y.step - x.step);
      [olderWidth, previousWidth] = [previousWidth, interval];
      [low, high] = [Math.min(x.step, y.step), Math.max(x.step, y.step)];
      last = high - low <= width * high || next <= low || next >= high;
    } else {
      [low, high] = [next + 1.1 * (next - x.step), next + 4 * (next - x.step)];
    }
    trial.step = last ? x.step : Math.min(longest, Math.max(0, next));
  }
}
