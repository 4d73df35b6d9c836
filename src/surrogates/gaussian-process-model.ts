import { ensure } from '../core/errors.ts';
import type { DifferentiableModel, Health, LeaveOneOut, Posterior, PosteriorGradient } from '../core/model.ts';
import { type Output, predictionColumns } from '../core/output.ts';
import type { Space } from '../core/space.ts';
import { Matrix } from '../numerics/matrix.ts';
import type { Hyperparameters, KrigingPosterior } from './gaussian-process-posterior.ts';
import type { Standardisation } from './gaussian-process-scaling.ts';

/** One column of the predictions: a number, or the indicator of a class. Without `kriging` it is constant. */
export interface GaussianProcessColumn {
  readonly scaling: Standardisation;
  readonly kriging?: KrigingPosterior;
}

/**
 * A fitted Gaussian process, one for each column of the predictions.
 *
 * A class output has one process for each class, fitted to 0 and 1. `predict` cuts their means to [0, 1] and divides by the
 * sum: they rank and separate classes well, and are not calibrated probabilities. `posterior` gives the latent means uncut.
 */
export class GaussianProcessModel implements DifferentiableModel, LeaveOneOut {
  readonly space: Space;
  readonly outputs: readonly Output[];
  readonly health: Health;
  readonly columns: readonly GaussianProcessColumn[];

  constructor(space: Space, outputs: readonly Output[], columns: readonly GaussianProcessColumn[], health: Health) {
    this.space = space;
    this.outputs = outputs;
    this.columns = columns;
    this.health = health;
  }

  /** What was learnt about each column, undefined where it is constant. */
  get hyperparameters(): readonly (Hyperparameters | undefined)[] {
    return this.columns.map(({ kriging }) => kriging?.hyperparameters);
  }

  predict(x: Matrix): Matrix {
    const mean = this.#evaluate(x);
    predictionColumns(this.outputs).forEach(({ start, width }, k) => {
      if (!this.outputs[k].classes) return;
      for (let i = 0; i < x.rows; i++) normalise(mean.data, i * mean.columns + start, width);
    });
    return mean;
  }

  posterior(x: Matrix): Posterior {
    const variance = new Matrix(x.rows, this.columns.length);
    return { mean: this.#evaluate(x, variance), variance };
  }

  posteriorGradient(u: Float64Array): PosteriorGradient {
    const d = this.space.dimension;
    this.#check(u.length);
    const c = this.columns.length;
    const mean = new Float64Array(c);
    const variance = new Float64Array(c);
    const meanGradient = new Matrix(c, d);
    const varianceGradient = new Matrix(c, d);
    this.columns.forEach(({ scaling, kriging }, k) => {
      const [byMean, byVariance] = [meanGradient.row(k), varianceGradient.row(k)];
      const at = kriging?.gradient(u, byMean, byVariance) ?? { mean: 0, variance: 0 };
      mean[k] = scaling.mean(at.mean);
      variance[k] = scaling.variance(at.variance);
      for (let j = 0; j < d; j++) {
        byMean[j] = scaling.slope(byMean[j]);
        byVariance[j] = scaling.variance(byVariance[j]);
      }
    });
    return { mean, variance, meanGradient, varianceGradient };
  }

  leaveOneOut(): Posterior {
    const n = this.health.points;
    const c = this.columns.length;
    const mean = new Matrix(n, c);
    const variance = new Matrix(n, c);
    this.columns.forEach(({ scaling, kriging }, k) => {
      const left = kriging?.leaveOneOut();
      for (let i = 0; i < n; i++) {
        mean.data[i * c + k] = scaling.mean(left?.mean[i] ?? 0);
        variance.data[i * c + k] = scaling.variance(left?.variance[i] ?? 0);
      }
    });
    return { mean, variance };
  }

  #evaluate(x: Matrix, variance?: Matrix): Matrix {
    this.#check(x.columns);
    const c = this.columns.length;
    const mean = new Matrix(x.rows, c);
    this.columns.forEach(({ scaling, kriging }, k) => {
      kriging?.evaluate(x, mean.data, variance?.data, k, c);
      for (let at = k; at < mean.data.length; at += c) {
        mean.data[at] = scaling.mean(mean.data[at]);
        if (variance) variance.data[at] = scaling.variance(variance.data[at]);
      }
    });
    return mean;
  }

  #check(columns: number): void {
    const d = this.space.dimension;
    ensure(columns === d, 'invalid-argument', `the model answers points of ${d} coordinates, got ${columns}`);
  }
}

/** Cuts `width` numbers from `at` on to [0, 1] and divides them by their sum; equal shares when nothing is left. */
function normalise(p: Float64Array, at: number, width: number): void {
  let sum = 0;
  for (let k = at; k < at + width; k++) {
    p[k] = Math.min(1, Math.max(0, p[k]));
    sum += p[k];
  }
  for (let k = at; k < at + width; k++) p[k] = sum > 0 ? p[k] / sum : 1 / width;
}
