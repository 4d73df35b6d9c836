/** The mean; NaN of nothing. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** The mean of the squared differences from the mean; NaN of nothing. */
export function variance(values: ArrayLike<number>): number {
  const center = mean(values);
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] - center) ** 2;
  return squares / values.length;
}

/** The middle value; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[middle] : sorted[middle - 1] / 2 + sorted[middle] / 2;
}

/** The two-sided 95 % quantile of the normal distribution. */
const Z = 1.959963984540054;

/** Where a share is with 95 %, by the score of Wilson [Wilson1927], seen `count` times in `n`; all of [0, 1] where nothing was seen. */
export function wilson(count: number, n: number): readonly [number, number] {
  if (n === 0) return [0, 1];
  const share = count / n;
  const middle = (share + Z ** 2 / (2 * n)) / (1 + Z ** 2 / n);
  const half = (Z / (1 + Z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + Z ** 2 / (4 * n ** 2));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

/** A power of two near the largest of some numbers, 1 where all are 0: divided by it they keep every digit, and their squares neither overflow nor vanish. */
export function binaryScale(values: Float64Array): number {
  return powerBelow(values.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
}

/** The power of two at or just below a size; 1 where it is not above 0. */
export function powerBelow(size: number): number {
  // The logarithm of the largest double rounds to 1024, a power beyond all doubles.
  return size > 0 ? 2 ** Math.min(1023, Math.max(-1022, Math.floor(Math.log2(size)))) : 1;
}
