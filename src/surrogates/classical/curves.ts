import { withRandom } from '../../core/platform/foreign-random.ts';
import type { Rng } from '../../numerics/random.ts';
import { median } from '../../numerics/statistics.ts';
import { type CurveState, curveAt } from './formulas.ts';
import type { CurveKind } from './kinds.ts';

/** The package behind the curves. */
export type Regressions = typeof import('ml-regression');

/** What a curve is fitted with. */
export interface CurveOptions {
  readonly degree: number;
  readonly rng: Rng;
}

/** A curve before it is known which sign it has. */
type Unsigned = CurveState extends infer C ? (C extends CurveState ? Omit<C, 'sign'> : never) : never;
type Fit = (of: Regressions, x: number[], y: number[], options: CurveOptions) => Unsigned;

const line = ({ slope, intercept }: { readonly slope: number; readonly intercept: number }): Unsigned => ({
  kind: 'line',
  slope,
  intercept,
});

const polynomial = ({ coefficients }: { readonly coefficients: readonly number[] }): Unsigned => ({
  kind: 'polynomial',
  coefficients: Float64Array.from(coefficients),
});

const FITS: Readonly<Record<CurveKind, Fit>> = {
  simple: (of, x, y) => line(new of.SimpleLinearRegression(x, y)),
  polynomial: (of, x, y, { degree }) => polynomial(new of.PolynomialRegression(x, y, degree)),
  exponential: (of, x, y) => {
    const { A: rate, B: factor } = new of.ExponentialRegression(x, y);
    return { kind: 'exponential', factor, rate };
  },
  power: (of, x, y) => {
    const { A: factor, B: exponent } = new of.PowerRegression(x, y);
    return { kind: 'power', factor, exponent };
  },
  'theil-sen': (of, x, y) => line(new of.TheilSenRegression(x, y)),
  'robust-polynomial': (of, x, y, { degree, rng }) => {
    // Polynomials through random rows, in each of which no input may stand twice.
    const medians = mediansOf(x, y);
    return withRandom(rng, () =>
      polynomial(new of.RobustPolynomialRegression([...medians.keys()], [...medians.values()], degree + 1)),
    );
  },
};

/**
 * Fits a curve to n numbers. Undefined where they do not determine one: too few different inputs, logarithms of numbers that are not of one
 * sign, or a system that is singular in double precision.
 */
export function curveThrough(
  kind: CurveKind,
  of: Regressions,
  x: Float64Array,
  y: Float64Array,
  options: CurveOptions,
): CurveState | undefined {
  const coefficients = kind === 'polynomial' || kind === 'robust-polynomial' ? options.degree + 1 : 2;
  if (new Set(x).size < coefficients) return undefined;
  const takesLogarithms = kind === 'exponential' || kind === 'power';
  const sign = takesLogarithms ? signOf(y) : 1;
  if (sign === 0 || (kind === 'power' && signOf(x) !== 1)) return undefined;
  const fitted = unlessSingular(() =>
    FITS[kind](
      of,
      [...x],
      Array.from(y, (value) => sign * value),
      options,
    ),
  );
  if (!fitted) return undefined;
  const curve = { ...fitted, sign };
  return x.every((value) => Number.isFinite(curveAt(curve, value))) ? curve : undefined;
}

/** 1 or -1 where all numbers have that sign, otherwise 0. */
function signOf(values: Float64Array): number {
  if (values.every((value) => value > 0)) return 1;
  return values.every((value) => value < 0) ? -1 : 0;
}

/** The package throws where a system is singular. */
function unlessSingular<T>(solve: () => T): T | undefined {
  try {
    return solve();
  } catch (error) {
    if (error instanceof Error && /singular/i.test(error.message)) return undefined;
    throw error;
  }
}

/** The median answer at each different input. */
function mediansOf(x: readonly number[], y: readonly number[]): Map<number, number> {
  const groups = new Map<number, number[]>();
  x.forEach((value, i) => {
    const group = groups.get(value);
    if (group) group.push(y[i]);
    else groups.set(value, [y[i]]);
  });
  return new Map([...groups].map(([value, answers]) => [value, median(answers)]));
}
