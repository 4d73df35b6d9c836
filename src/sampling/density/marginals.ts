import { type Factory, factory } from '../../core/factory.ts';
import type { NoOptions } from '../../core/options.ts';
import type { Sampler } from '../../core/sampler.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { KnownRows } from './known-rows.ts';

/**
 * Each coordinate by itself as in a random row seen where it plays a part: the distributions of the inputs without what ties them together, RANDOM in
 * [Bucila2006]. Throws `no-data` where there are no rows.
 */
export const marginals: Factory<NoOptions, Sampler> = factory('marginals', {}, () => ({
  name: 'marginals',
  fromRows: true,
  sample(space, count, seen, run) {
    const known = new KnownRows('marginals', space, count, seen);
    const rng = run.rng.child('marginals');
    const x = new Matrix(count, space.dimension);
    for (let i = 0; i < count; i++) {
      const u = Float64Array.from({ length: space.dimension }, (_, j) => known.draw(j, rng));
      x.row(i).set(known.settled(u, undefined, rng));
    }
    return x;
  },
}));
