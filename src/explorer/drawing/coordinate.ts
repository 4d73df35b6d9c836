import { decodeValue } from '../../core/space/coordinate.ts';
import { levelsOf, type Parameter, type Scalar } from '../../core/space/parameter.ts';
import { measured, scalar } from '../../report/format.ts';

/** Steps of a slider over a real parameter. */
export const STEPS = 1000;
/** Significant digits that a field shows. */
const DIGITS = 6;

/** How many values there are; Infinity of a real parameter. */
export const levels = levelsOf;

/** Where a value lies along its range, in [0, 1]; a value outside is at the end. */
export function shareOf(spec: Parameter, value: Scalar): number {
  if (spec.kind === 'real') {
    const { lower, upper, scale } = spec;
    const number = Math.min(Math.max(value as number, lower), upper);
    return scale === 'log' ? Math.log(number / lower) / Math.log(upper / lower) : (number - lower) / (upper - lower);
  }
  return (levelOf(spec, value) + 0.5) / levelsOf(spec);
}

/** The place of a value among those that there are, the nearest one, midway the upper. */
export function levelOf(spec: Exclude<Parameter, { kind: 'real' }>, value: Scalar): number {
  if (spec.kind === 'integer')
    return Math.min(Math.max(Math.round(value as number), spec.lower), spec.upper) - spec.lower;
  if (spec.kind === 'categorical') return Math.max(0, spec.values.indexOf(value as string));
  const off = spec.values.map((one) => Math.abs(one - (value as number)));
  return off.lastIndexOf(Math.min(...off));
}

/** The value at a place along the range. */
export function valueAt(spec: Parameter, share: number): Scalar {
  return decodeValue(spec, Math.min(1, Math.max(0, share)));
}

/** The same with no more digits than a slider can tell apart. */
export function roundValueAt(spec: Parameter, share: number): Scalar {
  const value = valueAt(spec, share);
  if (spec.kind !== 'real' || share <= 0 || share >= 1) return value;
  const step = spec.scale === 'log' ? (value as number) * Math.log(spec.upper / spec.lower) : spec.upper - spec.lower;
  const decimals = Math.ceil(0.5 - Math.log10(step / STEPS));
  const unit = 10 ** -decimals;
  const rounded =
    decimals > 0
      ? Number((value as number).toFixed(Math.min(100, decimals)))
      : Math.round((value as number) / unit) * unit;
  return Math.min(Math.max(rounded, spec.lower), spec.upper);
}

/** Whether the model can answer at the value itself, and not only at the end of the range. */
export function isInside(spec: Parameter, value: Scalar): boolean {
  if (spec.kind === 'categorical') return true;
  if (spec.kind === 'ordinal') return spec.values.includes(value as number);
  if (spec.kind === 'real' && spec.periodic) return true;
  return (value as number) >= spec.lower && (value as number) <= spec.upper;
}

/** A value for a field. */
export const shown = (value: Scalar): string =>
  typeof value === 'string' ? value : String(Number(value.toPrecision(DIGITS)));

/** A value with its unit. */
export const told = ({ unit = '' }: Parameter, value: Scalar): string => measured(value, unit);

/** What a parameter may be, in few words. */
export function rangeText(spec: Parameter): string {
  if ('lower' in spec) return `${scalar(spec.lower)} to ${scalar(spec.upper)}${spec.unit ? ` ${spec.unit}` : ''}`;
  return '';
}
