import { hasLeaveOneOut } from '../../core/model.ts';
import type { Space } from '../../core/space/space.ts';
import type { Column, ModeledColumn } from './columns.ts';

/** The first design of noisy answers is so many times larger where a model explains nothing of them, in proportion to what it does not. */
const UNEXPLAINED = 2;

/** It has at most this share of all rows. */
const DESIGN_SHARE = 0.25;

/** Rows for each level of a category. */
const PER_LEVEL = 3;

/** How many answers a first design has at least, where `all` rows are to be had: enough for the coordinates, and for each level of a category. */
export function leastDesign({ columns, dimension }: Space, all: number): number {
  const levels = columns.map((column) => (column.kind === 'categorical' ? column.levels : 0));
  return Math.max(5, dimension + 2, Math.min(PER_LEVEL * Math.max(...levels), Math.floor(DESIGN_SHARE * all)));
}

/** How many it has at most. */
export function mostDesign(least: number): number {
  return least * (1 + UNEXPLAINED);
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
  return Math.max(least, Math.min(least * (1 + UNEXPLAINED * mean), DESIGN_SHARE * all));
}

/** The share of the variance of values that the model does not explain at left-out rows, at most 1; 0 where it does not tell. */
function unexplained({ model, transform }: ModeledColumn, values: Float64Array): number {
  if (!hasLeaveOneOut(model)) return 0;
  const { mean } = model.leaveOneOut();
  const known = values.map(transform.apply);
  const average = known.reduce((sum, value) => sum + value, 0) / known.length;
  let [squares, errors] = [0, 0];
  known.forEach((value, i) => {
    squares += (value - average) ** 2;
    errors += (value - mean.get(i, 0)) ** 2;
  });
  return squares > 0 ? Math.min(1, errors / squares) : 0;
}
