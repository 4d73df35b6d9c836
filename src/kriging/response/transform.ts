import { abs, add, exp, expm1, multiply, sign, type Term } from '../../core/graph/term.ts';

/** How the values of a numeric output are transformed before a Gaussian process is fitted to them. */
export type GaussianProcessTransform = 'none' | 'log' | 'shifted-log' | 'bilog';

/** A smooth increasing map t(y) of an output. */
export interface OutputTransform {
  readonly name: GaussianProcessTransform;
  apply(y: number): number;
  /** ln t'(y). */
  logSlope(y: number): number;
  /** The y of a t; may overflow to Infinity far from the data. */
  inverse(t: number): number;
  inverseTerm(t: Term): Term;
  /** dy / dt. */
  inverseSlope(t: number): number;
}

/** Share of the range by which a value may change on its way there and back. */
const ROUNDING = 1e-9;

/** Positive values whose largest is less than this many times the least are about as good as their logarithms. */
const NARROW = 2;

/** No transform. */
export const untransformed: OutputTransform = {
  name: 'none',
  apply: (y) => y,
  logSlope: () => 0,
  inverse: (t) => t,
  inverseTerm: (t) => t,
  inverseSlope: () => 1,
};

const logarithm: OutputTransform = {
  name: 'log',
  apply: Math.log,
  logSlope: (y) => -Math.log(y),
  inverse: Math.exp,
  inverseTerm: exp,
  inverseSlope: Math.exp,
};

/** `s ln(1 + s (y - edge) / scale)`: the logarithm of the distance from the edge; s is 1 above the edge and -1 below it. */
function shiftedLog(edge: number, scale: number, s: number): OutputTransform {
  return {
    name: 'shifted-log',
    apply: (y) => s * Math.log1p((s * (y - edge)) / scale),
    logSlope: (y) => -Math.log(scale) - Math.log1p((s * (y - edge)) / scale),
    inverse: (t) => edge + s * scale * Math.expm1(s * t),
    inverseTerm: (t) => add(edge, multiply(s * scale, expm1(multiply(s, t)))),
    inverseSlope: (t) => scale * Math.exp(s * t),
  };
}

/** `sign(y) ln(1 + |y| / scale)`, which treats both signs alike. */
function bilog(scale: number): OutputTransform {
  return {
    name: 'bilog',
    apply: (y) => Math.sign(y) * Math.log1p(Math.abs(y) / scale),
    logSlope: (y) => -Math.log(scale) - Math.log1p(Math.abs(y) / scale),
    inverse: (t) => Math.sign(t) * scale * Math.expm1(Math.abs(t)),
    inverseTerm: (t) => multiply(multiply(sign(t), scale), expm1(abs(t))),
    inverseSlope: (t) => scale * Math.exp(Math.abs(t)),
  };
}

/**
 * The transform of this name for these values; undefined where they do not admit it. `log` needs positive values.
 * `shifted-log` measures from the end of the shorter tail, in units of the median's distance from it, so that it draws in
 * the longer tail. The unit of `bilog` is the median of |y|.
 */
export function transformNamed(name: GaussianProcessTransform, values: Float64Array): OutputTransform | undefined {
  if (name === 'none') return untransformed;
  const sorted = values.slice().sort();
  const [least, most] = [sorted[0], sorted[sorted.length - 1]];
  const middle = sorted[sorted.length >> 1];
  const candidate = (): OutputTransform | undefined => {
    if (name === 'log') return least > 0 ? logarithm : undefined;
    if (name === 'bilog') {
      const scale = values.map(Math.abs).sort()[values.length >> 1];
      return scale > 0 ? bilog(scale) : undefined;
    }
    const upwards = most / 2 - middle / 2 >= middle / 2 - least / 2;
    const scale = upwards ? middle - least : most - middle;
    return scale > 0 && scale < Number.POSITIVE_INFINITY
      ? shiftedLog(upwards ? least : most, scale, upwards ? 1 : -1)
      : undefined;
  };
  const transform = candidate();
  const tolerance = ROUNDING * (most - least);
  const reversible = (y: number) => Math.abs(transform!.inverse(transform!.apply(y)) - y) <= tolerance;
  return transform && tolerance < Number.POSITIVE_INFINITY && values.every(reversible) ? transform : undefined;
}

/** The transforms worth trying. */
export function candidateTransforms(values: Float64Array): OutputTransform[] {
  const [least, most] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  const names: GaussianProcessTransform[] = ['shifted-log', 'bilog'];
  if (least > 0 && most > NARROW * least) names.unshift('log');
  return names.flatMap((name) => transformNamed(name, values) ?? []);
}
