import { oneHot, predictionColumns, toShares } from '../../core/columns.ts';
import type { Dataset } from '../../core/dataset.ts';
import { ensure } from '../../core/errors.ts';
import type { ColumnTerms, ExportableModel } from '../../core/exportable.ts';
import type {
  CrossValidated,
  DifferentiableModel,
  ExtendableModel,
  Health,
  JointModel,
  JointPosterior,
  LeaveOneOut,
  NoisyModel,
  Posterior,
  PosteriorGradient,
} from '../../core/model.ts';
import type { Output } from '../../core/output.ts';
import type { Parameters } from '../../core/space/parameter.ts';
import type { PointTerms } from '../../core/space/point-terms.ts';
import type { Space } from '../../core/space/space.ts';
import { type OutputState, outputStates } from '../../core/state/data-state.ts';
import type { ModelState, SavableModel } from '../../core/state/model-state.ts';
import { Matrix } from '../../numerics/matrix.ts';
import type { Rng } from '../../numerics/random.ts';
import { targetColumns } from '../response/target.ts';
import type { GaussianProcessTransform } from '../response/transform.ts';
import { columnTerms, isApproximated } from './column-terms.ts';
import { conditionColumn, extendColumns, isExact } from './conditioning.ts';
import { columnState, type GaussianProcessColumn } from './fitted-column.ts';
import { healthOf } from './health.ts';
import type { Hyperparameters } from './hyperparameters.ts';
import { draws, latentJoint, stretched } from './joint.ts';
import type { ColumnState } from './process-state.ts';

/** A Gaussian process for each column as plain data. */
export interface GaussianProcessState extends ModelState {
  readonly kind: 'gaussian process';
  readonly parameters: Parameters;
  readonly outputs: readonly OutputState[];
  readonly columns: readonly ColumnState[];
  readonly health: Health;
}

/**
 * A fitted Gaussian process, one for each column of the predictions.
 *
 * Means and variances are in the units of the outputs. Where an output was transformed the mean is the median of the
 * back-transformed posterior, see {@link Response}; variances are those of the fit times a calibration factor.
 *
 * A class output has one process for each class, fitted to 0 and 1. `predict` cuts their means to [0, 1] and divides by the
 * sum: they rank and separate classes well, and are not calibrated probabilities. `posterior` gives the latent means uncut.
 */
export class GaussianProcessModel
  implements
    DifferentiableModel,
    NoisyModel,
    CrossValidated,
    JointModel,
    ExtendableModel<GaussianProcessModel>,
    LeaveOneOut,
    ExportableModel,
    SavableModel
{
  readonly space: Space;
  readonly outputs: readonly Output[];
  readonly health: Health;
  /** @internal */
  readonly columns: readonly GaussianProcessColumn[];

  constructor(space: Space, outputs: readonly Output[], columns: readonly GaussianProcessColumn[], health: Health) {
    this.space = space;
    this.outputs = outputs;
    this.columns = columns;
    this.health = health;
  }

  get state(): ModelState {
    const state: GaussianProcessState = {
      kind: 'gaussian process',
      parameters: this.space.parameters,
      outputs: outputStates(this.outputs),
      columns: this.columns.map(columnState),
      health: this.health,
    };
    return state;
  }

  /** Hyper-parameters of each column, undefined where it is constant. */
  get hyperparameters(): readonly (Hyperparameters | undefined)[] {
    return this.columns.map(({ kriging }) => kriging?.hyperparameters);
  }

  /** The transform of each column. */
  get transforms(): readonly GaussianProcessTransform[] {
    return this.columns.map(({ response }) => response.transform.name);
  }

  predict(x: Matrix): Matrix {
    const mean = this.#evaluate(x);
    predictionColumns(this.outputs).forEach(({ start, width }, k) => {
      if (!this.outputs[k].classes) return;
      for (let i = 0; i < x.rows; i++) toShares(mean.data, i * mean.columns + start, width);
    });
    return mean;
  }

  posterior(x: Matrix): Posterior {
    const variance = new Matrix(x.rows, this.columns.length);
    return { mean: this.#evaluate(x, variance), variance };
  }

  observation(x: Matrix): Posterior {
    const variance = new Matrix(x.rows, this.columns.length);
    return { mean: this.#evaluate(x, variance, 1), variance };
  }

  posteriorGradient(u: Float64Array): PosteriorGradient {
    const d = this.space.dimension;
    this.#check(u.length);
    const c = this.columns.length;
    const mean = new Float64Array(c);
    const variance = new Float64Array(c);
    const meanGradient = new Matrix(c, d);
    const varianceGradient = new Matrix(c, d);
    this.columns.forEach(({ response, kriging, calibration }, k) => {
      const [byMean, byVariance] = [meanGradient.row(k), varianceGradient.row(k)];
      const at = kriging?.gradient(u, byMean, byVariance) ?? { mean: 0, variance: 0 };
      const latent = calibration * at.variance;
      mean[k] = response.mean(at.mean);
      variance[k] = response.variance(at.mean, latent);
      const slopes = response.slopes(at.mean, latent);
      for (let j = 0; j < d; j++) {
        // Each term is cut before they are added: two that overflow in opposite directions have no sum.
        const byLatent = finite(slopes.varianceByVariance * calibration * byVariance[j]);
        byVariance[j] = finite(finite(slopes.varianceByMean * byMean[j]) + byLatent);
        byMean[j] = finite(slopes.meanByMean * byMean[j]);
      }
    });
    return { mean, variance, meanGradient, varianceGradient };
  }

  leaveOneOut(): Posterior {
    const n = this.health.points;
    const c = this.columns.length;
    const mean = new Matrix(n, c);
    const variance = new Matrix(n, c);
    this.columns.forEach(({ response, kriging, calibration }, k) => {
      const left = kriging?.leaveOneOut();
      for (let i = 0; i < n; i++) {
        const at = left?.mean[i] ?? 0;
        mean.data[i * c + k] = response.mean(at);
        variance.data[i * c + k] = response.variance(at, calibration * (left?.variance[i] ?? 0));
      }
    });
    return { mean, variance };
  }

  get calibrations(): Float64Array {
    return Float64Array.from(this.columns, ({ calibration }) => calibration);
  }

  crossValidation(): Posterior {
    const n = this.health.points;
    const c = this.columns.length;
    const mean = new Matrix(n, c);
    const variance = new Matrix(n, c);
    this.columns.forEach(({ response, calibration, left }, k) => {
      for (let i = 0; i < n; i++) {
        const m = left?.mean[i] ?? Number.NaN;
        mean.data[i * c + k] = Number.isNaN(m) ? m : response.mean(m);
        variance.data[i * c + k] = left && !Number.isNaN(m) ? response.variance(m, calibration * left.variance[i]) : m;
      }
    });
    return { mean, variance };
  }

  /** False where a column is approximated. */
  get exportable(): boolean {
    return this.columns.every(({ kriging }) => kriging === undefined || !isApproximated(kriging));
  }

  /**
   * What `exportModel` writes; see `ExportableModel`.
   * @internal
   */
  terms(point: PointTerms): readonly ColumnTerms[] {
    return this.columns.map((column) => columnTerms(column, point));
  }

  joint(x: Matrix): JointPosterior {
    this.#check(x.columns);
    const latent = this.columns.map(({ kriging, calibration }) => latentJoint(kriging, calibration, x));
    const mean = new Matrix(x.rows, latent.length);
    const covariance = latent.map((column, k) => {
      const { response } = this.columns[k];
      for (let i = 0; i < x.rows; i++) mean.set(i, k, response.mean(column.mean[i]));
      return stretched(column, response);
    });
    return { mean, covariance };
  }

  samples(x: Matrix, count: number, rng: Rng): readonly Matrix[] {
    this.#check(x.columns);
    return this.columns.map(({ kriging, calibration, response }, k) => {
      const drawn = draws(latentJoint(kriging, calibration, x), count, rng.child(k));
      return new Matrix(
        drawn.rows,
        drawn.columns,
        drawn.data.map((m) => response.mean(m)),
      );
    });
  }

  /** False where a column is approximated. */
  get extendable(): boolean {
    return this.columns.every(({ kriging }) => kriging === undefined || isExact(kriging));
  }

  conditioned(x: Matrix, y: Matrix): GaussianProcessModel {
    this.#check(x.columns);
    ensure(
      this.extendable,
      'invalid-argument',
      'conditioned: an approximated process takes in more rows by a fit alone',
    );
    ensure(
      y.rows === x.rows && y.columns === this.outputs.length && y.data.every(Number.isFinite),
      'invalid-argument',
      `conditioned: ${x.rows} points of ${this.outputs.length} outputs need as many finite answers, got ${y.rows} x ${y.columns}${y.data.every(Number.isFinite) ? '' : ', some not finite'}`,
    );
    const targets = targetColumns(this.outputs, oneHot(this.outputs, y));
    return this.#with(
      this.columns.map((column, k) => conditionColumn(column, x, targets[k].values)),
      this.health.points + x.rows,
    );
  }

  extended(data: Dataset): GaussianProcessModel | undefined {
    this.#check(data.x.columns);
    const all = data.finite();
    const targets = targetColumns(this.outputs, all.targets());
    const columns = extendColumns(this.columns, this.health.points, all.x, targets);
    return columns && this.#with(columns, all.size);
  }

  #with(columns: readonly GaussianProcessColumn[], points: number): GaussianProcessModel {
    const health = healthOf(points, this.outputs, columns, this.health.notes);
    return new GaussianProcessModel(this.space, this.outputs, columns, health);
  }

  /** Means, and the variances of the latent variable with `noise` times that of the noise. */
  #evaluate(x: Matrix, variance?: Matrix, noise = 0): Matrix {
    this.#check(x.columns);
    const c = this.columns.length;
    const mean = new Matrix(x.rows, c);
    this.columns.forEach(({ response, kriging, calibration }, k) => {
      const nugget = noise * (kriging ? kriging.hyperparameters.nugget * kriging.hyperparameters.variance : 0);
      kriging?.evaluate(x, mean.data, variance?.data, k, c);
      for (let at = k; at < mean.data.length; at += c) {
        const latent = mean.data[at];
        mean.data[at] = response.mean(latent);
        if (variance) variance.data[at] = response.variance(latent, calibration * (variance.data[at] + nugget));
      }
    });
    return mean;
  }

  #check(columns: number): void {
    const d = this.space.dimension;
    ensure(columns === d, 'invalid-argument', `the model answers points of ${d} coordinates, got ${columns}`);
  }
}

function finite(value: number): number {
  return Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, value));
}
