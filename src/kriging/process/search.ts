import { ensure } from '../../core/errors.ts';
import { lbfgsbSteps } from '../../numerics/minimize/lbfgsb.ts';
import { paced, type Steps } from '../../numerics/minimize/steps.ts';
import type { Rng } from '../../numerics/random.ts';
import { haltonPoints } from '../../numerics/sequences/halton.ts';
import type { Embedding } from '../kernels/embedding.ts';
import type { GaussianProcessKernel } from '../kernels/kernel.ts';
import { shapePriors } from '../kernels/structured.ts';
import type { ColumnPosterior } from './column-posterior.ts';
import { EmbeddedLikelihood } from './embedded.ts';
import type { KrigingGiven } from './kriging-parts.ts';
import { Likelihood, PRIOR_DEVIATION, priorMean } from './likelihood.ts';
import { KrigingPosterior } from './posterior.ts';
import { basisRows, basisSize } from './trend.ts';

/** The largest estimated nugget. */
const MOST_NOISE = 100;

/** Bounds of the lengthscales, in units of the cube. */
export const LENGTHSCALES = [0.01, 300] as const;

/** Random starts that are evaluated for each one that is searched from. */
const TRIED_PER_START = 8;

/** From here on a covariance is diagonal to the last digit, unless it holds something that is no number. */
const LARGEST_LOG_NUGGET = 100;

/** Nugget of the first start. */
const FIRST_NUGGET = 1e-6;

/** Evaluations of a search, of one that starts near the end, and of one that only shows where it would go. */
export const LONG = 60;
export const MIDDLE = 40;
export const SHORT = 12;

/** The nugget of an interpolating process of n rows, relative to its variance: about the rounding error of the factorization. */
export function interpolatingNugget(n: number): number {
  return 2 * n * Number.EPSILON;
}

/** Whether a fit takes its answers for exact. */
export function isInterpolating({ hyperparameters: { nugget }, y }: KrigingPosterior): boolean {
  return nugget <= 1.01 * interpolatingNugget(y.length);
}

/** What is fitted: one standardized output, of mean 0 and variance 1. */
export interface KrigingData extends KrigingGiven {
  /** Whether a search moves the numbers of the embedding, too; not together with a family. */
  readonly moving?: boolean | undefined;
}

/** Hyper-parameters as they are searched: d log lengthscales, the shape of the kernel, the log nugget. */
export type Theta = Float64Array<ArrayBuffer>;

/** The rows of these numbers alone. */
export function selectRows<D extends KrigingData>(data: D, rows: readonly number[]): D {
  return { ...data, x: data.x.select(rows), y: Float64Array.from(rows, (i) => data.y[i]) };
}

/** The posterior of given hyper-parameters; a nugget that is too small for the arithmetic grows, as far as a diagonal matrix. */
export function kriging(data: KrigingData, kernel: GaussianProcessKernel, theta: ArrayLike<number>): KrigingPosterior {
  const likelihood = likelihoodOf(data, kernel);
  const used = Float64Array.from(theta);
  while (!likelihood.factor(used)) {
    used[used.length - 1] += Math.log(100);
    ensure(
      used[used.length - 1] < LARGEST_LOG_NUGGET,
      'invalid-data',
      `a Gaussian process of ${data.x.rows} rows has no covariance under any nugget: a coordinate or a lengthscale is not a finite number`,
    );
  }
  return KrigingPosterior.of(likelihood, used, kernel, data);
}

/**
 * The penalized likelihood of the data under a kernel; a `priorDeviation` of Infinity leaves the penalty of lengthscales out, and
 * so does a family, whose few numbers the data determine. With `features` it is one of what will be written there.
 */
export function likelihoodOf(
  { map, basis, x, y, family, prior }: KrigingData,
  kernel: GaussianProcessKernel,
  priorDeviation = family ? Number.POSITIVE_INFINITY : PRIOR_DEVIATION,
  features?: Float64Array,
): Likelihood {
  return new Likelihood({
    n: x.rows,
    d: map.dimension,
    kernel,
    features: features ?? map.of(x),
    pointwise: features !== undefined,
    width: map.width,
    coordinates: map.coordinates,
    basis: basisRows(basis, x),
    p: basisSize(basis),
    y,
    priorMean: priorMean(map.dimension, prior),
    priorDeviation,
  });
}

/** The hyper-parameters of a fit as they are searched. */
export function logParameters({ hyperparameters: { lengthscales, shape, nugget } }: KrigingPosterior): Theta {
  return Float64Array.of(...lengthscales.map(Math.log), ...shape, Math.log(nugget));
}

/** Where another kernel is searched from: the lengthscales and nugget of a fit, and the shape if it is of the same kernel. */
export function startFor(kernel: GaussianProcessKernel, { hyperparameters }: ColumnPosterior): Theta {
  const { lengthscales, nugget } = hyperparameters;
  const shape =
    kernel === hyperparameters.kernel
      ? hyperparameters.shape
      : shapePriors(kernel, lengthscales.length).map(({ mean }) => mean);
  return Float64Array.of(...lengthscales.map(Math.log), ...shape, Math.log(nugget));
}

/** Where a kernel is searched from when nothing is known. */
export function defaultStart(kernel: GaussianProcessKernel, d: number): Theta {
  const shape = shapePriors(kernel, d).map(({ mean }) => mean);
  const start = new Float64Array(d + shape.length + 1).fill(Math.log(0.5 * Math.sqrt(d)));
  start.set(shape, d);
  start[start.length - 1] = Math.log(FIRST_NUGGET);
  return start;
}

/** The `count` best of many quasi-random points around `start`, whose first d numbers are log lengthscales. */
export function bestRandom(
  likelihood: { value(theta: Theta): number },
  start: Theta,
  d: number,
  count: number,
  rng: Rng,
): Theta[] {
  if (count <= 0) return [];
  const tried = haltonPoints(TRIED_PER_START * count, d, { scramble: rng });
  return Array.from({ length: tried.rows }, (_, i) => {
    const theta = start.map((value, j) => (j < d ? value + 3 * (tried.get(i, j) - 0.5) : value));
    return { theta, value: likelihood.value(theta) };
  })
    .sort((a, b) => a.value - b.value)
    .slice(0, count)
    .map(({ theta }) => theta);
}

/** The posterior at the best of the local maxima reached from the starts. */
export async function search(
  data: KrigingData,
  kernel: GaussianProcessKernel,
  nugget: 'interpolate' | 'estimate',
  starts: readonly Theta[],
  pause: () => Promise<void>,
): Promise<KrigingPosterior> {
  const objective = objectiveOf(data, kernel);
  let best: Found = { x: starts[0], value: Number.POSITIVE_INFINITY };
  for (const start of starts) {
    const found = await paced(minimize(objective, data, kernel, start, nugget, LONG), pause);
    if (found.value < best.value) best = found;
  }
  return posteriorOf(data, kernel, best);
}

/** The posterior at the local maximum reached from `start`. */
export async function searchFrom(
  data: KrigingData,
  kernel: GaussianProcessKernel,
  nugget: 'interpolate' | 'estimate',
  start: Float64Array,
  maxEvaluations: number,
  pause: () => Promise<void>,
): Promise<KrigingPosterior> {
  const steps = minimize(objectiveOf(data, kernel), data, kernel, start, nugget, maxEvaluations);
  return posteriorOf(data, kernel, await paced(steps, pause));
}

/** Leave-one-out log density of the data, up to a constant. */
export function logDensity(posterior: KrigingPosterior): number {
  return posterior.leaveOneOut().logDensity;
}

/** Sum of the squared leave-one-out errors. */
export function squaredErrors(posterior: KrigingPosterior): number {
  const { mean } = posterior.leaveOneOut();
  return posterior.y.reduce((sum, y, i) => sum + (y - mean[i]) ** 2, 0);
}

/** The posterior that a few steps from the default start come to. */
export function shortSearch(
  data: KrigingData,
  kernel: GaussianProcessKernel,
  pause: () => Promise<void>,
): Promise<KrigingPosterior> {
  return searchFrom(data, kernel, 'estimate', defaultStart(kernel, data.map.dimension), SHORT, pause);
}

/** Where a search ended. */
interface Found {
  readonly x: Float64Array;
  readonly value: number;
  readonly embedding?: Embedding;
}

type Objective = (theta: Float64Array, gradient: Float64Array) => number;

/** What is minimized: a function of the hyper-parameters and, behind them, the numbers of an embedding. */
function objectiveOf(data: KrigingData, kernel: GaussianProcessKernel): Objective {
  const { embedding, moving, map, x } = data;
  if (!embedding || !moving) {
    const likelihood = likelihoodOf(data, kernel);
    return (theta, gradient) => likelihood.value(theta, gradient);
  }
  const features = new Float64Array(x.rows * map.width);
  const embedded = new EmbeddedLikelihood(
    likelihoodOf(data, kernel, PRIOR_DEVIATION, features),
    features,
    embedding,
    x,
  );
  return (all, gradient) => embedded.value(all, gradient);
}

function posteriorOf(data: KrigingData, kernel: GaussianProcessKernel, { x, embedding }: Found): KrigingPosterior {
  return kriging(embedding ? embedded(data, embedding) : data, kernel, x);
}

/** The data under an embedding. */
export function embedded<D extends KrigingData>(data: D, embedding: Embedding, moving = false): D {
  return { ...data, map: embedding.map, embedding, moving };
}

/** Bounds of the hyper-parameters as they are searched. */
export function searchBounds(
  { x: { rows }, map: { dimension: d } }: KrigingData,
  kernel: GaussianProcessKernel,
  nugget: 'interpolate' | 'estimate',
): { readonly lower: Theta; readonly upper: Theta } {
  const priors = shapePriors(kernel, d);
  const [lower, upper] = LENGTHSCALES.map((bound) => new Float64Array(d + priors.length + 1).fill(Math.log(bound)));
  priors.forEach((prior, i) => {
    lower[d + i] = prior.lower;
    upper[d + i] = prior.upper;
  });
  const last = d + priors.length;
  lower[last] = Math.log(interpolatingNugget(rows));
  upper[last] = nugget === 'estimate' ? Math.log(MOST_NOISE) : lower[last];
  return { lower, upper };
}

function* minimize(
  objective: Objective,
  data: KrigingData,
  kernel: GaussianProcessKernel,
  start: Float64Array,
  nugget: 'interpolate' | 'estimate',
  maxEvaluations: number,
): Steps<Found> {
  const { family, embedding, moving } = data;
  const d = data.map.dimension;
  const { lower, upper } = searchBounds(data, kernel, nugget);
  // Near interpolation rounding moves the likelihood by about a hundredth: more digits would only cost line searches.
  const tolerances = { maxEvaluations, gradientTolerance: 1e-2, valueTolerance: 1e-5 };
  if (embedding && moving) {
    const { priors, parameters } = embedding;
    const found = yield* lbfgsbSteps(objective, Float64Array.of(...start, ...parameters), {
      lower: Float64Array.of(...lower, ...priors.map((prior) => prior.lower)),
      upper: Float64Array.of(...upper, ...priors.map((prior) => prior.upper)),
      ...tolerances,
    });
    const { x, value } = found;
    return { x: x.slice(0, start.length), value, embedding: embedding.with(x.slice(start.length)) };
  }
  if (!family) return yield* lbfgsbSteps(objective, start, { lower, upper, ...tolerances });
  const full = new Float64Array(start.length);
  const found = yield* lbfgsbSteps(
    (reduced, gradient) => {
      const value = objective(family.expand(reduced), full);
      family.pullBack(reduced, full, gradient);
      return value;
    },
    family.reduce(start),
    {
      lower: Float64Array.of(...family.lower, ...lower.subarray(d)),
      upper: Float64Array.of(...family.upper, ...upper.subarray(d)),
      ...tolerances,
    },
  );
  return { x: family.expand(found.x), value: found.value };
}
