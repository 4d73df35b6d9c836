import type { Parameter } from '../../core/space/parameter.ts';
import { number, scalar, short } from '../../report/format.ts';
import { levels, shareOf, valueAt } from './coordinate.ts';
import { linearTicks, ticksOf } from './scale.ts';

/** From this many values on, what is discrete is drawn like what is not. */
const MANY = 16;

/** A place along a parameter's range that is written at an axis. */
export interface Tick {
  /** In [0, 1]. */
  readonly share: number;
  readonly text: string;
}

/** Whether the values of a parameter are drawn one by one. */
export const isDiscrete = (spec: Parameter): boolean => levels(spec) <= MANY;

/** Where a parameter is asked for: its values if they are few, else `count` places from end to end. */
export function placesOf(spec: Parameter, count: number): number[] {
  const own = levels(spec);
  return isDiscrete(spec)
    ? Array.from({ length: own }, (_, k) => (k + 0.5) / own)
    : Array.from({ length: count }, (_, k) => k / (count - 1));
}

/** What is written along the axis of a parameter, about `count` values of at most `length` letters. */
export function ticksAlong(spec: Parameter, count: number, length: number): Tick[] {
  if (isDiscrete(spec)) {
    const own = levels(spec);
    const step = spec.kind === 'categorical' ? 1 : Math.ceil(own / Math.max(count, 4));
    return Array.from({ length: own }, (_, k) => (k + 0.5) / own).flatMap((share, k) =>
      k % step === 0 ? [{ share, text: short(scalar(valueAt(spec, share)), length) }] : [],
    );
  }
  if (!('lower' in spec))
    return [spec.values[0], spec.values[spec.values.length - 1]].map((value) => tick(spec, value as number));
  const isLog = spec.kind === 'real' && spec.scale === 'log';
  const values = isLog
    ? ticksOf({ isLog, low: Math.log10(spec.lower), high: Math.log10(spec.upper) }, count)
    : linearTicks(spec.lower, spec.upper, count);
  return values.map((value) => tick(spec, value));
}

const tick = (spec: Parameter, value: number): Tick => ({ share: shareOf(spec, value), text: number(value, 3) });
