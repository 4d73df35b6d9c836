import { type Factory, factory } from '../../core/factory.ts';
import type { Acquisition, AcquisitionView } from '../../core/optimizer.ts';
import { notNegative, type OptionsOf, option } from '../../core/options.ts';
import { logFeasibility } from './feasibility.ts';
import { standardImprovement } from './improvement.ts';
import { plus, pointwise, type Term } from './pointwise.ts';
import { spreads } from './scale.ts';

/** Least standard deviation of an objective relative to its spread; keeps the criterion finite at points already evaluated. */
const LEAST_DEVIATION = 1e-9;

const OPTIONS = {
  noise: option(notNegative, "Variance of the noise of an answer, in the model's units; 0: answers are exact.", 0),
};

/** Options of {@link logExpectedImprovement}. */
export type LogExpectedImprovementOptions = OptionsOf<typeof OPTIONS>;

/**
 * Logarithm of the expected improvement below the incumbent, log sd + log h((incumbent - mean) / sd), plus the log probability of
 * feasibility when there are constraints [Jones1998], [Ament2023]. While nothing feasible is known, the latter alone. With noise it is the
 * improvement of the mean that one more answer brings about, whose variance is s^4 / (s^2 + noise) where that of the model is s^2: the expected
 * quantile improvement of [Picheny2013] at the median.
 */
export const logExpectedImprovement: Factory<LogExpectedImprovementOptions, Acquisition> = factory(
  'logExpectedImprovement',
  OPTIONS,
  ({ noise }) => {
    return (view) => {
      const feasible = logFeasibility(view);
      const improving = logImprovement(view, noise);
      return pointwise(view.model, improving ? plus(improving, feasible) : feasible);
    };
  },
);

/** The objective's part (column 0) of {@link logExpectedImprovement}, or undefined without an incumbent. */
function logImprovement(view: AcquisitionView, noise: number): Term | undefined {
  const { incumbent } = view;
  if (incumbent === undefined) return undefined;
  const least = LEAST_DEVIATION * spreads(view)[0];
  return (mean, variance, slopes) => {
    // The share of the variance that one answer takes away; exactly 1 without noise.
    const share = noise > 0 ? variance[0] / (variance[0] + noise) : 1;
    const told = share * variance[0];
    const free = told > least * least;
    const deviation = free ? Math.sqrt(told) : least;
    const { log, density, probability } = standardImprovement((incumbent - mean[0]) / deviation);
    if (slopes) {
      slopes.mean[0] -= probability / deviation;
      if (free) slopes.variance[0] += (density / (2 * deviation * deviation)) * share * (2 - share);
    }
    return Math.log(deviation) + log;
  };
}
