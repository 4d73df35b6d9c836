import { type Factory, factory } from '../../core/factory.ts';
import { number, type OptionsOf, option, positive } from '../../core/options.ts';
import type { Sampler } from '../../core/sampler.ts';
import { Matrix } from '../../numerics/matrix.ts';
import type { Rng } from '../../numerics/random.ts';
import { mirrored } from './blur.ts';
import { KnownRows } from './known-rows.ts';
import { nearestOthers } from './neighbors.ts';

const OPTIONS = {
  swap: option(
    number({ above: 0, to: 1 }),
    'The chance with which a row and its nearest neighbor exchange their values of an input.',
    0.5,
  ),
  variance: option(
    positive,
    'What the difference of the two is divided by for the standard deviation of each exchanged number: the larger, the closer to the rows.',
    5,
  ),
};

/** Options of {@link munge}. */
export type MungeOptions = OptionsOf<typeof OPTIONS>;

/** Differences of coordinates that the search for neighbors may compute. */
const WORK = 4e9;

/**
 * MUNGE [Bucila2006]: copies of the rows seen, in which each row and its nearest neighbor exchange values, numbers with normal noise in proportion to their
 * difference, but for values that a twentieth of the rows share. Coordinates count in standard deviations, categories as equal or not. The work is n^2 d for n rows of d inputs; a random part of the rows
 * is taken where that is above 4e9. Throws `no-data` where there are no rows.
 */
export const munge: Factory<MungeOptions, Sampler> = factory('munge', OPTIONS, ({ swap, variance }) => ({
  name: 'munge',
  fromRows: true,
  sample(space, count, seen, run) {
    const known = new KnownRows('munge', space, count, seen);
    const rng = run.rng.child('munge');
    const most = Math.max(2, Math.floor(Math.sqrt((2 * WORK) / space.dimension)));
    const rows = known.size <= most ? known.points : known.points.select(rng.permutation(known.size).subarray(0, most));
    const source = rows.unpacked();
    const nearest = nearestOthers(source, known);
    const x = new Matrix(count, space.dimension);
    for (let made = 0; made < count; ) {
      const copy = exchanged(source, nearest, { swap, variance }, known, rng);
      // The last copy is not needed whole.
      const order = rng.permutation(source.rows);
      for (let k = 0; k < order.length && made < count; k++, made++) {
        const i = order[k];
        x.row(made).set(known.settled(copy.row(i).slice(), source.row(i), rng));
      }
    }
    return x;
  },
}));

/** A copy of the rows after each and its neighbor have exchanged values. */
function exchanged(
  source: Matrix,
  nearest: Int32Array,
  { swap, variance }: { readonly swap: number; readonly variance: number },
  known: KnownRows,
  rng: Rng,
): Matrix {
  const { space } = known;
  const copy = new Matrix(source.rows, source.columns, source.data.slice());
  const active = space.isConditional ? Array.from({ length: source.rows }, (_, i) => space.active(source.row(i))) : [];
  for (let i = 0; i < source.rows; i++) {
    const [own, other] = [copy.row(i), copy.row(nearest[i])];
    for (let j = 0; j < own.length; j++) {
      if (rng.uniform() >= swap) continue;
      const [a, b] = [own[j], other[j]];
      // What stands in the place of a coordinate that plays no part is not exchanged.
      if (a === b || (space.columns[j].conditional && !(active[i][j] && active[nearest[i]][j]))) continue;
      const { shared } = known.column(j);
      if (space.columns[j].kind === 'categorical' || shared.has(a) || shared.has(b)) {
        [own[j], other[j]] = [b, a];
        continue;
      }
      const apart = Math.abs(a - b);
      const deviation = (space.columns[j].periodic ? Math.min(apart, 1 - apart) : apart) / variance;
      own[j] = mirrored(b + deviation * rng.normal(), j, space);
      other[j] = mirrored(a + deviation * rng.normal(), j, space);
    }
  }
  return copy;
}
