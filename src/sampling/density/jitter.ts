import { type Factory, factory } from '../../core/factory.ts';
import { type OptionsOf, option, positive } from '../../core/options.ts';
import type { Sampler } from '../../core/sampler.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { blurredRow } from './blur.ts';
import { KnownRows } from './known-rows.ts';

const OPTIONS = {
  sd: option(positive, 'The standard deviation of the noise, in standard deviations of each input.', 0.1),
};

/** Options of {@link jitter}. */
export type JitterOptions = OptionsOf<typeof OPTIONS>;

/**
 * Random rows seen with a little normal noise, mirrored at the bounds; categories, and values that a twentieth of the rows share, stay. Throws `no-data`
 * where there are no rows.
 */
export const jitter: Factory<JitterOptions, Sampler> = factory('jitter', OPTIONS, ({ sd }) => ({
  name: 'jitter',
  fromRows: true,
  sample(space, count, seen, run) {
    const known = new KnownRows('jitter', space, count, seen);
    const rng = run.rng.child('jitter');
    const x = new Matrix(count, space.dimension);
    for (let i = 0; i < count; i++) x.row(i).set(blurredRow(known, sd, 0, rng));
    return x;
  },
}));
