import { columnCount, predictionColumns } from '../../core/columns.ts';
import type { Dataset } from '../../core/dataset.ts';
import {
  type Evidence,
  isCrossValidated,
  isProbabilistic,
  type Model,
  type Posterior,
  type Surrogate,
} from '../../core/model.ts';
import { partsOfData, split } from '../../core/parts.ts';
import { childRun, type Run, throwIfCancelled } from '../../core/run.ts';
import { FOLDS } from '../../kriging/fit/calibration.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { mean } from '../../numerics/statistics.ts';
import { answersOf, scaleOf } from '../conformal/scores.ts';
import { mixture } from './ensemble.ts';
import { stackingWeights } from './weights.ts';

/** A surrogate in the contest, with its fit to all rows where there is one. */
export interface Contender {
  readonly surrogate: Surrogate;
  readonly model?: Model;
}

/** Above this many rows only one part is left out, as a Gaussian process does. */
const MANY_ROWS = 250;
/** Least share of the first contender's error that must be saved for another answer. */
const SAVING = 0.1;
/** Standard errors that the mean saving of squared error must have over 0. */
const CERTAINTY = 1.5;
/** Share of the variance that the first contender must leave unexplained for any saving to do. */
const HOPELESS = 0.8;
/** Smaller weights in a stack are left out. */
const LEAST_WEIGHT = 0.05;

/** How many of the four parts of n rows are left out in turn. */
export function partsOf(n: number): number {
  return n > MANY_ROWS ? 1 : FOLDS;
}

/** What the contender says of the rows of each part without them, of the first `count` of the four parts, n x c; NaN in parts that stay. */
export async function leftOut(
  { surrogate, model }: Contender,
  data: Dataset,
  count: number,
  run: Run,
): Promise<Posterior> {
  const parts = partsOfData(data, FOLDS);
  if (model && isCrossValidated(model)) {
    const known = model.crossValidation();
    if (parts.every((part, i) => part >= count || known.mean.row(i).every((m) => !Number.isNaN(m)))) return known;
  }
  const width = columnCount(data.outputs);
  const [mean, variance] = [new Matrix(data.size, width), new Matrix(data.size, width)];
  mean.data.fill(Number.NaN);
  variance.data.fill(Number.NaN);
  for (let part = 0; part < count; part++) {
    throwIfCancelled(run);
    const { tested, kept } = split(parts, part);
    if (tested.length === 0 || kept.length === 0) continue;
    const fitted = await surrogate.fit(data.select(kept), childRun(run, `part/${part}`));
    const x = data.points.select(tested).unpacked();
    const answer = fitted.predict(x);
    const spread = isProbabilistic(fitted) ? answersOf(fitted, x).variance : undefined;
    tested.forEach((row, i) => {
      mean.row(row).set(answer.row(i));
      if (spread) variance.row(row).set(spread.row(i));
    });
    run.progress?.({ phase: `compare ${surrogate.name}`, done: part + 1, total: count });
  }
  return { mean, variance };
}

/** What was chosen. */
export interface Choice {
  /** Contenders with a weight in some output. */
  readonly members: readonly number[];
  /** Of every contender, its share of each of the c columns, and its mean squared error there. */
  readonly weights: readonly Float64Array[];
  readonly errors: readonly Float64Array[];
  readonly evidence: readonly (readonly Evidence[])[];
  /** q2 of the choice at left-out rows, for each output. */
  readonly q2: readonly number[];
  /** The choice's answers for left-out rows. */
  readonly left: Posterior;
}

/** The best contender for each output, or the stack of several, by squared error at the left-out rows. */
export function choose(
  contenders: readonly { readonly surrogate: Surrogate; readonly left: Posterior }[],
  data: Dataset,
  stack: boolean,
): Choice {
  const truth = data.targets();
  const weights = contenders.map(() => new Float64Array(truth.columns));
  const errors = contenders.map(() => new Float64Array(truth.columns));
  const evidence: Evidence[][] = [];
  const q2: number[] = [];
  const parts = partsOfData(data, FOLDS, 'stack');
  for (const { start, width } of predictionColumns(data.outputs)) {
    const judged = judgedValues(
      contenders.map(({ left }) => left.mean),
      truth,
      start,
      width,
    );
    const shares = sharesOf(judged, stack ? parts : undefined);
    const deviation = Math.sqrt(judged.total / judged.truth.length);
    const nrmse = judged.predictions.map((p) => rootMeanSquare(p, judged.truth) / deviation);
    contenders.forEach((_, at) => {
      weights[at].fill(shares[at], start, start + width);
      errors[at].fill((nrmse[at] * deviation * judged.scale) ** 2, start, start + width);
    });
    evidence.push(
      contenders
        .map(({ surrogate }, at) => ({ candidate: surrogate.name, nrmse: nrmse[at], weight: shares[at] }))
        .sort((a, b) => b.weight - a.weight || a.nrmse - b.nrmse),
    );
    const combined = combine(judged.predictions, shares);
    q2.push(1 - (rootMeanSquare(combined, judged.truth) / deviation) ** 2);
  }
  const members = contenders.map((_, at) => at).filter((at) => weights[at].some((weight) => weight > 0));
  const left = mixture(
    members.map((at) => ({ weights: weights[at] })),
    members.map((at) => withVariance(contenders[at].left, errors[at])),
  );
  return { members, weights, errors, evidence, q2, left };
}

/** q2 of each output at the left-out rows. */
export function shareOfVariance(left: Posterior, data: Dataset): number[] {
  const truth = data.targets();
  return predictionColumns(data.outputs).map(({ start, width }) => {
    const { truth: values, predictions, total } = judgedValues([left.mean], truth, start, width);
    return 1 - (rootMeanSquare(predictions[0], values) ** 2 * values.length) / total;
  });
}

/** Values of an output at the rows that every contender was judged on, in units of its largest one, its columns one after the other. */
interface JudgedValues {
  readonly truth: Float64Array;
  readonly predictions: readonly Float64Array[];
  readonly scale: number;
  /** The row of each. */
  readonly rows: Int32Array;
  /** Sum of squares about the mean of each column. */
  readonly total: number;
}

function judgedValues(means: readonly Matrix[], truth: Matrix, start: number, width: number): JudgedValues {
  const rows = Array.from({ length: truth.rows }, (_, i) => i).filter((i) =>
    means.every((mean) => !Number.isNaN(mean.get(i, start))),
  );
  let scale = 0;
  for (let k = start; k < start + width; k++) scale = Math.max(scale, scaleOf(truth, k));
  scale ||= 1;
  const values = (matrix: Matrix) =>
    Float64Array.from({ length: rows.length * width }, (_, at) => {
      const [i, k] = [at % rows.length, Math.floor(at / rows.length)];
      return matrix.get(rows[i], start + k) / scale;
    });
  const own = values(truth);
  let total = 0;
  for (let k = 0; k < width; k++) {
    const column = own.subarray(k * rows.length, (k + 1) * rows.length);
    const center = mean(column);
    total += column.reduce((sum, y) => sum + (y - center) ** 2, 0);
  }
  return {
    truth: own,
    predictions: means.map(values),
    scale,
    rows: Int32Array.from(own, (_, at) => rows[at % rows.length]),
    total,
  };
}

/** The first contender alone, unless the best other one, or a stack, clearly saves error; stacks are judged in `parts` of the rows. */
function sharesOf({ truth, predictions, rows, total }: JudgedValues, parts: Int32Array | undefined): Float64Array {
  const errors = predictions.map((p) => rootMeanSquare(p, truth));
  let best = 0;
  errors.forEach((error, at) => {
    if (error < errors[best]) best = at;
  });
  const single = new Float64Array(predictions.length);
  single[best] = 1;
  let shares: Float64Array = single;
  let error = errors[best];
  if (parts && predictions.length > 1) {
    const honest = stackError(
      truth,
      predictions,
      rows.map((row) => parts[row]),
    );
    if (honest < error) {
      shares = trimmed(stackingWeights(truth, predictions));
      error = honest;
    }
  }
  if (error < errors[0] && errors[0] ** 2 * truth.length > HOPELESS * total) return shares;
  if (error < (1 - SAVING) * errors[0] && isCertain(truth, predictions[0], combine(predictions, shares))) return shares;
  const first = new Float64Array(predictions.length);
  first[0] = 1;
  return first;
}

/** Whether the mean of the saved squared errors is clear of 0, in its standard errors. */
function isCertain(truth: Float64Array, before: Float64Array, after: Float64Array): boolean {
  const n = truth.length;
  const saved = truth.map((y, i) => (y - before[i]) ** 2 - (y - after[i]) ** 2);
  const mean = saved.reduce((sum, value) => sum + value, 0) / n;
  const square = saved.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, n - 1);
  return mean > CERTAINTY * Math.sqrt(square / n);
}

/** The error of stacks whose weights come from the values of all parts but one, at that one. */
function stackError(truth: Float64Array, predictions: readonly Float64Array[], parts: Int32Array): number {
  let sum = 0;
  for (let part = 0; part < FOLDS; part++) {
    const of = (inside: boolean) => (values: Float64Array) => values.filter((_, i) => (parts[i] === part) === inside);
    const weights = stackingWeights(of(false)(truth), predictions.map(of(false)));
    const answers = combine(predictions.map(of(true)), weights);
    of(true)(truth).forEach((y, i) => {
      sum += (y - answers[i]) ** 2;
    });
  }
  return Math.sqrt(sum / truth.length);
}

function trimmed(weights: Float64Array): Float64Array {
  const kept = weights.map((weight) => (weight < LEAST_WEIGHT ? 0 : weight));
  const sum = kept.reduce((total, weight) => total + weight, 0);
  return kept.map((weight) => weight / sum);
}

function combine(predictions: readonly Float64Array[], weights: Float64Array): Float64Array {
  return predictions[0].map((_, i) =>
    predictions.reduce((sum, p, m) => (weights[m] > 0 ? sum + weights[m] * p[i] : sum), 0),
  );
}

function rootMeanSquare(predictions: Float64Array, truth: Float64Array): number {
  return Math.sqrt(truth.reduce((sum, y, i) => sum + (y - predictions[i]) ** 2, 0) / truth.length);
}

/** Where a model has no variance of its own, its mean squared error. */
function withVariance({ mean, variance }: Posterior, errors: Float64Array): Posterior {
  const data = variance.data.map((v, i) => (Number.isNaN(v) ? errors[i % variance.columns] : v));
  return { mean, variance: new Matrix(variance.rows, variance.columns, data) };
}
