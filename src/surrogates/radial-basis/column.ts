import type { ColumnTerms } from '../../core/exportable.ts';
import { add, finite, multiply, type Term } from '../../core/graph/term.ts';
import { someRows } from '../../core/parts.ts';
import { type DistinctPoints, meansOf } from '../../kriging/response/distinct.ts';
import type { PolynomialTail } from '../../numerics/interpolation/polynomial-basis.ts';
import {
  leastTail,
  RadialBasis,
  type RadialKernel,
  type RadialWeights,
} from '../../numerics/interpolation/radial-basis.ts';
import { RadialInterpolant } from '../../numerics/interpolation/radial-interpolant.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import { bounded, type Standardized } from '../standardize.ts';
import { radialTerms } from './radial-terms.ts';
import { type Features, fitScales, scaled } from './scales.ts';

/** Rows by which kernel, scales, tail and ridge are chosen. */
const JUDGES = 200;

/**
 * By how much a kernel or a tail must be better than the plainer ones before it: errors that differ by less do not tell them apart,
 * and the plainer one extrapolates with less risk.
 */
const CLEARLY = 0.8;

/** Ridges to choose from: exact answers, and noisy ones. */
const RIDGES = [0, 1e-6, 1e-4, 1e-2, 1];

/** What may be chosen for a column. */
export interface RadialChoices {
  readonly kernels: readonly RadialKernel[];
  /** Undefined: linear and quadratic ones where there are rows enough. */
  readonly tail?: PolynomialTail;
  readonly ridge?: number;
  readonly fitScales: boolean;
}

/** What was chosen for a column. */
export interface RadialSettings {
  readonly kernel: RadialKernel;
  readonly tail: PolynomialTail;
  readonly ridge: number;
  /** One for each coordinate: distances are measured in coordinates times these. */
  readonly scales: Float64Array;
}

/** Chooses what has the least leave-one-out error on at most 200 of the points, whose values are the means of `counts` answers. */
export async function chooseSettings(
  features: Features,
  values: Float64Array,
  counts: Float64Array,
  choices: RadialChoices,
  pause: () => Promise<void>,
): Promise<RadialSettings> {
  const n = features.z.rows;
  const count = Math.min(n, JUDGES);
  const rows = someRows(features.z, count);
  const some: Features = { ...features, z: features.z.select(rows) };
  const [y, answers] = [values, counts].map((of) => Float64Array.from(rows, (i) => of[i]));
  let best: Judged | undefined;
  for (const kernel of choices.kernels) {
    const tails = choices.tail ? [choices.tail] : tailsFor(kernel, count, features.z.columns);
    const ridges = choices.ridge === undefined ? RIDGES : [choices.ridge];
    let scales: Float64Array = new Float64Array(features.dimension).fill(
      1 / Math.sqrt(Math.max(1, features.dimension / 6)),
    );
    let own: Judged | undefined;
    // Noise hides the scales from an interpolant: once a ridge is found they are fitted again beside it.
    for (let ridge = ridges[0], pass = 0; pass < 2; pass++) {
      await pause();
      if (choices.fitScales)
        scales = await fitScales(some, y, { kernel, tail: tails[0], ridge, counts: answers }, scales, pause);
      own = better(judge(scaled(some, scales), y, answers, { kernel, tails, ridges, scales }), own);
      if (own.ridge === ridge || !choices.fitScales) break;
      ridge = own.ridge;
      scales = scales.map((scale) => Math.sqrt(scale));
    }
    if (own && (!best || own.error < CLEARLY * best.error)) best = own;
  }
  return best as RadialSettings;
}

interface Judged extends RadialSettings {
  readonly error: number;
}

function better(one: Judged, other: Judged | undefined): Judged {
  return other && other.error <= one.error ? other : one;
}

/** The tail and the ridge with the least sum of squared leave-one-out errors. */
function judge(
  z: Matrix,
  y: Float64Array,
  counts: Float64Array,
  {
    kernel,
    tails,
    ridges,
    scales,
  }: {
    kernel: RadialKernel;
    tails: readonly PolynomialTail[];
    ridges: readonly number[];
    scales: Float64Array;
  },
): Judged {
  let best: Judged | undefined;
  for (const tail of tails) {
    let own: Judged | undefined;
    for (const ridge of ridges) {
      const basis = new RadialBasis(z, { kernel, tail, ridge, counts });
      const { errors } = basis.leftOut(basis.fit(y));
      const error = basis.freedom === 0 ? Number.MAX_VALUE : errors.reduce((sum, e) => sum + e * e, 0);
      own = better({ kernel, tail, ridge, scales, error }, own);
    }
    if (own && (!best || own.error < CLEARLY * best.error)) best = own;
  }
  return best as Judged;
}

/** A tail that a kernel needs, and richer ones that the rows can carry. */
function tailsFor(kernel: RadialKernel, n: number, w: number): PolynomialTail[] {
  const tails: PolynomialTail[] = [leastTail(kernel) === 'linear' ? 'linear' : 'constant'];
  if (tails[0] === 'constant' && n > w + 2) tails.push('linear');
  if (n > 1.5 * (((w + 1) * (w + 2)) / 2)) tails.push('quadratic');
  return tails;
}

/** Answer of one column, with gradients by the scaled features. */
export interface ColumnAnswer {
  readonly mean: number;
  readonly variance: number;
}

/** The interpolant of one prediction column. */
export class RadialColumn {
  readonly settings: RadialSettings;
  readonly basis: RadialBasis;
  readonly #standardized: Standardized;
  readonly #fit: RadialWeights;
  readonly #interpolant: RadialInterpolant;
  /** By how much each row is missed without those at its point, and the squared power function there; NaN where nothing can be left out. */
  readonly #left: { readonly errors: Float64Array; readonly powers: Float64Array };
  /** What the squared power function is multiplied by: the mean of e_i^2 over its value at i without the rows at its point. */
  readonly #spread: number;
  readonly #mean = new Float64Array(1);

  /** `features` are those of the distinct points, `standardized` the answers of all rows. */
  constructor(features: Features, standardized: Standardized, points: DistinctPoints, settings: RadialSettings) {
    this.settings = settings;
    const { counts, place } = points;
    const { values } = standardized;
    this.basis = new RadialBasis(scaled(features, settings.scales), { ...settings, counts });
    this.#standardized = standardized;
    const means = meansOf(points, values);
    const fit = this.basis.fit(means);
    this.#fit = fit;
    this.#interpolant = new RadialInterpolant(this.basis, [fit]);
    const { errors, powers } = this.basis.leftOut(fit);
    this.#left = {
      errors: values.map((value, row) => value - means[place[row]] + errors[place[row]]),
      // A row has the whole noise of an answer, the mean at its point a share of it.
      powers: values.map((_, row) => powers[place[row]] + this.basis.noise * (1 - 1 / counts[place[row]])),
    };
    const ratios = this.#left.errors.map((e, row) => e ** 2 / this.#left.powers[row]).filter((r) => !Number.isNaN(r));
    this.#spread = ratios.length > 0 ? ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length : 1;
  }

  /** Mean and variance at scaled features z; their gradients by z go to the arrays if they are given. */
  answer(z: Float64Array, byMean?: Float64Array, byVariance?: Float64Array): ColumnAnswer {
    const { mean, deviation, scale } = this.#standardized;
    this.#interpolant.evaluate(z, this.#mean, byMean);
    const power = this.basis.power(z, byVariance);
    const factor = deviation * scale;
    byMean?.forEach((slope, k) => {
      byMean[k] = bounded(slope * factor);
    });
    byVariance?.forEach((slope, k) => {
      byVariance[k] = bounded(bounded(slope * this.#spread * factor) * factor);
    });
    return {
      mean: bounded((this.#mean[0] * deviation + mean) * scale),
      variance: bounded(bounded(power * this.#spread * factor) * factor),
    };
  }

  /** The answer as arithmetic, at scaled features. */
  terms(z: readonly Term[]): ColumnTerms {
    const { mean, deviation, scale } = this.#standardized;
    const at = radialTerms(this.basis, this.#fit, z);
    const factor = deviation * scale;
    return {
      mean: finite(multiply(add(multiply(at.mean, deviation), mean), scale)),
      variance: finite(multiply(finite(multiply(multiply(at.power, this.#spread), factor)), factor)),
    };
  }

  /** The mean alone. */
  mean(z: Float64Array): number {
    const { mean, deviation, scale } = this.#standardized;
    this.#interpolant.evaluate(z, this.#mean);
    return bounded((this.#mean[0] * deviation + mean) * scale);
  }

  /** Means and variances of all rows, each answered without those at its point. */
  leaveOneOut(): { mean: Float64Array; variance: Float64Array; q2: number } {
    const { values, mean, deviation, scale } = this.#standardized;
    const { errors, powers } = this.#left;
    let [press, total] = [0, 0];
    const means = values.map((y, i) => {
      const missed = Number.isNaN(errors[i]) ? y : errors[i];
      press += missed ** 2;
      total += y ** 2;
      return bounded(((y - missed) * deviation + mean) * scale);
    });
    const factor = deviation * scale;
    const variance = powers.map((power) => {
      const inverse = Number.isNaN(power) ? 1 : this.#spread * power;
      return Math.max(Number.MIN_VALUE, bounded(bounded(inverse * factor) * factor));
    });
    return { mean: means, variance, q2: total > 0 ? 1 - press / total : Number.NaN };
  }
}
