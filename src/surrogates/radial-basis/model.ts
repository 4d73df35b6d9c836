import { predictionColumns, toShares } from '../../core/columns.ts';
import type { ColumnTerms, ExportableModel } from '../../core/exportable.ts';
import type { DifferentiableModel, Health, LeaveOneOut, Posterior, PosteriorGradient } from '../../core/model.ts';
import { FeatureMap } from '../../core/space/feature-map.ts';
import type { PointTerms } from '../../core/space/point-terms.ts';
import type { Column } from '../../core/space/space.ts';
import type { OutputState } from '../../core/state/data-state.ts';
import { type MatrixState, matrixOf } from '../../core/state/matrix-state.ts';
import type { ModelState, SavableModel } from '../../core/state/model-state.ts';
import type { DistinctPoints } from '../../kriging/response/distinct.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { ensureInputs } from '../inputs.ts';
import type { Standardized } from '../standardize.ts';
import { RadialColumn, type RadialSettings } from './column.ts';

/** What one prediction column is made from. */
export interface RadialColumnState {
  readonly settings: RadialSettings;
  /** The answers of all rows. */
  readonly standardized: Standardized;
}

/** Interpolants as plain data. */
export interface RadialState extends ModelState {
  readonly kind: 'radial basis functions';
  readonly coordinates: readonly Column[];
  readonly outputs: readonly OutputState[];
  /** Of the distinct points, n x width. */
  readonly features: MatrixState;
  readonly points: DistinctPoints;
  /** One for each prediction column. */
  readonly columns: readonly RadialColumnState[];
  readonly notes: readonly string[];
}

/**
 * An interpolant for each prediction column. A class has one for each of its names, fitted to 0 and 1; `predict` cuts those to
 * [0, 1] and divides by their sum, `posterior` leaves them as they are.
 */
export class RadialBasisModel implements DifferentiableModel, LeaveOneOut, ExportableModel, SavableModel {
  readonly exportable = true;
  readonly state: ModelState;
  readonly health: Health;
  readonly #outputs: readonly OutputState[];
  readonly #map: FeatureMap;
  readonly #inputs: number;
  readonly #columns: readonly RadialColumn[];

  constructor(state: RadialState) {
    const { coordinates, outputs, points, notes } = state;
    this.state = state;
    this.#outputs = outputs;
    this.#map = new FeatureMap(coordinates);
    this.#inputs = coordinates.length;
    const features = { z: matrixOf(state.features), coordinates: this.#map.coordinates, dimension: this.#inputs };
    this.#columns = state.columns.map(
      ({ settings, standardized }) => new RadialColumn(features, standardized, points, settings),
    );
    const jitter = Math.max(0, ...this.#columns.map(({ basis }) => basis.jitter));
    this.health = { points: points.place.length, notes, jitter, q2Loo: this.#q2Loo() };
  }

  #q2Loo(): number[] {
    const q2 = this.#columns.map((column) => column.leaveOneOut().q2);
    return predictionColumns(this.#outputs).map(
      ({ start, width }) => q2.slice(start, start + width).reduce((sum, value) => sum + value, 0) / width,
    );
  }

  /** What was chosen for each prediction column. */
  get settings(): readonly RadialSettings[] {
    return this.#columns.map(({ settings }) => settings);
  }

  predict(x: Matrix): Matrix {
    const mean = this.#each(x, (column, z) => column.mean(z));
    predictionColumns(this.#outputs).forEach(({ start, width }, k) => {
      if (this.#outputs[k].classes) for (let i = 0; i < x.rows; i++) toShares(mean.row(i), start, width);
    });
    return mean;
  }

  posterior(x: Matrix): Posterior {
    return {
      mean: this.#each(x, (column, z) => column.mean(z)),
      variance: this.#each(x, (column, z) => column.answer(z).variance),
    };
  }

  posteriorGradient(u: Float64Array): PosteriorGradient {
    ensureInputs(new Matrix(1, u.length, u), this.#inputs);
    const count = this.#columns.length;
    const [mean, variance] = [new Float64Array(count), new Float64Array(count)];
    const [meanGradient, varianceGradient] = [new Matrix(count, u.length), new Matrix(count, u.length)];
    const [z, byMean, byVariance] = [0, 1, 2].map(() => new Float64Array(this.#map.width));
    this.#columns.forEach((column, k) => {
      const { scales } = column.settings;
      this.#map.write(u, 0, z, 0, scales);
      const answer = column.answer(z, byMean, byVariance);
      [mean[k], variance[k]] = [answer.mean, answer.variance];
      this.#map.pullBack(u, byMean, scales, meanGradient.row(k));
      this.#map.pullBack(u, byVariance, scales, varianceGradient.row(k));
    });
    return { mean, variance, meanGradient, varianceGradient };
  }

  /**
   * What `exportModel` writes; see `ExportableModel`.
   * @internal
   */
  terms(point: PointTerms): readonly ColumnTerms[] {
    return this.#columns.map((column) => column.terms(this.#map.terms(point, column.settings.scales)));
  }

  leaveOneOut(): Posterior {
    const { points } = this.health;
    const [mean, variance] = [0, 1].map(() => new Matrix(points, this.#columns.length));
    this.#columns.forEach((column, k) => {
      const left = column.leaveOneOut();
      for (let i = 0; i < points; i++) {
        mean.set(i, k, left.mean[i]);
        variance.set(i, k, left.variance[i]);
      }
    });
    return { mean, variance };
  }

  #each(x: Matrix, answer: (column: RadialColumn, z: Float64Array) => number): Matrix {
    ensureInputs(x, this.#inputs);
    const out = new Matrix(x.rows, this.#columns.length);
    const z = new Float64Array(this.#map.width);
    this.#columns.forEach((column, k) => {
      for (let i = 0; i < x.rows; i++) {
        this.#map.write(x.data, i * x.columns, z, 0, column.settings.scales);
        out.set(i, k, answer(column, z));
      }
    });
    return out;
  }
}
