import { type Factory, factory } from '../../core/factory.ts';
import type { Acquisition } from '../../core/optimizer.ts';
import { notNegative, type OptionsOf, option } from '../../core/options.ts';
import { logFeasibility } from './feasibility.ts';
import { plus, pointwise, type Term } from './pointwise.ts';
import { spreads } from './scale.ts';

const OPTIONS = { width: option(notNegative, 'Standard deviations below the mean.', 2) };

/** Options of {@link lowerConfidenceBound}. */
export type LowerConfidenceBoundOptions = OptionsOf<typeof OPTIONS>;

/**
 * Minus the lower confidence bound of the objective in units of its spread over the history, (width sd - mean) / spread [Cox1992],
 * plus the log probability of feasibility when there are constraints.
 */
export const lowerConfidenceBound: Factory<LowerConfidenceBoundOptions, Acquisition> = factory(
  'lowerConfidenceBound',
  OPTIONS,
  ({ width }) => {
    return (view) => pointwise(view.model, plus(bound(width, spreads(view)[0]), logFeasibility(view)));
  },
);

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
