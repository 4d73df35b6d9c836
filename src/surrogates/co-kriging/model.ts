import { predictionColumns, toShares } from '../../core/columns.ts';
import type { Dataset } from '../../core/dataset.ts';
import { ensure } from '../../core/errors.ts';
import type { ColumnTerms, ExportableModel } from '../../core/exportable.ts';
import type {
  DifferentiableModel,
  Health,
  LeaveOneOut,
  NoisyModel,
  Posterior,
  PosteriorGradient,
  ResolvedModel,
} from '../../core/model.ts';
import type { Output } from '../../core/output.ts';
import { levelTerm } from '../../core/space/feature-map.ts';
import type { Parameters } from '../../core/space/parameter.ts';
import type { PointTerms } from '../../core/space/point-terms.ts';
import { Space } from '../../core/space/space.ts';
import { type OutputState, outputStates } from '../../core/state/data-state.ts';
import { type MatrixState, matrixOf, matrixState } from '../../core/state/matrix-state.ts';
import type { ModelState, SavableModel } from '../../core/state/model-state.ts';
import { KrigingPosterior } from '../../kriging/process/posterior.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { bounded } from '../standardize.ts';
import { coKrigingTerms } from './co-kriging-terms.ts';
import { CoKrigingColumn, type CoKrigingColumnState, type Moments } from './column.ts';
import { ResolutionLevels } from './levels.ts';

/** Co-kriging as plain data. */
export interface CoKrigingState extends ModelState {
  readonly kind: 'co-kriging';
  readonly parameters: Parameters;
  readonly outputs: readonly OutputState[];
  /** n x d. */
  readonly x: MatrixState;
  /** One for each prediction column. */
  readonly columns: readonly CoKrigingColumnState[];
  readonly notes: readonly string[];
}

/**
 * Fitted autoregressive co-kriging. A point is answered at its own resolution, from the rows there and at all coarser ones. A
 * resolution without rows is answered as the nearest one that has some. Class outputs are treated as by `GaussianProcessModel`.
 */
export class CoKrigingModel
  implements DifferentiableModel, NoisyModel, LeaveOneOut, ResolvedModel, ExportableModel, SavableModel
{
  readonly exportable = true;
  readonly health: Health;
  readonly #space: Space;
  readonly #outputs: readonly Output[];
  readonly #levels: ResolutionLevels;
  readonly #columns: readonly CoKrigingColumn[];
  readonly #x: Matrix;

  /** `data` are the completed rows of the fit. */
  constructor(
    { space, x, outputs }: Pick<Dataset, 'space' | 'x' | 'outputs'>,
    levels: ResolutionLevels,
    columns: readonly CoKrigingColumn[],
    notes: readonly string[],
  ) {
    this.#space = space;
    this.#x = x;
    this.#outputs = outputs;
    this.#levels = levels;
    this.#columns = columns;
    this.health = { points: x.rows, notes, jitter: largestJitter(columns), q2Loo: this.#q2Loo() };
  }

  /** The model of a state. */
  static restore({ parameters, outputs, columns, notes, ...state }: CoKrigingState): CoKrigingModel {
    const space = new Space(parameters);
    const x = matrixOf(state.x);
    const all = columns.map((column) => CoKrigingColumn.restore(column, space.withoutResolution));
    return new CoKrigingModel({ space, x, outputs }, ResolutionLevels.of({ space, x }), all, notes);
  }

  get state(): ModelState {
    const state: CoKrigingState = {
      kind: 'co-kriging',
      parameters: this.#space.parameters,
      outputs: outputStates(this.#outputs),
      x: matrixState(this.#x),
      columns: this.#columns.map(({ state }) => state),
      notes: this.health.notes,
    };
    return state;
  }

  /** For each prediction column the estimated ratio of each level to the next coarser one, coarsest first: the first has none, 0. */
  get ratios(): readonly (readonly number[])[] {
    return this.#columns.map(({ ratios }) => ratios);
  }

  predict(x: Matrix): Matrix {
    const { mean } = this.posterior(x);
    predictionColumns(this.#outputs).forEach(({ start, width }, k) => {
      if (!this.#outputs[k].classes) return;
      for (let i = 0; i < x.rows; i++) toShares(mean.data, i * mean.columns + start, width);
    });
    return mean;
  }

  posterior(x: Matrix): Posterior {
    return this.#evaluate(x, 0);
  }

  observation(x: Matrix): Posterior {
    return this.#evaluate(x, 1);
  }

  /** The derivatives by the resolution are 0: it takes single values. */
  posteriorGradient(u: Float64Array): PosteriorGradient {
    const [c, d] = [this.#columns.length, u.length];
    this.#check(d);
    const [mean, variance] = [new Float64Array(c), new Float64Array(c)];
    const [meanGradient, varianceGradient] = [new Matrix(c, d), new Matrix(c, d)];
    const rest = this.#levels.resolution.without(new Matrix(1, d, u.slice())).data as Float64Array;
    this.#columns.forEach((column, k) => {
      const { response } = column;
      const at = column.gradient(rest, this.#levels.at(u));
      mean[k] = response.mean(at.mean);
      variance[k] = response.variance(at.mean, at.variance);
      const slopes = response.slopes(at.mean, at.variance);
      for (let j = 0, i = 0; j < d; j++) {
        if (j === this.#levels.resolution.coordinate) continue;
        meanGradient.set(k, j, bounded(slopes.meanByMean * at.byMean[i]));
        const byVariance = slopes.varianceByVariance * at.byVariance[i];
        varianceGradient.set(k, j, bounded(slopes.varianceByMean * at.byMean[i] + byVariance));
        i++;
      }
    });
    return { mean, variance, meanGradient, varianceGradient };
  }

  explained(x: Matrix, level: number): Matrix {
    const { resolution } = this.#levels;
    const [here, below] = [
      this.#evaluateLatent(x),
      this.#evaluateLatent(resolution.with(resolution.without(x), level)),
    ];
    const [levels, from] = [this.#levels.ofRows(x), this.#levels.indexOf(level)];
    const share = new Matrix(x.rows, this.#columns.length);
    this.#columns.forEach(({ ratios }, k) => {
      for (let i = 0; i < x.rows; i++) {
        if (from < 0 || from > levels[i]) continue;
        const ratio = ratios.slice(from + 1, levels[i] + 1).reduce((product, one) => product * one, 1);
        const part = ratio ** 2 * below[k].variance[i];
        share.set(i, k, part > 0 ? Math.min(1, part / here[k].variance[i]) : 0);
      }
    });
    return share;
  }

  /**
   * What `exportModel` writes; see `ExportableModel`.
   * @internal
   */
  terms({ u, active, inside }: PointTerms): readonly ColumnTerms[] {
    const { coordinate, costs } = this.#levels.resolution;
    const without = <T>(of: readonly T[]) => of.filter((_, j) => j !== coordinate);
    const level = levelTerm(u[coordinate], costs.length, (own) => this.#levels.nearest(own));
    return this.#columns.map((column) =>
      coKrigingTerms(column, { u: without(u), active: without(active), inside }, level),
    );
  }

  /** Each row is left out at its own level; answers of coarser levels at the same point stay. */
  leaveOneOut(): Posterior {
    return this.#inUnits(this.#left(), this.#x.rows);
  }

  #left(): Moments[] {
    const x = this.#levels.resolution.without(this.#x);
    return this.#columns.map((column) => column.leaveOneOut(x));
  }

  #evaluate(x: Matrix, noise: number): Posterior {
    return this.#inUnits(this.#evaluateLatent(x, noise), x.rows);
  }

  #evaluateLatent(x: Matrix, noise = 0): Moments[] {
    this.#check(x.columns);
    const [rest, levels] = [this.#levels.resolution.without(x), this.#levels.ofRows(x)];
    return this.#columns.map((column) => column.evaluate(rest, levels, noise));
  }

  #inUnits(moments: readonly Moments[], n: number): Posterior {
    const [mean, variance] = [new Matrix(n, moments.length), new Matrix(n, moments.length)];
    moments.forEach((latent, k) => {
      const { response } = this.#columns[k];
      for (let i = 0; i < n; i++) {
        mean.set(i, k, response.mean(latent.mean[i]));
        variance.set(i, k, response.variance(latent.mean[i], latent.variance[i]));
      }
    });
    return { mean, variance };
  }

  /** Leave-one-out q2 of each output at the finest level. */
  #q2Loo(): number[] {
    const left = this.#left();
    return predictionColumns(this.#outputs).map(({ start, width }) => {
      let [press, total] = [0, 0];
      for (let k = start; k < start + width; k++) {
        const { response, steps } = this.#columns[k];
        const rows = steps.at(-1)?.rows ?? [];
        // In class columns every indicator counts by its own variance; a single column's scale cancels.
        const weight = width > 1 ? response.variance(0, 1) : 1;
        const center = rows.reduce((sum, i) => sum + response.targets[i], 0) / rows.length;
        for (const i of rows) {
          press += weight * (response.targets[i] - left[k].mean[i]) ** 2;
          total += weight * (response.targets[i] - center) ** 2;
        }
      }
      return total > 0 ? 1 - press / total : Number.NaN;
    });
  }

  #check(columns: number): void {
    const d = this.#x.columns;
    ensure(columns === d, 'invalid-argument', `the model answers points of ${d} coordinates, got ${columns}`);
  }
}

function largestJitter(columns: readonly CoKrigingColumn[]): number {
  let most = 0;
  for (const { steps } of columns)
    for (const { column } of steps)
      if (column.kriging instanceof KrigingPosterior) most = Math.max(most, column.kriging.hyperparameters.jitter);
  return most;
}
