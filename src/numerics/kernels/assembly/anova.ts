// AssemblyScript. Kernels that are a product over the coordinates of 1 - b + b k, where k is the correlation along one.
//
// A kernel is described in memory: at byte 0 which one it is (0 squared exponential, 1 Matern 5/2, 2 and 3 the products of
// these), at byte 4 how many coordinates a product has (else 0), and from byte 64 on, in 64 bytes for each of them: 32 times the
// number of its features beyond the first one, at byte 8 the double 1 - b, and at byte 16 four doubles, the coefficients of the
// powers of t in b exp(-t / 2), the first of which is b.
import { constant, halfExponential } from './exponential';
import { lowerStrip, plusProduct, sumOfLanes, TILE } from './lanes';

/** Number of coordinates of a product, 0 for other kernels. */
@inline
export function coordinatesOf(kernel: usize): usize {
  return load<u32>(kernel, 4);
}

/** b k, with k the correlations along the coordinate `c` for squared distances. */
@inline
function share(matern: bool, s: v128, c: usize): v128 {
  if (!matern) return halfExponential(s, c + 16);
  const square = f64x2.mul(s, constant(19));
  const q = f64x2.sqrt(square);
  const decay = halfExponential(f64x2.add(q, q), c + 16);
  return f64x2.mul(plusProduct(f64x2.add(q, constant(17)), square, constant(20)), decay);
}

/** The same; writes it to `held` and behind it its derivative by s times `by`. */
@inline
function heldShare(matern: bool, s: v128, c: usize, by: v128, held: usize): v128 {
  let value: v128;
  let slope: v128;
  if (matern) {
    const square = f64x2.mul(s, constant(19));
    const q = f64x2.sqrt(square);
    const decay = halfExponential(f64x2.add(q, q), c + 16);
    const first = f64x2.add(q, constant(17));
    value = f64x2.mul(plusProduct(first, square, constant(20)), decay);
    slope = f64x2.mul(f64x2.mul(first, constant(21)), decay);
  } else {
    value = halfExponential(s, c + 16);
    slope = f64x2.mul(value, constant(18));
  }
  v128.store(held, value);
  v128.store(held, f64x2.mul(slope, by), 16);
  return value;
}

/**
 * Multiplies the numbers `k0 .. k3` of four points (strip `a`) and two others (at `b` in their strip) by their correlations and
 * writes the products to `out`: two columns of a tile, more would not stay in registers. If it `holds`, `heldShare` leaves 16
 * numbers for each coordinate at `held`, slopes times the squared distances.
 */
@inline
function columns(
  matern: bool,
  holds: bool,
  kernel: usize,
  a: usize,
  b: usize,
  k0: v128,
  k1: v128,
  k2: v128,
  k3: v128,
  out: usize,
  held: usize,
): void {
  for (let c = kernel + 64, end = c + (coordinatesOf(kernel) << 6); c < end; c += 64, held += TILE) {
    let low = v128.load(a);
    let high = v128.load(a, 16);
    let x = v128.load64_splat(b);
    let y = v128.load64_splat(b, 8);
    let e = f64x2.sub(low, x);
    let s0 = f64x2.mul(e, e);
    e = f64x2.sub(high, x);
    let s1 = f64x2.mul(e, e);
    e = f64x2.sub(low, y);
    let s2 = f64x2.mul(e, e);
    e = f64x2.sub(high, y);
    let s3 = f64x2.mul(e, e);
    a += 32;
    b += 32;
    for (const last = a + <usize>load<u32>(c); a < last; a += 32, b += 32) {
      low = v128.load(a);
      high = v128.load(a, 16);
      x = v128.load64_splat(b);
      y = v128.load64_splat(b, 8);
      e = f64x2.sub(low, x);
      s0 = plusProduct(s0, e, e);
      e = f64x2.sub(high, x);
      s1 = plusProduct(s1, e, e);
      e = f64x2.sub(low, y);
      s2 = plusProduct(s2, e, e);
      e = f64x2.sub(high, y);
      s3 = plusProduct(s3, e, e);
    }
    const rest = v128.load64_splat(c, 8);
    if (holds) {
      k0 = f64x2.mul(k0, f64x2.add(rest, heldShare(matern, s0, c, s0, held)));
      k1 = f64x2.mul(k1, f64x2.add(rest, heldShare(matern, s1, c, s1, held + 32)));
      k2 = f64x2.mul(k2, f64x2.add(rest, heldShare(matern, s2, c, s2, held + 64)));
      k3 = f64x2.mul(k3, f64x2.add(rest, heldShare(matern, s3, c, s3, held + 96)));
    } else {
      k0 = f64x2.mul(k0, f64x2.add(rest, share(matern, s0, c)));
      k1 = f64x2.mul(k1, f64x2.add(rest, share(matern, s1, c)));
      k2 = f64x2.mul(k2, f64x2.add(rest, share(matern, s2, c)));
      k3 = f64x2.mul(k3, f64x2.add(rest, share(matern, s3, c)));
    }
  }
  v128.store(out, k0);
  v128.store(out, k1, 16);
  v128.store(out, k2, 32);
  v128.store(out, k3, 48);
}

/** Correlations of four points (rows of the tile, strip `a`) with four others (columns, strip `b`). */
export function productTile(kernel: usize, tile: usize, a: usize, b: usize): void {
  const one = constant(17);
  for (let half: usize = 0; half < 2; half++, tile += 64, b += 16) {
    if (load<i32>(kernel) == 3) columns(true, false, kernel, a, b, one, one, one, one, tile, 0);
    else columns(false, false, kernel, a, b, one, one, one, one, tile, 0);
  }
}

/**
 * Correlations of one query with n points, 4 `strips` numbers, and their derivatives by the squared distance along each
 * coordinate, one row of such numbers after the other. `held` is working memory of 8 numbers for each coordinate.
 */
export function productPoint(
  kernel: usize,
  query: usize,
  points: usize,
  strips: usize,
  width: usize,
  out: usize,
  slope: usize,
  held: usize,
): void {
  for (let s: usize = 0; s < strips; s++) {
    const p = points + s * (width << 5);
    const k = out + (s << 5);
    if (load<i32>(kernel) == 3) pointStrip(true, kernel, query, p, k, slope + (s << 5), strips << 5, held);
    else pointStrip(false, kernel, query, p, k, slope + (s << 5), strips << 5, held);
  }
}

/** Four of the points; the derivatives by the next coordinate stand `stride` bytes on. */
@inline
function pointStrip(
  matern: bool,
  kernel: usize,
  query: usize,
  p: usize,
  out: usize,
  slope: usize,
  stride: usize,
  held: usize,
): void {
  const first = kernel + 64;
  const end = first + (coordinatesOf(kernel) << 6);
  const one = constant(17);
  let k0 = one;
  let k1 = one;
  let h = held;
  for (let c = first; c < end; c += 64, h += 64) {
    let q = v128.load64_splat(query);
    let e = f64x2.sub(v128.load(p), q);
    let s0 = f64x2.mul(e, e);
    e = f64x2.sub(v128.load(p, 16), q);
    let s1 = f64x2.mul(e, e);
    p += 32;
    query += 8;
    for (const last = p + <usize>load<u32>(c); p < last; p += 32, query += 8) {
      q = v128.load64_splat(query);
      e = f64x2.sub(v128.load(p), q);
      s0 = plusProduct(s0, e, e);
      e = f64x2.sub(v128.load(p, 16), q);
      s1 = plusProduct(s1, e, e);
    }
    const rest = v128.load64_splat(c, 8);
    k0 = f64x2.mul(k0, f64x2.add(rest, heldShare(matern, s0, c, one, h)));
    k1 = f64x2.mul(k1, f64x2.add(rest, heldShare(matern, s1, c, one, h + 32)));
  }
  v128.store(out, k0);
  v128.store(out, k1, 16);
  h = held;
  for (let c = first; c < end; c += 64, h += 64, slope += stride) {
    const rest = v128.load64_splat(c, 8);
    v128.store(slope, f64x2.mul(f64x2.div(k0, f64x2.add(rest, v128.load(h))), v128.load(h, 16)));
    v128.store(slope, f64x2.mul(f64x2.div(k1, f64x2.add(rest, v128.load(h, 32))), v128.load(h, 48)), 16);
  }
}

/**
 * For each of the d coordinates of a product, `sum over pairs of points of (scale alpha_i alpha_k - B_ik) s dk_ik / ds`, with s the
 * squared distance along it, and behind these d numbers the same sums of `dk_ik / d ln(b / (1 - b))`; `negative` is as in
 * `pairSums`. `held` and `lanes` are working memory of 16 d + 8 and 4 d numbers.
 */
export function productSums(
  kernel: usize,
  points: usize,
  strips: usize,
  width: usize,
  negative: usize,
  alpha: usize,
  scale: f64,
  held: usize,
  lanes: usize,
  sums: usize,
): void {
  const d = coordinatesOf(kernel);
  const matern = load<i32>(kernel) == 3;
  const stride = width << 5;
  const factor = f64x2.splat(scale);
  const weighted = held + d * TILE;
  memory.fill(lanes, 0, d << 5);
  for (let s: usize = 0; s < strips; s++) {
    const low = f64x2.mul(factor, v128.load(alpha + (s << 5)));
    const high = f64x2.mul(factor, v128.load(alpha + (s << 5), 16));
    const a = points + s * stride;
    const end = (s + 1) << 2;
    for (let column: usize = 0; column < end; column += 2) {
      // A diagonal tile holds each of its pairs twice.
      const part = f64x2.splat(column >> 2 == s ? 0.5 : 1);
      const n = lowerStrip(negative, s) + (column << 5);
      const x = v128.load64_splat(alpha + (column << 3));
      const y = v128.load64_splat(alpha + (column << 3), 8);
      const w0 = f64x2.mul(part, plusProduct(v128.load(n), low, x));
      const w1 = f64x2.mul(part, plusProduct(v128.load(n, 16), high, x));
      const w2 = f64x2.mul(part, plusProduct(v128.load(n, 32), low, y));
      const w3 = f64x2.mul(part, plusProduct(v128.load(n, 48), high, y));
      const b = points + (column >> 2) * stride + ((column & 3) << 3);
      if (matern) columns(true, true, kernel, a, b, w0, w1, w2, w3, weighted, held);
      else columns(false, true, kernel, a, b, w0, w1, w2, w3, weighted, held);
      addColumns(kernel, weighted, held, lanes);
    }
  }
  for (let j: usize = 0; j < d; j++) {
    const lane = lanes + (j << 5);
    store<f64>(sums + (j << 3), sumOfLanes(v128.load(lane)));
    store<f64>(sums + ((d + j) << 3), load<f64>(kernel + 64 + (j << 6), 8) * sumOfLanes(v128.load(lane, 16)));
  }
}

/** Adds what weighted correlations contribute: each divided by the term of a coordinate, times what was held of it. */
@inline
function addColumns(kernel: usize, weighted: usize, held: usize, lanes: usize): void {
  const w0 = v128.load(weighted);
  const w1 = v128.load(weighted, 16);
  const w2 = v128.load(weighted, 32);
  const w3 = v128.load(weighted, 48);
  const first = kernel + 64;
  for (let c = first, end = c + (coordinatesOf(kernel) << 6); c < end; c += 64, held += TILE, lanes += 32) {
    const rest = v128.load64_splat(c, 8);
    const b = v128.load64_splat(c, 16);
    const v0 = v128.load(held);
    const v1 = v128.load(held, 32);
    const v2 = v128.load(held, 64);
    const v3 = v128.load(held, 96);
    const u0 = f64x2.div(w0, f64x2.add(rest, v0));
    const u1 = f64x2.div(w1, f64x2.add(rest, v1));
    const u2 = f64x2.div(w2, f64x2.add(rest, v2));
    const u3 = f64x2.div(w3, f64x2.add(rest, v3));
    const byLength0 = plusProduct(f64x2.mul(u0, v128.load(held, 16)), u1, v128.load(held, 48));
    const byLength1 = plusProduct(f64x2.mul(u2, v128.load(held, 80)), u3, v128.load(held, 112));
    const byShare0 = plusProduct(f64x2.mul(u0, f64x2.sub(v0, b)), u1, f64x2.sub(v1, b));
    const byShare1 = plusProduct(f64x2.mul(u2, f64x2.sub(v2, b)), u3, f64x2.sub(v3, b));
    v128.store(lanes, f64x2.add(v128.load(lanes), f64x2.add(byLength0, byLength1)));
    v128.store(lanes, f64x2.add(v128.load(lanes, 16), f64x2.add(byShare0, byShare1)), 16);
  }
}
