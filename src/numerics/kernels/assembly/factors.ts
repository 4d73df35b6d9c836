// AssemblyScript. Kernels that are a product over the coordinates, one coordinate at a time: factors are computed once for each value.
import { productTile } from './anova';
import { constant } from './exponential';
import { TILE } from './lanes';

/**
 * Correlations of 4 `strips` points (strips of `width` features) with the four queries of one strip, by a kernel of one coordinate: for each
 * query the points stand in runs of four numbers, TILE bytes apart.
 */
export function factorStrip(
  kernel: usize,
  points: usize,
  strips: usize,
  width: usize,
  query: usize,
  out: usize,
): void {
  const stride = width << 5;
  for (const end = out + strips * TILE; out < end; out += TILE, points += stride) productTile(kernel, out, points, query);
}

/**
 * The product over d coordinates of the factors of four queries, as `crossCorrelations` has them: a strip of ceil(n / 4) tiles, zero in the padding.
 * At `pointers` stand, for each coordinate, four addresses in what `factorStrip` wrote, one for each query.
 */
export function factorProducts(pointers: usize, d: usize, n: usize, out: usize): void {
  const strips = (n + 3) >> 2;
  const end = pointers + (d << 4);
  const one = constant(17);
  for (let t: usize = 0, tile = out; t < strips; t++, tile += TILE) {
    const at = t * TILE;
    let a0 = one;
    let a1 = one;
    let b0 = one;
    let b1 = one;
    let c0 = one;
    let c1 = one;
    let d0 = one;
    let d1 = one;
    for (let p = pointers; p < end; p += 16) {
      const a = <usize>load<u32>(p) + at;
      const b = <usize>load<u32>(p, 4) + at;
      const c = <usize>load<u32>(p, 8) + at;
      const e = <usize>load<u32>(p, 12) + at;
      a0 = f64x2.mul(a0, v128.load(a));
      a1 = f64x2.mul(a1, v128.load(a, 16));
      b0 = f64x2.mul(b0, v128.load(b));
      b1 = f64x2.mul(b1, v128.load(b, 16));
      c0 = f64x2.mul(c0, v128.load(c));
      c1 = f64x2.mul(c1, v128.load(c, 16));
      d0 = f64x2.mul(d0, v128.load(e));
      d1 = f64x2.mul(d1, v128.load(e, 16));
    }
    v128.store(tile, v128.shuffle<f64>(a0, b0, 0, 2));
    v128.store(tile, v128.shuffle<f64>(c0, d0, 0, 2), 16);
    v128.store(tile, v128.shuffle<f64>(a0, b0, 1, 3), 32);
    v128.store(tile, v128.shuffle<f64>(c0, d0, 1, 3), 48);
    v128.store(tile, v128.shuffle<f64>(a1, b1, 0, 2), 64);
    v128.store(tile, v128.shuffle<f64>(c1, d1, 0, 2), 80);
    v128.store(tile, v128.shuffle<f64>(a1, b1, 1, 3), 96);
    v128.store(tile, v128.shuffle<f64>(c1, d1, 1, 3), 112);
  }
  memory.fill(out + (n << 5), 0, ((strips << 2) - n) << 5);
}
