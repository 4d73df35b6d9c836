import { predictionColumns } from '../../core/columns.ts';
import type { Dataset } from '../../core/dataset.ts';
import type { JointModel, ProbabilisticModel } from '../../core/model.ts';
import type { Run } from '../../core/run.ts';
import { quasiRandomPoints } from '../../core/space/space-points.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { variance as varianceOf } from '../../numerics/statistics.ts';
import type { SuccessModel } from '../../surrogates/success.ts';
import { type Contour, contourColumn, contourGain, leastGain, sureness } from './contour.ts';

/** Points over which the variance is integrated, and among which the new ones are chosen. */
const POINTS = 400;
/** A share of the best chance of an answer below which a run is not worth it. */
const LEAST_CHANCE = 0.5;
/** Points that a contour is looked for among; the best of them are kept. */
const CONTOUR_POINTS = 4000;

/**
 * Chooses at most `count` new points, one after the other, each where an answer lowers the variance of the model, integrated over the
 * space, most [Sacks1989]: with S the covariance of the model at points that fill the space, the one of largest
 * sum_r S(r, c)^2 / S(c, c), after which S is that of a model that knows c, whatever will be answered there. Outputs count by their
 * variances in the data. For a contour it is the one of largest `contourGain`, the mean being believed at those chosen before, until
 * the contour is known: ever more points beside each other would harm the model. What a run would tell counts by its `chance` of an answer, and
 * where that is below half of the best, or without one where the nearest run failed, nothing is asked. Fewer rows, or none, where a finite space is exhausted.
 */
export function adaptivePoints(
  model: JointModel,
  data: Dataset,
  count: number,
  run: Run,
  { contour, chance }: { readonly contour?: Contour; readonly chance?: SuccessModel } = {},
): Matrix {
  const { space } = data;
  const near = contour && contourPoints(model, data, contour, run);
  const x = near ?? quasiRandomPoints(space, POINTS, run.rng.child('candidates'));
  const { mean, covariance } = model.joint(x);
  const weights = weightsOf(data);
  const chances = chance?.predict(x).data;
  const least = chances ? LEAST_CHANCE * chances.reduce((most, p) => Math.max(most, p), 0) : 0;
  const gains = () =>
    contour && near ? contourGains(contour, mean, covariance, data) : gainsOf(covariance, weights, chances);
  const known = new Set(Array.from({ length: data.size }, (_, i) => data.x.row(i).join()));
  const open = Array.from(
    { length: x.rows },
    (_, c) => !known.has(x.row(c).join()) && !(chances ? chances[c] < least : isLost(data, x.row(c))),
  );
  const chosen: Float64Array[] = [];
  while (chosen.length < count) {
    const here = gains();
    let best = -1;
    for (let c = 0; c < x.rows; c++) if (open[c] && (best < 0 || here[c] > here[best])) best = c;
    if (best < 0) break;
    chosen.push(x.row(best).slice());
    const text = x.row(best).join();
    for (let c = 0; c < x.rows; c++) if (open[c] && x.row(c).join() === text) open[c] = false;
    for (const s of covariance) condition(s, best);
  }
  return Matrix.from(chosen, space.dimension);
}

/**
 * The share of the space, in [0.5, 1], that the model is expected to put on the right side of the contour, by its own variances: the
 * mean of Phi(|mean - value| / deviation) over points that fill the space.
 */
export function contourAccuracy(model: ProbabilisticModel, data: Dataset, contour: Contour, run: Run): number {
  const column = contourColumn(contour, data.outputs);
  const x = quasiRandomPoints(data.space, CONTOUR_POINTS, run.rng.child('accuracy'));
  const { mean, variance } = model.posterior(x);
  let sum = 0;
  for (let i = 0; i < x.rows; i++) sum += sureness(mean.get(i, column), variance.get(i, column), contour.value);
  return sum / x.rows;
}

/** Of many points that fill the space those where one more run would say most about the contour; none where it is known. */
function contourPoints(model: JointModel, data: Dataset, contour: Contour, run: Run): Matrix | undefined {
  const x = quasiRandomPoints(data.space, CONTOUR_POINTS, run.rng.child('candidates'));
  const { mean, variance } = model.posterior(x);
  const column = contourColumn(contour, data.outputs);
  const gains = Float64Array.from({ length: x.rows }, (_, i) =>
    contourGain(contour, mean.get(i, column), variance.get(i, column)),
  );
  const order = Array.from(gains.keys()).sort((a, b) => gains[b] - gains[a] || a - b);
  const k = data.outputs.findIndex(({ name }) => name === contour.output);
  if (gains[order[0]] < leastGain(contour, varianceOf(data.finite().y.column(k)))) return undefined;
  return x.select(order.slice(0, POINTS));
}

function contourGains(contour: Contour, mean: Matrix, covariance: readonly Matrix[], data: Dataset): Float64Array {
  const column = contourColumn(contour, data.outputs);
  return Float64Array.from({ length: mean.rows }, (_, c) =>
    contourGain(contour, mean.get(c, column), covariance[column].get(c, c)),
  );
}

/** One over the variance of each output; the probabilities of a class are of one size already. */
function weightsOf(data: Dataset): number[] {
  const { y } = data.finite();
  return predictionColumns(data.outputs).flatMap(({ width }, k) => {
    if (width > 1) return new Array<number>(width).fill(1);
    const variance = varianceOf(y.column(k));
    return [variance > 0 ? 1 / variance : 0];
  });
}

/** By how much an answer at each point would lower the integrated variance, by the chance that there is one. */
function gainsOf(covariance: readonly Matrix[], weights: readonly number[], chances?: Float64Array): Float64Array {
  const gains = new Float64Array(covariance[0].rows);
  covariance.forEach((s, k) => {
    for (let c = 0; c < gains.length; c++) {
      const own = s.get(c, c);
      if (!(own > 0)) continue;
      let sum = 0;
      for (const value of s.row(c)) sum += value * value;
      gains[c] += (weights[k] * sum) / own;
    }
  });
  return chances ? gains.map((gain, c) => gain * chances[c]) : gains;
}

/** The covariance once the answer at point c is known. */
function condition(s: Matrix, c: number): void {
  const own = s.get(c, c);
  if (!(own > 0)) return;
  const column = s.row(c).slice();
  for (let i = 0; i < s.rows; i++) {
    const row = s.row(i);
    const share = column[i] / own;
    for (let j = 0; j < row.length; j++) row[j] -= share * column[j];
  }
  // What rounding leaves there would be chosen again.
  s.set(c, c, 0);
}

/** Whether the nearest run failed. */
function isLost({ x, rows }: Dataset, u: Float64Array): boolean {
  let nearest = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < x.rows; i++) {
    let distance = 0;
    for (let j = 0; j < u.length; j++) distance += (x.get(i, j) - u[j]) ** 2;
    if (distance < least) [least, nearest] = [distance, i];
  }
  return nearest >= 0 && rows[nearest].status === 'failed';
}
