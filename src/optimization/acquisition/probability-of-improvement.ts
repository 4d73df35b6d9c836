import { type Factory, factory } from '../../core/factory.ts';
import type { Acquisition } from '../../core/optimizer.ts';
import { notNegative, type OptionsOf, option } from '../../core/options.ts';
import { logNormalCdf } from '../../numerics/distributions.ts';
import { logFeasibility } from './feasibility.ts';
import { inverseMills } from './improvement.ts';
import { exponential, plus, pointwise, type Term } from './pointwise.ts';
import { spreads } from './scale.ts';

const LEAST_DEVIATION = 1e-9;

const OPTIONS = {
  margin: option(
    notNegative,
    "Improvement asked for, as a share of the objective's standard deviation over the history.",
    0.01,
  ),
};

/** Options of {@link probabilityOfImprovement}. */
export type ProbabilityOfImprovementOptions = OptionsOf<typeof OPTIONS>;

/**
 * Probability that the objective lies below the incumbent by a margin, times the probability of feasibility [Kushner1964];
 * while nothing feasible is known, the latter alone.
 */
export const probabilityOfImprovement: Factory<ProbabilityOfImprovementOptions, Acquisition> = factory(
  'probabilityOfImprovement',
  OPTIONS,
  ({ margin }) => {
    return (view) => {
      const feasible = logFeasibility(view);
      const { incumbent } = view;
      if (incumbent === undefined) return exponential(pointwise(view.model, feasible));
      const spread = spreads(view)[0];
      return exponential(
        pointwise(view.model, plus(logBelow(incumbent - margin * spread, LEAST_DEVIATION * spread), feasible)),
      );
    };
  },
);

/** log Phi((target - mean) / sd) of column 0. */
function logBelow(target: number, least: number): Term {
  return (mean, variance, slopes) => {
    const free = variance[0] > least * least;
    const deviation = free ? Math.sqrt(variance[0]) : least;
    const z = (target - mean[0]) / deviation;
    if (slopes) {
      const slope = inverseMills(z);
      slopes.mean[0] -= slope / deviation;
      if (free) slopes.variance[0] -= (slope * z) / (2 * deviation * deviation);
    }
    return logNormalCdf(z);
  };
}
