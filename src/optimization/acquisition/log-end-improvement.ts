import type { AcquisitionView, Criterion } from '../../core/optimizer.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import { logFeasibility } from './feasibility.ts';
import { standardImprovement } from './improvement.ts';
import { plusTimes, pointwise, type Term } from './pointwise.ts';
import { spreads } from './scale.ts';

/** Least standard deviation of an objective relative to its range; keeps the criterion finite at points already evaluated. */
const LEAST_DEVIATION = 1e-9;

/**
 * Logarithm of the hypervolume that a point is expected to add beyond a front's end in objective `k`: below the least value known there, and up to a
 * whole range of the front beyond its worst values in the others; in units of those {@link rangesOf | ranges}, exact for independent columns.
 * Plus, for each objective, the log probability of feasibility: the volume is a product of lengths, each of which is gained only where the limits hold. While
 * nothing feasible is known, the probability alone.
 */
export function logEndImprovement(k: number): (view: AcquisitionView) => Criterion {
  return (view) => {
    const feasible = logFeasibility(view);
    if (!view.front) return pointwise(view.model, feasible);
    return pointwise(view.model, plusTimes(logGain(view, view.front, k), feasible, view.front.columns));
  };
}

/** A front that is shorter in an objective than this share of its spread is taken to be so long: it is still a point, give or take its rounding. */
export const LEAST_LENGTH: number = 0.5;

/** The range of each objective over a front (k x m), in the model's units, at least {@link LEAST_LENGTH} of the spread over the history. */
export function rangesOf(view: AcquisitionView, front: Matrix): number[] {
  const spread = spreads(view);
  return Array.from({ length: front.columns }, (_, k) => {
    const values = front.column(k);
    return Math.max(Math.max(...values) - Math.min(...values), LEAST_LENGTH * spread[k]);
  });
}

function logGain(view: AcquisitionView, front: Matrix, k: number): Term {
  const ranges = rangesOf(view, front);
  const edges = ranges.map((range, j) => {
    const values = front.column(j);
    return j === k ? Math.min(...values) : Math.max(...values) + range;
  });
  return (mean, variance, slopes) =>
    edges.reduce((sum, edge, j) => {
      const least = LEAST_DEVIATION * ranges[j];
      const free = variance[j] > least * least;
      const deviation = free ? Math.sqrt(variance[j]) : least;
      const { log, density, probability } = standardImprovement((edge - mean[j]) / deviation);
      if (slopes) {
        slopes.mean[j] -= probability / deviation;
        if (free) slopes.variance[j] += density / (2 * deviation * deviation);
      }
      return sum + log + Math.log(deviation / ranges[j]);
    }, 0);
}
