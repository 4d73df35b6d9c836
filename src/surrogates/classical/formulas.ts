import {
  add,
  along,
  divide,
  exp,
  multiply,
  negate,
  power,
  square,
  subtract,
  sum as sumOver,
  type Term,
  total,
} from '../../core/graph/term.ts';

/** A fitted function of one number as plain data: what the package that fitted it computes, operation by operation. */
export type CurveState =
  | { readonly kind: 'line'; readonly sign: number; readonly slope: number; readonly intercept: number }
  | { readonly kind: 'polynomial'; readonly sign: number; readonly coefficients: Float64Array }
  /** factor exp(x rate) */
  | { readonly kind: 'exponential'; readonly sign: number; readonly factor: number; readonly rate: number }
  /** factor x^exponent */
  | { readonly kind: 'power'; readonly sign: number; readonly factor: number; readonly exponent: number };

/** The function at a number. */
export function curveAt(curve: CurveState, x: number): number {
  return curve.sign * unsigned(curve, x);
}

function unsigned(curve: CurveState, x: number): number {
  if (curve.kind === 'line') return curve.slope * x + curve.intercept;
  if (curve.kind === 'exponential') return curve.factor * Math.exp(x * curve.rate);
  if (curve.kind === 'power') return curve.factor * x ** curve.exponent;
  let sum = 0;
  for (let k = 0; k < curve.coefficients.length; k++) sum += curve.coefficients[k] * x ** k;
  return sum;
}

/** A fitted function of a row of features as plain data. */
export type SurfaceState =
  | { readonly kind: 'plane'; readonly weights: Float64Array; readonly intercept: number }
  /** The sum of alpha_i exp(-distance^2 / divisor) over the n rows of `inputs`, n x width. */
  | {
      readonly kind: 'kernel ridge';
      readonly inputs: Float64Array;
      readonly alpha: Float64Array;
      readonly divisor: number;
    };

/** The function at a row. */
export function surfaceAt(surface: SurfaceState, features: ArrayLike<number>): number {
  if (surface.kind === 'plane') {
    let sum = surface.intercept;
    for (let j = 0; j < surface.weights.length; j++) sum += surface.weights[j] * features[j];
    return sum;
  }
  const { inputs, alpha, divisor } = surface;
  const width = features.length;
  let sum = 0;
  for (let i = 0; i < alpha.length; i++) {
    let square = 0;
    for (let j = 0, at = i * width; j < width; j++, at++)
      square += (features[j] - inputs[at]) * (features[j] - inputs[at]);
    sum += Math.exp(-square / divisor) * alpha[i];
  }
  return sum;
}

/** The curve as arithmetic. */
export function curveTerm(curve: CurveState, x: Term): Term {
  return multiply(curve.sign, unsignedTerm(curve, x));
}

function unsignedTerm(curve: CurveState, x: Term): Term {
  if (curve.kind === 'line') return add(multiply(curve.slope, x), curve.intercept);
  if (curve.kind === 'exponential') return multiply(curve.factor, exp(multiply(x, curve.rate)));
  if (curve.kind === 'power') return multiply(curve.factor, power(x, curve.exponent));
  // A power has a base of at least 0 there.
  const powers: Term[] = [];
  for (let k = 1; k < curve.coefficients.length; k++) powers.push(k === 1 ? x : multiply(powers[k - 2], x));
  return total([curve.coefficients[0], ...powers.map((one, k) => multiply(curve.coefficients[k + 1], one))]);
}

/** The surface as arithmetic. */
export function surfaceTerm(surface: SurfaceState, features: readonly Term[]): Term {
  if (surface.kind === 'plane')
    return total([surface.intercept, ...features.map((one, j) => multiply(surface.weights[j], one))]);
  const { inputs, alpha, divisor } = surface;
  const axis = { length: alpha.length };
  const squares = features.map((one, j) => {
    const column = Float64Array.from(alpha, (_, i) => inputs[i * features.length + j]);
    return square(subtract(one, along(axis, column)));
  });
  return sumOver(axis, multiply(exp(negate(divide(total(squares), divisor))), along(axis, alpha)));
}
