// AssemblyScript. What a regression tree on sorted columns is grown with. Columns and orders stand one after the other: column j
// of `rows` doubles at columns + 8 j rows, its order of `rows` numbers at orders + 4 j rows.

/** Mean of the targets of the `count` rows at `order`, exact when they are all equal, and the sum of squares about it. */
export function moments(target: usize, order: usize, count: usize, out: usize): void {
  const end = order + (count << 2);
  const first = load<f64>(target + (<usize>load<i32>(order) << 3));
  let sum: f64 = 0;
  for (let p = order + 4; p < end; p += 4) sum += load<f64>(target + (<usize>load<i32>(p) << 3)) - first;
  const mean = first + sum / <f64>count;
  let squares: f64 = 0;
  for (let p = order; p < end; p += 4) {
    const deviation = load<f64>(target + (<usize>load<i32>(p) << 3)) - mean;
    squares += deviation * deviation;
  }
  store<f64>(out, mean);
  store<f64>(out, squares, 8);
}

/**
 * The best cut of sorted rows between two different values, at least `least` rows on both sides: the place of the last row on the
 * left, or -1 when no gain, `factor` s^2 / (l (m - l)) with deviations that sum to s on the left, is above `bar`. A later gain must
 * beat an earlier one by `tie`. The gain is written to `out`.
 */
export function bestThreshold(
  values: usize,
  target: usize,
  order: usize,
  count: usize,
  mean: f64,
  least: usize,
  factor: f64,
  bar: f64,
  tie: f64,
  out: usize,
): i32 {
  let best = -1;
  let sum: f64 = 0;
  let left: usize = 1;
  for (; left < least; left++) sum += load<f64>(target + (<usize>load<i32>(order + ((left - 1) << 2)) << 3)) - mean;
  let row = <usize>load<i32>(order + ((left - 1) << 2)) << 3;
  let next = load<f64>(values + row);
  for (const last = count - least; left <= last; left++) {
    sum += load<f64>(target + row) - mean;
    const here = next;
    row = <usize>load<i32>(order + (left << 2)) << 3;
    next = load<f64>(values + row);
    const gain = (factor * sum * sum) / (<f64>left * <f64>(count - left));
    if (gain <= bar || here == next) continue;
    bar = gain + tie;
    best = <i32>(left - 1);
    store<f64>(out, gain);
  }
  return best;
}

/**
 * Moves the rows from .. to of every order whose value in `column` is at most `threshold` before the others, both sides in the
 * order they had; returns how many they are. `flags` is room for `rows` bytes, `held` for `rows` numbers.
 */
export function partOrders(
  columns: usize,
  orders: usize,
  rows: usize,
  inputs: usize,
  column: usize,
  threshold: f64,
  from: usize,
  count: usize,
  flags: usize,
  held: usize,
): usize {
  const values = columns + ((column * rows) << 3);
  const own = orders + ((column * rows + from) << 2);
  let total: usize = 0;
  for (let p = own, end = own + (count << 2); p < end; p += 4) {
    const row = <usize>load<i32>(p);
    const goesLeft: usize = load<f64>(values + (row << 3)) <= threshold ? 1 : 0;
    store<u8>(flags + row, <u8>goesLeft);
    total += goesLeft;
  }
  for (let j: usize = 0; j < inputs; j++) {
    // The rows of the split's own column already stand in this order.
    if (j == column) continue;
    const order = orders + ((j * rows + from) << 2);
    let left = order;
    let right = held;
    for (let p = order, end = order + (count << 2); p < end; p += 4) {
      const row = load<i32>(p);
      const step = <usize>load<u8>(flags + <usize>row) << 2;
      store<i32>(left, row);
      store<i32>(right, row);
      left += step;
      right += 4 - step;
    }
    memory.copy(left, held, right - held);
  }
  return total;
}

/** Writes each row of the sorted orders as often as `times` (numbers) says; returns how many there are in a column. */
export function drawOrders(sorted: usize, times: usize, rows: usize, inputs: usize, orders: usize): usize {
  let drawn: usize = 0;
  for (let j: usize = 0; j < inputs; j++) {
    let at = orders + ((j * rows) << 2);
    const start = at;
    for (let p = sorted + ((j * rows) << 2), end = p + (rows << 2); p < end; p += 4) {
      const row = load<i32>(p);
      for (let t = load<i32>(times + (<usize>row << 2)); t > 0; t--, at += 4) store<i32>(at, row);
    }
    drawn = (at - start) >> 2;
  }
  return drawn;
}
