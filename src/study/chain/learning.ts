import { predictionColumns } from '../../core/columns.ts';
import type { Dataset } from '../../core/dataset.ts';
import {
  isExtendable,
  isProbabilistic,
  type Model,
  type ProbabilisticModel,
  type Surrogate,
} from '../../core/model.ts';
import { childRun, type Run } from '../../core/run.ts';
import { quasiRandomPoints } from '../../core/space/space-points.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { latinHypercube } from '../../sampling/latin-hypercube.ts';
import type { Fidelity } from './fidelity.ts';
import { holdoutFidelity } from './validation.ts';

/** How the error of one output fell when the design was doubled, and what that promises. */
export interface Learning {
  readonly output: string;
  /** Points and q2 with half of the design. */
  readonly halfPoints: number;
  readonly halfQ2: number;
  /** Points and q2 with all of it. */
  readonly points: number;
  readonly q2: number;
  /** Root mean square error that is expected over the space, in standard deviations of the output. */
  readonly nrmse: number;
  /** The same, predicted for twice the points; null when it does not fall. */
  readonly doubledNrmse: number | null;
  /** Runs that bring q2 to `GOAL` if the error goes on falling at this rate; null when it is there, or does not fall. */
  readonly pointsToGoal: number | null;
}

/** What counts as a surrogate that can stand in for the simulator. */
export const GOAL: number = 0.99;

const FEWEST = 16;
/** Points of the space that a process foresees its errors at. */
const PROBES = 512;
/** Most points added to a process to predict its next error, and most rows of a process for which that is done. */
const MOST_POINTS = 500;
const MOST_ROWS = 1500;

/**
 * Learning curve: from the error that is `expected` of each output now, it falls with a power of the number of points. A Gaussian process
 * knows by how much more points would lower its variance, whatever their answers; of any other model the power is that from the
 * surrogate fitted to one half of the data and judged on the other to the whole. Undefined below 16 points; class outputs are left out.
 */
export async function learningOf(
  surrogate: Surrogate,
  model: Model,
  given: Dataset,
  fidelity: readonly Fidelity[],
  expected: readonly number[],
  run: Run,
): Promise<Learning[] | undefined> {
  const data = given.finite();
  if (data.size < FEWEST) return undefined;
  const order = run.rng.child('order').permutation(data.size);
  const middle = data.size >> 1;
  const half = await surrogate.fit(data.select(order.subarray(0, middle)), { ...run, rng: run.rng.child('half') });
  const halves = holdoutFidelity(half, data.select(order.subarray(middle)));
  const foreseen = foreseenRates(model, data, childRun(run, 'foreseen'));
  return fidelity.flatMap((whole, k): Learning[] => {
    if (data.outputs[k].classes) return [];
    const [before, now] = [1 - halves[k].q2, 1 - whole.q2].map((share) => Math.sqrt(Math.max(0, share)));
    const rate = foreseen?.[k] ?? Math.log(before / now) / Math.log(data.size / middle);
    const doubled = expected[k] * 2 ** -rate;
    const goal = Math.sqrt(1 - GOAL);
    const needed = Math.ceil(data.size * (Math.max(now, expected[k]) / goal) ** (1 / rate));
    const falls = rate > 0 && Number.isFinite(doubled);
    return [
      {
        output: whole.output,
        halfPoints: middle,
        halfQ2: halves[k].q2,
        points: data.size,
        q2: whole.q2,
        nrmse: expected[k],
        doubledNrmse: falls ? doubled : null,
        pointsToGoal: whole.q2 < GOAL && falls && Number.isSafeInteger(needed) ? needed : null,
      },
    ];
  });
}

/** The power of 1 / n that a process sees the error of each output fall with; undefined for other models. */
function foreseenRates(model: Model, data: Dataset, run: Run): (number | undefined)[] | undefined {
  const { space, outputs, size } = data;
  if (!isProbabilistic(model) || !isExtendable<ProbabilisticModel>(model) || size > MOST_ROWS) return undefined;
  const count = Math.min(size, MOST_POINTS);
  const x = latinHypercube({ kind: 'random' }).sample(space, count, data, childRun(run, 'points'));
  const mean = model.posterior(x).mean;
  const columns = predictionColumns(outputs);
  const y = new Matrix(count, outputs.length);
  // Any answers do: variances depend on the points alone.
  for (let i = 0; i < count; i++)
    columns.forEach(({ start }, k) => {
      y.set(i, k, outputs[k].classes ? 0 : mean.get(i, start));
    });
  const taught = model.conditioned(x, y);
  const probes = quasiRandomPoints(space, PROBES, run.rng.child('probes'));
  const [before, after] = [model, taught].map((one) => one.posterior(probes).variance);
  return columns.map(({ start }, k) => {
    if (outputs[k].classes) return undefined;
    const [now, then] = [before, after].map((variance) => rootMean(variance.column(start)));
    return Math.log(now / then) / Math.log((size + count) / size);
  });
}

/** The root of the mean of values that are not negative, in units of the largest, so that no sum overflows. */
function rootMean(values: Float64Array): number {
  const most = values.reduce((a, b) => Math.max(a, b), 0) || 1;
  return Math.sqrt(most) * Math.sqrt(values.reduce((sum, v) => sum + v / most, 0) / values.length);
}
