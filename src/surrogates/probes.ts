import type { Dataset } from '../core/dataset.ts';
import { equalRows, spacing } from '../core/parts.ts';
import { FeatureMap } from '../core/space/feature-map.ts';
import type { Space } from '../core/space/space.ts';
import { Matrix } from '../numerics/matrix.ts';
import { Rng } from '../numerics/random.ts';
import { sobolPoints } from '../numerics/sequences/sobol-sequence.ts';

/** Points of the space that are looked at, and fewest that tell something. */
const PROBES = 256;
const FEWEST_PROBES = 32;
/** Most coordinates of a Sobol' sequence. */
const MOST_COORDINATES = 1000;
/** Probes count up to so many times the distance that points at random, as many as the rows, have to their nearest. */
const REACH = 1.5;

/** Points all over the space that are about as near to rows as points among rows at random; undefined where they are too few. */
export function probesOf({ x: all, space }: Dataset): Matrix | undefined {
  const probes = canonical(
    space,
    sobolPoints(PROBES, Math.min(MOST_COORDINATES, space.dimension), { scramble: new Rng('probes') }),
  );
  const x = all.select(equalRows(all).map(([row]) => row));
  const map = new FeatureMap(space.columns);
  const [rows, points] = [map.of(x), map.of(probes)];
  const reals = space.columns.filter(({ levels }) => levels === Number.POSITIVE_INFINITY).length;
  const own = Float64Array.from({ length: x.rows }, (_, i) => nearest(rows, i, rows, map.width, i)).sort();
  const usual = Math.max(reals > 0 ? spacing(x.rows, reals) : 0, own[Math.floor(0.95 * own.length)] ?? 0);
  const kept = Array.from({ length: PROBES }, (_, i) => i).filter(
    (i) => nearest(points, i, rows, map.width, -1) <= REACH * usual,
  );
  return kept.length >= FEWEST_PROBES ? probes.select(kept) : undefined;
}

function canonical(space: Space, x: Matrix): Matrix {
  const points = new Matrix(x.rows, space.dimension);
  for (let i = 0; i < x.rows; i++) {
    const u = new Float64Array(space.dimension).fill(0.5);
    u.set(x.row(i));
    points.row(i).set(space.canonical(u));
  }
  return points;
}

/** Distance of the features of point `at` to the nearest of `rows`, one of them left out. */
export function nearest(from: Float64Array, at: number, rows: Float64Array, width: number, skipped: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i * width < rows.length; i++) {
    if (i === skipped) continue;
    let square = 0;
    for (let j = 0; j < width; j++) square += (from[at * width + j] - rows[i * width + j]) ** 2;
    least = Math.min(least, square);
  }
  return Math.sqrt(least);
}
