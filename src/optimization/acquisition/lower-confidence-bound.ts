import type { Acquisition } from '../../core/optimizer.ts';
import { logFeasibility } from './feasibility.ts';
import { plus, pointwise, type Term } from './pointwise.ts';
import { spreads } from './scale.ts';

/** Options of {@link lowerConfidenceBound}. */
export interface LowerConfidenceBoundOptions {
  /** Standard deviations below the mean, >= 0. Default 2. */
  readonly width?: number;
}

/**
 * Minus the lower confidence bound of the objective in units of its spread over the history, (width sd - mean) / spread [Cox1992],
 * plus the log probability of feasibility when there are constraints.
 */
export function lowerConfidenceBound({ width = 2 }: LowerConfidenceBoundOptions = {}): Acquisition {
  return (view) => pointwise(view.model, plus(bound(width, spreads(view)[0]), logFeasibility(view)));
}

function bound(width: number, spread: number): Term {
  return (mean, variance, slopes) => {
    const deviation = Math.sqrt(Math.max(0, variance[0]));
    if (slopes) {
      slopes.mean[0] -= 1 / spread;
      if (deviation > 0) slopes.variance[0] += width / (2 * deviation * spread);
    }
    return (width * deviation - mean[0]) / spread;
  };
}
