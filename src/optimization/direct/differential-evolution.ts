import type { Minimizer, Optimizer } from '../../core/optimizer.ts';
import {
  type DifferentialEvolutionSettings,
  differentialEvolution as step,
} from '../../numerics/minimize/differential-evolution.ts';
import { replayedSearch } from './replayed-search.ts';

/** Options of {@link differentialEvolution}. */
export interface DifferentialEvolutionOptions extends DifferentialEvolutionSettings {
  /** Evaluations that a minimizer may spend. Default 10,000. */
  readonly evaluations?: number;
}

/**
 * Differential evolution, rand/1/bin or best/1/bin [StornPrice1997], begun anew when its members have met. The best points known
 * take part in the first population.
 */
export function differentialEvolution(options: DifferentialEvolutionOptions = {}): Minimizer & Optimizer {
  const { evaluations = 10_000, ...rest } = options;
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
}
