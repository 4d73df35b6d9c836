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

/** A tick whose text begins, ends or has its middle at its place, so that it stays within the axis. */
export interface PlacedTick extends Tick {
  readonly side: 'start' | 'middle' | 'end';
}

/** Shares of the axis from either end within which a text does not have its middle at its place. */
const EDGE = 0.07;
/** Pixels of a letter, and at least between two texts. */
const [LETTER, GAP] = [6, 6];

/** The ticks of an axis of so many pixels whose texts do not touch each other; the last one stays before those that it touches. */
export function spacedTicks(ticks: readonly Tick[], width: number): PlacedTick[] {
  const kept: PlacedTick[] = [];
  for (const [k, one] of ticks.entries()) {
    const placed = { ...one, side: sideOf(one.share) };
    const touches = () => kept.length > 0 && spanOf(kept[kept.length - 1], width)[1] + GAP > spanOf(placed, width)[0];
    if (k === ticks.length - 1) while (touches()) kept.pop();
    if (!touches()) kept.push(placed);
  }
  return kept;
}

function sideOf(share: number): PlacedTick['side'] {
  return share > 1 - EDGE ? 'end' : share < EDGE ? 'start' : 'middle';
}

/** Where the text of a tick begins and ends, in pixels. */
export function spanOf({ share, text, side }: PlacedTick, width: number): readonly [number, number] {
  const own = LETTER * text.length;
  const from = share * width - (side === 'end' ? own : side === 'middle' ? own / 2 : 0);
  return [from, from + own];
}
