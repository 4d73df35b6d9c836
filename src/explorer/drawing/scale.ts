/** How a quantity is drawn: as it is, or its logarithm. */
export interface Scale {
  readonly isLog: boolean;
  /** Of what is drawn: of the logarithm, if it is one. */
  readonly low: number;
  readonly high: number;
}

/** From this ratio of the largest to the least on, positive numbers are drawn by their logarithms. */
const RATIO = 60;
/** A range that is less than this share of the one before is zoomed into; else the old one stays, so that axes rest. */
const WORTH = 0.5;
const PADDING = 0.05;

/** The least and the largest finite number; undefined of none. */
export function extentOf(values: Iterable<number>): readonly [number, number] | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : undefined;
}

/** A scale that shows the extent; `before`, where that shows it well. */
export function scaleOf(extent: readonly [number, number], before?: Scale): Scale {
  const isLog = extent[0] > 0 && extent[1] / extent[0] > (before?.isLog ? RATIO / 2 : RATIO);
  const [low, high] = isLog ? extent.map(Math.log10) : extent;
  const span = high - low;
  if (
    before &&
    before.isLog === isLog &&
    low >= before.low &&
    high <= before.high &&
    span > WORTH * (before.high - before.low)
  )
    return before;
  const least = Math.max(Math.abs(low), Math.abs(high)) * 1e-6 || 1;
  const pad = Math.max(span * PADDING, span < least ? least : 0);
  return { isLog, low: low - pad, high: high + pad };
}

/** Where a value is on the scale, 0 at its low end and 1 at its high one. */
export function placeOn({ isLog, low, high }: Scale, value: number): number {
  return ((isLog ? Math.log10(value) : value) - low) / (high - low);
}

/** Round values inside the scale, about `count` of them. */
export function ticksOf({ isLog, low, high }: Scale, count = 4): number[] {
  if (!isLog || high - low < 0.6) {
    const values = isLog ? [10 ** low, 10 ** high] : [low, high];
    return linearTicks(values[0], values[1], count);
  }
  const leading = high - low > count ? [1] : high - low > 1.5 ? [1, 3] : [1, 2, 5];
  const every = Math.max(1, Math.round((high - low) / (count + 1)));
  const ticks: number[] = [];
  for (let power = Math.floor(low); power <= high; power++)
    for (const digit of leading) {
      const at = power + Math.log10(digit);
      if (at >= low && at <= high && (leading.length > 1 || power % every === 0))
        ticks.push(Number(`${digit}e${power}`));
    }
  return ticks;
}

/** Multiples of 1, 2 or 5 times a power of ten in [low, high]. */
export function linearTicks(low: number, high: number, count: number): number[] {
  const rough = (high - low) / Math.max(1, count);
  const power = Math.floor(Math.log10(rough));
  const digit = [1, 2, 5, 10].find((one) => one * 10 ** power >= rough * 0.8) ?? 10;
  const step = digit * 10 ** power;
  const ticks: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++)
    ticks.push(Number((k * step).toPrecision(12)));
  return ticks;
}
