import { columnCount, predictionColumns } from '../../core/columns.ts';
import type { Output } from '../../core/output.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { standardize, totalOf } from '../standardize.ts';
import { padded } from './layers.ts';
import { type SoftTargets, softLoss, softTargets } from './soft-targets.ts';

/** What a network learns and how its answers are read: standardized numbers, and scores whose softmax are the classes' probabilities. */
export interface Targets {
  /** c, the number of prediction columns. */
  readonly width: number;
  /** n x padded(c): standardized numbers, the share of each class. */
  readonly values: Matrix;
  /** Columns of the numbers. */
  readonly numbers: readonly number[];
  /** Start and width of each class output's columns. */
  readonly groups: readonly { readonly start: number; readonly width: number }[];
  /** A standardized number z stands for (z * deviation + mean) * scale; probabilities have 0, 1 and 1. */
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
  /** Powers of two near the largest value, which keep squares from overflowing. */
  readonly scale: Float64Array;
  /** Names of the outputs that are the same in every row. */
  readonly constant: readonly string[];
  /** n numbers, how often each row counts; absent where each counts once. */
  readonly weights?: Float64Array;
  /** Their mean, 1 without them. */
  readonly meanWeight: number;
  /** What unsure shares of classes are learned at, absent where it is 1 or all rows are certain. */
  readonly soft?: SoftTargets;
}

/** Encodes the n x c targets of a data set for training. */
export function encodeTargets(
  outputs: readonly Output[],
  given: Matrix,
  weights?: Float64Array,
  temperature = 1,
): Targets {
  const columns = predictionColumns(outputs);
  const width = columnCount(outputs);
  const values = new Matrix(given.rows, padded(width));
  const mean = new Float64Array(width);
  const deviation = new Float64Array(width).fill(1);
  const scale = new Float64Array(width).fill(1);
  const constant: string[] = [];
  columns.forEach(({ start, width: count }, k) => {
    const own = Array.from({ length: count }, (_, c) => given.column(start + c));
    if (own.every((column) => column.every((value) => value === column[0]))) constant.push(outputs[k].name);
    if (!outputs[k].classes) {
      const standard = standardize(own[0], weights);
      [mean[start], deviation[start], scale[start]] = [standard.mean, standard.deviation, standard.scale];
      own[0] = standard.values;
    }
    own.forEach((column, c) => {
      column.forEach((value, i) => {
        values.set(i, start + c, value);
      });
    });
  });
  const groups = columns.filter((_, k) => outputs[k].classes);
  const numbers = columns.filter((_, k) => !outputs[k].classes).map(({ start }) => start);
  const meanWeight = totalOf(weights, given.rows) / given.rows;
  const soft = softTargets(values, groups, temperature);
  return {
    ...{ width, values, numbers, groups, mean, deviation, scale, constant, meanWeight },
    ...(weights && { weights }),
    ...(soft && { soft }),
  };
}

/** Replaces the scores of every class by their softmax, in place, in the row of a network's outputs that begins at `at`. */
export function softmax(outputs: Float64Array | Float32Array, at: number, groups: Targets['groups']): void {
  for (const { start, width } of groups) softmaxOf(outputs, at + start, at + start + width);
}

/** The same in the rows from .. to-1 of outputs with `stride` columns. */
export function softmaxRows(
  outputs: Float64Array,
  from: number,
  to: number,
  stride: number,
  groups: Targets['groups'],
): void {
  for (const { start, width } of groups)
    for (let i = from; i < to; i++) softmaxOf(outputs, i * stride + start, i * stride + start + width);
}

function softmaxOf(outputs: Float64Array | Float32Array, from: number, to: number): void {
  let largest = outputs[from];
  for (let k = from + 1; k < to; k++) if (outputs[k] > largest) largest = outputs[k];
  let sum = 0;
  for (let k = from; k < to; k++) {
    outputs[k] = outputs[k] === largest ? 1 : Math.exp(outputs[k] - largest);
    sum += outputs[k];
  }
  for (let k = from; k < to; k++) outputs[k] /= sum;
}

/**
 * Loss of a network's answers on `rows` of the targets, averaged over them, each as often as it weighs relative to the mean of all: half the
 * squared error of every standardized number and the cross-entropy of every class, of unsure shares at their temperature. `outputs` (rows x padded(c)) turns from scores into
 * predictions, and `delta` takes the derivative by the scores, (prediction - target) / rows for both; its columns past c stay as they are, zero.
 */
export function loss<A extends Float64Array | Float32Array>(
  targets: Targets,
  rows: Int32Array,
  outputs: A,
  delta: A,
): number {
  const { width, values, numbers, groups, weights, meanWeight, soft } = targets;
  const stride = values.columns;
  const scores = soft && new Float64Array(stride);
  let sum = 0;
  for (let i = 0; i < rows.length; i++) {
    const at = i * stride;
    const wanted = rows[i] * stride;
    const weight = weights ? weights[rows[i]] / meanWeight : 1;
    scores?.set(outputs.subarray(at, at + stride));
    softmax(outputs, at, groups);
    for (let k = 0; k < width; k++)
      delta[at + k] = (weight * (outputs[at + k] - values.data[wanted + k])) / rows.length;
    for (const k of numbers) sum += weight * 0.5 * (outputs[at + k] - values.data[wanted + k]) ** 2;
    groups.forEach((group, g) => {
      if (soft && scores && soft.isUnsure[rows[i] * groups.length + g]) {
        sum += softLoss(soft, group, rows[i], scores, delta, at, weight / rows.length) * weight;
        return;
      }
      for (let k = group.start; k < group.start + group.width; k++)
        if (values.data[wanted + k] > 0)
          sum -= weight * values.data[wanted + k] * Math.log(Math.max(outputs[at + k], Number.MIN_VALUE));
    });
  }
  return sum / rows.length;
}
