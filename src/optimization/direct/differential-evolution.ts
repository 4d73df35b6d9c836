import { type Factory, factory } from '../../core/factory.ts';
import type { Minimizer, Optimizer } from '../../core/optimizer.ts';
import { number, type OptionsOf, oneOf, option, positive, whole } from '../../core/options.ts';
import { differentialEvolution as step } from '../../numerics/minimize/differential-evolution.ts';
import { EVALUATIONS, replayedSearch } from './replayed-search.ts';

const OPTIONS = {
  population: option(whole({ from: 4 }), 'The number of members. Default 10 d, at least 20.'),
  strategy: option(oneOf('rand1bin', 'best1bin'), 'The base of a mutant: a random member or the best one.', 'rand1bin'),
  weight: option(number({ above: 0, to: 2 }), 'The factor F of the difference of two members.', 0.5),
  crossover: option(number({ from: 0, to: 1 }), 'The chance CR that a coordinate comes from the mutant.', 0.9),
  pointTolerance: option(
    positive,
    'A search is begun anew when no member differs from the best by more than this in any coordinate.',
    1e-8,
  ),
  ...EVALUATIONS,
};

/** Options of {@link differentialEvolution}. */
export type DifferentialEvolutionOptions = OptionsOf<typeof OPTIONS>;

/**
 * Differential evolution, rand/1/bin or best/1/bin [StornPrice1997], begun anew when its members have met. The best points known
 * take part in the first population.
 */
export const differentialEvolution: Factory<DifferentialEvolutionOptions, Minimizer & Optimizer> = factory(
  'differentialEvolution',
  OPTIONS,
  ({ evaluations, ...rest }) => {
    return replayedSearch(
      'differential evolution',
      ({ dimension }, seeds, restart) => {
        const population = rest.population ?? Math.max(20, 10 * dimension);
        const known = Array.from({ length: restart > 0 ? 0 : Math.min(seeds.rows, population >> 1) }, (_, i) =>
          seeds.row(i),
        );
        return step({ ...rest, population, dimension, seeds: known });
      },
      evaluations,
    );
  },
);
