// AssemblyScript. Correlations of scaled features, and their slopes.
import { coordinatesOf, productPoint, productTile } from './anova';
import { constant, exponential } from './exponential';
import { lowerStrip, plusProduct, TILE } from './lanes';

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
