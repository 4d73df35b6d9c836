import { ensure, show } from '../errors.ts';
import { levelsOf, type Parameter, type Scalar } from './parameter.ts';

/** Whether a value is one that the parameter can have. */
export function admits(spec: Parameter, value: Scalar): boolean {
  if (spec.kind === 'categorical') return typeof value === 'string' && spec.values.includes(value);
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  if (spec.kind === 'ordinal') return spec.values.includes(value);
  return value >= spec.lower && value <= spec.upper && (spec.kind === 'real' || Number.isInteger(value));
}

/** Where a value of the named parameter is along its coordinate. Throws when it has no such value. */
export function encodeValue(name: string, spec: Parameter, value: Scalar | undefined): number {
  ensure(value !== undefined, 'invalid-data', `parameter '${name}' has no value`, [name]);
  const wrong = () => `parameter '${name}' cannot be ${show(value)}: ${describe(spec)}`;
  ensure(admits(spec, value), 'invalid-data', wrong, [name]);
  if (spec.kind === 'real') {
    const number = value as number;
    return spec.scale === 'log'
      ? Math.log(number / spec.lower) / Math.log(spec.upper / spec.lower)
      : (number - spec.lower) / (spec.upper - spec.lower);
  }
  const index =
    spec.kind === 'integer' ? (value as number) - spec.lower : (spec.values as readonly Scalar[]).indexOf(value);
  return (index + 0.5) / levelsOf(spec);
}

/** The value at a place along the coordinate of a parameter. */
export function decodeValue(spec: Parameter, u: number): Scalar {
  if (spec.kind === 'real') {
    const { lower, upper, scale, periodic } = spec;
    const value = scale === 'log' ? lower * (upper / lower) ** u : lower + u * (upper - lower);
    if (u === 1 || value >= upper) return periodic ? lower : upper;
    return Math.max(lower, value);
  }
  const levels = levelsOf(spec);
  const index = Math.min(levels - 1, Math.floor(u * levels));
  return spec.kind === 'integer' ? spec.lower + index : spec.values[index];
}

/** What a parameter may be, in words: `a number in [0.5, 3] m`. */
export function describe(spec: Parameter): string {
  const unit = spec.unit ? ` ${spec.unit}` : '';
  if (spec.kind === 'real') return `a number in [${spec.lower}, ${spec.upper}]${unit}`;
  if (spec.kind === 'integer') return `an integer in ${spec.lower} .. ${spec.upper}${unit}`;
  return `one of ${spec.values.join(', ')}${unit}`;
}
