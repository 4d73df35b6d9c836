// AssemblyScript. The sums of slopes that gradients of a likelihood and of a posterior need.
import { lowerStrip, plusProduct, sumOfLanes, TILE } from './lanes';

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
