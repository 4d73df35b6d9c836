import { ensure } from '../../core/errors.ts';
import { type Output, predictionColumns } from '../../core/output.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { padded } from './layers.ts';

/** What a network learns and how its answers are read: standardized numbers, and scores whose softmax are the classes' probabilities. */
export interface Targets {
  /** c, the number of prediction columns. */
  readonly width: number;
  /** n x padded(c): standardized numbers, 1 for the right class. */
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
}

/** Encodes the n x m outputs for training. */
export function encodeTargets(outputs: readonly Output[], y: Matrix): Targets {
  const columns = predictionColumns(outputs);
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  const values = new Matrix(y.rows, padded(width));
  const mean = new Float64Array(width);
  const deviation = new Float64Array(width).fill(1);
  const scale = new Float64Array(width).fill(1);
  const constant: string[] = [];
  columns.forEach(({ start, width: count }, k) => {
    const column = y.column(k);
    if (column.every((value) => value === column[0])) constant.push(outputs[k].name);
    if (outputs[k].classes) {
      column.forEach((value, i) => {
        values.set(i, start + checkedClass(outputs[k], value, count), 1);
      });
      return;
    }
    const moments = momentsOf(column);
    [mean[start], deviation[start], scale[start]] = [moments.mean, moments.deviation, moments.scale];
    column.forEach((value, i) => {
      const centered = value / moments.scale - moments.mean;
      values.set(i, start, moments.deviation > 0 ? centered / moments.deviation : 0);
    });
  });
  const groups = columns.filter((_, k) => outputs[k].classes);
  const numbers = columns.filter((_, k) => !outputs[k].classes).map(({ start }) => start);
  return { width, values, numbers, groups, mean, deviation, scale, constant };
}

function checkedClass({ name }: Output, value: number, count: number): number {
  ensure(
    Number.isInteger(value) && value >= 0 && value < count,
    'invalid-data',
    `output '${name}' has ${count} classes and must be an index in 0 .. ${count - 1}, got ${value}`,
  );
  return value;
}

function momentsOf(values: Float64Array): { mean: number; deviation: number; scale: number } {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scale = largest > 0 ? 2 ** Math.max(-1022, Math.floor(Math.log2(largest))) : 1;
  const first = values[0] / scale;
  const mean = first + values.reduce((sum, value) => sum + (value / scale - first), 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value / scale - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / values.length), scale };
}

/** Replaces the scores of every class by their softmax, in place, in one row of a network's outputs. */
export function softmax(row: Float64Array | Float32Array, groups: Targets['groups']): void {
  for (const { start, width } of groups) {
    let largest = row[start];
    for (let k = start + 1; k < start + width; k++) largest = Math.max(largest, row[k]);
    let sum = 0;
    for (let k = start; k < start + width; k++) {
      row[k] = Math.exp(row[k] - largest);
      sum += row[k];
    }
    for (let k = start; k < start + width; k++) row[k] /= sum;
  }
}

/**
 * Loss of a network's answers on `rows` of the targets, averaged over them: half the squared error of every standardized number
 * and the cross-entropy of every class. `outputs` (rows x padded(c)) turns from scores into predictions, and `delta` takes the
 * derivative by the scores, (prediction - target) / rows for both; its columns past c stay as they are, zero.
 */
export function loss<A extends Float64Array | Float32Array>(
  targets: Targets,
  rows: Int32Array,
  outputs: A,
  delta: A,
): number {
  const { width, values, numbers, groups } = targets;
  const stride = values.columns;
  let sum = 0;
  for (let i = 0; i < rows.length; i++) {
    const at = i * stride;
    const wanted = rows[i] * stride;
    if (groups.length > 0) softmax(outputs.subarray(at, at + stride), groups);
    for (let k = 0; k < width; k++) delta[at + k] = (outputs[at + k] - values.data[wanted + k]) / rows.length;
    for (const k of numbers) sum += 0.5 * (outputs[at + k] - values.data[wanted + k]) ** 2;
    for (const group of groups)
      for (let k = group.start; k < group.start + group.width; k++)
        if (values.data[wanted + k] > 0) sum -= Math.log(Math.max(outputs[at + k], Number.MIN_VALUE));
  }
  return sum / rows.length;
}
