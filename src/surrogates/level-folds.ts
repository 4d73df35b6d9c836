import type { Dataset } from '../core/dataset.ts';
import { equalRows } from '../core/parts.ts';
import type { Rows } from '../numerics/packed-matrix.ts';

/** Rows that are left out together, and those that are learned without them. */
export interface Fold {
  readonly tested: readonly number[];
  readonly kept: readonly number[];
}

/** The rows of one level of an input. */
export interface LevelFold extends Fold {
  /** The number of the input, and of the values that it takes. */
  readonly input: number;
  readonly values: number;
}

/** Points for each value of an input from which on its values are levels of a grid. */
const POINTS_PER_LEVEL = 3;
/** Most folds ... */
const MOST_FOLDS = 8;
/** ... and most numbers that the rows of all of them hold, for each is fitted once. One fold there is in any case. */
const MOST_NUMBERS = 1e8;

/**
 * Of rows that lie on a grid, those of each inner level of each real input: what a model says between the levels is only seen where a whole one
 * is left out, since a row that is left out alone has neighbors at its own level, which a space between levels has not. The pixels of an image
 * have levels by nature, which are no grid. At most
 * 8 folds, fewer of very many rows and inputs, spread over inputs and levels; none where no real input has levels.
 */
export function levelFolds({ points, space }: Dataset): LevelFold[] {
  const distinct = equalRows(points).length;
  const pixels = new Set(space.groups.flatMap(({ image, columns }) => (image ? columns : [])));
  const levels = space.columns.flatMap((column, input) => {
    if (column.levels !== Number.POSITIVE_INFINITY || pixels.has(input)) return [];
    const values = valuesOf(points, input, Math.floor(distinct / POINTS_PER_LEVEL));
    return values?.slice(1, -1).map((value) => ({ input, value, values: values.length })) ?? [];
  });
  const most = Math.max(1, Math.min(MOST_FOLDS, Math.floor(MOST_NUMBERS / (points.rows * points.columns))));
  return levels
    .filter(
      (_, at) =>
        levels.length <= most ||
        Math.floor((at * most) / levels.length) !== Math.floor(((at - 1) * most) / levels.length),
    )
    .map(({ input, value, values }) => {
      const [tested, kept]: [number[], number[]] = [[], []];
      for (let i = 0; i < points.rows; i++) (points.get(i, input) === value ? tested : kept).push(i);
      return { tested, kept, input, values };
    });
}

/** The values of a column in ascending order; undefined where it has more than `most`. */
function valuesOf(points: Rows, column: number, most: number): number[] | undefined {
  const values = new Set<number>();
  for (let i = 0; i < points.rows && values.size <= most; i++) values.add(points.get(i, column));
  return values.size > most ? undefined : [...values].sort((a, b) => a - b);
}
