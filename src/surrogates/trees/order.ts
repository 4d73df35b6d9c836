const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;

/** Scratch space of {@link argsort}: reused from column to column. */
export interface SortSpace {
  readonly low: [Uint32Array, Uint32Array];
  readonly high: [Uint32Array, Uint32Array];
  readonly index: [Int32Array, Int32Array];
  readonly starts: Uint32Array;
}

/** Scratch space for sorting `count` numbers. */
export function sortSpace(count: number): SortSpace {
  return {
    low: [new Uint32Array(count), new Uint32Array(count)],
    high: [new Uint32Array(count), new Uint32Array(count)],
    index: [new Int32Array(count), new Int32Array(count)],
    starts: new Uint32Array(DIGITS),
  };
}

/**
 * Writes to `order` the indices 0 .. n-1 that sort the n numbers increasingly, equal numbers in the order of their indices; no
 * number may be NaN. A least-significant-digit radix sort on the bits of the doubles, which order like integers once the sign
 * is turned: several times faster than sorting with a comparison.
 */
export function argsort(values: Float64Array, order: Int32Array, space: SortSpace = sortSpace(values.length)): void {
  const count = values.length;
  const { low, high, index, starts } = space;
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * count);
  for (let i = 0; i < count; i++) {
    const [lower, upper] = [words[2 * i], words[2 * i + 1]];
    const zero = lower === 0 && upper === 0x80000000;
    const negative = upper >>> 31 === 1 && !zero;
    low[0][i] = negative ? ~lower : lower;
    high[0][i] = negative ? ~upper : upper | 0x80000000;
    index[0][i] = i;
  }
  let from = 0;
  for (let pass = 0; pass < 6; pass++) {
    const shift = (pass % 3) * DIGIT_BITS;
    const keys = pass < 3 ? low : high;
    if (!countDigits(keys[from], shift, count, starts)) continue;
    const to = 1 - from;
    const [key, lowFrom, highFrom, indexFrom] = [keys[from], low[from], high[from], index[from]];
    const [lowTo, highTo, indexTo] = [low[to], high[to], index[to]];
    for (let i = 0; i < count; i++) {
      const at = starts[(key[i] >>> shift) & (DIGITS - 1)]++;
      lowTo[at] = lowFrom[i];
      highTo[at] = highFrom[i];
      indexTo[at] = indexFrom[i];
    }
    from = to;
  }
  order.set(index[from].subarray(0, count));
}

/** Where each digit's numbers begin; false when all have the same digit and there is nothing to sort. */
function countDigits(keys: Uint32Array, shift: number, count: number, starts: Uint32Array): boolean {
  starts.fill(0);
  for (let i = 0; i < count; i++) starts[(keys[i] >>> shift) & (DIGITS - 1)]++;
  let sum = 0;
  for (let digit = 0; digit < DIGITS; digit++) {
    const here = starts[digit];
    if (here === count) return false;
    starts[digit] = sum;
    sum += here;
  }
  return true;
}
