import { type Factory, factory } from '../core/factory.ts';
import type { NoOptions } from '../core/options.ts';
import type { Sampler } from '../core/sampler.ts';
import type { Space } from '../core/space/space.ts';
import { randomPoint, sizeBound } from '../core/space/space-points.ts';
import { Matrix } from '../numerics/matrix.ts';
import type { Rng } from '../numerics/random.ts';
import { checkArguments, distinctGrid, levelCenters } from './arguments.ts';

const TRIES = 50;
const MOST_LISTED = 65_536;

/**
 * Independent uniform points. In a finite space points are drawn again rather than repeated (or repeat one seen): the
 * points come without replacement, and every point of a space of up to 65,536 comes before any comes twice.
 */
export const uniform: Factory<NoOptions, Sampler> = factory('uniform', {}, () => ({
  name: 'uniform',
  sample(space, count, seen, run) {
    checkArguments('uniform', space, count, seen);
    const rng = run.rng.child(`uniform/${seen.size}`);
    const draw =
      sizeBound(space) === Number.POSITIVE_INFINITY
        ? () => randomPoint(space, rng)
        : withoutReplacement(space, seen.x, rng);
    const points = new Matrix(count, space.dimension);
    for (let i = 0; i < count; i++) points.data.set(draw(), i * space.dimension);
    return points;
  },
}));

function withoutReplacement(space: Space, seen: Matrix, rng: Rng): () => Float64Array {
  const taken = new Set<string>();
  for (let i = 0; i < seen.rows; i++) taken.add(seen.row(i).join());
  let left: Float64Array[] | undefined;
  return () => {
    let u = randomPoint(space, rng);
    for (let tried = 1; tried < TRIES && taken.has(u.join()); tried++) u = randomPoint(space, rng);
    if (taken.has(u.join()) && sizeBound(space) <= MOST_LISTED) {
      left ??= rng.shuffle(allPoints(space));
      while (left.length > 0 && taken.has(u.join())) u = left.pop() as Float64Array;
    }
    taken.add(u.join());
    return u;
  };
}

function allPoints(space: Space): Float64Array[] {
  return distinctGrid(
    space,
    space.columns.map(({ levels }) => levelCenters(levels)),
  );
}
