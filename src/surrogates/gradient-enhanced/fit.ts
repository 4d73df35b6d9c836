import { bestRandom, LENGTHSCALES, type Theta } from '../../kriging/process/search.ts';
import { lbfgsbSteps } from '../../numerics/minimize/lbfgsb.ts';
import { paced } from '../../numerics/minimize/steps.ts';
import type { Rng } from '../../numerics/random.ts';
import type { GradientEnhancedKernel } from './kernel.ts';
import { type SlopeData, SlopeLikelihood } from './likelihood.ts';
import { type SlopePosterior, slopeLogDensity, slopePosterior } from './posterior.ts';

/** How the process of one output is fitted. */
export interface SlopeFitOptions {
  readonly kernels: readonly GradientEnhancedKernel[];
  readonly nugget: 'interpolate' | 'estimate';
  /** Local searches of the first kernel; the next begins where they end. */
  readonly starts: number;
}

/** Bounds of both nuggets. */
const NUGGETS = [1e-12, 10] as const;
const FIRST_NUGGET = 1e-6;
const EVALUATIONS = 60;

/** The posterior of the kernel whose left-out values were the more likely ones. */
export async function fitSlopes(
  data: Omit<SlopeData, 'kernel'>,
  { kernels, nugget, starts }: SlopeFitOptions,
  rng: Rng,
  pause: () => Promise<void>,
): Promise<SlopePosterior> {
  const d = data.x.columns;
  const first = new Float64Array(d + 2).fill(Math.log(FIRST_NUGGET));
  first.fill(Math.log(0.5 * Math.sqrt(d)), 0, d);
  let begin: Theta[] = [first];
  let best: SlopePosterior | undefined;
  for (const kernel of kernels) {
    await pause();
    const likelihood = new SlopeLikelihood({ ...data, kernel });
    if (begin.length === 1 && starts > 1 && !best)
      begin = [first, ...bestRandom(likelihood, first, d, starts - 1, rng)];
    const theta = await search(likelihood, begin, nugget, pause);
    const found = slopePosterior(likelihood, theta);
    begin = [theta];
    if (!best || slopeLogDensity(found) > slopeLogDensity(best)) best = found;
  }
  return best as SlopePosterior;
}

async function search(
  likelihood: SlopeLikelihood,
  starts: readonly Theta[],
  nugget: SlopeFitOptions['nugget'],
  pause: () => Promise<void>,
): Promise<Theta> {
  const d = likelihood.data.x.columns;
  const [lower, upper] = LENGTHSCALES.map((bound) => new Float64Array(d + 2).fill(Math.log(bound)));
  lower.fill(Math.log(NUGGETS[0]), d);
  upper.fill(Math.log(nugget === 'estimate' ? NUGGETS[1] : NUGGETS[0]), d);
  let best: { x: Theta; value: number } = { x: starts[0], value: Number.POSITIVE_INFINITY };
  for (const start of starts) {
    const steps = lbfgsbSteps((theta, gradient) => likelihood.value(theta, gradient), start, {
      ...{ lower, upper, maxEvaluations: EVALUATIONS, gradientTolerance: 1e-2, valueTolerance: 1e-5 },
    });
    const found = await paced(steps, pause);
    if (found.value < best.value) best = { ...found, x: Float64Array.from(found.x) };
  }
  return best.x;
}
