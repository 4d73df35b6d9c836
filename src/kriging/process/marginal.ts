import { Matrix } from '../../numerics/matrix.ts';
import type { Rng } from '../../numerics/random.ts';
import { sliceSampling } from '../../numerics/sequences/slice-sampling.ts';
import { mean as average } from '../../numerics/statistics.ts';
import type { ColumnPosterior } from './column-posterior.ts';
import { extendKriging } from './extension.ts';
import type { Hyperparameters } from './hyperparameters.ts';
import type { KrigingPosterior } from './posterior.ts';
import type { AverageState } from './process-state.ts';
import { kriging, likelihoodOf, logParameters, searchBounds } from './search.ts';

/** Sweeps before the first draw; the chain starts at the estimate, in the middle of where it is going. */
const FIRST_SWEEPS = 3;

/** Sweeps from one draw to the next. */
const SWEEPS = 2;

/** Steps along logarithms: a lengthscale is widened to e times its length at a time. */
const SLICES = { width: 1, mostWidths: 8 };

/**
 * The posterior averaged over hyper-parameters: an equal mixture of the estimate and of draws of lengthscales and shape from their
 * own posterior, which is their penalized likelihood [Snoek2012, 3.2]. Mean and covariance are those of the mixture; what
 * it says of rows left out, and its hyper-parameters, are the estimate's.
 *
 * The draws are made when they are first asked for: of fits that are compared, all but one are never asked.
 */
export class MarginalPosterior implements ColumnPosterior {
  readonly estimate: KrigingPosterior;
  readonly #draw: () => readonly KrigingPosterior[];
  #drawn: readonly KrigingPosterior[] | undefined;

  private constructor(estimate: KrigingPosterior, draw: () => readonly KrigingPosterior[]) {
    this.estimate = estimate;
    this.#draw = draw;
  }

  /** A mixture of `count` members, the estimate among them. */
  static of(estimate: KrigingPosterior, count: number, rng: Rng): MarginalPosterior {
    return new MarginalPosterior(estimate, () => draws(estimate, count - 1, rng));
  }

  /** The mixture of known members, the estimate first. */
  static from([estimate, ...others]: readonly KrigingPosterior[]): MarginalPosterior {
    return new MarginalPosterior(estimate, () => others);
  }

  /** The mixture that knows more rows, each member under its own hyper-parameters; see {@link extendKriging}. */
  extended(x: Matrix, y: Float64Array, keepsVariance: boolean): MarginalPosterior {
    const grown = (member: KrigingPosterior) =>
      extendKriging(member, x, y, keepsVariance ? member.hyperparameters.variance : undefined);
    return new MarginalPosterior(grown(this.estimate), () => this.members.slice(1).map(grown));
  }

  get state(): AverageState {
    return { kind: 'average', members: this.members.map(({ state }) => state) };
  }

  get hyperparameters(): Hyperparameters {
    return this.estimate.hyperparameters;
  }

  get y(): Float64Array {
    return this.estimate.y;
  }

  /** The members of the mixture, the estimate first. */
  get members(): readonly KrigingPosterior[] {
    this.#drawn ??= [this.estimate, ...this.#draw()];
    return this.#drawn;
  }

  evaluate(x: Matrix, mean: Float64Array, variance: Float64Array | undefined, at: number, step: number): void {
    const members = this.members;
    const means = new Matrix(members.length, x.rows);
    const variances = variance && new Matrix(members.length, x.rows);
    members.forEach((member, k) => {
      member.evaluate(x, means.row(k), variances?.row(k), 0, 1);
    });
    for (let i = 0; i < x.rows; i++) {
      const center = average(means.column(i));
      mean[at + i * step] = center;
      if (variance && variances)
        variance[at + i * step] = average(variances.column(i)) + average(means.column(i).map((m) => (m - center) ** 2));
    }
  }

  gradient(u: Float64Array, byMean: Float64Array, byVariance: Float64Array): { mean: number; variance: number } {
    const slopes = this.members.map((member) => {
      const [own, spread] = [new Float64Array(u.length), new Float64Array(u.length)];
      return { ...member.gradient(u, own, spread), own, spread };
    });
    const share = 1 / slopes.length;
    const mean = slopes.reduce((sum, at) => sum + share * at.mean, 0);
    let variance = 0;
    byMean.fill(0);
    byVariance.fill(0);
    for (const { own, spread, ...at } of slopes) {
      const off = at.mean - mean;
      variance += share * (at.variance + off * off);
      for (let j = 0; j < u.length; j++) {
        byMean[j] += share * own[j];
        byVariance[j] += share * (spread[j] + 2 * off * own[j]);
      }
    }
    return { mean, variance };
  }

  leaveOneOut(): { readonly mean: Float64Array; readonly variance: Float64Array } {
    return this.estimate.leaveOneOut();
  }

  covariance(x: Matrix): Matrix {
    const members = this.members;
    const means = new Matrix(members.length, x.rows);
    members.forEach((member, k) => {
      member.evaluate(x, means.row(k), undefined, 0, 1);
    });
    const center = Float64Array.from({ length: x.rows }, (_, i) => average(means.column(i)));
    const covariance = new Matrix(x.rows, x.rows);
    members.forEach((member, k) => {
      const off = means.row(k).map((m, i) => m - center[i]);
      const own = member.covariance(x);
      for (let i = 0, at = 0; i < x.rows; i++)
        for (let j = 0; j < x.rows; j++, at++) covariance.data[at] += (own.data[at] + off[i] * off[j]) / members.length;
    });
    return covariance;
  }
}

function draws(estimate: KrigingPosterior, count: number, rng: Rng): KrigingPosterior[] {
  const { parts } = estimate;
  const { kernel } = estimate.hyperparameters;
  const likelihood = likelihoodOf(parts, kernel);
  const theta = logParameters(estimate);
  const last = theta.length - 1;
  const { lower, upper } = searchBounds(parts, kernel, 'estimate');
  const logDensity = (point: Float64Array) => {
    if (point.some((value, j) => value < lower[j] || value > upper[j])) return Number.NEGATIVE_INFINITY;
    theta.set(point);
    const value = likelihood.value(theta);
    return Number.isFinite(value) ? -value : Number.NEGATIVE_INFINITY;
  };
  // A logarithm of a power that was at its bound may be beyond it by rounding.
  const start = theta.slice(0, last).map((value, j) => Math.min(upper[j], Math.max(lower[j], value)));
  if (logDensity(start) === Number.NEGATIVE_INFINITY) return [];
  const chain = sliceSampling(logDensity, start, SLICES);
  return Array.from({ length: count }, (_, k) => {
    for (let sweep = k === 0 ? -FIRST_SWEEPS : 0; sweep < SWEEPS; sweep++) chain.sweep(rng);
    return kriging(parts, kernel, Float64Array.of(...chain.point, theta[last]));
  });
}
