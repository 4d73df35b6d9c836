import { mostProbable, predictionColumns } from '../../core/columns.ts';
import type { Dataset } from '../../core/dataset.ts';
import {
  isCrossValidated,
  isNoisy,
  isProbabilistic,
  type Model,
  type Posterior,
  type Surrogate,
} from '../../core/model.ts';
import type { Output } from '../../core/output.ts';
import { partsOfData, split } from '../../core/parts.ts';
import { childRun, type Run, throwIfCancelled } from '../../core/run.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { type Fold, levelFolds } from '../../surrogates/level-folds.ts';

/** How predictions for points not trained on were obtained. */
export type ValidationMethod = 'leave-one-out' | 'cross-validation' | 'holdout';

/** How faithful a student is to its teacher in one output, on points not trained on. NaN where it is undefined. */
export interface Fidelity {
  readonly output: string;
  readonly method: ValidationMethod;
  readonly points: number;
  /** 1 - PRESS / TSS; for a class, of the indicator of its most frequent value. */
  readonly q2: number;
  /** Root mean square error over the standard deviation of the truth; for a class, NaN. */
  readonly nrmse: number;
  /** Share of truths inside the model's own 95 % interval; NaN when it has none. */
  readonly intervalCoverage: number;
  /** For a class, the share of agreement; NaN for a number. */
  readonly accuracy: number;
  /** Truth, prediction and the standard deviation of the prediction (NaN when unknown), a row for each point. */
  readonly parity: readonly (readonly [truth: number, predicted: number, deviation: number])[];
}

/** Predictions for n points: n x c, with their variances where the model has them. */
interface Predictions {
  readonly mean: Matrix;
  readonly variance?: Matrix;
}

/** What is told of predictions, however they came about. */
type Figures = Omit<Fidelity, 'output' | 'method' | 'points'>;

/** Two-sided 95 % quantile of the standard normal distribution. */
const Z95 = 1.959963984540054;
const FOLDS = 10;
/** The same from this many rows on, where a fit takes longer and a part is large enough. */
const FEWER_FOLDS = 5;
const SOME_ROWS = 50;
/** Fewest rows of a cross-validation in the fit that count. */
const FEWEST = 20;
/** From this many rows on one of the folds is enough to judge by. */
const MANY_ROWS = 1000;

/**
 * The student's fidelity on points that it learned, each predicted by a fit that had not learned it: by the cross-validation in its fit,
 * unless the model was chosen by that, else by refits of ten folds (from 50 rows on five, from 1,000 on one of them). Analytic
 * leave-one-out is not asked: its hyper-parameters, kernel and transform have seen the point. Of rows on a grid whole levels are left out as
 * well, and what tells less is believed.
 */
export async function crossFidelity(surrogate: Surrogate, model: Model, data: Dataset, run: Run): Promise<Fidelity[]> {
  const finite = data.finite();
  const within = await partFidelity(surrogate, model, finite, run);
  const levels = levelFolds(finite);
  if (levels.length === 0) return within;
  const between = await refitted(surrogate, finite, levels, childRun(run, 'levels'));
  return within.map((one, k) => (between[k].q2 < one.q2 ? between[k] : one));
}

/** The fidelity at rows of random parts. */
async function partFidelity(surrogate: Surrogate, model: Model, data: Dataset, run: Run): Promise<Fidelity[]> {
  const known = isCrossValidated(model) && !model.composed ? knownRows(data, model.crossValidation()) : undefined;
  if (known) return compare(data.outputs, known.y, known, 'cross-validation');
  const parts = Math.min(data.size < SOME_ROWS ? FOLDS : FEWER_FOLDS, data.size);
  const partOf = partsOfData(data, parts);
  const folds = Array.from({ length: data.size < MANY_ROWS ? parts : 1 }, (_, fold) => split(partOf, fold));
  return refitted(surrogate, data, folds, run);
}

/** The fidelity at the rows of each fold, of refits without it. */
async function refitted(surrogate: Surrogate, data: Dataset, folds: readonly Fold[], run: Run): Promise<Fidelity[]> {
  const answers: Judged[] = [];
  for (const [fold, { tested, kept }] of folds.entries()) {
    throwIfCancelled(run);
    if (tested.length > 0 && kept.length > 0) {
      const fitted = await surrogate.fit(data.select(kept), childRun(run, `fold/${fold}`));
      answers.push(judged(fitted, data.select(tested)));
    }
    run.progress?.({ phase: 'cross-validation', done: fold + 1, total: folds.length });
  }
  return foldedFidelity(data.outputs, answers);
}

/** Rows and what a model that had not learned them says of them. */
export interface Judged extends Predictions {
  readonly y: Matrix;
}

/** What the model says of the rows, noise included. */
export function judged(model: Model, { x, y }: Dataset): Judged {
  if (isNoisy(model)) return { y, ...model.observation(x) };
  return { y, ...(isProbabilistic(model) ? model.posterior(x) : { mean: model.predict(x) }) };
}

/** The fidelity on rows that were left out part by part. */
export function foldedFidelity(outputs: readonly Output[], folds: readonly Judged[]): Fidelity[] {
  const stacked = (matrices: readonly Matrix[]) => matrices.reduce((all, one) => all.stack(one));
  const variances = folds.flatMap(({ variance }) => (variance ? [variance] : []));
  if (folds.length === 0)
    return compare(outputs, new Matrix(0, outputs.length), { mean: new Matrix(0, 1) }, 'cross-validation');
  const predictions = {
    mean: stacked(folds.map(({ mean }) => mean)),
    ...(variances.length === folds.length && { variance: stacked(variances) }),
  };
  return compare(outputs, stacked(folds.map(({ y }) => y)), predictions, 'cross-validation');
}

/** The model's fidelity on other points than it was trained on. */
export function holdoutFidelity(model: Model, holdout: Dataset): Fidelity[] {
  const { outputs, x, y } = holdout.finite();
  return compare(outputs, y, isProbabilistic(model) ? model.posterior(x) : { mean: model.predict(x) }, 'holdout');
}

/** The rows that the fit's own cross-validation predicted in every column; undefined when they are too few to judge by. */
function knownRows(
  { y, size }: Dataset,
  { mean, variance }: Posterior,
): (Posterior & { readonly y: Matrix }) | undefined {
  const rows = Array.from({ length: size }, (_, i) => i).filter((i) => !mean.row(i).some(Number.isNaN));
  if (rows.length < Math.min(size, FEWEST)) return undefined;
  return { y: y.select(rows), mean: mean.select(rows), variance: variance.select(rows) };
}

function compare(
  outputs: readonly Output[],
  truth: Matrix,
  predictions: Predictions,
  method: ValidationMethod,
): Fidelity[] {
  const columns = predictionColumns(outputs);
  return outputs.map((output, k) => {
    const { start, width } = columns[k];
    const name = { output: output.name, method, points: truth.rows };
    return output.classes
      ? { ...name, ...classFidelity(truth.column(k), predictions.mean, start, width) }
      : { ...name, ...numberFidelity(truth.column(k), predictions, start) };
  });
}

function numberFidelity(truth: Float64Array, { mean, variance }: Predictions, column: number): Figures {
  const parity = Array.from(truth, (value, i): [number, number, number] => [
    value,
    mean.get(i, column),
    variance ? Math.sqrt(Math.max(0, variance.get(i, column))) : Number.NaN,
  ]);
  const known = parity.filter(([, , deviation]) => !Number.isNaN(deviation));
  const inside = known.filter(([value, predicted, deviation]) => Math.abs(value - predicted) <= Z95 * deviation);
  return {
    ...squareErrors(parity),
    intervalCoverage: known.length === 0 ? Number.NaN : inside.length / known.length,
    accuracy: Number.NaN,
    parity,
  };
}

function classFidelity(truth: Float64Array, mean: Matrix, start: number, width: number): Figures {
  const counts = new Array<number>(width).fill(0);
  for (const level of truth) counts[level]++;
  const common = mostProbable(counts);
  let right = 0;
  const parity = Array.from(truth, (level, i): [number, number, number] => {
    if (mostProbable(mean.row(i), start, width) === level) right++;
    return [level === common ? 1 : 0, mean.get(i, start + common), Number.NaN];
  });
  return {
    q2: squareErrors(parity).q2,
    nrmse: Number.NaN,
    intervalCoverage: Number.NaN,
    accuracy: truth.length === 0 ? Number.NaN : right / truth.length,
    parity,
  };
}

function squareErrors(parity: readonly (readonly [number, number, number])[]): { q2: number; nrmse: number } {
  const n = parity.length;
  const center = parity.reduce((sum, [value]) => sum + value, 0) / n;
  const total = parity.reduce((sum, [value]) => sum + (value - center) ** 2, 0);
  const press = parity.reduce((sum, [value, predicted]) => sum + (value - predicted) ** 2, 0);
  if (n < 2 || total === 0) return { q2: Number.NaN, nrmse: Number.NaN };
  return { q2: 1 - press / total, nrmse: Math.sqrt(press / total) };
}
