import { predictionColumns, toShares } from '../../core/columns.ts';
import type { DifferentiableModel, Health, LeaveOneOut, Posterior, PosteriorGradient } from '../../core/model.ts';
import type { Output } from '../../core/output.ts';
import type { FeatureMap } from '../../core/space/feature-map.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { ensureInputs } from '../trees/decision-tree.ts';
import type { RadialColumn, RadialSettings } from './column.ts';

/**
 * An interpolant for each prediction column. A class has one for each of its names, fitted to 0 and 1; `predict` cuts those to
 * [0, 1] and divides by their sum, `posterior` leaves them as they are.
 */
export class RadialBasisModel implements DifferentiableModel, LeaveOneOut {
  readonly health: Health;
  readonly #outputs: readonly Output[];
  readonly #map: FeatureMap;
  readonly #inputs: number;
  readonly #columns: readonly RadialColumn[];

  constructor(
    outputs: readonly Output[],
    map: FeatureMap,
    inputs: number,
    columns: readonly RadialColumn[],
    health: Health,
  ) {
    this.#outputs = outputs;
    this.#map = map;
    this.#inputs = inputs;
    this.#columns = columns;
    this.health = health;
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
