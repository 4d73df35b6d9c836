import { type Factory, factory } from '../../core/factory.ts';
import { type OptionsOf, oneOf, option } from '../../core/options.ts';
import type { Sampler } from '../../core/sampler.ts';
import { PointFilter } from '../../core/space/point-filter.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { KnownRows } from './known-rows.ts';

const OPTIONS = {
  from: option(
    oneOf('both', 'pool', 'data'),
    'Which rows: those without a label (`pool`), those with one (`data`), or `both`. Where there are none of that kind, those of the other.',
    'both',
  ),
};

/** Options of {@link rows}. */
export type RowsOptions = OptionsOf<typeof OPTIONS>;

/**
 * The rows seen themselves, in random order: none twice until all have been there, those that are to be avoided last. Throws `no-data` where there
 * are none.
 */
export const rows: Factory<RowsOptions, Sampler> = factory('rows', OPTIONS, ({ from }) => ({
  name: 'rows',
  fromRows: true,
  sample(space, count, seen, run) {
    const known = new KnownRows('rows', space, count, seen);
    const { points, labeled, size } = known;
    const isLabeled = new Set(labeled);
    const others = Array.from({ length: size }, (_, i) => i).filter((i) => !isLabeled.has(i));
    const wanted = { both: [], pool: others, data: labeled }[from];
    const chosen = wanted.length > 0 ? wanted : Array.from({ length: size }, (_, i) => i);
    const rng = run.rng.child('rows');
    const order = rng.shuffle(Int32Array.from(chosen));
    const avoided = new PointFilter();
    seen.rows.forEach((row, i) => {
      if (row.avoided) avoided.add(seen.points.row(i));
    });
    const isAvoided = (i: number) => avoided.has(points.row(i));
    const spent = Int32Array.of(...order.filter((i) => !isAvoided(i)), ...order.filter(isAvoided));
    const x = new Matrix(count, space.dimension);
    for (let i = 0; i < count; i++) {
      if (i > 0 && i % spent.length === 0) rng.shuffle(spent);
      x.row(i).set(points.row(spent[i % spent.length]));
    }
    return x;
  },
}));
