import type { Acquisition, AcquisitionView } from '../../core/optimizer.ts';
import { logFeasibility } from './feasibility.ts';
import { standardImprovement } from './improvement.ts';
import { plus, pointwise, type Term } from './pointwise.ts';
import { spreads } from './scale.ts';

/** Least standard deviation of an objective relative to its spread; keeps the criterion finite at points already evaluated. */
const LEAST_DEVIATION = 1e-9;

/**
 * Logarithm of the expected improvement below the incumbent, log sd + log h((incumbent - mean) / sd), plus the log probability of
 * feasibility when there are constraints [Jones1998], [Ament2023]. While nothing feasible is known, the latter alone.
 */
export function logExpectedImprovement(): Acquisition {
  return (view) => {
    const feasible = logFeasibility(view);
    const improving = logImprovement(view);
    return pointwise(view.model, improving ? plus(improving, feasible) : feasible);
  };
}

/** The objective's part (column 0) of {@link logExpectedImprovement}, or undefined without an incumbent. */
function logImprovement(view: AcquisitionView): Term | undefined {
  const { incumbent } = view;
  if (incumbent === undefined) return undefined;
  const least = LEAST_DEVIATION * spreads(view)[0];
  return (mean, variance, slopes) => {
    const free = variance[0] > least * least;
    const deviation = free ? Math.sqrt(variance[0]) : least;
    const { log, density, probability } = standardImprovement((incumbent - mean[0]) / deviation);
    if (slopes) {
      slopes.mean[0] -= probability / deviation;
      if (free) slopes.variance[0] += density / (2 * deviation * deviation);
    }
    return Math.log(deviation) + log;
  };
}
