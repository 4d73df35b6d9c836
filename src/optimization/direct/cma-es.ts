import { type Factory, factory } from '../../core/factory.ts';
import type { Minimizer, Optimizer } from '../../core/optimizer.ts';
import { type OptionsOf, option, positive, whole } from '../../core/options.ts';
import { cmaEs as step } from '../../numerics/minimize/cma-es.ts';
import { DIRECT_POLICY } from './policy.ts';
import { EVALUATIONS, replayedSearch } from './replayed-search.ts';
import { startOf } from './trajectory.ts';

const OPTIONS = {
  sigma: option(positive, 'First standard deviation along each axis of the unit cube.', 0.3),
  population: option(whole({ from: 2 }), 'Points of a generation, at first. Default 4 + floor(3 ln d).'),
  tolerance: option(positive, 'A search is begun anew when the recent values differ by less than this.', 1e-12),
  ...EVALUATIONS,
};

/** Options of {@link cmaEs}. */
export type CmaEsOptions = OptionsOf<typeof OPTIONS>;

/**
 * CMA-ES [Hansen2016] with restarts, each with twice the population of the one before [AugerHansen2005]: from the best points
 * known in turn, then from random ones.
 */
export const cmaEs: Factory<CmaEsOptions, Minimizer & Optimizer> = factory(
  'cmaEs',
  OPTIONS,
  ({ sigma, population: given, tolerance, evaluations }) => {
    return replayedSearch(
      'CMA-ES',
      (space, seeds, restart, rng) => {
        const population = given ?? 4 + Math.floor(3 * Math.log(space.dimension));
        return step({
          mean: startOf(space, seeds, restart, rng),
          sigma,
          valueTolerance: tolerance,
          population: population * 2 ** Math.min(restart, DIRECT_POLICY.restart.doublings),
        });
      },
      evaluations,
    );
  },
);
