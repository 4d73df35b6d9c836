// AssemblyScript. What boosting counts of binned inputs: histograms of gradients, their best cuts, and the parting of rows.
//
// Bins are bytes, column by column. A bin of a histogram is a pair (sum of gradients, number of rows) or, where curvatures
// differ, four doubles (sum of gradients, sum of curvatures, number of rows, 0).

/** `out[i] = values[order[i]]` for the `count` rows at `order`. */
export function gather(values: usize, order: usize, count: usize, out: usize): void {
  for (const end = order + (count << 2); order < end; order += 4, out += 8)
    store<f64>(out, load<f64>(values + (<usize>load<i32>(order) << 3)));
}

/** Adds (gradient, 1) to the bins of one column that the `count` rows at `order` are in. */
export function countPairs(column: usize, order: usize, count: usize, gradients: usize, histogram: usize): void {
  let pair = f64x2.splat(1);
  for (const end = order + (count << 2); order < end; order += 4, gradients += 8) {
    const at = histogram + (<usize>load<u8>(column + <usize>load<i32>(order)) << 4);
    pair = v128.load64_lane(gradients, pair, 0);
    v128.store(at, f64x2.add(v128.load(at), pair));
  }
}

/** Adds (gradient, curvature) and 1 to the bins of one column. */
export function countQuads(
  column: usize,
  order: usize,
  count: usize,
  gradients: usize,
  curvatures: usize,
  histogram: usize,
): void {
  let pair = f64x2.splat(0);
  for (const end = order + (count << 2); order < end; order += 4, gradients += 8, curvatures += 8) {
    const at = histogram + (<usize>load<u8>(column + <usize>load<i32>(order)) << 5);
    pair = v128.load64_lane(gradients, pair, 0);
    pair = v128.load64_lane(curvatures, pair, 1);
    v128.store(at, f64x2.add(v128.load(at), pair));
    store<f64>(at, load<f64>(at, 16) + 1, 16);
  }
}

/** `a -= b` for `count` numbers, an even number. */
export function subtract(a: usize, b: usize, count: usize): void {
  for (const end = a + (count << 3); a < end; a += 16, b += 16) v128.store(a, f64x2.sub(v128.load(a), v128.load(b)));
}

/**
 * The best cut of one column: the last bin that goes left, or -1 when no score is above `bar`. A score is
 * G_l^2 / (H_l + ridge) + G_r^2 / (H_r + ridge); `sums` holds G, H and the number of rows of the node, and gets the score and
 * those of the left side. A bin has 2^`shift` bytes, 4 for pairs and 5 for quads.
 */
export function bestCut(
  histogram: usize,
  bins: i32,
  shift: usize,
  sums: usize,
  least: f64,
  ridge: f64,
  leastCurvature: f64,
  bar: f64,
): i32 {
  const whole = v128.load(sums);
  const rows = load<f64>(sums, 16);
  const most = rows - least;
  const ridges = f64x2.splat(ridge);
  let left = f64x2.splat(0);
  let count: f64 = 0;
  let best = -1;
  for (let bin = 0; bin < bins - 1; bin++) {
    const at = histogram + (<usize>bin << shift);
    const pair = v128.load(at);
    const here = shift == 4 ? f64x2.extract_lane(pair, 1) : load<f64>(at, 16);
    if (here < 0.5) continue;
    left = f64x2.add(left, pair);
    count += here;
    if (count < least) continue;
    if (count > most) break;
    const right = f64x2.sub(whole, left);
    const gradients = v128.shuffle<f64>(left, right, 0, 2);
    const curvatures = v128.shuffle<f64>(left, right, 1, 3);
    const terms = f64x2.div(f64x2.mul(gradients, gradients), f64x2.add(curvatures, ridges));
    const score = f64x2.extract_lane(terms, 0) + f64x2.extract_lane(terms, 1);
    if (!(score > bar) || f64x2.extract_lane(curvatures, 0) < leastCurvature) continue;
    if (f64x2.extract_lane(curvatures, 1) < leastCurvature) continue;
    bar = score;
    best = bin;
    store<f64>(sums, score, 24);
    v128.store(sums, left, 32);
    store<f64>(sums, count, 48);
  }
  return best;
}

/**
 * Moves the rows whose bin has a 1 in `table` (256 bytes) before the others, each part in the order it had; returns how many
 * they are. `held` is room for `count` rows.
 */
export function part(column: usize, order: usize, count: usize, table: usize, held: usize): usize {
  let left = order;
  let right = held;
  for (let p = order, end = order + (count << 2); p < end; p += 4) {
    const row = load<i32>(p);
    const goesLeft = <usize>load<u8>(table + <usize>load<u8>(column + <usize>row)) << 2;
    // Written to both: only the side that it belongs to moves on.
    store<i32>(left, row);
    store<i32>(right, row);
    left += goesLeft;
    right += 4 - goesLeft;
  }
  memory.copy(left, held, right - held);
  return (left - order) >> 2;
}
