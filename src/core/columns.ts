import { Matrix } from '../numerics/matrix.ts';
import { ensure, ImagoError, show } from './errors.ts';
import type { ClassOutput, Output } from './output.ts';

/** Where an output stands among the c columns of a prediction: one column for a number, one share for each class. */
export interface OutputColumns {
  readonly start: number;
  readonly width: number;
}

/** The columns of each output, one output after the other. */
export function predictionColumns(outputs: readonly Output[]): OutputColumns[] {
  let start = 0;
  return outputs.map((output) => {
    const width = output.classes?.length ?? 1;
    start += width;
    return { start: start - width, width };
  });
}

/** c, the number of prediction columns. */
export function columnCount(outputs: readonly Output[]): number {
  return outputs.reduce((sum, { classes }) => sum + (classes?.length ?? 1), 0);
}

/** The index of a class; throws `invalid-data` for any other value. */
export function checkLabel({ name, classes }: ClassOutput, value: number): number {
  ensure(
    Number.isInteger(value) && value >= 0 && value < classes.length,
    'invalid-data',
    () =>
      `output '${name}' has ${classes.length} classes and must be an index in 0 .. ${classes.length - 1}, got ${value}`,
  );
  return value;
}

/** n x c for n x m outputs: a number as it is, for a class 1 in its own column and 0 in the others; NaN in rows that are not finite. `y` itself without classes. */
export function oneHot(outputs: readonly Output[], y: Matrix): Matrix {
  if (outputs.every(({ classes }) => !classes)) return y;
  const columns = predictionColumns(outputs);
  const targets = new Matrix(y.rows, columnCount(outputs));
  for (let i = 0; i < y.rows; i++) {
    const row = targets.row(i);
    if (!y.row(i).every(Number.isFinite)) row.fill(Number.NaN);
    else
      outputs.forEach((output, k) => {
        const { start } = columns[k];
        if (output.classes) row[start + checkLabel(output, y.get(i, k))] = 1;
        else row[start] = y.get(i, k);
      });
  }
  return targets;
}

/** The class of each row where all of its n x width shares are 0 and 1; undefined where a row is unsure. */
export function certainLabels(targets: Matrix, { start, width }: OutputColumns): Int32Array | undefined {
  const labels = new Int32Array(targets.rows);
  for (let i = 0; i < targets.rows; i++) {
    const label = mostProbable(targets.row(i), start, width);
    if (targets.get(i, start + label) !== 1) return undefined;
    labels[i] = label;
  }
  return labels;
}

/** The index of the largest of `width` shares from `start` on, the first of equals. */
export function mostProbable(shares: ArrayLike<number>, start = 0, width: number = shares.length): number {
  let best = 0;
  for (let k = 1; k < width; k++) if (shares[start + k] > shares[start + best]) best = k;
  return best;
}

/** m numbers for the c of a prediction: a class is the index of the most probable one. */
export function valuesOf(columns: readonly OutputColumns[], prediction: ArrayLike<number>): Float64Array {
  return Float64Array.from(columns, ({ start, width }) =>
    width === 1 ? prediction[start] : mostProbable(prediction, start, width),
  );
}

/** n x m outputs for an n x c prediction; the prediction itself where there are no classes. */
export function outputsOf(outputs: readonly Output[], prediction: Matrix): Matrix {
  if (prediction.columns === outputs.length) return prediction;
  const columns = predictionColumns(outputs);
  const y = new Matrix(prediction.rows, outputs.length);
  for (let i = 0; i < y.rows; i++) y.row(i).set(valuesOf(columns, prediction.row(i)));
  return y;
}

/** Cuts `width` scores from `start` on to [0, 1] and divides them by their sum; where all are 0 every class is as likely. */
export function toShares(scores: Float64Array, start = 0, width: number = scores.length): void {
  let sum = 0;
  for (let k = start; k < start + width; k++) {
    scores[k] = Math.min(1, Math.max(0, scores[k]));
    sum += scores[k];
  }
  for (let k = start; k < start + width; k++) scores[k] = sum > 0 ? scores[k] / sum : 1 / width;
}

/** How far the sum of shares may be from 1. */
const ROUNDING = 1e-9;

/** What is wrong with shares of classes, in words; undefined where nothing is. */
export function faultOfShares(shares: ArrayLike<number>, { classes }: ClassOutput): string | undefined {
  let sum = 0;
  for (let k = 0; k < classes.length; k++) {
    const share = shares[k];
    if (typeof share !== 'number' || !(share >= 0) || share === Number.POSITIVE_INFINITY)
      return `the share of ${classes[k]} is ${show(share)}, not a number from 0 to 1`;
    sum += share;
  }
  return Math.abs(sum - 1) <= ROUNDING ? undefined : `the shares of ${classes.join(', ')} sum to ${sum}, not to 1`;
}

/** Throws `invalid-data` unless `shares` (n x c) has a number of `y` where that is one, and shares that sum to 1 for each class. */
export function checkShares(outputs: readonly Output[], y: Matrix, shares: Matrix): void {
  const columns = predictionColumns(outputs);
  ensure(
    shares.rows === y.rows && shares.columns === columnCount(outputs),
    'invalid-data',
    () => `shares must be ${y.rows} x ${columnCount(outputs)}, got ${shares.rows} x ${shares.columns}`,
  );
  for (let i = 0; i < y.rows; i++) {
    if (!y.row(i).every(Number.isFinite)) continue;
    outputs.forEach((output, k) => {
      const { start, width } = columns[k];
      const own = shares.row(i).subarray(start, start + width);
      const fault = output.classes
        ? faultOfShares(own, output)
        : own[0] !== y.get(i, k) && `shares have ${own[0]} for the number ${y.get(i, k)}`;
      if (fault) throw new ImagoError('invalid-data', `row ${i}, output '${output.name}': ${fault}`);
    });
  }
}
