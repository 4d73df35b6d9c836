import type { Dataset } from '../../core/dataset.ts';
import { isNoisy, isProbabilistic, type Model, type Posterior, type Surrogate } from '../../core/model.ts';
import { partsOfData, split } from '../../core/parts.ts';
import { childRun, type Run, throwIfCancelled } from '../../core/run.ts';
import { Matrix } from '../../numerics/matrix.ts';

/** Errors at rows that a model had not learned, of one column, in units of the spread that the model gave them. */
export interface Scores {
  /** (truth - prediction) / spread. */
  readonly residuals: Float64Array;
  /** truth - prediction. */
  readonly errors: Float64Array;
  /** The least spread that an error or an interval is measured in. */
  readonly least: number;
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

/** A standard deviation that can be divided by. */
export function spreadOf(variance: number, least: number): number {
  return Math.max(Math.sqrt(Math.max(0, variance)), least, Number.MIN_VALUE);
}

/** Spreads below this share of the root mean square error are no spreads: an error in units of nothing would widen all intervals. */
const LEAST_SHARE = 0.05;

/** The least spread of a column with these errors: also not below 1e-12 of the largest value. */
function leastSpread(errors: Float64Array, scale: number): number {
  const most = errors.reduce((largest, e) => Math.max(largest, Math.abs(e)), 0);
  if (most === 0) return 1e-12 * scale;
  const square = errors.reduce((sum, e) => sum + (e / most) ** 2, 0) / errors.length;
  return Math.max(LEAST_SHARE * most * Math.sqrt(square), 1e-12 * scale);
}

/**
 * The scores of predictions for rows of `truth` (n x c, by prediction column), where row i was left out with part `parts[i]`, by default
 * all with the same; rows without a prediction are left out.
 */
export function scoresOf(truth: Matrix, { mean, variance }: Posterior, parts?: Int32Array): Scores[] {
  return Array.from({ length: truth.columns }, (_, k) => {
    const judge = (i: number) => parts?.[i] ?? 0;
    const rows = Int32Array.from({ length: truth.rows }, (_, i) => i)
      .filter((i) => !Number.isNaN(mean.get(i, k)))
      .sort((a, b) => judge(a) - judge(b) || a - b);
    const errors = Float64Array.from(rows, (i) => truth.get(i, k) - mean.get(i, k));
    const least = leastSpread(errors, scaleOf(truth, k));
    return {
      rows,
      judges: rows.map(judge),
      errors,
      least,
      residuals: errors.map((error, at) => error / spreadOf(variance.get(rows[at], k), least)),
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
  const judges = new Int32Array(data.size);
  const [mean, variance] = [new Matrix(truth.rows, truth.columns), new Matrix(truth.rows, truth.columns)];
  mean.data.fill(Number.NaN);
  for (let fold = 0; fold < parts; fold++) {
    throwIfCancelled(run);
    const { tested, kept } = split(groups, fold);
    if (tested.length === 0 || kept.length === 0) continue;
    const model = await surrogate.fit(data.select(kept), childRun(run, `fold/${fold}`));
    const answers = answersOf(model, data.points.select(tested).unpacked());
    tested.forEach((row, i) => {
      mean.row(row).set(answers.mean.row(i));
      variance.row(row).set(answers.variance.row(i));
      judges[row] = models.length;
    });
    models.push(model);
    run.progress?.({ phase: 'intervals', done: fold + 1, total: parts });
  }
  return { models, scores: scoresOf(truth, { mean, variance }, judges) };
}
