import { scaleLinear, scaleLog } from 'd3-scale';
import { alike, isKnown, number, short } from '../format.ts';

/** One direction of a plot: where a value lies, and what is written there. */
export interface Axis {
  readonly label: string;
  readonly at: (value: number) => number;
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
  /** The values at its ends, for who reads a place on it; absent where it has names. */
  readonly ends?: readonly [number, number];
  /** Whether its values are equally spaced by their logarithms. */
  readonly log?: boolean;
}

/** From where to where an axis runs, in the units of the view box. */
export type Extent = readonly [from: number, to: number];

/** A linear axis over all known values, rounded outwards; about `count` ticks (default 5). */
export function linearAxis(
  label: string,
  values: readonly (number | null)[],
  [from, to]: Extent,
  { count = 5, tight = false }: { readonly count?: number; readonly tight?: boolean } = {},
): Axis {
  const scale = scaleLinear(domainOf(values), [from, to]);
  if (!tight) scale.nice(count);
  const [low, high] = scale.domain();
  return {
    ...{ label, at: scale, ends: [low, high] },
    ticks: ticksOf(scale.ticks(count)),
  };
}

/** Equally spaced values, all written alike. */
function ticksOf(values: readonly number[]): Axis['ticks'] {
  const texts = alike(values);
  return values.map((value, k) => ({ value, text: texts[k] }));
}

/** A logarithmic axis over all known values, which must be positive. */
export function logAxis(label: string, values: readonly (number | null)[], [from, to]: Extent): Axis {
  const [low, high] = domainOf(values.filter((value) => isKnown(value) && value > 0));
  const scale = scaleLog([low > 0 ? low : high / 10, high], [from, to]);
  const [first, last] = scale.domain();
  const ticks = logTicks(first, last).map((value) => ({ value, text: number(value, 3) }));
  return { label, at: scale, ticks, ends: [first, last], log: true };
}

const MOST_TICKS = 7;

/** Round numbers for a logarithmic axis: as many of 1, 2, 3 and 5 times the powers of ten as fit, or else the bounds. */
export function logTicks(low: number, high: number): number[] {
  const all = scaleLog([low, high], [0, 1]).ticks();
  const leading = (value: number) => Number(value.toExponential(0).split('e')[0]);
  const ticks =
    [[1, 2, 3, 5], [1, 2, 5], [1, 3], [1]]
      .map((kept) => all.filter((value) => kept.includes(leading(value))))
      .find((some) => some.length <= MOST_TICKS) ?? all.filter((_, i) => i % Math.ceil(all.length / MOST_TICKS) === 0);
  return ticks.length >= 2 ? ticks : [low, high];
}

/** An axis with a place for each name; value i is the i-th place. */
export function bandAxis(label: string, names: readonly string[], [from, to]: Extent, length = 14): Axis {
  const step = (to - from) / Math.max(1, names.length);
  return {
    label,
    at: (value) => from + (value + 0.5) * step,
    ticks: names.map((name, value) => ({ value, text: short(name, length) })),
  };
}

/** The least and the largest known value, pushed apart when they are equal; [0, 1] of nothing. */
export function domainOf(values: readonly (number | null)[]): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!isKnown(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return [0, 1];
  const least = Math.max(Math.abs(low), Math.abs(high)) * 1e-9;
  if (high - low > least) return [low, high];
  const pad = low === 0 ? 1 : Math.abs(low) / 2;
  return [low - pad, high + pad];
}
