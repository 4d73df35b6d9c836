import type { Minimizer, Optimizer } from '../../core/optimizer.ts';
import { cmaEs as step } from '../../numerics/minimize/cma-es.ts';
import { replayedSearch } from './replayed-search.ts';
import { startOf } from './trajectory.ts';

/** Options of {@link cmaEs}. */
export interface CmaEsOptions {
  /** First standard deviation along each axis of the unit cube. Default 0.3. */
  readonly sigma?: number;
  /** Points of a generation, at first. Default 4 + floor(3 ln d). */
  readonly population?: number;
  /** A search is begun anew when the recent values differ by less than this. Default 1e-12. */
  readonly tolerance?: number;
  /** Evaluations that a minimizer may spend. Default 10,000. */
  readonly evaluations?: number;
}

/** Doublings of the population, at most. */
const MOST_DOUBLINGS = 8;

/**
 * CMA-ES [Hansen2016] with restarts, each with twice the population of the one before [AugerHansen2005]: from the best points
 * known in turn, then from random ones.
 */
export function cmaEs(options: CmaEsOptions = {}): Minimizer & Optimizer {
  const { sigma, tolerance, evaluations = 10_000 } = options;
  return replayedSearch(
    'CMA-ES',
    (space, seeds, restart, rng) => {
      const population = options.population ?? 4 + Math.floor(3 * Math.log(space.dimension));
      return step({
        mean: startOf(space, seeds, restart, rng),
        sigma,
        valueTolerance: tolerance,
        population: population * 2 ** Math.min(restart, MOST_DOUBLINGS),
      });
    },
    evaluations,
  );
}
