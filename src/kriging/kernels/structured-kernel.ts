import type { PointCorrelation } from './kernel.ts';

/** Values and derivatives for the pairs of one point with others, all by squared distances `s_j` along the coordinates. */
export interface StructuredKernel extends PointCorrelation {
  /**
   * For the correlations `k_i` (`k[kAt ...]`) of the point `z[at ...]` with the first `count` rows, adds
   * `-1/2 sum over i of weights_i dk_i / d ln l_j` to the first feature of each coordinate in `sums`, and
   * `sum over i of weights_i dk_i / dshape` to `shapeSums`.
   */
  addPairSums(
    z: Float64Array,
    at: number,
    rows: Float64Array,
    count: number,
    k: Float64Array,
    kAt: number,
    weights: Float64Array,
    sums: Float64Array,
    shapeSums: Float64Array,
  ): void;
}

/** Writes the squared distances of the point `z[at ...]` to `count` rows along one coordinate to `out[outAt ...]`. */
export function distancesAlong(
  z: Float64Array,
  at: number,
  rows: Float64Array,
  width: number,
  [from, to]: readonly [number, number],
  count: number,
  out: Float64Array,
  outAt: number,
): void {
  const q = z[at + from];
  for (let i = 0, row = from; i < count; i++, row += width) {
    const e = q - rows[row];
    out[outAt + i] = e * e;
  }
  for (let f = from + 1; f < to; f++)
    for (let i = 0, row = f; i < count; i++, row += width) out[outAt + i] += (z[at + f] - rows[row]) ** 2;
}
