import { identity, type Transform } from '../bayesian/transform.ts';
import { CONSTRAINED_RBF_POLICY } from './policy.ts';

/** A transform that can be undone. */
export interface InvertibleTransform extends Transform {
  /** The value that `apply` maps to t. */
  invert(t: number): number;
  /** The derivative of `invert`. */
  inverseSlope(t: number): number;
}

const unchanged: InvertibleTransform = { ...identity, invert: (t) => t, inverseSlope: () => 1 };

/** Transforms of an objective worth trying: none, and the logarithm of the height above the least value. */
export function objectiveForms(values: Float64Array): InvertibleTransform[] {
  const sorted = values.slice().sort();
  const least = sorted[0];
  const scale = sorted[sorted.length >> 1] - least;
  if (!(scale > 0)) return [unchanged];
  // Below the least value known, where a better point will be, the map goes on as a straight line.
  const logarithm: InvertibleTransform = {
    name: `log(1 + (y - ${least}) / ${scale})`,
    kind: 'log',
    apply: (value) => (value < least ? (value - least) / scale : Math.log1p((value - least) / scale)),
    logSlope: (value) => -Math.log(scale) - Math.log1p(Math.max(0, value - least) / scale),
    invert: (t) => least + scale * (t < 0 ? t : Math.expm1(Math.min(t, CONSTRAINED_RBF_POLICY.model.farthest))),
    inverseSlope: (t) => scale * (t < 0 ? 1 : Math.exp(Math.min(t, CONSTRAINED_RBF_POLICY.model.farthest))),
  };
  return [unchanged, logarithm];
}

/** Transforms of a constraint worth trying: none, and asinh(g / scale), smooth and zero where g is. */
export function constraintForms(scale: number): InvertibleTransform[] {
  const bounded = (t: number) =>
    Math.max(-CONSTRAINED_RBF_POLICY.model.farthest, Math.min(CONSTRAINED_RBF_POLICY.model.farthest, t));
  const sine: InvertibleTransform = {
    name: `asinh(g / ${scale})`,
    kind: 'asinh',
    apply: (value) => Math.asinh(value / scale),
    logSlope: (value) => -Math.log(Math.hypot(scale, value)),
    invert: (t) => scale * Math.sinh(bounded(t)),
    inverseSlope: (t) => scale * Math.cosh(bounded(t)),
  };
  return [unchanged, sine];
}
