import { predictionColumns } from '../../core/columns.ts';
import type { Dataset } from '../../core/dataset.ts';
import { type Adequacy, isNoisy, isProbabilistic, type Model } from '../../core/model.ts';
import { equalRows, someRows } from '../../core/parts.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import type { Rows } from '../../numerics/packed-matrix.ts';
import { probesOf } from '../probes.ts';
import { type Judged, type Scores, scaleOf } from './scores.ts';

/**
 * The logarithm of the error is this share of that at the rows left out and else of that over the space: where variances are right for most
 * rows and too small for the largest errors, the rows know. With fewer scores the larger one is reported.
 */
const WEIGHT_OF_ROWS = 0.25;
const FEW_SCORES = 19;
/** Share of the noise that is believed of a model without replicates, where roughness may look like noise. */
const BELIEVED = 0.75;
/** Rows at which the noise of a model is looked at. */
const NOISE_ROWS = 32;
/** Degrees of freedom of replicates from which on their noise is known. */
const KNOWN = 10;
/** An input with at most this many values, each in at least this many rows, is a grid's. */
const FEW_VALUES = 5;
const ROWS_PER_VALUE = 3;

/**
 * The adequacy of each numeric output of a model, from scores of the rows of `data`. The error is that over the space where there are
 * rows: the mean variance that the model predicts there, without noise, times the mean square of the scores: rows that are left out have
 * fewer others around them than a point has in the end, and need not lie as points do. Without a variance it is that at the rows left out.
 * Residuals stand at the rows `kept` of `n`.
 */
export function adequacyOf(
  model: Model,
  { scores }: Judged,
  data: Dataset,
  kept: readonly number[] | undefined,
  n: number,
): (Adequacy | undefined)[] {
  const truth = data.targets();
  const probes = isProbabilistic(model) ? probesOf(data) : undefined;
  const variances = probes && isProbabilistic(model) ? model.posterior(probes).variance : undefined;
  const noises = noiseOf(model, data.points.select(someRows(data.points, NOISE_ROWS)).unpacked());
  const values = fewValued(data);
  return predictionColumns(data.outputs).map(({ start }, k) => {
    if (data.outputs[k].classes) return undefined;
    const known = scores[start];
    const residuals = new Float64Array(n).fill(Number.NaN);
    known.residuals.forEach((r, i) => {
      residuals[kept?.[known.rows[i]] ?? known.rows[i]] = r;
    });
    // In units of the largest value, whose square would overflow.
    const scale = scaleOf(truth, start) || 1;
    const column = truth.column(start).map((y) => y / scale);
    const square = (variance: number) => variance / scale / scale;
    const error = {
      atRows: meanSquare(known.errors.map((e) => e / scale)),
      total: varianceOf(column),
      predicted: variances && square(meanOf(variances.column(start))),
      noise: square(noises?.[start] ?? 0),
      replicates: replicateVariance(data.points, column),
    };
    const adequacy = { variance: Math.abs(Math.log(meanSquare(known.residuals))), residuals };
    return { ...errorOf(error, known), ...adequacy, ...(values.length > 0 && { fewValued: values }) };
  });
}

interface Squares {
  readonly atRows: number;
  readonly total: number;
  readonly predicted: number | undefined;
  readonly noise: number;
  readonly replicates: { readonly variance: number; readonly degrees: number };
}

/** The error and the noise in standard deviations of the output, all given as squares. */
function errorOf(
  { atRows, total, predicted, noise: modeled, replicates }: Squares,
  { residuals }: Scores,
): Pick<Adequacy, 'nrmse' | 'noise'> {
  if (!(total > 0)) return { nrmse: Number.NaN };
  const isKnown = replicates.degrees >= KNOWN;
  const noise = Math.min(isKnown ? replicates.variance : modeled, atRows);
  // Where little is explained, what is called noise may be what was not learned.
  const share = (isKnown ? 1 : BELIEVED) * Math.max(0, 1 - atRows / total);
  const rest = total - share * noise;
  const factor = meanSquare(residuals);
  const left = atRows - share * noise;
  const seen = predicted === undefined ? left : factor * predicted + (1 - share) * Math.min(noise, factor * modeled);
  // More than all of the spread is no better known than the rows left out tell it.
  const space = Number.isFinite(seen) ? Math.min(seen, Math.max(left, rest)) : left;
  const square = residuals.length < FEW_SCORES ? Math.max(space, left) : space * (left / space) ** WEIGHT_OF_ROWS;
  const deviation = Math.sqrt((share * noise) / total);
  return { nrmse: Math.sqrt((square > 0 ? square : 0) / rest), ...(deviation > 0 && { noise: deviation }) };
}

/** The mean variance of the noise at the rows of x, of each prediction column. */
function noiseOf(model: Model, x: Matrix): number[] | undefined {
  if (!isNoisy(model)) return undefined;
  const [latent, all] = [model.posterior(x).variance, model.observation(x).variance];
  return Array.from({ length: all.columns }, (_, k) =>
    Math.max(0, meanOf(all.column(k).map((v, i) => v - latent.get(i, k)))),
  );
}

/** The variance of values within points, and its degrees of freedom. */
function replicateVariance(x: Rows, values: Float64Array): { variance: number; degrees: number } {
  let [sum, degrees] = [0, 0];
  for (const rows of equalRows(x)) {
    if (rows.length < 2) continue;
    sum += rows.length * varianceOf(Float64Array.from(rows, (row) => values[row]));
    degrees += rows.length - 1;
  }
  return { variance: degrees > 0 ? sum / degrees : 0, degrees };
}

/** The real inputs of which few values are known, as on a grid. */
function fewValued({ points, space }: Dataset): string[] {
  return space.columns.flatMap(({ name, levels }, j) => {
    if (levels < Number.POSITIVE_INFINITY) return [];
    const values = valuesUpTo(FEW_VALUES, points, j);
    return values > 1 && values <= FEW_VALUES && points.rows >= ROWS_PER_VALUE * values ? [name] : [];
  });
}

/** How many different values a column has; counting ends beyond `most`. */
function valuesUpTo(most: number, points: Rows, column: number): number {
  const values = new Set<number>();
  for (let i = 0; i < points.rows && values.size <= most; i++) values.add(points.get(i, column));
  return values.size;
}

function varianceOf(values: Float64Array): number {
  const center = meanOf(values);
  return meanSquare(values.map((value) => value - center));
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value / values.length, 0);
}

function meanSquare(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0) / values.length;
}
