import { type Factory, factory } from '../../core/factory.ts';
import type { Minimizer, Optimizer } from '../../core/optimizer.ts';
import { type OptionsOf, option, positive } from '../../core/options.ts';
import { nelderMead as step } from '../../numerics/minimize/nelder-mead.ts';
import { EVALUATIONS, replayedSearch } from './replayed-search.ts';
import { startOf } from './trajectory.ts';

const OPTIONS = {
  size: option(positive, 'Length of the first simplex along each axis of the unit cube.', 0.2),
  tolerance: option(positive, 'A simplex smaller than this in every coordinate and in its values is begun anew.', 1e-6),
  ...EVALUATIONS,
};

/** Options of {@link nelderMead}. */
export type NelderMeadOptions = OptionsOf<typeof OPTIONS>;

/**
 * Multi-start Nelder-Mead [NelderMead1965], with coefficients that depend on d above five dimensions [GaoHan2012]: from the best
 * points known in turn, then from random ones.
 */
export const nelderMead: Factory<NelderMeadOptions, Minimizer & Optimizer> = factory(
  'nelderMead',
  OPTIONS,
  ({ size, tolerance, evaluations }) => {
    return replayedSearch(
      'Nelder-Mead',
      (space, seeds, restart, rng) => {
        const side = (bound: number, none: number) => space.columns.map(({ periodic }) => (periodic ? none : bound));
        return step({
          start: startOf(space, seeds, restart, rng),
          size,
          lower: side(0, Number.NEGATIVE_INFINITY),
          upper: side(1, Number.POSITIVE_INFINITY),
          adaptive: space.dimension > 5,
          pointTolerance: tolerance,
          valueTolerance: tolerance,
        });
      },
      evaluations,
    );
  },
);
