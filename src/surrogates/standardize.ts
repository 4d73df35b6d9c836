/** Numbers as (z * deviation + mean) * scale with z of mean 0 and variance 1, or all 0 for a constant. */
export interface Standardized {
  readonly values: Float64Array;
  readonly mean: number;
  readonly deviation: number;
  /** A power of two near the largest value, which keeps squares from overflowing. */
  readonly scale: number;
}

/** Standardizes n >= 1 numbers of any size. */
export function standardize(given: Float64Array): Standardized {
  const largest = given.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scale = largest > 0 ? 2 ** Math.max(-1022, Math.floor(Math.log2(largest))) : 1;
  const first = given[0] / scale;
  const mean = first + given.reduce((sum, value) => sum + (value / scale - first), 0) / given.length;
  const squares = given.reduce((sum, value) => sum + (value / scale - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / given.length);
  const values = given.map((value) => (deviation > 0 ? (value / scale - mean) / deviation : 0));
  return { values, mean, deviation, scale };
}

/** The number itself, or the largest double of its sign: only outputs near it come past it. */
export function bounded(value: number): number {
  return Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, value));
}
