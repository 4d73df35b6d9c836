import { Matrix } from '../../numerics/matrix.ts';
import type { Rng } from '../../numerics/random.ts';
import { SOBOL_MAX_DIMENSION, sobolPoints } from '../../numerics/sequences/sobol-sequence.ts';
import type { Known } from './point-set.ts';
import type { Space } from './space.ts';

/** Spaces with more canonical points than this are never listed. */
const MOST_LISTED = 200_000;

/** A canonical point, uniform in the unit cube before it is made canonical. */
export function randomPoint(space: Space, rng: Rng): Float64Array {
  return space.canonical(Float64Array.from({ length: space.dimension }, () => rng.uniform()));
}

/** `count` x d canonical points of the scrambled Sobol sequence from index `skip` on; uniform ones beyond its dimensions. */
export function quasiRandomPoints(space: Space, count: number, rng: Rng, skip = 0): Matrix {
  const d = space.dimension;
  if (d <= SOBOL_MAX_DIMENSION) return canonicalRows(space, sobolPoints(count, d, { skip, scramble: rng }));
  return Matrix.from(
    Array.from({ length: count }, (_, i) => randomPoint(space, rng.child(skip + i))),
    d,
  );
}

/** The rows of n x d points made canonical, in a new matrix. */
export function canonicalRows(space: Space, x: Matrix): Matrix {
  const canonical = new Matrix(x.rows, x.columns);
  for (let i = 0; i < x.rows; i++) canonical.data.set(space.canonical(x.row(i)), i * x.columns);
  return canonical;
}

/** At most this many canonical points: the product of the levels, Infinity with a real coordinate. */
export function sizeBound(space: Space): number {
  return space.columns.reduce((product, { levels }) => product * levels, 1);
}

/** Every canonical point of a finite space, each once. */
export function* allPoints(space: Space): Generator<Float64Array> {
  const levels = space.columns.map((column) => column.levels);
  const index = new Int32Array(space.dimension);
  for (;;) {
    const u = Float64Array.from(index, (level, j) => (level + 0.5) / levels[j]);
    // Combinations that differ only in inactive coordinates are one point: the first of them stands for it.
    if (space.active(u).every((active, j) => active || index[j] === 0)) yield space.canonical(u);
    let j = space.dimension - 1;
    while (j >= 0 && ++index[j] === levels[j]) index[j--] = 0;
    if (j < 0) return;
  }
}

/** A random canonical point that is not in `seen` and that `admits`; undefined when a finite space holds none, or none was found. */
export function unseenPoint(
  space: Space,
  seen: Known,
  rng: Rng,
  admits: (u: Float64Array) => boolean = () => true,
): Float64Array | undefined {
  for (let attempt = 0; attempt < 200; attempt++) {
    const u = randomPoint(space, rng);
    if (!seen.has(u) && admits(u)) return u;
  }
  if (sizeBound(space) > MOST_LISTED) return undefined;
  const left: Float64Array[] = [];
  for (const u of allPoints(space)) if (!seen.has(u) && admits(u)) left.push(u);
  return left.length === 0 ? undefined : left[rng.integer(left.length)];
}
