import { split } from '../../core/parts.ts';
import type { LeftOut } from '../process/fitted-column.ts';
import type { KrigingPosterior } from '../process/posterior.ts';
import { type KrigingData, logDensity, logParameters, searchFrom, selectRows } from '../process/search.ts';
import { basisSize, type TrendBasis } from '../process/trend.ts';
import { EVIDENCE } from './fit.ts';
import { familiesOf } from './reduced.ts';

/** Parts that the rows are divided into; each is predicted from the others. */
export const FOLDS = 4;

/** Evaluations of the likelihood of a part, from where the whole has its optimum. */
const REFIT = 20;

/** Above this many rows only one part is predicted. */
const MANY_ROWS = 250;

/** With fewer rows than this the parts are too small. */
const FEWEST_ROWS = 8;

/** The largest factor. */
const MOST = 10;

/** What a cross-validation in parts says. */
export interface Calibration {
  /** Factor of the posterior variance. */
  readonly calibration: number;
  readonly left: LeftOut;
}

/**
 * The factor, 1 to 10, by which the posterior variance is to be multiplied so that it includes what is not known about
 * the hyper-parameters: the mean squared error of rows predicted from the others with hyper-parameters fitted to the others,
 * in units of the variance that was predicted (the predictive variance adequacy [Bachoc2013] of a cross-validation in the
 * four `parts` of the rows). Leave-one-out residuals at fixed hyper-parameters do not see it: their adequacy is 1 where intervals are too short.
 */
export async function calibrate(
  data: KrigingData,
  fitted: KrigingPosterior,
  parts: Int32Array,
  pause: () => Promise<void>,
): Promise<Calibration> {
  const n = data.x.rows;
  const left = { mean: new Float64Array(n).fill(Number.NaN), variance: new Float64Array(n).fill(Number.NaN) };
  if (n < FEWEST_ROWS) return { calibration: 1, left };
  const { map, basis, embedding } = fitted.parts;
  let sum = 0;
  let count = 0;
  for (let fold = 0; fold < (n > MANY_ROWS ? 1 : FOLDS); fold++) {
    const { kept, tested } = split(parts, fold);
    if (kept.length === 0 || tested.length === 0) continue;
    const part = selectRows({ ...data, map, basis, embedding, moving: embedding !== undefined }, kept);
    const family = fitted.parts.family && familiesOf(part, fitted.parts.family.size).pop();
    const posterior = await betterTrend({ ...part, family }, data.basis, fitted, pause);
    const [mean, variance] = [new Float64Array(tested.length), new Float64Array(tested.length)];
    posterior.evaluate(data.x.select(tested), mean, variance, 0, 1);
    const noise = posterior.hyperparameters.nugget * posterior.hyperparameters.variance;
    tested.forEach((row, i) => {
      left.mean[row] = mean[i];
      left.variance[row] = variance[i] + noise;
      sum += (data.y[row] - mean[i]) ** 2 / left.variance[row];
      count++;
    });
  }
  return { calibration: count > 0 ? Math.min(MOST, Math.max(1, sum / count)) : 1, left };
}

/**
 * The fit to a part, with the trend of the whole only where the part itself has evidence for it: a trend that was chosen with the
 * left-out rows in sight would promise too much of them. Both searches start where the whole has its optimum, which favors its trend.
 */
async function betterTrend(
  part: KrigingData,
  plain: TrendBasis,
  whole: KrigingPosterior,
  pause: () => Promise<void>,
): Promise<KrigingPosterior> {
  const under = (basis: TrendBasis) =>
    searchFrom({ ...part, basis }, whole.hyperparameters.kernel, 'estimate', logParameters(whole), REFIT, pause);
  const posterior = await under(part.basis);
  if (basisSize(part.basis) <= basisSize(plain)) return posterior;
  const other = await under(plain);
  return logDensity(posterior) > logDensity(other) + EVIDENCE ? posterior : other;
}
