/**
 * An entire function f of retarded type: f(s) / s^degree tends to 1 as |s| grows in every right half-plane, and f(conj s) = conj f(s).
 * Characteristic functions of linear retarded delay equations are of this kind, so only finitely many roots lie right of any vertical line.
 */
export interface RetardedFunction {
  readonly degree: number;
  /** Writes Re f, Im f, Re f', Im f' at s = re + i im. */
  evaluate(re: number, im: number, out: Float64Array): void;
  /** An upper bound of |f(s) / s^degree - 1| for Re s >= `re` and |s| >= `radius`; falls to 0 as `radius` grows. */
  remainder(re: number, radius: number): number;
}

/** A complex number. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}

const longestStep = 0.25;
const out = new Float64Array(4);

/** f'/f at s, and arg f. The reciprocal is the Newton step; along a vertical line Re(f'/f) is the speed of arg f. */
function logDerivative(f: RetardedFunction, re: number, im: number): Complex & { argument: number } {
  f.evaluate(re, im, out);
  const [a, b, c, d] = out;
  const square = a * a + b * b;
  return { re: (a * c + b * d) / square, im: (a * d - b * c) / square, argument: Math.atan2(b, a) };
}

/** Newton's iteration from `start`; undefined when it does not settle. The root is returned with im >= 0. */
function newton(f: RetardedFunction, start: Complex): Complex | undefined {
  let { re, im } = start;
  for (let k = 0; k < 40; k++) {
    f.evaluate(re, im, out);
    const [a, b, c, d] = out;
    const square = c * c + d * d;
    if (square === 0) return undefined;
    const stepRe = (a * c + b * d) / square;
    const stepIm = (b * c - a * d) / square;
    re -= stepRe;
    im -= stepIm;
    if (!Number.isFinite(re + im)) return undefined;
    if (Math.hypot(stepRe, stepIm) < 1e-13 * (1 + Math.hypot(re, im))) return { re, im: Math.abs(im) };
  }
  return undefined;
}

const wrap = (angle: number) => angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));

/**
 * Counts the roots right of the line Re s = `re` by the argument principle: count = degree / 2 - (1 / pi) * (change of arg f from s = re to re + i infinity).
 * The step along the line is half the distance |f/f'| to the next root, and is halved until the change of the argument agrees with its
 * derivative at both ends; past a radius where |f / s^degree - 1| < 1/2 the rest of the change is known.
 * The count is undefined when a root lies on the line. `near` are the points of the line where |f'/f| peaks: a Newton iteration from there finds the roots nearby.
 */
export function countRightOf(f: RetardedFunction, re: number): { count: number | undefined; near: Complex[] } {
  let radius = 1 + 2 * Math.abs(re);
  while (f.remainder(re, radius) > 0.5) radius *= 1.25;
  let here = logDerivative(f, re, 0);
  let im = 0;
  let turned = 0;
  let [before, size] = [0, Math.hypot(here.re, here.im)];
  const near: Complex[] = [];
  while (im < radius) {
    let step = Math.min(longestStep, 0.5 / size, radius - im);
    let next = logDerivative(f, re, im + step);
    let change = wrap(next.argument - here.argument);
    while (!(Math.abs(change) < 1 && Math.abs(change - (step * (here.re + next.re)) / 2) < 0.2)) {
      step /= 2;
      if (!(step > 1e-13)) return { count: undefined, near: [...near, { re, im }] };
      next = logDerivative(f, re, im + step);
      change = wrap(next.argument - here.argument);
    }
    const sizeNext = Math.hypot(next.re, next.im);
    if (size >= before && size >= sizeNext) near.push({ re, im });
    turned += change;
    im += step;
    [before, size, here] = [size, sizeNext, next];
  }
  const atEnd = Math.atan2(im, re);
  const rest = f.degree * (Math.PI / 2 - atEnd) - wrap(here.argument - f.degree * atEnd);
  const count = f.degree / 2 - (turned + rest) / Math.PI;
  const whole = Math.max(0, Math.round(count));
  if (Math.abs(count - whole) > 1e-6)
    throw new RangeError(`the argument principle gave ${count} roots right of Re s = ${re}`);
  return { count: whole, near };
}

/**
 * The root of `f` with the largest real part (im >= 0). Newton's iteration proposes it; the argument principle proves that no root lies more than
 * `tolerance` to the right of it. Where Newton does not settle (multiple roots), bisection of the count encloses the real part within `tolerance`.
 */
export function rightmostRoot(f: RetardedFunction, tolerance = 1e-10): Complex {
  let [low, high] = [-Infinity, Infinity];
  let best: Complex = { re: -Infinity, im: 0 };
  let line = 0;
  let reach = 0.1;
  while (high - low > tolerance) {
    const { count, near } = countRightOf(f, line);
    if (count === 0) high = line;
    else if (count !== undefined) low = line;
    for (const start of near) {
      const root = newton(f, start);
      if (root && root.re > best.re && root.re < high) best = root;
    }
    if (high - best.re <= tolerance) return best;
    if (count === undefined) line += 0.3 * tolerance;
    else if (best.re > low) line = best.re + 0.9 * tolerance;
    else if (low > -Infinity && high < Infinity) line = (low + high) / 2;
    else {
      line = high < Infinity ? high - reach : low + reach;
      reach *= 2;
    }
  }
  return { re: (low + high) / 2, im: best.im };
}
