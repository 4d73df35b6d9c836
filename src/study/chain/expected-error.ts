import { predictionColumns } from '../../core/columns.ts';
import type { Dataset } from '../../core/dataset.ts';
import { isCrossValidated, isNoisy, isProbabilistic, type Model } from '../../core/model.ts';
import type { Run } from '../../core/run.ts';
import { quasiRandomPoints } from '../../core/space/space-points.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import { type Fidelity, nrmseOf } from './fidelity.ts';

/** Points of the space that a model foresees its errors at. */
const PROBES = 512;
/** Most of the squared error at left-out rows that is taken for noise of the answers. */
const MOST_NOISE = 8 / 9;

/** A q2 at left-out points from which on all of the correction is due. */
const KNOWN = 0.5;

/**
 * Left-out rows at which their scores say as much of how far off variances are as is known without them. On instances for development the size of the errors of one
 * design varied from design to design by a factor of exp(2.6 / sqrt n), and that of the errors over the space by about exp(0.26): the
 * ratio of the squares.
 */
const ROWS_THAT_TELL = 100;
/** Weight of the error at left-out rows in the logarithm of the reported error, where the model predicts variances. */
const WEIGHT_OF_ROWS = 0.15;
/** What the root mean square error is, in the median of such designs, in deviations of a process that takes its hyper-parameters for known. */
const OVERCONFIDENCE = 1.35;

/**
 * The expected root mean square error over the whole space, against answers without noise, in standard deviations of each output; NaN for a class and
 * a constant. Where the teacher labeled further points, it is measured there. A probabilistic model predicts it from its variances at points that fill
 * the space, corrected by the standardized errors of left-out rows: the more rows, the more. The errors of left-out rows come from fits with fewer rows
 * and include noise, so the error is at most theirs without the noise. The less of the variance is explained at left-out rows, the weaker the
 * correction: where nothing is explained, the error there is the result.
 */
export function expectedErrors(model: Model, given: Dataset, fidelity: readonly Fidelity[], run: Run): number[] {
  const data = given.finite();
  const foreseen = foreseenOf(model, data, run);
  const columns = predictionColumns(data.outputs);
  return fidelity.map((one, k) => {
    const nrmse = nrmseOf(one);
    const { method, q2 } = one;
    if (method === 'holdout' || method === 'test' || !(nrmse > 0)) return nrmse;
    const { error, noise } = foreseen?.[k] ?? { error: 0, noise: 0 };
    const calibration = isCrossValidated(model) ? model.calibrations?.[columns[k].start] : undefined;
    const leftOut = Math.sqrt(Math.max(nrmse ** 2 - noise, (1 - MOST_NOISE) * nrmse ** 2));
    const share = error > 0 ? WEIGHT_OF_ROWS : 1;
    const both = leftOut ** share * (error * correction(one, calibration)) ** (1 - share);
    const corrected = Math.min(leftOut, both);
    const known = Math.min(1, Math.max(0, q2) / KNOWN);
    return nrmse ** (1 - known) * corrected ** known;
  });
}

/** What deviations are to be multiplied with, whose squares were multiplied with `calibration` before. */
function correction({ parity }: Fidelity, calibration: number | undefined): number {
  const squares = parity.map(([truth, predicted, deviation]) => ((truth - predicted) / deviation) ** 2);
  const size = Math.sqrt(squares.reduce((sum, square) => sum + square / squares.length, 0));
  const own = Math.sqrt(calibration ?? 1);
  const share = parity.length / (parity.length + ROWS_THAT_TELL);
  const usual = calibration === undefined ? 1 : OVERCONFIDENCE;
  // A deviation of 0 says nothing of the others.
  return Number.isFinite(size) ? (usual ** (1 - share) * (own * size) ** share) / own : 1;
}

/** Of each output: root mean variance over the space, and the variance of its noise, both in those of the answers; undefined where no variances are known. */
function foreseenOf(
  model: Model,
  data: Dataset,
  run: Run,
): { readonly error: number; readonly noise: number }[] | undefined {
  if (!isProbabilistic(model)) return undefined;
  const probes = quasiRandomPoints(data.space, PROBES, run.rng.child('probes'));
  const { variance } = model.posterior(probes);
  const observed = isNoisy(model) ? model.observation(probes).variance : variance;
  return predictionColumns(data.outputs).map(({ start }, k) => {
    const spread = deviation(data.y.column(k));
    const mean = (of: Matrix) =>
      of.column(start).reduce((sum, v) => sum + Math.max(0, v) / spread / spread, 0) / PROBES;
    return { error: Math.sqrt(mean(variance)), noise: Math.max(0, mean(observed) - mean(variance)) };
  });
}

/** The standard deviation of values, in units of the largest, whose square would overflow. */
function deviation(values: Float64Array): number {
  const most = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0) || 1;
  const center = values.reduce((sum, v) => sum + v / most, 0) / values.length;
  return most * Math.sqrt(values.reduce((sum, v) => sum + (v / most - center) ** 2, 0) / values.length);
}
