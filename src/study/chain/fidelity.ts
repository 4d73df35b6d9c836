import { mostProbable, type OutputColumns, predictionColumns, toShares } from '../../core/columns.ts';
import type { ClassOutput, NumberOutput, Output } from '../../core/output.ts';
import type { Matrix } from '../../numerics/matrix.ts';

/** How predictions for points not trained on were obtained; `test`: on rows that nothing in the chain has learned. */
export type ValidationMethod = 'leave-one-out' | 'cross-validation' | 'holdout' | 'test';

/** How faithful a student is to its teacher in one output, on points not trained on. */
export type Fidelity = NumberFidelity | ClassFidelity;

/** The figures of every fidelity, of numbers and classes. */
export interface Scored {
  readonly output: string;
  readonly method: ValidationMethod;
  readonly points: number;
}

/** How faithful a student is in a number. */
export interface NumberFidelity extends Scored {
  readonly kind: 'number';
  /** 1 - PRESS / TSS; NaN where the truth is the same at all points. */
  readonly q2: number;
  /** Root mean square error over the standard deviation of the truth; NaN where that is 0. */
  readonly nrmse: number;
  /** Share of truths inside the model's own 95 % interval; absent where it has none. */
  readonly intervalCoverage?: number;
  /** Truth, prediction and the standard deviation of the prediction (NaN when unknown), a row for each point. */
  readonly parity: Parity;
}

/** How faithful a student is in a class. Where the teacher was unsure, what it says is the class of the largest share. */
export interface ClassFidelity extends Scored {
  readonly kind: 'class';
  readonly classes: readonly string[];
  /** Share of the points where student and teacher say the same class; NaN without points. */
  readonly accuracy: number;
  /** Mean of -sum of t ln p in nats, t the teacher's shares and p the student's, none of these taken to be below 1e-15. */
  readonly logLoss: number;
  /** Mean of the sum of (t - p)^2 over the classes [Brier1950]: 0 to 2. */
  readonly brier: number;
  /** Points that the teacher says to be of class i and the student of class j. */
  readonly confusion: readonly (readonly number[])[];
  /** 1 - PRESS / TSS of the indicator of the most frequent class; NaN where all points are of one. */
  readonly q2: number;
  /** Indicator of the most frequent class, the student's share of it, and NaN, a row for each point. */
  readonly parity: Parity;
}

/** The figure that a fidelity is judged by: the share of agreement for a class, else q2. */
export function scoreOf(fidelity: Fidelity): number {
  return fidelity.kind === 'class' ? fidelity.accuracy : fidelity.q2;
}

/** The root mean square error in standard deviations of the truth; NaN for a class. */
export function nrmseOf(fidelity: Fidelity): number {
  return fidelity.kind === 'number' ? fidelity.nrmse : Number.NaN;
}

/** A row for each point. */
export type Parity = readonly (readonly [truth: number, predicted: number, deviation: number])[];

/** Predictions for n points: n x c, with their variances where the model has them. */
export interface Predictions {
  readonly mean: Matrix;
  readonly variance?: Matrix;
}

/** Two-sided 95 % quantile of the standard normal distribution. */
const Z95 = 1.959963984540054;
/** What a share counts as at least where its logarithm is taken. */
const LEAST_SHARE = 1e-15;

/** The fidelity of predictions to `truth` (n x c, as in {@link Dataset.targets}), for each output. */
export function fidelityOf(
  outputs: readonly Output[],
  truth: Matrix,
  predictions: Predictions,
  method: ValidationMethod,
): Fidelity[] {
  const columns = predictionColumns(outputs);
  return outputs.map((output, k) =>
    output.classes
      ? classFidelity(output, truth, predictions.mean, columns[k], method)
      : numberFidelity(output, truth, predictions, columns[k].start, method),
  );
}

function numberFidelity(
  { name }: NumberOutput,
  truth: Matrix,
  { mean, variance }: Predictions,
  column: number,
  method: ValidationMethod,
): NumberFidelity {
  const parity = Array.from(truth.column(column), (value, i): [number, number, number] => [
    value,
    mean.get(i, column),
    variance ? Math.sqrt(Math.max(0, variance.get(i, column))) : Number.NaN,
  ]);
  const known = parity.filter(([, , deviation]) => !Number.isNaN(deviation));
  const inside = known.filter(([value, predicted, deviation]) => Math.abs(value - predicted) <= Z95 * deviation);
  return {
    ...{ kind: 'number', output: name, method, points: truth.rows },
    ...squareErrors(parity),
    ...(known.length > 0 && { intervalCoverage: inside.length / known.length }),
    parity,
  };
}

function classFidelity(
  { name, classes }: ClassOutput,
  truth: Matrix,
  mean: Matrix,
  { start, width }: OutputColumns,
  method: ValidationMethod,
): ClassFidelity {
  const confusion = classes.map(() => new Array<number>(width).fill(0));
  const labels = Array.from({ length: truth.rows }, (_, i) => mostProbable(truth.row(i), start, width));
  let right = 0;
  let [logLoss, brier] = truth.rows === 0 ? [Number.NaN, Number.NaN] : [0, 0];
  labels.forEach((label, i) => {
    const shares = mean.row(i).slice(start, start + width);
    const predicted = mostProbable(shares);
    confusion[label][predicted]++;
    if (predicted === label) right++;
    toShares(shares);
    for (let c = 0; c < width; c++) {
      const wanted = truth.get(i, start + c);
      brier += (wanted - shares[c]) ** 2 / truth.rows;
      if (wanted > 0) logLoss -= (wanted * Math.log(Math.max(shares[c], LEAST_SHARE))) / truth.rows;
    }
  });
  const common = mostProbable(confusion.map((row) => row.reduce((sum, count) => sum + count, 0)));
  const parity = labels.map((label, i): [number, number, number] => [
    label === common ? 1 : 0,
    mean.get(i, start + common),
    Number.NaN,
  ]);
  return {
    ...{ kind: 'class', output: name, method, points: truth.rows, classes },
    ...{ accuracy: right / truth.rows, logLoss, brier, confusion },
    ...{ q2: squareErrors(parity).q2, parity },
  };
}

function squareErrors(parity: Parity): { q2: number; nrmse: number } {
  const n = parity.length;
  const center = parity.reduce((sum, [value]) => sum + value, 0) / n;
  const total = parity.reduce((sum, [value]) => sum + (value - center) ** 2, 0);
  const press = parity.reduce((sum, [value, predicted]) => sum + (value - predicted) ** 2, 0);
  if (n < 2 || total === 0 || parity.every(([value]) => value === parity[0][0]))
    return { q2: Number.NaN, nrmse: Number.NaN };
  return { q2: 1 - press / total, nrmse: Math.sqrt(press / total) };
}
