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

/** Solves `L x = b` in place for one right-hand side of 4 `strips` numbers. */
export function solveVector(l: usize, strips: usize, inverses: usize, b: usize): void {
  for (let s: usize = 0; s < strips; s++) {
    let p = lowerStrip(l, s);
    const tile = p + s * TILE;
    const at = b + (s << 5);
    const zero = f64x2.splat(0);
    let a0 = v128.load(at);
    let a1 = v128.load(at, 16);
    let b0 = zero;
    let b1 = zero;
    let c0 = zero;
    let c1 = zero;
    let d0 = zero;
    let d1 = zero;
    for (let z = b; p < tile; p += TILE, z += 32) {
      let x = v128.load64_splat(z);
      a0 = minusProduct(a0, v128.load(p), x);
      a1 = minusProduct(a1, v128.load(p, 16), x);
      x = v128.load64_splat(z, 8);
      b0 = minusProduct(b0, v128.load(p, 32), x);
      b1 = minusProduct(b1, v128.load(p, 48), x);
      x = v128.load64_splat(z, 16);
      c0 = minusProduct(c0, v128.load(p, 64), x);
      c1 = minusProduct(c1, v128.load(p, 80), x);
      x = v128.load64_splat(z, 24);
      d0 = minusProduct(d0, v128.load(p, 96), x);
      d1 = minusProduct(d1, v128.load(p, 112), x);
    }
    a0 = f64x2.add(f64x2.add(a0, b0), f64x2.add(c0, d0));
    a1 = f64x2.add(f64x2.add(a1, b1), f64x2.add(c1, d1));
    const i = inverses + (s << 5);
    const x0 = f64x2.extract_lane(a0, 0) * load<f64>(i);
    const x1 = (f64x2.extract_lane(a0, 1) - x0 * load<f64>(tile, 8)) * load<f64>(i, 8);
    const x2 = (f64x2.extract_lane(a1, 0) - x0 * load<f64>(tile, 16) - x1 * load<f64>(tile, 48)) * load<f64>(i, 16);
    const x3 =
      (f64x2.extract_lane(a1, 1) - x0 * load<f64>(tile, 24) - x1 * load<f64>(tile, 56) - x2 * load<f64>(tile, 88)) *
      load<f64>(i, 24);
    store<f64>(at, x0);
    store<f64>(at, x1, 8);
    store<f64>(at, x2, 16);
    store<f64>(at, x3, 24);
  }
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

/** Inner product of two vectors of 4 `strips` numbers. */
export function product(a: usize, b: usize, strips: usize): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (const end = a + (strips << 5); a < end; a += 32, b += 32) {
    low = plusProduct(low, v128.load(a), v128.load(b));
    high = plusProduct(high, v128.load(a, 16), v128.load(b, 16));
  }
  return sumOfLanes(f64x2.add(low, high));
}

/** For each strip of four vectors, their inner products with `row` (4 `strips` numbers): 4 `count` numbers. */
export function stripProducts(x: usize, strips: usize, count: usize, row: usize, out: usize): void {
  for (let k: usize = 0; k < count; k++, out += 32) {
    const zero = f64x2.splat(0);
    let a0 = zero;
    let a1 = zero;
    let b0 = zero;
    let b1 = zero;
    let z = row;
    for (const end = x + strips * TILE; x < end; x += 64, z += 16) {
      let y = v128.load64_splat(z);
      a0 = plusProduct(a0, v128.load(x), y);
      a1 = plusProduct(a1, v128.load(x, 16), y);
      y = v128.load64_splat(z, 8);
      b0 = plusProduct(b0, v128.load(x, 32), y);
      b1 = plusProduct(b1, v128.load(x, 48), y);
    }
    v128.store(out, f64x2.add(a0, b0));
    v128.store(out, f64x2.add(a1, b1), 16);
  }
}

/** For each strip of four vectors, their squared lengths: 4 `count` numbers. */
export function stripSquares(x: usize, strips: usize, count: usize, out: usize): void {
  for (let k: usize = 0; k < count; k++, out += 32) {
    const zero = f64x2.splat(0);
    let a0 = zero;
    let a1 = zero;
    let b0 = zero;
    let b1 = zero;
    for (const end = x + strips * TILE; x < end; x += 64) {
      const p = v128.load(x);
      const q = v128.load(x, 16);
      a0 = plusProduct(a0, p, p);
      a1 = plusProduct(a1, q, q);
      const r = v128.load(x, 32);
      const w = v128.load(x, 48);
      b0 = plusProduct(b0, r, r);
      b1 = plusProduct(b1, w, w);
    }
    v128.store(out, f64x2.add(a0, b0));
    v128.store(out, f64x2.add(a1, b1), 16);
  }
}
