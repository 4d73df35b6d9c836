import type { Dataset } from '../core/dataset.ts';
import {
  hasLeaveOneOut,
  isCrossValidated,
  isProbabilistic,
  type Model,
  type Posterior,
  type Surrogate,
} from '../core/model.ts';
import { type Output, predictionColumns } from '../core/output.ts';
import { childRun, type Run, throwIfCancelled } from '../core/run.ts';
import { Matrix } from '../numerics/matrix.ts';

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

/** Two-sided 95 % quantile of the standard normal distribution. */
const Z95 = 1.959963984540054;
const FOLDS = 10;
/** Fewest rows of a cross-validation in the fit that count. */
const FEWEST = 20;

/** The student's fidelity on the points that it learned, each predicted without itself: analytic where possible, else by refits of ten folds. */
export async function crossFidelity(surrogate: Surrogate, model: Model, data: Dataset, run: Run): Promise<Fidelity[]> {
  const finite = data.finite();
  if (hasLeaveOneOut(model)) return compare(finite.outputs, finite.y, model.leaveOneOut(), 'leave-one-out');
  const known = isCrossValidated(model) ? knownRows(finite, model.crossValidation()) : undefined;
  if (known) return compare(finite.outputs, known.y, known, 'cross-validation');
  const predictions = await crossValidate(surrogate, finite, run);
  return compare(finite.outputs, finite.y, predictions, 'cross-validation');
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

async function crossValidate(surrogate: Surrogate, data: Dataset, run: Run): Promise<Predictions> {
  const folds = Math.min(FOLDS, data.size);
  const order = run.rng.child('folds').permutation(data.size);
  const width = data.outputs.reduce((sum, output) => sum + (output.classes?.length ?? 1), 0);
  const mean = new Matrix(data.size, width);
  const variance = new Matrix(data.size, width);
  variance.data.fill(Number.NaN);
  if (folds < 2) {
    mean.data.fill(Number.NaN);
    return { mean };
  }
  for (let fold = 0; fold < folds; fold++) {
    throwIfCancelled(run);
    const isTest = (_: number, i: number) => i % folds === fold;
    const test = order.filter(isTest);
    const model = await surrogate.fit(
      data.select(order.filter((row, i) => !isTest(row, i))),
      childRun(run, `fold/${fold}`),
    );
    const x = data.x.select(test);
    const predicted: Predictions = isProbabilistic(model) ? model.posterior(x) : { mean: model.predict(x) };
    test.forEach((row, i) => {
      mean.row(row).set(predicted.mean.row(i));
      if (predicted.variance) variance.row(row).set(predicted.variance.row(i));
    });
    run.progress?.({ phase: 'cross-validation', done: fold + 1, total: folds });
  }
  return { mean, variance };
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

function numberFidelity(
  truth: Float64Array,
  { mean, variance }: Predictions,
  column: number,
): Omit<Fidelity, 'output' | 'method' | 'points'> {
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

function classFidelity(
  truth: Float64Array,
  mean: Matrix,
  start: number,
  width: number,
): Omit<Fidelity, 'output' | 'method' | 'points'> {
  const counts = new Array<number>(width).fill(0);
  for (const level of truth) counts[level]++;
  const common = counts.indexOf(Math.max(...counts));
  let right = 0;
  const parity = Array.from(truth, (level, i): [number, number, number] => {
    const probabilities = mean.row(i).subarray(start, start + width);
    const predicted = probabilities.indexOf(Math.max(...probabilities));
    if (predicted === level) right++;
    return [level === common ? 1 : 0, probabilities[common], Number.NaN];
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
