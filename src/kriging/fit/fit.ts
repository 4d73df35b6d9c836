import { someRows } from '../../core/parts.ts';
import type { Rng } from '../../numerics/random.ts';
import type { RicherFeatures } from '../kernels/features.ts';
import type { GaussianProcessKernel } from '../kernels/kernel.ts';
import type { ColumnPosterior } from '../process/column-posterior.ts';
import type { KrigingPosterior } from '../process/posterior.ts';
import {
  bestRandom,
  defaultStart,
  embedded,
  isInterpolating,
  type KrigingData,
  kriging,
  likelihoodOf,
  logDensity,
  logParameters,
  MIDDLE,
  SHORT,
  search,
  searchFrom,
  selectRows,
  shortSearch,
  squaredErrors,
  startFor,
  type Theta,
} from '../process/search.ts';
import { basisSize, type TrendBasis } from '../process/trend.ts';
import { fitReduced, type ReducedOptions } from './reduced.ts';

/** How the noise of an output is treated. */
export type GaussianProcessNugget = 'auto' | 'interpolate' | 'estimate';

/** The nugget below which an estimate is as good as none. */
const NEGLIGIBLE_NUGGET = 1e-9;

/** The nugget of a search for noise: 10 %. */
const NOISY_NUGGET = 1e-2;

/** Above this many rows the searches are made on about half as many, and only the winner goes on with all. */
const COARSE_ROWS = 250;

/** Lag in log density after a short search behind the best kernel's full one from which on a kernel is given up, and its part for each row. */
const HOPELESS = 10;
const HOPELESS_PER_ROW = 0.1;

/** Leave-one-out evidence that something less plain must have, and likelihood that may be lost, in units of log density. */
export const EVIDENCE = 2;

/** The same for each row, for features that are fitted: they have many numbers. */
const EVIDENCE_PER_ROW = 0.1;

/** With fewer rows than this, leave-one-out says too little to refine by. */
const FEWEST_ROWS = 8;

/** The largest d n^2 for which kernels of single coordinates are tried: they take that many exponentials for each step. */
const MOST_EXPONENTIALS = 3e7;

/** How the winner among plain kernels separates the effects of single coordinates from those of a few together. */
const ANOVA: Partial<Record<GaussianProcessKernel, GaussianProcessKernel>> = {
  'squared-exponential': 'anova',
  'matern-5/2': 'anova-matern-5/2',
};

/** How it is fitted. */
export interface KrigingOptions {
  readonly kernels: readonly GaussianProcessKernel[];
  readonly nugget: GaussianProcessNugget;
  /** Local searches for each kernel. */
  readonly starts: number;
  /** Whether a kernel with effects of single coordinates may take the place of the best. */
  readonly structured: boolean;
  /** Lengthscales are searched by components of partial least squares rather than each on its own. */
  readonly reduced?: ReducedOptions;
  /** Features that may take the place of those of the data, each with those before it that did. */
  readonly richerFeatures?: readonly RicherFeatures[];
  /** A trend that may take the place of the one of the data. */
  readonly richer?: TrendBasis;
  /** An earlier fit. */
  readonly warm?: ColumnPosterior;
  /** What {@link fitKernel} found for one of the kernels: it is not searched again. */
  readonly known?: KrigingPosterior;
}

/**
 * Maximizes the penalized likelihood for each kernel, unless a few steps show that it is out of the question, and keeps the one
 * with the highest leave-one-out log density [RasmussenWilliams2006, 5.4.2]. From there a kernel of effects and a richer trend
 * are tried, which take its place when their density is clearly higher; and with `auto` so is an interpolating process.
 * `pause` is awaited before each step of a search.
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
    if (best && (await isHopeless(data, kernel, logDensity(best), pause))) continue;
    const posterior = await fitKernel(data, kernel, options, rng, pause);
    if (!best || logDensity(posterior) > logDensity(best)) best = posterior;
  }
  if (!best) throw new RangeError('a fit needs at least one kernel');
  return refined(data, best, options, pause);
}

/** The plain fit, or one with richer features, a kernel of effects or a richer trend. */
async function refined(
  data: KrigingData,
  plain: KrigingPosterior,
  options: KrigingOptions,
  pause: () => Promise<void>,
): Promise<KrigingPosterior> {
  const n = data.x.rows;
  if (n < FEWEST_ROWS) return interpolated(data, plain, options, pause);
  const finished = async (base: KrigingPosterior) =>
    interpolated(data, await withEffects(data, base, options, pause), options, pause);
  const rich = await withFeatures(data, plain, options, pause);
  const best = await finished(plain);
  if (rich === plain) return best;
  const other = await finished(rich);
  const clear = logDensity(other) > logDensity(best) + EVIDENCE + EVIDENCE_PER_ROW * n;
  // The same evidence in errors alone: a density may also rise by variances that only fit better.
  const better = squaredErrors(other) < Math.exp(-2 * EVIDENCE_PER_ROW) * squaredErrors(best);
  return clear && better ? other : best;
}

/** The plain fit, or one with features that are fitted where they were not. */
async function withFeatures(
  data: KrigingData,
  plain: KrigingPosterior,
  options: KrigingOptions,
  pause: () => Promise<void>,
): Promise<KrigingPosterior> {
  let best = plain;
  const n = data.x.rows;
  for (const { embedding, density, press } of options.richerFeatures ?? []) {
    if (embedding.priors.length > n) continue;
    const richer = embedded(data, best.parts.embedding?.and(embedding) ?? embedding, true);
    const found = await rival(richer, best, best, best.hyperparameters.kernel, options, pause);
    const clear = logDensity(found) > logDensity(best) + density * n;
    if (clear && squaredErrors(found) < press * squaredErrors(best)) best = found;
  }
  return best;
}

/** The fit `base`, or one from there with a kernel of effects or a richer trend; features stay as they are. */
async function withEffects(
  { x, y }: KrigingData,
  base: KrigingPosterior,
  options: KrigingOptions,
  pause: () => Promise<void>,
): Promise<KrigingPosterior> {
  const { map, basis, family, prior, embedding } = base.parts;
  const [n, d] = [x.rows, map.dimension];
  const data = { x, y, map, basis, family, prior, embedding };
  const { kernel } = base.hyperparameters;
  const anova = ANOVA[kernel];
  let best = base;
  if (options.structured && anova && d > 1 && d * n * n <= MOST_EXPONENTIALS)
    best = await rival(data, base, best, anova, options, pause);
  if (options.richer && 2 * basisSize(options.richer) <= n)
    best = await rival({ ...data, basis: options.richer }, base, best, kernel, options, pause);
  return best;
}

/**
 * The better one of `best` and a fit to `data` (the same rows, with another trend or embedding) with this kernel, searched for from the
 * fit `base`. Of many rows, a part has to show first that the rival is better there.
 */
async function rival(
  data: KrigingData,
  base: KrigingPosterior,
  best: KrigingPosterior,
  kernel: GaussianProcessKernel,
  { warm, nugget: kind }: KrigingOptions,
  pause: () => Promise<void>,
): Promise<KrigingPosterior> {
  const nugget = kind === 'interpolate' ? 'interpolate' : 'estimate';
  const start = startFor(kernel, warm?.hyperparameters.kernel === kernel ? warm : base);
  const n = data.y.length;
  if (n <= COARSE_ROWS) {
    const posterior = await searchFrom(data, kernel, nugget, start, MIDDLE, pause);
    return logDensity(posterior) > logDensity(best) + EVIDENCE ? posterior : best;
  }
  const rows = someRows(data.x, COARSE_ROWS);
  if (2 * basisSize(data.basis) > COARSE_ROWS) return best;
  const before = kriging(selectRows(base.parts, rows), base.hyperparameters.kernel, logParameters(base));
  const part = await searchFrom(selectRows(data, rows), kernel, nugget, start, MIDDLE, pause);
  if (logDensity(part) < logDensity(before) + EVIDENCE) return best;
  const { embedding } = part.parts;
  const all = embedding ? embedded(data, embedding, data.moving) : data;
  const posterior = await searchFrom(all, kernel, nugget, startFor(kernel, part), SHORT, pause);
  return logDensity(posterior) > logDensity(best) + EVIDENCE ? posterior : best;
}

/**
 * With a nugget that `auto` left, the interpolating process when its density is clearly higher and the answers are not clearly less likely: a
 * density that leaves rows out one by one, under hyper-parameters that have seen them, is also high where noise was learned.
 */
async function interpolated(
  data: KrigingData,
  best: KrigingPosterior,
  options: KrigingOptions,
  pause: () => Promise<void>,
): Promise<KrigingPosterior> {
  const { kernel, nugget } = best.hyperparameters;
  if (options.nugget !== 'auto' || isInterpolating(best)) return best;
  const { map, basis, family, embedding } = best.parts;
  const same = { ...data, map, basis, family, embedding, moving: false };
  const exact = await search(same, kernel, 'interpolate', [logParameters(best)], pause);
  const likelihood = likelihoodOf(same, kernel);
  const lost = likelihood.value(logParameters(exact)) - likelihood.value(logParameters(best));
  if (lost > EVIDENCE) return best;
  const margin = nugget > NEGLIGIBLE_NUGGET ? EVIDENCE : 0;
  return logDensity(exact) > logDensity(best) + margin ? exact : best;
}

/** Whether a kernel is so far behind after a few steps that the rest of the way cannot make up for it; not asked of many rows. */
async function isHopeless(
  data: KrigingData,
  kernel: GaussianProcessKernel,
  density: number,
  pause: () => Promise<void>,
): Promise<boolean> {
  const n = data.y.length;
  if (n > COARSE_ROWS) return false;
  return logDensity(await shortSearch(data, kernel, pause)) < density - HOPELESS - HOPELESS_PER_ROW * n;
}

/** The posterior under one kernel, with an estimated nugget unless the options say `interpolate`. */
export async function fitKernel(
  data: KrigingData,
  kernel: GaussianProcessKernel,
  options: KrigingOptions,
  rng: Rng,
  pause: () => Promise<void>,
): Promise<KrigingPosterior> {
  const { reduced } = options;
  const start = reduced && (await fitReduced(data, kernel, { ...options, ...reduced }, rng, pause));
  if (start && !reduced?.refine) return start;
  const starts = await startingPoints(data, kernel, options, rng, pause);
  // The others stay: components may leave out a coordinate so far that no slope leads back.
  if (start) starts.push(logParameters(start));
  return searchWithNoise(data, kernel, options.nugget === 'interpolate' ? 'interpolate' : 'estimate', starts, pause);
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
    const part = selectRows(data, someRows(data.x, Math.ceil(n / 2)));
    const nugget = options.nugget === 'auto' ? 'estimate' : options.nugget;
    const starts = await startingPoints(part, kernel, options, rng, pause);
    const coarse = await searchWithNoise(part, kernel, nugget, starts, pause);
    return [logParameters(coarse)];
  }
  const start = defaultStart(kernel, data.map.dimension);
  if (options.warm) return [start, startFor(kernel, options.warm)];
  return [start, ...bestRandom(likelihoodOf(data, kernel), start, data.map.dimension, options.starts - 1, rng)];
}

/**
 * The best of the local maxima reached from the starts. Next to no nugget, where the starts are, the likelihood is flat: one that ended
 * there is held against one from the first start with noise, under which the data must be clearly likelier, the prior of
 * lengthscales aside, for short ones are what tells fast changes from noise.
 */
async function searchWithNoise(
  data: KrigingData,
  kernel: GaussianProcessKernel,
  nugget: 'interpolate' | 'estimate',
  starts: readonly Theta[],
  pause: () => Promise<void>,
): Promise<KrigingPosterior> {
  const found = await search(data, kernel, nugget, starts, pause);
  const last = starts[0].length - 1;
  const moved = Math.abs(Math.log(found.hyperparameters.nugget) - starts[0][last]);
  if (nugget === 'interpolate' || moved > Math.log(10)) return found;
  const noisy = starts[0].slice();
  noisy[last] = Math.log(NOISY_NUGGET);
  const other = await search(data, kernel, nugget, [noisy], pause);
  // Features that are fitted differ: each fit is judged under its own.
  const unlikeliness = (one: KrigingPosterior) =>
    likelihoodOf({ ...data, map: one.parts.map }, kernel, Number.POSITIVE_INFINITY).value(logParameters(one));
  const gained = unlikeliness(found) - unlikeliness(other);
  return gained > EVIDENCE ? other : found;
}
