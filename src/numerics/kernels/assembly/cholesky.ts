// AssemblyScript. Cholesky factor of a strip-packed lower triangle, its inverse, and the inverse of the matrix.
import { lesser, lowerStrip, TILE, upperStrip } from './lanes';
import { clearTile, solveTile, subtractProducts } from './tile';

/** Strips whose data are reused while they are in the first-level cache. */
const GROUP: usize = 8;

/**
 * Replaces a lower triangle by its Cholesky factor and writes one over the diagonal to `inverses` (4 `strips` doubles).
 * Returns -1, or the index of the first pivot that is not positive and finite. `panel` is a number of strips.
 */
export function cholesky(a: usize, strips: usize, inverses: usize, panel: usize): i32 {
  for (let first: usize = 0; first < strips; first += panel) {
    const end = lesser(first + panel, strips);
    for (let s = first; s < strips; s++) {
      const row = lowerStrip(a, s);
      const last = lesser(s + 1, end);
      for (let t = first; t < last; t++) {
        const other = lowerStrip(a, t);
        const tile = row + t * TILE;
        subtractProducts(tile, row + first * TILE, other + first * TILE, (t - first) << 2);
        if (t < s) solveTile(tile, other + t * TILE, inverses + (t << 5));
        else {
          const failed = factorTile(tile, inverses + (s << 5));
          if (failed >= 0) return <i32>(s << 2) + failed;
        }
      }
    }
    for (let group = end; group < strips; group += 4) {
      const groupEnd = lesser(group + 4, strips);
      for (let t = end; t < groupEnd; t++) {
        const other = lowerStrip(a, t) + first * TILE;
        for (let s = group > t ? group : t; s < groupEnd; s++) {
          const row = lowerStrip(a, s);
          subtractProducts(row + t * TILE, row + first * TILE, other, (end - first) << 2);
        }
      }
    }
  }
  return -1;
}

/** Factors a diagonal tile, zeros above; returns the row that failed or -1. */
function factorTile(tile: usize, inverses: usize): i32 {
  for (let j: usize = 0; j < 4; j++) {
    const diagonal = tile + j * 40;
    let pivot = load<f64>(diagonal);
    for (let q: usize = 0; q < j; q++) {
      const l = load<f64>(tile + (q << 5) + (j << 3));
      pivot -= l * l;
    }
    if (!(pivot > 0 && pivot < Infinity)) return <i32>j;
    const root = Math.sqrt(pivot);
    const inverse = 1 / root;
    store<f64>(diagonal, root);
    store<f64>(inverses + (j << 3), inverse);
    for (let r = j + 1; r < 4; r++) {
      const at = tile + (j << 5) + (r << 3);
      let x = load<f64>(at);
      for (let q: usize = 0; q < j; q++) x -= load<f64>(tile + (q << 5) + (r << 3)) * load<f64>(tile + (q << 5) + (j << 3));
      store<f64>(at, x * inverse);
    }
    for (let r: usize = 0; r < j; r++) store<f64>(tile + (j << 5) + (r << 3), 0);
  }
  return -1;
}

/** Writes `U = L^-T`, an upper triangle, from a Cholesky factor. */
export function invertTransposed(l: usize, strips: usize, inverses: usize, u: usize): void {
  for (let first: usize = 0; first < strips; first += GROUP) {
    const end = lesser(first + GROUP, strips);
    for (let t = first; t < strips; t++) {
      const other = lowerStrip(l, t);
      const last = lesser(end, t + 1);
      for (let s = first; s < last; s++) {
        const row = upperStrip(u, s, strips);
        const tile = row + t * TILE;
        clearTile(tile);
        if (s == t) for (let j: usize = 0; j < 4; j++) store<f64>(tile + j * 40, 1);
        else subtractProducts(tile, row + s * TILE, other + s * TILE, (t - s) << 2);
        solveTile(tile, other + t * TILE, inverses + (t << 5));
      }
    }
  }
}

/** Writes `-U U^T`, minus the inverse of the factored matrix, as a lower triangle; diagonal tiles are full. */
export function negativeInverse(u: usize, strips: usize, out: usize): void {
  for (let first: usize = 0; first < strips; first += GROUP) {
    const end = lesser(first + GROUP, strips);
    for (let t: usize = 0; t < end; t++) {
      const other = upperStrip(u, t, strips);
      for (let s = first > t ? first : t; s < end; s++) {
        const tile = lowerStrip(out, s) + t * TILE;
        clearTile(tile);
        subtractProducts(tile, upperStrip(u, s, strips) + s * TILE, other + s * TILE, (strips - s) << 2);
      }
    }
  }
}

/** Writes the sums of squares of the rows of an upper triangle (4 `strips` doubles). */
export function squaredRows(u: usize, strips: usize, out: usize): void {
  for (let s: usize = 0; s < strips; s++) {
    const row = upperStrip(u, s, strips);
    let low = f64x2.splat(0);
    let high = f64x2.splat(0);
    for (let p = row + s * TILE, end = row + strips * TILE; p < end; p += 32) {
      const a = v128.load(p);
      const b = v128.load(p, 16);
      low = f64x2.add(low, f64x2.mul(a, a));
      high = f64x2.add(high, f64x2.mul(b, b));
    }
    v128.store(out + (s << 5), low);
    v128.store(out + (s << 5), high, 16);
  }
}

/** Packs the lower triangle of a row-major `n x n` matrix. */
export function packLower(a: usize, n: usize, out: usize): void {
  for (let s: usize = 0; s << 2 < n; s++) {
    const row = lowerStrip(out, s);
    for (let r: usize = 0; r < 4; r++) {
      const i = (s << 2) + r;
      for (let k: usize = 0; k < (s << 2) + 4; k++) {
        const value: f64 = i < n && k <= i ? load<f64>(a + ((i * n + k) << 3)) : i == k ? 1 : 0;
        store<f64>(row + (k << 5) + (r << 3), value);
      }
    }
  }
}

/** The row-major `n x n` matrix of a packed lower triangle, zeros above. */
export function unpackLower(packed: usize, n: usize, out: usize): void {
  for (let i: usize = 0; i < n; i++) {
    const row = lowerStrip(packed, i >> 2) + ((i & 3) << 3);
    for (let k: usize = 0; k < n; k++) store<f64>(out + ((i * n + k) << 3), k <= i ? load<f64>(row + (k << 5)) : 0);
  }
}
