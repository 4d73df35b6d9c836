/** CMA-ES as a step function, after the tutorial [Hansen2016]. */

import { symmetricEigen } from '../linear-algebra/eigen.ts';
import type { Rng } from '../random.ts';
import { type AskTell, askedPoints, orderedValues, progressed, type SearchState } from './ask-tell.ts';
import { type CmaParameters, cmaParameters } from './cma-parameters.ts';
import { type CmaHistory, type CmaStop, cmaStop, remembered } from './cma-stop.ts';

export interface CmaEsOptions {
  /** The first mean, d coordinates. */
  mean: ArrayLike<number>;
  /** The first standard deviation along every coordinate; default 0.3. */
  sigma?: number;
  /** Points per generation; default 4 + floor(3 ln d). */
  population?: number;
  /** Whether bad points narrow the distribution (negative weights); default true. */
  active?: boolean;
  /**
   * Whether the search is in the unit cube; default true. Sampled points outside are mirrored into it for evaluation,
   * so the distribution itself lives on the mirrored continuation of the function and needs no penalty.
   */
  bounded?: boolean;
  /** Stops when all step sizes are below this times the first; default 1e-12. */
  pointTolerance?: number;
  /** Stops when the recent values differ by less than this; default 1e-12. */
  valueTolerance?: number;
}

export interface CmaEsState extends SearchState {
  readonly stop?: CmaStop;
  readonly mean: Float64Array;
  /** The overall standard deviation. */
  readonly sigma: number;
  /** The covariance matrix C without sigma, `d x d`. */
  readonly covariance: Float64Array;
  /** The eigenvectors of C (columns, `d x d`) and the roots of its eigenvalues, as of the last decomposition. */
  readonly axes: Float64Array;
  readonly lengths: Float64Array;
  /** The iteration of the last decomposition. */
  readonly decomposed: number;
  /** The evolution paths p_c and p_sigma. */
  readonly path: Float64Array;
  readonly stepPath: Float64Array;
  /** The sampled steps behind the asked points: point = mean + sigma * step, before mirroring. */
  readonly steps: readonly Float64Array[];
  readonly history: CmaHistory;
}

/** Mirrors a coordinate at 0 and 1 until it lies in [0, 1]. */
export function reflect(coordinate: number): number {
  const folded = Math.abs(coordinate) % 2;
  return folded > 1 ? 2 - folded : folded;
}

/** The covariance matrix adaptation evolution strategy with the defaults of the tutorial [Hansen2016]. */
export function cmaEs(options: CmaEsOptions): AskTell<CmaEsState> {
  const n = options.mean.length;
  const parameters = cmaParameters(n, options.population, options.active);
  const { sigma = 0.3, bounded = true } = options;
  const limits = {
    sigma,
    pointTolerance: options.pointTolerance ?? 1e-12,
    valueTolerance: options.valueTolerance ?? 1e-12,
  };
  if (!(sigma > 0 && sigma < Number.POSITIVE_INFINITY))
    throw new RangeError(`sigma is a positive number, got ${sigma}`);

  /** Adds the next generation's steps and points. */
  function sampled(state: Omit<CmaEsState, 'steps' | 'points'>, rng: Rng): CmaEsState {
    const steps = Array.from({ length: parameters.population }, () => sampleStep(state, rng));
    const points = steps.map((step) =>
      step.map((v, i) => {
        const coordinate = state.mean[i] + state.sigma * v;
        return bounded ? reflect(coordinate) : coordinate;
      }),
    );
    return { ...state, steps, points };
  }

  return {
    initial: (rng) => {
      const mean = Float64Array.from(options.mean);
      const identity = Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : 0));
      return sampled(
        {
          iteration: 0,
          evaluations: 0,
          best: mean,
          bestValue: Number.POSITIVE_INFINITY,
          mean,
          sigma,
          decomposed: 0,
          covariance: identity,
          axes: identity,
          lengths: new Float64Array(n).fill(1),
          path: new Float64Array(n),
          stepPath: new Float64Array(n),
          history: { best: [], median: [] },
        },
        rng.child(0),
      );
    },
    ask: askedPoints,
    tell: (state, told, rng) => {
      const values = orderedValues(state, told);
      const progress = progressed(state, values);
      const order = Array.from(values, (_, i) => i).sort((a, b) => compare(values[a], values[b]) || a - b);
      const moved = adapted(
        state,
        order.map((i) => state.steps[i]),
        parameters,
      );
      const history = remembered(
        state.history,
        order.map((i) => values[i]),
        { n, generation: progress.iteration },
      );
      const next = { ...state, ...progress, ...moved, history };
      return sampled({ ...next, stop: cmaStop(next, values, limits) }, rng.child(progress.iteration));
    },
  };
}

/** Orders numbers, Infinity equal to itself. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

type Shape = Pick<CmaEsState, 'axes' | 'lengths'>;

/** A step B D z with standard normal z. */
function sampleStep({ axes, lengths }: Shape, rng: Rng): Float64Array {
  const n = lengths.length;
  const scaled = lengths.map((length) => length * rng.normal());
  return Float64Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += axes[i * n + j] * scaled[j];
    return sum;
  });
}

/** C^(-1/2) y = B D^-1 B^T y. */
function whitened({ axes, lengths }: Shape, y: Float64Array): Float64Array {
  const n = y.length;
  const out = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += axes[i * n + j] * y[i];
    for (let i = 0; i < n; i++) out[i] += (axes[i * n + j] * sum) / lengths[j];
  }
  return out;
}

function norm(v: Float64Array): number {
  return Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
}

type Adapted = Pick<
  CmaEsState,
  'mean' | 'sigma' | 'path' | 'stepPath' | 'covariance' | 'axes' | 'lengths' | 'decomposed'
>;

/** Mean, paths, step size and covariance after a generation whose steps are sorted, best first. */
function adapted(state: CmaEsState, steps: readonly Float64Array[], parameters: CmaParameters): Adapted {
  const { selectionMass, pathRate, stepPathRate, stepDamping, expectedLength, weights, parents } = parameters;
  const n = state.mean.length;
  const generation = state.iteration + 1;
  const shift = new Float64Array(n);
  for (let k = 0; k < parents; k++) for (let i = 0; i < n; i++) shift[i] += weights[k] * steps[k][i];

  const stepGain = Math.sqrt(stepPathRate * (2 - stepPathRate) * selectionMass);
  const white = whitened(state, shift);
  const stepPath = state.stepPath.map((v, i) => (1 - stepPathRate) * v + stepGain * white[i]);
  const length = norm(stepPath);
  // The rank-one path stalls while the step size grows fast, or C would be stretched along the way.
  const settled = Math.sqrt(1 - (1 - stepPathRate) ** (2 * generation));
  const stalls = length / settled >= (1.4 + 2 / (n + 1)) * expectedLength;
  const pathGain = stalls ? 0 : Math.sqrt(pathRate * (2 - pathRate) * selectionMass);
  const path = state.path.map((v, i) => (1 - pathRate) * v + pathGain * shift[i]);

  const covariance = updatedCovariance(state, steps, path, stalls, parameters);
  return {
    mean: state.mean.map((v, i) => v + state.sigma * shift[i]),
    sigma: state.sigma * Math.exp(Math.min(1, (stepPathRate / stepDamping) * (length / expectedLength - 1))),
    path,
    stepPath,
    ...decomposition(state, covariance, generation, parameters),
  };
}

/** Rank-one and (active) rank-mu update. */
function updatedCovariance(
  state: CmaEsState,
  steps: readonly Float64Array[],
  path: Float64Array,
  stalls: boolean,
  { rankOneRate, rankMuRate, pathRate, weights }: CmaParameters,
): Float64Array {
  const n = path.length;
  const factors = steps.map((step, k) => {
    const w = weights[k];
    return rankMuRate * (w >= 0 ? w : (w * n) / norm(whitened(state, step)) ** 2);
  });
  const total = weights.reduce((sum, w) => sum + w, 0);
  const lost = stalls ? rankOneRate * pathRate * (2 - pathRate) : 0;
  const kept = 1 + lost - rankOneRate - rankMuRate * total;
  const next = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = kept * state.covariance[i * n + j] + rankOneRate * path[i] * path[j];
      for (let k = 0; k < steps.length; k++) sum += factors[k] * steps[k][i] * steps[k][j];
      next[i * n + j] = sum;
      next[j * n + i] = sum;
    }
  }
  return next;
}

/** Decomposes C anew only every few generations: its cost stays small and C changes slowly. */
function decomposition(
  { axes, lengths, decomposed }: CmaEsState,
  covariance: Float64Array,
  generation: number,
  { rankOneRate, rankMuRate }: CmaParameters,
) {
  const n = lengths.length;
  if (generation - decomposed < 1 / (10 * n * (rankOneRate + rankMuRate)))
    return { covariance, axes, lengths, decomposed };
  const { values, vectors } = symmetricEigen(covariance, n);
  // Rounding can make the smallest eigenvalue of a nearly singular C negative; the stop on its condition follows.
  const least = values[n - 1] * 1e-16;
  return {
    covariance,
    axes: vectors,
    lengths: values.map((v) => Math.sqrt(Math.max(v, least))),
    decomposed: generation,
  };
}
