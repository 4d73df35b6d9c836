// AssemblyScript. Correlations of scaled features, their slopes, and the sums that a likelihood gradient needs.
import { coordinatesOf, productPoint, productTile } from './anova';
import { constant, exponential } from './exponential';
import { lowerStrip, plusProduct, sumOfLanes, TILE } from './lanes';

/**
 * Replaces squared distances at `p .. end` (a multiple of 32 bytes) by correlations and, unless `slope` is 0, writes
 * their derivatives by the squared distance there. Kernel 0 is squared exponential, 1 is Matern 5/2.
 */
export function correlate(kernel: i32, p: usize, end: usize, slope: usize): void {
  if (kernel == 0) {
    for (; p < end; p += 32) {
      const k0 = exponential(f64x2.mul(v128.load(p), constant(18)));
      const k1 = exponential(f64x2.mul(v128.load(p, 16), constant(18)));
      v128.store(p, k0);
      v128.store(p, k1, 16);
      if (!slope) continue;
      v128.store(slope, f64x2.mul(k0, constant(18)));
      v128.store(slope, f64x2.mul(k1, constant(18)), 16);
      slope += 32;
    }
    return;
  }
  for (; p < end; p += 32) {
    const square0 = f64x2.mul(v128.load(p), constant(19));
    const square1 = f64x2.mul(v128.load(p, 16), constant(19));
    const s0 = f64x2.sqrt(square0);
    const s1 = f64x2.sqrt(square1);
    const decay0 = exponential(f64x2.neg(s0));
    const decay1 = exponential(f64x2.neg(s1));
    const first0 = f64x2.add(s0, constant(17));
    const first1 = f64x2.add(s1, constant(17));
    v128.store(p, f64x2.mul(plusProduct(first0, square0, constant(20)), decay0));
    v128.store(p, f64x2.mul(plusProduct(first1, square1, constant(20)), decay1), 16);
    if (!slope) continue;
    v128.store(slope, f64x2.mul(f64x2.mul(first0, constant(21)), decay0));
    v128.store(slope, f64x2.mul(f64x2.mul(first1, constant(21)), decay1), 16);
    slope += 32;
  }
}

/** Squared distances of four points (rows of the tile, strip `a`) to four others (columns, strip `b`). */
@inline
function distances(tile: usize, a: usize, b: usize, width: usize): void {
  const zero = f64x2.splat(0);
  let c0 = zero;
  let c1 = zero;
  let c2 = zero;
  let c3 = zero;
  let c4 = zero;
  let c5 = zero;
  let c6 = zero;
  let c7 = zero;
  for (const end = a + (width << 5); a < end; a += 32, b += 32) {
    const low = v128.load(a);
    const high = v128.load(a, 16);
    let other = v128.load64_splat(b);
    let e = f64x2.sub(low, other);
    c0 = plusProduct(c0, e, e);
    e = f64x2.sub(high, other);
    c1 = plusProduct(c1, e, e);
    other = v128.load64_splat(b, 8);
    e = f64x2.sub(low, other);
    c2 = plusProduct(c2, e, e);
    e = f64x2.sub(high, other);
    c3 = plusProduct(c3, e, e);
    other = v128.load64_splat(b, 16);
    e = f64x2.sub(low, other);
    c4 = plusProduct(c4, e, e);
    e = f64x2.sub(high, other);
    c5 = plusProduct(c5, e, e);
    other = v128.load64_splat(b, 24);
    e = f64x2.sub(low, other);
    c6 = plusProduct(c6, e, e);
    e = f64x2.sub(high, other);
    c7 = plusProduct(c7, e, e);
  }
  v128.store(tile, c0);
  v128.store(tile, c1, 16);
  v128.store(tile, c2, 32);
  v128.store(tile, c3, 48);
  v128.store(tile, c4, 64);
  v128.store(tile, c5, 80);
  v128.store(tile, c6, 96);
  v128.store(tile, c7, 112);
}

/** Correlations of four points (strip `a`) with those of `count` strips, and the slopes unless `slope` is 0. */
function correlateStrip(
  kernel: usize,
  row: usize,
  a: usize,
  points: usize,
  count: usize,
  width: usize,
  slope: usize,
): void {
  const end = row + count * TILE;
  const stride = width << 5;
  if (coordinatesOf(kernel)) {
    for (let tile = row; tile < end; tile += TILE, points += stride) productTile(kernel, tile, a, points);
    return;
  }
  for (let tile = row; tile < end; tile += TILE, points += stride) distances(tile, a, points, width);
  correlate(load<i32>(kernel), row, end, slope);
}

/**
 * Fills the lower triangle `a` with the correlations of n points (strips of `width` features) and `diagonal` on the
 * diagonal; unless `slope` is 0, writes the slopes there, zero in the padding. `kernel` is a description, see `anova.ts`;
 * products have no such slopes.
 */
export function correlationMatrix(
  kernel: usize,
  points: usize,
  n: usize,
  width: usize,
  diagonal: f64,
  a: usize,
  slope: usize,
): void {
  const strips = (n + 3) >> 2;
  const stride = width << 5;
  for (let s: usize = 0; s < strips; s++) {
    const row = lowerStrip(a, s);
    correlateStrip(kernel, row, points + s * stride, points, s + 1, width, slope ? lowerStrip(slope, s) : 0);
    for (let r: usize = 0; r < 4; r++) {
      const i = (s << 2) + r;
      if (i < n) store<f64>(row + (i << 5) + (r << 3), diagonal);
      else pad(row, slope ? lowerStrip(slope, s) : 0, s, r);
    }
  }
}

/** Makes row r of the last strip, and its column, a row and column of the identity; zero in the slopes. */
function pad(row: usize, slope: usize, s: usize, r: usize): void {
  const i = (s << 2) + r;
  for (let k: usize = 0; k < (s << 2) + 4; k++) {
    store<f64>(row + (k << 5) + (r << 3), k == i ? 1 : 0);
    if (slope) store<f64>(slope + (k << 5) + (r << 3), 0);
  }
  for (let q: usize = 0; q < 4; q++) {
    if (q != r) store<f64>(row + (i << 5) + (q << 3), 0);
    if (slope) store<f64>(slope + (i << 5) + (q << 3), 0);
  }
}

/** Correlations of `count` strips of four queries with n points: strips of ceil(n / 4) tiles, zero in the padding. */
export function crossCorrelations(
  kernel: usize,
  queries: usize,
  count: usize,
  points: usize,
  n: usize,
  width: usize,
  out: usize,
): void {
  const strips = (n + 3) >> 2;
  const stride = width << 5;
  for (let k: usize = 0; k < count; k++) {
    const row = out + k * strips * TILE;
    correlateStrip(kernel, row, queries + k * stride, points, strips, width, 0);
    memory.fill(row + (n << 5), 0, ((strips << 2) - n) << 5);
  }
}

/**
 * Correlations of one query (`width` numbers) with n points, and their slopes: 4 ceil(n / 4) numbers, zero in the padding. A
 * product has slopes along each of its coordinates, one row after the other, and needs 8 numbers for each in `held`.
 */
export function pointCorrelations(
  kernel: usize,
  query: usize,
  points: usize,
  n: usize,
  width: usize,
  out: usize,
  slope: usize,
  held: usize,
): void {
  const strips = (n + 3) >> 2;
  const coordinates = coordinatesOf(kernel);
  if (coordinates) productPoint(kernel, query, points, strips, width, out, slope, held);
  else radialPoint(kernel, query, points, strips, width, out, slope);
  for (let i = n; i < strips << 2; i++) {
    store<f64>(out + (i << 3), 0);
    store<f64>(slope + (i << 3), 0);
    for (let j: usize = 1; j < coordinates; j++) store<f64>(slope + ((j * strips) << 5) + (i << 3), 0);
  }
}

function radialPoint(
  kernel: usize,
  query: usize,
  points: usize,
  strips: usize,
  width: usize,
  out: usize,
  slope: usize,
): void {
  for (let s: usize = 0, p = points; s < strips; s++) {
    let low = f64x2.splat(0);
    let high = f64x2.splat(0);
    for (let f: usize = 0; f < width; f++, p += 32) {
      const q = v128.load64_splat(query + (f << 3));
      let e = f64x2.sub(v128.load(p), q);
      low = plusProduct(low, e, e);
      e = f64x2.sub(v128.load(p, 16), q);
      high = plusProduct(high, e, e);
    }
    v128.store(out + (s << 5), low);
    v128.store(out + (s << 5), high, 16);
  }
  correlate(load<i32>(kernel), out, out + (strips << 5), slope);
}

/** `sums[f] = sum over i of weights_i (query_f - x_if)` for the features `from` to `end`, exclusive, of `width`. */
export function pointSums(
  weights: usize,
  query: usize,
  points: usize,
  strips: usize,
  width: usize,
  from: usize,
  end: usize,
  sums: usize,
): void {
  const stride = width << 5;
  for (let f = from; f < end; f++) {
    const q = v128.load64_splat(query + (f << 3));
    let low = f64x2.splat(0);
    let high = f64x2.splat(0);
    let p = points + (f << 5);
    for (let w = weights, last = weights + (strips << 5); w < last; w += 32, p += stride) {
      low = plusProduct(low, v128.load(w), f64x2.sub(q, v128.load(p)));
      high = plusProduct(high, v128.load(w, 16), f64x2.sub(q, v128.load(p, 16)));
    }
    store<f64>(sums + (f << 3), sumOfLanes(f64x2.add(low, high)));
  }
}

/** `out_i = factor a_i b_i` for 4 `strips` numbers. */
export function scaledProducts(factor: f64, a: usize, b: usize, strips: usize, out: usize): void {
  const scale = f64x2.splat(factor);
  for (const end = a + (strips << 5); a < end; a += 16, b += 16, out += 16)
    v128.store(out, f64x2.mul(scale, f64x2.mul(v128.load(a), v128.load(b))));
}

/**
 * `sums[f] = sum over pairs of points of (scale alpha_i alpha_k - B_ik) slope_ik (x_if - x_kf)^2`, in one pass, where B is
 * the inverse of the correlation matrix and `negative` its negative as a lower triangle with full diagonal tiles.
 * `lanes` is working memory of 4 `width` numbers.
 */
export function pairSums(
  points: usize,
  strips: usize,
  width: usize,
  negative: usize,
  slope: usize,
  alpha: usize,
  scale: f64,
  lanes: usize,
  sums: usize,
): void {
  const stride = width << 5;
  memory.fill(lanes, 0, stride);
  const factor = f64x2.splat(scale);
  for (let s: usize = 0; s < strips; s++) {
    const low = f64x2.mul(factor, v128.load(alpha + (s << 5)));
    const high = f64x2.mul(factor, v128.load(alpha + (s << 5), 16));
    for (let t: usize = 0; t <= s; t++) {
      const b = lowerStrip(negative, s) + t * TILE;
      const g = lowerStrip(slope, s) + t * TILE;
      // A diagonal tile holds each of its pairs twice.
      const share = f64x2.splat(s == t ? 0.5 : 1);
      const at = alpha + (t << 5);
      let y = v128.load64_splat(at);
      const w0 = weight(share, b, g, low, y);
      const w1 = weight(share, b + 16, g + 16, high, y);
      y = v128.load64_splat(at, 8);
      const w2 = weight(share, b + 32, g + 32, low, y);
      const w3 = weight(share, b + 48, g + 48, high, y);
      y = v128.load64_splat(at, 16);
      const w4 = weight(share, b + 64, g + 64, low, y);
      const w5 = weight(share, b + 80, g + 80, high, y);
      y = v128.load64_splat(at, 24);
      const w6 = weight(share, b + 96, g + 96, low, y);
      const w7 = weight(share, b + 112, g + 112, high, y);
      let p = points + s * stride;
      let q = points + t * stride;
      for (let lane = lanes, end = lanes + stride; lane < end; lane += 32, p += 32, q += 32) {
        const x0 = v128.load(p);
        const x1 = v128.load(p, 16);
        let z = v128.load64_splat(q);
        let e = f64x2.sub(x0, z);
        let sum0 = plusProduct(v128.load(lane), f64x2.mul(e, e), w0);
        e = f64x2.sub(x1, z);
        let sum1 = plusProduct(v128.load(lane, 16), f64x2.mul(e, e), w1);
        z = v128.load64_splat(q, 8);
        e = f64x2.sub(x0, z);
        sum0 = plusProduct(sum0, f64x2.mul(e, e), w2);
        e = f64x2.sub(x1, z);
        sum1 = plusProduct(sum1, f64x2.mul(e, e), w3);
        z = v128.load64_splat(q, 16);
        e = f64x2.sub(x0, z);
        sum0 = plusProduct(sum0, f64x2.mul(e, e), w4);
        e = f64x2.sub(x1, z);
        sum1 = plusProduct(sum1, f64x2.mul(e, e), w5);
        z = v128.load64_splat(q, 24);
        e = f64x2.sub(x0, z);
        sum0 = plusProduct(sum0, f64x2.mul(e, e), w6);
        e = f64x2.sub(x1, z);
        sum1 = plusProduct(sum1, f64x2.mul(e, e), w7);
        v128.store(lane, sum0);
        v128.store(lane, sum1, 16);
      }
    }
  }
  for (let f: usize = 0; f < width; f++) {
    const lane = lanes + (f << 5);
    store<f64>(sums + (f << 3), sumOfLanes(f64x2.add(v128.load(lane), v128.load(lane, 16))));
  }
}

@inline
function weight(share: v128, negative: usize, slope: usize, alpha: v128, other: v128): v128 {
  return f64x2.mul(
    f64x2.mul(share, v128.load(slope)),
    plusProduct(v128.load(negative), alpha, other),
  );
}

/** `sum over i < n of scale alpha_i^2 - B_ii`, with `negative` as in `pairSums`. */
export function diagonalSum(n: usize, negative: usize, alpha: usize, scale: f64): f64 {
  let sum: f64 = 0;
  for (let i: usize = 0; i < n; i++) {
    const a = load<f64>(alpha + (i << 3));
    sum += scale * a * a + load<f64>(lowerStrip(negative, i >> 2) + (i << 5) + ((i & 3) << 3));
  }
  return sum;
}

/** Puts n rows of `width` features into strips of four points, zero in the padding. */
export function packPoints(rows: usize, n: usize, width: usize, out: usize): void {
  const strips = (n + 3) >> 2;
  for (let s: usize = 0; s < strips; s++)
    for (let f: usize = 0; f < width; f++)
      for (let r: usize = 0; r < 4; r++, out += 8) {
        const i = (s << 2) + r;
        store<f64>(out, i < n ? load<f64>(rows + ((i * width + f) << 3)) : 0);
      }
}
