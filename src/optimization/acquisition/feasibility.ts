import type { AcquisitionView } from '../../core/optimizer.ts';
import type { Constraint } from '../../core/problem.ts';
import { logNormalCdf } from '../../numerics/distributions.ts';
import { inverseMills } from './improvement.ts';
import type { Slopes, Term } from './pointwise.ts';
import { spreads } from './scale.ts';

const HALF_LOG_TWO_PI = 0.9189385332046727;

/**
 * Least standard deviation of a constraint, relative to its spread over the history: a constraint known exactly becomes a steep
 * wall with a gradient instead of a cliff.
 */
const LEAST_DEVIATION = 1e-5;

/**
 * Logarithm of the probability that every constraint holds, the columns taken as independent [Schonlau1998]:
 * the sum of log Phi(-mean / sd) over inequalities and of log P(|h| <= tolerance) over equalities; 0 without constraints.
 */
export function logFeasibility(view: AcquisitionView): Term {
  const { problem } = view;
  if (problem.constraints.length === 0) return () => 0;
  const first = problem.objectives.length;
  const least = spreads(view).map((spread) => LEAST_DEVIATION * spread);
  return (mean, variance, slopes) => {
    let sum = 0;
    problem.constraints.forEach((constraint, k) => {
      const c = first + k;
      sum += logProbability(constraint, mean[c], variance[c], least[c], slopes, c);
    });
    return sum;
  };
}

function logProbability(
  { kind, tolerance }: Constraint,
  mean: number,
  variance: number,
  least: number,
  slopes: Slopes | undefined,
  column: number,
): number {
  const free = variance > least * least;
  const deviation = free ? Math.sqrt(variance) : least;
  const interval =
    kind === 'equality'
      ? logBand(mean / deviation, (tolerance ?? 1e-4) / deviation)
      : { log: logNormalCdf(-mean / deviation), slope: -inverseMills(-mean / deviation), spreadSlope: 0 };
  if (slopes) {
    slopes.mean[column] += interval.slope / deviation;
    if (free)
      slopes.variance[column] -=
        ((interval.slope * mean) / deviation + interval.spreadSlope) / (2 * deviation * deviation);
  }
  return interval.log;
}

/**
 * log P(|m + Z| <= t) for a standard normal Z, its slope by m and t times its slope by t. By symmetry m >= 0; with
 * a = t + m and b = t - m it is log Phi(b) + log(1 - Phi(-a) / Phi(b)).
 */
function logBand(m: number, t: number): { log: number; slope: number; spreadSlope: number } {
  const sign = m < 0 ? -1 : 1;
  const center = Math.abs(m);
  // A band much narrower than the density's own scale is its height times its width: the difference would cancel.
  if (t * (1 + center) < 1e-4)
    return { log: Math.log(2 * t) - 0.5 * center * center - HALF_LOG_TWO_PI, slope: -sign * center, spreadSlope: 1 };
  const upper = logNormalCdf(t - center);
  const log = upper + Math.log(-Math.expm1(logNormalCdf(-t - center) - upper));
  const atNear = Math.exp(-0.5 * (t - center) ** 2 - HALF_LOG_TWO_PI - log);
  const atFar = Math.exp(-0.5 * (t + center) ** 2 - HALF_LOG_TWO_PI - log);
  return { log, slope: sign * (atFar - atNear), spreadSlope: t * (atNear + atFar) };
}
