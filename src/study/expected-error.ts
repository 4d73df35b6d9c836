import type { Dataset } from '../core/dataset.ts';
import { isNoisy, isProbabilistic, type Model } from '../core/model.ts';
import { predictionColumns } from '../core/output.ts';
import type { Run } from '../core/run.ts';
import type { Matrix } from '../numerics/matrix.ts';
import { quasiRandomPoints } from '../optimization/space-points.ts';
import type { Fidelity } from './validation.ts';

/** Points of the space that a model foresees its errors at. */
const PROBES = 512;
/** Most of the squared error at left-out rows that is taken for noise of the answers. */
const MOST_NOISE = 8 / 9;

/** A q2 at left-out points from which on all of the correction is due. */
const KNOWN = 0.5;

/**
 * The root mean square error that is to be expected over the whole space, against answers without their noise, in standard deviations of
 * each output; NaN for a class and a constant. Points that the teacher labelled beside tell it. Left-out rows tell too much of it, since
 * fewer rows were learned (errors are taken to fall as 1 / n), their answers have noise, and rows may lie where the output is hard to know;
 * a probabilistic model foresees it from its variances at points that fill the space, and sees too little where it is wrong about
 * itself. The geometric mean of the two is nearer to the truth than either. The less of the variance is explained at left-out rows, the
 * less is corrected: where nothing is known, the error there is all there is to tell.
 */
export function expectedErrors(model: Model, given: Dataset, fidelity: readonly Fidelity[], run: Run): number[] {
  const data = given.finite();
  const foreseen = foreseenOf(model, data, run);
  return fidelity.map(({ method, nrmse, q2, learnedShare = 1 }, k) => {
    if (method === 'holdout' || !(nrmse > 0)) return nrmse;
    const { error, noise } = foreseen?.[k] ?? { error: 0, noise: 0 };
    const leftOut = learnedShare * Math.sqrt(Math.max(nrmse ** 2 - noise, (1 - MOST_NOISE) * nrmse ** 2));
    const corrected = error > 0 ? Math.sqrt(leftOut * error) : leftOut;
    const known = Math.min(1, Math.max(0, q2) / KNOWN);
    return nrmse ** (1 - known) * corrected ** known;
  });
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
