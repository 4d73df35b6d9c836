import type { FittedGroup } from './column.ts';
import type { SlopePosterior } from './posterior.ts';

/** A column of the prediction that a group answers: the value of its output (r = 0) or its r-th slope. */
export interface Place {
  readonly column: number;
  readonly group: FittedGroup;
  readonly r: number;
}

/** The coordinate of the slope; undefined of the value. */
export function byOf({ group, r }: Place): number | undefined {
  return r === 0 ? undefined : group.coordinates[r - 1];
}

/** Variance of the noise of a value or of a slope, in the unit of the process. */
export function noiseOf({ hyperparameters, data }: SlopePosterior, r: number): number {
  const { nugget, slopeNugget, variance, lengthscales, kernel } = hyperparameters;
  if (r === 0) return nugget * variance;
  return (
    (slopeNugget * variance * (kernel === 'squared-exponential' ? 1 : 5 / 3)) /
    lengthscales[data.coordinates[r - 1]] ** 2
  );
}
