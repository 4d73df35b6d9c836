import type { Dataset } from '../../core/dataset.ts';
import { isNoisy, isProbabilistic, type Model, type Posterior, type Surrogate } from '../../core/model.ts';
import { predictionColumns } from '../../core/output.ts';
import { childRun, type Run, throwIfCancelled } from '../../core/run.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { partsOfData, split } from '../parts.ts';

/** Errors at rows that a model had not learned, of one column, in units of the spread that the model gave them. */
export interface Scores {
  /** (truth - prediction) / spread. */
  readonly residuals: Float64Array;
  /** truth - prediction. */
  readonly errors: Float64Array;
  /** The row of each residual among the rows used. */
  readonly rows: Int32Array;
  /** The part that each residual was left out with: where each part has a model of its own, an index into `Judged.models`. */
  readonly judges: Int32Array;
}

/** What intervals are made of: models, and the scores of each column. */
export interface Judged {
  /** Models whose predictions the intervals are laid around. */
  readonly models: readonly Model[];
  readonly scores: readonly Scores[];
}

/** Predictions with the variance of an answer, 1 where the model gives none: a spread of 1 leaves residuals as they are. */
export function answersOf(model: Model, x: Matrix): Posterior {
  if (isNoisy(model)) return model.observation(x);
  if (isProbabilistic(model)) return model.posterior(x);
  const mean = model.predict(x);
  const ones = new Float64Array(mean.data.length).fill(1);
  return { mean, variance: new Matrix(mean.rows, mean.columns, ones) };
}

/** A standard deviation that can be divided by: not below 1e-12 of the largest value of the column. */
export function spreadOf(variance: number, scale: number): number {
  return Math.max(Math.sqrt(Math.max(0, variance)), 1e-12 * scale, Number.MIN_VALUE);
}

/**
 * The scores of predictions for rows of `truth` (n x c, by prediction column), where row i was left out with part `parts[i]`, by default
 * all with the same; rows without a prediction are left out.
 */
export function scoresOf(truth: Matrix, { mean, variance }: Posterior, parts?: Int32Array): Scores[] {
  return Array.from({ length: truth.columns }, (_, k) => {
    const scale = scaleOf(truth, k);
    const known = Int32Array.from({ length: truth.rows }, (_, i) => i).filter((i) => !Number.isNaN(mean.get(i, k)));
    return {
      rows: known,
      judges: known.map((i) => parts?.[i] ?? 0),
      errors: Float64Array.from(known, (i) => truth.get(i, k) - mean.get(i, k)),
      residuals: Float64Array.from(
        known,
        (i) => (truth.get(i, k) - mean.get(i, k)) / spreadOf(variance.get(i, k), scale),
      ),
    };
  });
}

/** The largest absolute value of a column. */
export function scaleOf(truth: Matrix, k: number): number {
  let scale = 0;
  for (let i = 0; i < truth.rows; i++) scale = Math.max(scale, Math.abs(truth.get(i, k)));
  return scale;
}

/**
 * Fits the surrogate without each of `folds` parts of the rows, or only without the first when `parts` is 1, and judges the
 * rows of the part. `truth` holds the n rows by prediction column.
 */
export async function judge(
  surrogate: Surrogate,
  data: Dataset,
  truth: Matrix,
  { folds, parts }: { readonly folds: number; readonly parts: number },
  run: Run,
): Promise<Judged> {
  const groups = partsOfData(data, folds);
  const models: Model[] = [];
  const scores: { residuals: number[]; errors: number[]; rows: number[]; judges: number[] }[] = Array.from(
    { length: truth.columns },
    () => ({ residuals: [], errors: [], rows: [], judges: [] }),
  );
  for (let fold = 0; fold < parts; fold++) {
    throwIfCancelled(run);
    const { tested, kept } = split(groups, fold);
    if (tested.length === 0 || kept.length === 0) continue;
    const model = await surrogate.fit(data.select(kept), childRun(run, `fold/${fold}`));
    const part = scoresOf(truth.select(tested), answersOf(model, data.x.select(tested)));
    part.forEach(({ residuals, errors, rows }, k) => {
      scores[k].residuals.push(...residuals);
      scores[k].errors.push(...errors);
      scores[k].rows.push(...Array.from(rows, (i) => tested[i]));
      scores[k].judges.push(...Array.from(rows, () => models.length));
    });
    models.push(model);
    run.progress?.({ phase: 'intervals', done: fold + 1, total: parts });
  }
  return {
    models,
    scores: scores.map(({ residuals, errors, rows, judges }) => ({
      residuals: Float64Array.from(residuals),
      errors: Float64Array.from(errors),
      rows: Int32Array.from(rows),
      judges: Int32Array.from(judges),
    })),
  };
}

/** n x c: numbers as they are, an indicator for each class. */
export function columnsOf({ outputs, y, size }: Dataset): Matrix {
  const columns = predictionColumns(outputs);
  const truth = new Matrix(
    size,
    columns.reduce((sum, { width }) => sum + width, 0),
  );
  columns.forEach(({ start, width }, k) => {
    for (let i = 0; i < size; i++)
      if (outputs[k].classes) for (let c = 0; c < width; c++) truth.set(i, start + c, y.get(i, k) === c ? 1 : 0);
      else truth.set(i, start, y.get(i, k));
  });
  return truth;
}
