// AssemblyScript. Solves with a strip-packed Cholesky factor.
import { lesser, lowerStrip, minusProduct, plusProduct, sumOfLanes, TILE } from './lanes';
import { solveTile, subtractProducts } from './tile';

/** Solves `L x = b` in place for four right-hand sides in each of `count` strips of `strips` tiles. */
export function solveStrips(l: usize, strips: usize, inverses: usize, b: usize, count: usize): void {
  const stride = strips * TILE;
  for (let first: usize = 0; first < count; first += 4) {
    const end = lesser(first + 4, count);
    for (let t: usize = 0; t < strips; t++) {
      const row = lowerStrip(l, t);
      for (let k = first; k < end; k++) {
        const x = b + k * stride;
        subtractProducts(x + t * TILE, x, row, t << 2);
        solveTile(x + t * TILE, row + t * TILE, inverses + (t << 5));
      }
    }
  }
}

/** Finishes the four unknowns at `at`, whose sums have reached the diagonal tile. */
@inline
function finishFour(tile: usize, inverses: usize, at: usize, low: v128, high: v128): void {
  const x0 = f64x2.extract_lane(low, 0) * load<f64>(inverses);
  const x1 = (f64x2.extract_lane(low, 1) - x0 * load<f64>(tile, 8)) * load<f64>(inverses, 8);
  const x2 =
    (f64x2.extract_lane(high, 0) - x0 * load<f64>(tile, 16) - x1 * load<f64>(tile, 48)) * load<f64>(inverses, 16);
  const x3 =
    (f64x2.extract_lane(high, 1) - x0 * load<f64>(tile, 24) - x1 * load<f64>(tile, 56) - x2 * load<f64>(tile, 88)) *
    load<f64>(inverses, 24);
  store<f64>(at, x0);
  store<f64>(at, x1, 8);
  store<f64>(at, x2, 16);
  store<f64>(at, x3, 24);
}

/**
 * Solves `L x = b` in place for one right-hand side of 4 `strips` numbers; the result equals that of `solveStrips` to the
 * last bit. Eight unknowns at a time: each has one running sum, and four registers of them hide the latency.
 */
export function solveVector(l: usize, strips: usize, inverses: usize, b: usize): void {
  let s: usize = 0;
  for (; s + 1 < strips; s += 2) {
    let p = lowerStrip(l, s);
    let q = lowerStrip(l, s + 1);
    const at = b + (s << 5);
    let p0 = v128.load(at);
    let p1 = v128.load(at, 16);
    let q0 = v128.load(at, 32);
    let q1 = v128.load(at, 48);
    for (let z = b; z < at; z += 16, p += 64, q += 64) {
      let x = v128.load64_splat(z);
      p0 = minusProduct(p0, v128.load(p), x);
      p1 = minusProduct(p1, v128.load(p, 16), x);
      q0 = minusProduct(q0, v128.load(q), x);
      q1 = minusProduct(q1, v128.load(q, 16), x);
      x = v128.load64_splat(z, 8);
      p0 = minusProduct(p0, v128.load(p, 32), x);
      p1 = minusProduct(p1, v128.load(p, 48), x);
      q0 = minusProduct(q0, v128.load(q, 32), x);
      q1 = minusProduct(q1, v128.load(q, 48), x);
    }
    finishFour(p, inverses + (s << 5), at, p0, p1);
    for (let k: usize = 0; k < 4; k++, q += 32) {
      const x = v128.load64_splat(at + (k << 3));
      q0 = minusProduct(q0, v128.load(q), x);
      q1 = minusProduct(q1, v128.load(q, 16), x);
    }
    finishFour(q, inverses + ((s + 1) << 5), at + 32, q0, q1);
  }
  if (s == strips) return;
  let p = lowerStrip(l, s);
  const at = b + (s << 5);
  let p0 = v128.load(at);
  let p1 = v128.load(at, 16);
  for (let z = b; z < at; z += 8, p += 32) {
    const x = v128.load64_splat(z);
    p0 = minusProduct(p0, v128.load(p), x);
    p1 = minusProduct(p1, v128.load(p, 16), x);
  }
  finishFour(p, inverses + (s << 5), at, p0, p1);
}

/** Solves `L^T x = b` in place for one right-hand side: each four unknowns are taken out of all before them. */
export function solveVectorTransposed(l: usize, strips: usize, inverses: usize, b: usize): void {
  for (let s = strips; s-- > 0; ) {
    let p = lowerStrip(l, s);
    const tile = p + s * TILE;
    const at = b + (s << 5);
    const i = inverses + (s << 5);
    const x3 = load<f64>(at, 24) * load<f64>(i, 24);
    const x2 = (load<f64>(at, 16) - x3 * load<f64>(tile, 88)) * load<f64>(i, 16);
    const x1 = (load<f64>(at, 8) - x3 * load<f64>(tile, 56) - x2 * load<f64>(tile, 48)) * load<f64>(i, 8);
    const x0 =
      (load<f64>(at) - x3 * load<f64>(tile, 24) - x2 * load<f64>(tile, 16) - x1 * load<f64>(tile, 8)) * load<f64>(i);
    store<f64>(at, x0);
    store<f64>(at, x1, 8);
    store<f64>(at, x2, 16);
    store<f64>(at, x3, 24);
    const low = v128.load(at);
    const high = v128.load(at, 16);
    for (let z = b; p < tile; p += TILE, z += 32) {
      const t0 = plusProduct(f64x2.mul(v128.load(p), low), v128.load(p, 16), high);
      const t1 = plusProduct(f64x2.mul(v128.load(p, 32), low), v128.load(p, 48), high);
      const t2 = plusProduct(f64x2.mul(v128.load(p, 64), low), v128.load(p, 80), high);
      const t3 = plusProduct(f64x2.mul(v128.load(p, 96), low), v128.load(p, 112), high);
      const first = f64x2.add(v128.shuffle<f64>(t0, t1, 0, 2), v128.shuffle<f64>(t0, t1, 1, 3));
      const second = f64x2.add(v128.shuffle<f64>(t2, t3, 0, 2), v128.shuffle<f64>(t2, t3, 1, 3));
      v128.store(z, f64x2.sub(v128.load(z), first));
      v128.store(z, f64x2.sub(v128.load(z, 16), second), 16);
    }
  }
}

/** Inner product of two vectors of 4 `strips` numbers, summed in the order of `stripProducts`. */
export function product(a: usize, b: usize, strips: usize): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (const end = a + (strips << 5); a < end; a += 32, b += 32) {
    low = plusProduct(low, v128.load(a), v128.load(b));
    high = plusProduct(high, v128.load(a, 16), v128.load(b, 16));
  }
  return sumOfLanes(f64x2.add(low, high));
}

/**
 * For each strip of four vectors, their inner products with `row` (4 `strips` numbers): 4 `count` numbers. Every number is
 * the same, to the last bit, wherever its vector stands.
 */
export function stripProducts(x: usize, strips: usize, count: usize, row: usize, out: usize): void {
  for (let k: usize = 0; k < count; k++, out += 32) {
    const zero = f64x2.splat(0);
    let a0 = zero;
    let a1 = zero;
    let b0 = zero;
    let b1 = zero;
    let c0 = zero;
    let c1 = zero;
    let d0 = zero;
    let d1 = zero;
    let z = row;
    for (const end = x + strips * TILE; x < end; x += TILE, z += 32) {
      let y = v128.load64_splat(z);
      a0 = plusProduct(a0, v128.load(x), y);
      a1 = plusProduct(a1, v128.load(x, 16), y);
      y = v128.load64_splat(z, 8);
      b0 = plusProduct(b0, v128.load(x, 32), y);
      b1 = plusProduct(b1, v128.load(x, 48), y);
      y = v128.load64_splat(z, 16);
      c0 = plusProduct(c0, v128.load(x, 64), y);
      c1 = plusProduct(c1, v128.load(x, 80), y);
      y = v128.load64_splat(z, 24);
      d0 = plusProduct(d0, v128.load(x, 96), y);
      d1 = plusProduct(d1, v128.load(x, 112), y);
    }
    v128.store(out, f64x2.add(f64x2.add(a0, c0), f64x2.add(b0, d0)));
    v128.store(out, f64x2.add(f64x2.add(a1, c1), f64x2.add(b1, d1)), 16);
  }
}

/** For each strip of four vectors, their squared lengths, summed in the order of `product`: 4 `count` numbers. */
export function stripSquares(x: usize, strips: usize, count: usize, out: usize): void {
  for (let k: usize = 0; k < count; k++, out += 32) {
    const zero = f64x2.splat(0);
    let a0 = zero;
    let a1 = zero;
    let b0 = zero;
    let b1 = zero;
    let c0 = zero;
    let c1 = zero;
    let d0 = zero;
    let d1 = zero;
    for (const end = x + strips * TILE; x < end; x += TILE) {
      let y = v128.load(x);
      a0 = plusProduct(a0, y, y);
      y = v128.load(x, 16);
      a1 = plusProduct(a1, y, y);
      y = v128.load(x, 32);
      b0 = plusProduct(b0, y, y);
      y = v128.load(x, 48);
      b1 = plusProduct(b1, y, y);
      y = v128.load(x, 64);
      c0 = plusProduct(c0, y, y);
      y = v128.load(x, 80);
      c1 = plusProduct(c1, y, y);
      y = v128.load(x, 96);
      d0 = plusProduct(d0, y, y);
      y = v128.load(x, 112);
      d1 = plusProduct(d1, y, y);
    }
    v128.store(out, f64x2.add(f64x2.add(a0, c0), f64x2.add(b0, d0)));
    v128.store(out, f64x2.add(f64x2.add(a1, c1), f64x2.add(b1, d1)), 16);
  }
}
