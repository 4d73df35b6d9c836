import type { Minimizer, Optimizer } from '../../core/optimizer.ts';
import { nelderMead as step } from '../../numerics/minimize/nelder-mead.ts';
import { replayedSearch } from './replayed-search.ts';
import { startOf } from './trajectory.ts';

/** Options of {@link nelderMead}. */
export interface NelderMeadOptions {
  /** Length of the first simplex along each axis of the unit cube. Default 0.2. */
  readonly size?: number;
  /** A simplex smaller than this in every coordinate and in its values is begun anew. Default 1e-6. */
  readonly tolerance?: number;
  /** Evaluations that a minimizer may spend. Default 10,000. */
  readonly evaluations?: number;
}

/**
 * Multi-start Nelder-Mead [NelderMead1965], with coefficients that depend on d above five dimensions [GaoHan2012]: from the best
 * points known in turn, then from random ones.
 */
export function nelderMead(options: NelderMeadOptions = {}): Minimizer & Optimizer {
  const { size = 0.2, tolerance = 1e-6, evaluations = 10_000 } = options;
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
}
