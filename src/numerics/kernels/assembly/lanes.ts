// AssemblyScript. Arithmetic on two doubles at a time, and the addresses of the strip-packed layout.
//
// A matrix of n rows is kept in S = ceil(n / 4) strips of four rows, padded with rows of the identity. A strip is stored
// column by column, four numbers each, so that every 4 x 4 tile is 16 consecutive doubles (128 bytes). A lower triangle
// keeps tiles 0 .. s of strip s; an upper triangle keeps tiles s .. S-1 of strip s.

export const TILE: usize = 128;

/** c + a b, rounded twice: the same on every machine. */
@inline
export function plusProduct(c: v128, a: v128, b: v128): v128 {
  return f64x2.add(c, f64x2.mul(a, b));
}

/** c - a b, rounded twice. */
@inline
export function minusProduct(c: v128, a: v128, b: v128): v128 {
  return f64x2.sub(c, f64x2.mul(a, b));
}

@inline
export function sumOfLanes(a: v128): f64 {
  return f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1);
}

@inline
export function lesser(a: usize, b: usize): usize {
  return a < b ? a : b;
}

/** Address of tile 0 of strip s of a lower triangle. */
@inline
export function lowerStrip(base: usize, s: usize): usize {
  return base + ((s * (s + 1)) << 6);
}

/** Address where tile 0 of strip s of an upper triangle would be; the first that exists is tile s. */
@inline
export function upperStrip(base: usize, s: usize, strips: usize): usize {
  return base + ((s * strips) << 7) - ((s * (s + 1)) << 6);
}
