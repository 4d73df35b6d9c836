import type { Dataset } from '../../core/dataset.ts';
import type { Interval, Surrogate } from '../../core/model.ts';
import { childRun, type Run, throwIfCancelled } from '../../core/run.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { studentHalfWidth } from '../../numerics/student.ts';
import { levelFolds } from '../level-folds.ts';

/** How far answers between the levels of a grid may be from predictions. */
export interface BetweenLevels {
  /** Size of the errors of each prediction column. */
  readonly sizes: Float64Array;
  /** Spaces between the levels of the input that takes fewest values: as many pieces the sizes come from. */
  readonly degrees: number;
}

/**
 * What fits without whole levels of a grid say of the space between them; undefined where no real input takes levels. A row that
 * is left out alone has neighbors at its own levels in all inputs but one, a point of the space in none: the mean squared errors at the
 * levels left out are summed over the inputs, up to that of two answers. `truth` holds the rows by prediction column.
 */
export async function betweenLevels(
  surrogate: Surrogate,
  data: Dataset,
  truth: Matrix,
  run: Run,
): Promise<BetweenLevels | undefined> {
  const folds = levelFolds(data).filter(({ kept }) => kept.length > 0);
  if (folds.length === 0) return undefined;
  const squares = new Map<number, { readonly sums: Float64Array; rows: number }>();
  for (const [at, { tested, kept, input }] of folds.entries()) {
    throwIfCancelled(run);
    const model = await surrogate.fit(data.select(kept), childRun(run, `level/${at}`));
    const { data: predicted } = model.predict(data.x.select(tested));
    const known = squares.get(input) ?? { sums: new Float64Array(truth.columns), rows: 0 };
    truth.select(tested).data.forEach((y, i) => {
      known.sums[i % truth.columns] += (y - predicted[i]) ** 2;
    });
    known.rows += tested.length;
    squares.set(input, known);
  }
  const sizes = new Float64Array(truth.columns);
  for (const { sums, rows } of squares.values())
    sums.forEach((sum, k) => {
      sizes[k] += sum / rows;
    });
  const most = squaresBetween(truth);
  return {
    sizes: sizes.map((size, k) => Math.sqrt(Math.min(size, most[k]))),
    degrees: Math.min(...folds.map(({ values }) => values)) - 1,
  };
}

/** The mean squared difference of two answers, of each column: a fit that is farther off knows nothing of them. */
function squaresBetween(truth: Matrix): number[] {
  return Array.from({ length: truth.columns }, (_, k) => {
    const column = truth.column(k);
    const center = column.reduce((sum, y) => sum + y / column.length, 0);
    return column.reduce((sum, y) => sum + (2 * (y - center) ** 2) / column.length, 0);
  });
}

/** How far errors between levels ask an interval to reach, for each column. */
export function betweenReach({ sizes, degrees }: BetweenLevels, level: number): Float64Array {
  const t = studentHalfWidth(level, degrees);
  return sizes.map((size) => t * size);
}

/** The interval, as wide as the errors between levels ask for: to where Student's t of their size reaches. */
export function widened({ lower, upper }: Interval, between: BetweenLevels, mean: Matrix, level: number): Interval {
  const reach = betweenReach(between, level);
  const side = (sign: number, { data }: Matrix) =>
    new Matrix(
      mean.rows,
      mean.columns,
      data.map((bound, i) => sign * Math.max(sign * bound, sign * mean.data[i] + reach[i % mean.columns])),
    );
  return { lower: side(-1, lower), upper: side(1, upper) };
}
