import type { Dataset } from '../core/dataset.ts';
import { equalRows, someRows, spacing } from '../core/parts.ts';
import { FeatureMap } from '../core/space/feature-map.ts';
import { quasiRandomPoints } from '../core/space/space-points.ts';
import type { Matrix } from '../numerics/matrix.ts';
import type { Rows } from '../numerics/packed-matrix.ts';
import { Rng } from '../numerics/random.ts';

/** Points of the space that are looked at, and fewest that tell something. */
const PROBES = 256;
const FEWEST_PROBES = 32;
/** Probes count up to this multiple of the nearest-neighbor distance of as many random points as there are rows. */
const REACH = 1.5;
/** Squares that distances between rows may take: n rows take n^2 of each feature. */
const MOST_PRODUCTS = 1e9;
const FEWEST_ROWS = 100;

/** Points all over the space that are about as near to rows as points among rows at random; undefined where they are too few. */
export function probesOf({ points: all, space }: Dataset): Matrix | undefined {
  const probes = quasiRandomPoints(space, PROBES, new Rng('probes'));
  const map = new FeatureMap(space.columns);
  const x = comparedRows(all, map.width);
  const [rows, points] = [map.of(x), map.of(probes)];
  const reals = space.columns.filter(({ levels }) => levels === Number.POSITIVE_INFINITY).length;
  const own = Float64Array.from({ length: x.rows }, (_, i) => nearest(rows, i, rows, map.width, i)).sort();
  const usual = Math.max(reals > 0 ? spacing(x.rows, reals) : 0, own[Math.floor(0.95 * own.length)] ?? 0);
  const kept = Array.from({ length: PROBES }, (_, i) => i).filter(
    (i) => nearest(points, i, rows, map.width, -1) <= REACH * usual,
  );
  return kept.length >= FEWEST_PROBES ? probes.select(kept) : undefined;
}

/**
 * Rows of `x` at distinct points, those whose distances to each other and to probes are looked at: as many as there can be without
 * more work than is bearable, a choice that depends on the points alone.
 */
export function comparedRows(x: Rows, width: number): Matrix {
  return x.select(comparedPlaces(x, width)).unpacked();
}

/** The places of those rows among all. */
export function comparedPlaces(x: Rows, width: number): number[] {
  const firsts = equalRows(x).map(([row]) => row);
  const most = Math.max(FEWEST_ROWS, Math.floor(Math.sqrt(MOST_PRODUCTS / width)));
  return firsts.length > most ? someRows(x.select(firsts), most).map((at) => firsts[at]) : firsts;
}

/** Distance of the features of point `at` to the nearest of `rows`, one of them left out; four at a time, whose sums do not wait for each other. */
export function nearest(from: Float64Array, at: number, rows: Float64Array, width: number, skipped: number): number {
  const begin = at * width;
  const count = width === 0 ? 0 : rows.length / width;
  let least = Number.POSITIVE_INFINITY;
  const see = (row: number, square: number) => {
    if (row !== skipped && square < least) least = square;
  };
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let j = 0, own = i * width; j < width; j++, own++) {
      const value = from[begin + j];
      s0 += (value - rows[own]) ** 2;
      s1 += (value - rows[own + width]) ** 2;
      s2 += (value - rows[own + 2 * width]) ** 2;
      s3 += (value - rows[own + 3 * width]) ** 2;
    }
    see(i, s0);
    see(i + 1, s1);
    see(i + 2, s2);
    see(i + 3, s3);
  }
  for (; i < count; i++) {
    let square = 0;
    for (let j = 0; j < width; j++) square += (from[begin + j] - rows[i * width + j]) ** 2;
    see(i, square);
  }
  return Math.sqrt(least);
}
