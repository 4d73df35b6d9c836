import { hasLeaveOneOut } from '../../core/model.ts';
import type { Space } from '../../core/space/space.ts';
import { mean } from '../../numerics/statistics.ts';
import type { Column, ModeledColumn } from './columns.ts';
import { BAYESIAN_POLICY } from './policy.ts';

/** How many answers a first design has at least, where `all` rows are to be had: enough for the coordinates, and for each level of a category. */
export function leastDesign({ columns, dimension }: Space, all: number): number {
  const { fewest, rowsForLevel, mostShare } = BAYESIAN_POLICY.design;
  const levels = columns.map((column) => (column.kind === 'categorical' ? column.levels : 0));
  return Math.max(fewest, dimension + 2, Math.min(rowsForLevel * Math.max(...levels), Math.floor(mostShare * all)));
}

/** How many it has at most. */
export function mostDesign(least: number): number {
  return least * (1 + BAYESIAN_POLICY.design.unexplained);
}

/**
 * How many answers the first design of noisy ones wants where `all` rows are to be had: `least` where the models explain them, up to three times as many
 * where they explain nothing, by their leave-one-out error. A few lucky answers would otherwise decide where every later run is.
 */
export function noisyDesign(
  least: number,
  all: number,
  columns: readonly Column[],
  fitted: readonly (ModeledColumn | undefined)[],
): number {
  const shares = fitted.flatMap((one, c) => (one ? [unexplained(one, columns[c].values)] : []));
  const mean = shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
  return Math.max(
    least,
    Math.min(least * (1 + BAYESIAN_POLICY.design.unexplained * mean), BAYESIAN_POLICY.design.mostShare * all),
  );
}

/** The share of the variance of values that the model does not explain at left-out rows, at most 1; 0 where it does not tell. */
function unexplained({ model, transform }: ModeledColumn, values: Float64Array): number {
  if (!hasLeaveOneOut(model)) return 0;
  const left = model.leaveOneOut().mean;
  const known = values.map(transform.apply);
  const average = mean(known);
  let [squares, errors] = [0, 0];
  known.forEach((value, i) => {
    squares += (value - average) ** 2;
    errors += (value - left.get(i, 0)) ** 2;
  });
  return squares > 0 ? Math.min(1, errors / squares) : 0;
}
