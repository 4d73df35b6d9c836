/** Most bins of a column: a bin is one byte. */
export const MOST_BINS = 255;

/**
 * The bin of each different value, from 0, where rows[v] rows have the v-th smallest: one for each where there are at most `most` values, otherwise about
 * equally many rows in each [Ke2017].
 */
export function sharedOut(rows: ArrayLike<number>, most: number): Uint8Array {
  const different = rows.length;
  const bins = new Uint8Array(different);
  let count = 0;
  for (let v = 0; v < different; v++) count += rows[v];
  let [start, before, bin] = [0, 0, 0];
  for (let v = 0; v < different; v++) {
    // What is left is shared out evenly among the bins that are left.
    const isFull = different <= most || before - start >= (count - start) / (most - bin);
    if (v > 0 && bin < most - 1 && isFull) {
      bin++;
      start = before;
    }
    bins[v] = bin;
    before += rows[v];
  }
  return bins;
}

/** An interval of values. */
export interface ValueRange {
  readonly least: number;
  readonly largest: number;
}

/**
 * The bin of each different value of a range, ascending: one for each where there are at most `most`, otherwise those of the `most` bins of equal width that
 * have a value.
 */
export function equallyWide(values: ArrayLike<number>, { least, largest }: ValueRange, most: number): Uint8Array {
  const bins = new Uint8Array(values.length);
  const share = (value: number) => (value - least) / (largest - least);
  const place = (v: number) => (values.length <= most ? v : Math.min(most - 1, Math.floor(share(values[v]) * most)));
  for (let v = 1; v < values.length; v++) bins[v] = bins[v - 1] + (place(v) > place(v - 1) ? 1 : 0);
  return bins;
}
