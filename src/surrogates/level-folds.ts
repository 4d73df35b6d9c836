import type { Dataset } from '../core/dataset.ts';
import { equalRows } from '../core/parts.ts';

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
/** Most folds. */
const MOST = 8;

/**
 * Of rows that lie on a grid, those of each inner level of each real input: what a model says between the levels is only seen where a whole one
 * is left out, since a row that is left out alone has neighbors at its own level, which a space between levels has not. At most
 * 8 folds, spread over inputs and levels; none where no real input has levels.
 */
export function levelFolds({ x, space }: Dataset): LevelFold[] {
  const points = equalRows(x).length;
  const folds = space.columns.flatMap((column, input): LevelFold[] => {
    if (column.levels !== Number.POSITIVE_INFINITY) return [];
    const values = [...new Set(x.column(input))].sort((a, b) => a - b);
    if (values.length * POINTS_PER_LEVEL > points) return [];
    return values.slice(1, -1).map((value) => {
      const [tested, kept]: [number[], number[]] = [[], []];
      for (let i = 0; i < x.rows; i++) (x.get(i, input) === value ? tested : kept).push(i);
      return { tested, kept, input, values: values.length };
    });
  });
  return folds.filter(
    (_, at) =>
      folds.length <= MOST || Math.floor((at * MOST) / folds.length) !== Math.floor(((at - 1) * MOST) / folds.length),
  );
}
