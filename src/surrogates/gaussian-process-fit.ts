import { haltonPoints } from '../numerics/halton.ts';
import { lbfgsb } from '../numerics/lbfgsb.ts';
import type { Matrix } from '../numerics/matrix.ts';
import type { Rng } from '../numerics/random.ts';
import type { FeatureMap } from './gaussian-process-features.ts';
import type { GaussianProcessKernel } from './gaussian-process-kernel.ts';
import { Likelihood } from './gaussian-process-likelihood.ts';
import { KrigingPosterior } from './gaussian-process-posterior.ts';
import { basisRows, basisSize, type TrendBasis } from './gaussian-process-trend.ts';

/** How the noise of an output is treated. */
export type GaussianProcessNugget = 'auto' | 'interpolate' | 'estimate';

/** The largest estimated nugget. */
const MOST_NOISE = 100;

/** Bounds of the lengthscales, in units of the cube. */
const LENGTHSCALES = [0.01, 300] as const;

/** Nugget of the first start, and the one below which an estimate is as good as none. */
const FIRST_NUGGET = 1e-6;
const NEGLIGIBLE_NUGGET = 1e-9;

/** Standard deviation of the prior of a log lengthscale [Hvarfner2024]. */
const PRIOR_DEVIATION = Math.sqrt(3);

/** Random starts that are evaluated for each one that is searched from. */
const TRIED_PER_START = 8;

/** Above this many rows the searches are made on about half as many, and only the winner goes on with all. */
const COARSE_ROWS = 250;

/** Evaluations of a short search. */
const SHORT = 12;

/** Lag in log density after a short search behind the best kernel's full one from which on a kernel is given up, and its part for each row. */
const HOPELESS = 10;
const HOPELESS_PER_ROW = 0.1;

/** Evaluations of a search. */
const LONG = 60;

/** Leave-one-out evidence that interpolation must have over an estimated nugget that is not negligible, in units of log density. */
const EVIDENCE = 2;

/** The nugget of an interpolating process of n rows, relative to its variance: about the rounding error of the factorisation. */
export function interpolatingNugget(n: number): number {
  return 2 * n * Number.EPSILON;
}

/** What is fitted: one standardised output. */
export interface KrigingData {
  readonly map: FeatureMap;
  readonly basis: TrendBasis;
  /** n x d. */
  readonly x: Matrix;
  /** n numbers of mean 0 and variance 1. */
  readonly y: Float64Array;
}

/** How it is fitted. */
export interface KrigingOptions {
  readonly kernels: readonly GaussianProcessKernel[];
  readonly nugget: GaussianProcessNugget;
  /** Local searches for each kernel. */
  readonly starts: number;
  /** d log lengthscales and a log nugget of an earlier fit. */
  readonly warm?: Float64Array;
  /** What {@link fitKernel} found for one of the kernels: it is not searched again. */
  readonly known?: KrigingPosterior;
}

type Theta = Float64Array<ArrayBuffer>;

/**
 * Maximises the penalised likelihood for each kernel, unless a few steps show that it is out of the question, and keeps the one
 * with the highest leave-one-out log density [RasmussenWilliams2006, 5.4.2]; with `auto`, an interpolating process takes its place when its density is clearly higher.
 * `pause` is awaited between searches.
 */
export async function fitKriging(
  data: KrigingData,
  options: KrigingOptions,
  rng: Rng,
  pause: () => Promise<void>,
): Promise<KrigingPosterior> {
  let best = options.known;
  for (const kernel of options.kernels) {
    if (kernel === options.known?.hyperparameters.kernel) continue;
    if (best && isHopeless(data, kernel, logDensity(best, data.y))) continue;
    const posterior = await fitKernel(data, kernel, options, rng, pause);
    if (!best || logDensity(posterior, data.y) > logDensity(best, data.y)) best = posterior;
  }
  if (!best) throw new RangeError('a fit needs at least one kernel');
  const { kernel, nugget } = best.hyperparameters;
  if (options.nugget !== 'auto' || nugget <= 1.01 * interpolatingNugget(data.y.length)) return best;
  const exact = await search(data, kernel, 'interpolate', [logParameters(best)], pause);
  const margin = nugget > NEGLIGIBLE_NUGGET ? EVIDENCE : 0;
  return logDensity(exact, data.y) > logDensity(best, data.y) + margin ? exact : best;
}

/** Whether a kernel is so far behind after a few steps that the rest of the way cannot make up for it; not asked of many rows. */
function isHopeless(data: KrigingData, kernel: GaussianProcessKernel, density: number): boolean {
  const n = data.y.length;
  if (n > COARSE_ROWS) return false;
  return logDensity(shortSearch(data, kernel), data.y) < density - HOPELESS - HOPELESS_PER_ROW * n;
}

/** The posterior under one kernel, with an estimated nugget unless the options say `interpolate`. */
export async function fitKernel(
  data: KrigingData,
  kernel: GaussianProcessKernel,
  options: KrigingOptions,
  rng: Rng,
  pause: () => Promise<void>,
): Promise<KrigingPosterior> {
  const starts = await startingPoints(data, kernel, options, rng, pause);
  return search(data, kernel, options.nugget === 'interpolate' ? 'interpolate' : 'estimate', starts, pause);
}

/** The posterior of given hyper-parameters: d log lengthscales and a log nugget; a nugget that is too small for the arithmetic grows. */
export function kriging(data: KrigingData, kernel: GaussianProcessKernel, theta: ArrayLike<number>): KrigingPosterior {
  const likelihood = likelihoodOf(data, kernel);
  const used = Float64Array.from(theta);
  while (!likelihood.factor(used)) used[used.length - 1] += Math.log(100);
  return KrigingPosterior.of(likelihood, used, kernel, data);
}

/** The penalised likelihood of the data under a kernel; a `priorDeviation` of Infinity leaves the penalty out. */
export function likelihoodOf(
  { map, basis, x, y }: KrigingData,
  kernel: GaussianProcessKernel,
  priorDeviation = PRIOR_DEVIATION,
): Likelihood {
  return new Likelihood({
    n: x.rows,
    d: x.columns,
    kernel,
    features: map.of(x),
    width: map.width,
    coordinates: map.coordinates,
    basis: basisRows(basis, x),
    p: basisSize(basis),
    y,
    priorDeviation,
  });
}

/** The hyper-parameters of a fit as they are searched: d log lengthscales and the log nugget. */
export function logParameters({ hyperparameters: { lengthscales, nugget } }: KrigingPosterior): Theta {
  return Float64Array.of(...lengthscales.map(Math.log), Math.log(nugget));
}

/** Leave-one-out log density of the data, up to a constant. */
export function logDensity(posterior: KrigingPosterior, y: Float64Array): number {
  const { mean, variance } = posterior.leaveOneOut();
  let sum = 0;
  for (let i = 0; i < y.length; i++) sum -= 0.5 * (Math.log(variance[i]) + (y[i] - mean[i]) ** 2 / variance[i]);
  return sum;
}

/** Where to search from: a default, an earlier fit, and the best of some random points; for many rows, the optimum of a part of them. */
async function startingPoints(
  data: KrigingData,
  kernel: GaussianProcessKernel,
  options: KrigingOptions,
  rng: Rng,
  pause: () => Promise<void>,
): Promise<Theta[]> {
  const n = data.x.rows;
  if (n > COARSE_ROWS && !options.warm) {
    const rows = Array.from({ length: Math.ceil(n / 2) }, (_, i) => Math.floor((i * n) / Math.ceil(n / 2)));
    const part = { ...data, x: data.x.select(rows), y: Float64Array.from(rows, (i) => data.y[i]) };
    const nugget = options.nugget === 'auto' ? 'estimate' : options.nugget;
    const coarse = await search(part, kernel, nugget, await startingPoints(part, kernel, options, rng, pause), pause);
    return [logParameters(coarse)];
  }
  const start = defaultStart(data.x.columns);
  if (options.warm) return [start, Float64Array.from(options.warm)];
  return [start, ...bestRandom(likelihoodOf(data, kernel), start, options.starts - 1, rng)];
}

function defaultStart(d: number): Theta {
  const start = new Float64Array(d + 1).fill(Math.log(0.5 * Math.sqrt(d)));
  start[d] = Math.log(FIRST_NUGGET);
  return start;
}

/** The `count` best of many quasi-random points around `start`. */
function bestRandom(likelihood: Likelihood, start: Theta, count: number, rng: Rng): Theta[] {
  if (count <= 0) return [];
  const d = start.length - 1;
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
async function search(
  data: KrigingData,
  kernel: GaussianProcessKernel,
  nugget: 'interpolate' | 'estimate',
  starts: readonly Theta[],
  pause: () => Promise<void>,
): Promise<KrigingPosterior> {
  const likelihood = likelihoodOf(data, kernel);
  let best: { x: Float64Array; value: number } = { x: starts[0], value: Number.POSITIVE_INFINITY };
  for (const start of starts) {
    await pause();
    const found = minimise(likelihood, start, nugget, data.x, LONG);
    if (found.value < best.value) best = found;
  }
  return kriging(data, kernel, best.x);
}

/** The posterior at the local maximum reached from `start`. */
export function searchFrom(
  data: KrigingData,
  kernel: GaussianProcessKernel,
  nugget: 'interpolate' | 'estimate',
  start: Float64Array,
): KrigingPosterior {
  return kriging(data, kernel, minimise(likelihoodOf(data, kernel), start, nugget, data.x, LONG).x);
}

/** The posterior that a few steps from the default start come to. */
export function shortSearch(data: KrigingData, kernel: GaussianProcessKernel): KrigingPosterior {
  const start = defaultStart(data.x.columns);
  return kriging(data, kernel, minimise(likelihoodOf(data, kernel), start, 'estimate', data.x, SHORT).x);
}

function minimise(
  likelihood: Likelihood,
  start: Float64Array,
  nugget: 'interpolate' | 'estimate',
  { rows, columns: d }: Matrix,
  maxEvaluations: number,
): { x: Float64Array; value: number } {
  const [lower, upper] = LENGTHSCALES.map((bound) => new Float64Array(d + 1).fill(Math.log(bound)));
  lower[d] = Math.log(interpolatingNugget(rows));
  upper[d] = nugget === 'estimate' ? Math.log(MOST_NOISE) : lower[d];
  return lbfgsb((theta, gradient) => likelihood.value(theta, gradient), start, {
    lower,
    upper,
    // Near interpolation rounding moves the likelihood by about a hundredth: more digits would only cost line searches.
    maxEvaluations,
    gradientTolerance: 1e-2,
    valueTolerance: 1e-5,
  });
}
