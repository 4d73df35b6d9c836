import { type Factory, factory } from '../../core/factory.ts';
import { either, type OptionsOf, oneOf, option, positive } from '../../core/options.ts';
import type { Sampler } from '../../core/sampler.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { blurredRow } from './blur.ts';
import { KnownRows } from './known-rows.ts';

const OPTIONS = {
  bandwidth: option(
    either(oneOf('silverman'), positive),
    'The width of the kernel in standard deviations of each input; `silverman`: (4 / (d + 2) n)^(1 / (d + 4)) of them for n rows of d inputs that vary [Silverman1986].',
    'silverman',
  ),
};

/** Options of {@link kernelDensity}. */
export type KernelDensityOptions = OptionsOf<typeof OPTIONS>;

/**
 * Points of a Gaussian kernel density of the rows seen, mirrored at the bounds [Silverman1986]. A category, and a value that a twentieth of the rows
 * share, is drawn anew from its input with the chance h^2 / (1 + h^2), h the bandwidth, and else stays. Throws `no-data` where there are no rows.
 */
export const kernelDensity: Factory<KernelDensityOptions, Sampler> = factory(
  'kernelDensity',
  OPTIONS,
  ({ bandwidth }) => ({
    name: 'kernelDensity',
    fromRows: true,
    sample(space, count, seen, run) {
      const known = new KnownRows('kernelDensity', space, count, seen);
      const rng = run.rng.child('kernel-density');
      const width = bandwidth === 'silverman' ? silverman(known) : bandwidth;
      const again = width ** 2 / (1 + width ** 2);
      const x = new Matrix(count, space.dimension);
      for (let i = 0; i < count; i++) x.row(i).set(blurredRow(known, width, again, rng));
      return x;
    },
  }),
);

function silverman(known: KnownRows): number {
  const { space, size } = known;
  const d = space.columns.filter((_, j) => known.column(j).spread > 0).length;
  return (4 / ((d + 2) * size)) ** (1 / (d + 4));
}
