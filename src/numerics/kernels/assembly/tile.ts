// AssemblyScript. The two operations on 4 x 4 tiles that all dense kernels are made of.
import { minusProduct } from './lanes';

/** Sets a tile to zero. */
@inline
export function clearTile(tile: usize): void {
  memory.fill(tile, 0, 128);
}

/** `tile -= A B^T` for two strips of `columns` columns: the outer products run in eight registers. */
@inline
export function subtractProducts(tile: usize, a: usize, b: usize, columns: usize): void {
  let c0 = v128.load(tile);
  let c1 = v128.load(tile, 16);
  let c2 = v128.load(tile, 32);
  let c3 = v128.load(tile, 48);
  let c4 = v128.load(tile, 64);
  let c5 = v128.load(tile, 80);
  let c6 = v128.load(tile, 96);
  let c7 = v128.load(tile, 112);
  const end = a + (columns << 5);
  while (a < end) {
    const low = v128.load(a);
    const high = v128.load(a, 16);
    const b0 = v128.load64_splat(b);
    c0 = minusProduct(c0, low, b0);
    c1 = minusProduct(c1, high, b0);
    const b1 = v128.load64_splat(b, 8);
    c2 = minusProduct(c2, low, b1);
    c3 = minusProduct(c3, high, b1);
    const b2 = v128.load64_splat(b, 16);
    c4 = minusProduct(c4, low, b2);
    c5 = minusProduct(c5, high, b2);
    const b3 = v128.load64_splat(b, 24);
    c6 = minusProduct(c6, low, b3);
    c7 = minusProduct(c7, high, b3);
    a += 32;
    b += 32;
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

/** Solves `X L^T = tile` in place; `l` is a lower 4 x 4 tile and `inverses` holds one over its diagonal. */
@inline
export function solveTile(tile: usize, l: usize, inverses: usize): void {
  let d = v128.load64_splat(inverses);
  const x0 = f64x2.mul(v128.load(tile), d);
  const x1 = f64x2.mul(v128.load(tile, 16), d);
  v128.store(tile, x0);
  v128.store(tile, x1, 16);
  d = v128.load64_splat(inverses, 8);
  let l0 = v128.load64_splat(l, 8);
  const y0 = f64x2.mul(minusProduct(v128.load(tile, 32), x0, l0), d);
  const y1 = f64x2.mul(minusProduct(v128.load(tile, 48), x1, l0), d);
  v128.store(tile, y0, 32);
  v128.store(tile, y1, 48);
  d = v128.load64_splat(inverses, 16);
  l0 = v128.load64_splat(l, 16);
  let l1 = v128.load64_splat(l, 48);
  const z0 = f64x2.mul(minusProduct(minusProduct(v128.load(tile, 64), x0, l0), y0, l1), d);
  const z1 = f64x2.mul(minusProduct(minusProduct(v128.load(tile, 80), x1, l0), y1, l1), d);
  v128.store(tile, z0, 64);
  v128.store(tile, z1, 80);
  d = v128.load64_splat(inverses, 24);
  l0 = v128.load64_splat(l, 24);
  l1 = v128.load64_splat(l, 56);
  const l2 = v128.load64_splat(l, 88);
  const w0 = minusProduct(minusProduct(minusProduct(v128.load(tile, 96), x0, l0), y0, l1), z0, l2);
  const w1 = minusProduct(minusProduct(minusProduct(v128.load(tile, 112), x1, l0), y1, l1), z1, l2);
  v128.store(tile, f64x2.mul(w0, d), 96);
  v128.store(tile, f64x2.mul(w1, d), 112);
}
