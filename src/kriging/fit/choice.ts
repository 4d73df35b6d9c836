import { someRows } from '../../core/parts.ts';
import type { Rng } from '../../numerics/random.ts';
import type { LengthscaleFamily } from '../kernels/family.ts';
import type { KrigingPosterior } from '../process/posterior.ts';
import { type KrigingData, logDensity, shortSearch } from '../process/search.ts';
import { Response } from '../response/response.ts';
import { candidateTransforms, type GaussianProcessTransform, untransformed } from '../response/transform.ts';
import { fitKernel, type KrigingOptions } from './fit.ts';

/** With fewer rows than this, leave-one-out says too little to choose by. */
const FEWEST_ROWS = 8;

/** At most this many rows are used. */
const MOST_ROWS = 250;

/** Leave-one-out evidence that a transform must have over none, in units of log density. */
const EVIDENCE = 2;

/** A choice of transform; without one, the fit under the first kernel that it was compared with. */
export interface TransformChoice {
  readonly name: GaussianProcessTransform;
  readonly known?: KrigingPosterior;
}

/**
 * The transform under which the values have the highest score, or none if none is better by a clear margin.
 *
 * The score is the leave-one-out log density in units of the values themselves (that of the transformed values plus the sum
 * of ln t'), less `n / 2 ln(PRESS / PRESS0)` where the sum of squared leave-one-out errors of the values exceeds the one
 * without a transform: what a density gains among small values must not be paid for by the large ones. Under the first
 * kernel, none is searched for as in a fit, each transform in a few steps from the default start.
 */
export async function chooseTransform(
  values: Float64Array,
  inputs: Omit<KrigingData, 'y'>,
  options: KrigingOptions,
  rng: Rng,
  pause: () => Promise<void>,
): Promise<TransformChoice> {
  const candidates = values.length < FEWEST_ROWS ? [] : candidateTransforms(values);
  if (candidates.length === 0) return { name: 'none' };
  const rows = values.length > MOST_ROWS ? someRows(inputs.x, MOST_ROWS) : undefined;
  const [x, y] = rows ? [inputs.x.select(rows), Float64Array.from(rows, (i) => values[i])] : [inputs.x, values];
  const kernel = options.kernels[0];
  const plain = new Response(y, untransformed);
  if (plain.constant) return { name: 'none' };
  const data = { ...inputs, x, y: plain.targets };
  const known = await fitKernel(data, kernel, options, rng, pause);
  const press0 = press(plain, known);
  let best: TransformChoice = { name: 'none', ...(rows ? {} : { known }) };
  let most = logDensity(known) + EVIDENCE;
  for (const transform of candidates) {
    const response = new Response(y, transform);
    if (response.constant) continue;
    const transformed = { ...data, y: response.targets };
    const { family } = known.parts;
    const posterior = family
      ? await fitKernel(transformed, kernel, { ...options, ...sameSize(family), starts: 1 }, rng, pause)
      : await shortSearch(transformed, kernel, pause);
    const loss = Math.max(0, 0.5 * y.length * Math.log(press(response, posterior) / press0));
    const score = logDensity(posterior) + response.logSlope - loss;
    if (score > most) {
      best = { name: transform.name };
      most = score;
    }
  }
  return best;
}

/** Components anew for the transformed values, but not their number. */
function sameSize({ size }: LengthscaleFamily): Pick<KrigingOptions, 'reduced'> {
  return { reduced: { components: size, refine: false } };
}

/** Sum of the squared leave-one-out errors, in standardized units of the output. */
function press(response: Response, posterior: KrigingPosterior): number {
  const { mean } = posterior.leaveOneOut();
  let sum = 0;
  posterior.y.forEach((y, i) => {
    sum += (response.standardisedMean(y) - response.standardisedMean(mean[i])) ** 2;
  });
  return sum;
}
