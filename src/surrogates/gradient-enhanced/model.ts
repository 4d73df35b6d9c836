import { predictionColumns } from '../../core/columns.ts';
import type { Dataset } from '../../core/dataset.ts';
import { stretchOf } from '../../core/derivative.ts';
import { ensure } from '../../core/errors.ts';
import type { ColumnTerms, ExportableModel } from '../../core/exportable.ts';
import type {
  DifferentiableModel,
  Health,
  JointModel,
  JointPosterior,
  LeaveOneOut,
  NoisyModel,
  Posterior,
  PosteriorGradient,
} from '../../core/model.ts';
import type { Parameter, Parameters } from '../../core/space/parameter.ts';
import type { PointTerms } from '../../core/space/point-terms.ts';
import { type Column, Space } from '../../core/space/space.ts';
import { type OutputState, outputStates } from '../../core/state/data-state.ts';
import { type MatrixState, matrixOf, matrixState } from '../../core/state/matrix-state.ts';
import { bareState, type ModelState, type Restore, type SavableModel } from '../../core/state/model-state.ts';
import { draws } from '../../kriging/process/joint.ts';
import type { GaussianProcessModel } from '../../kriging/process/model.ts';
import { Matrix } from '../../numerics/matrix.ts';
import type { Rng } from '../../numerics/random.ts';
import { bounded, type FittedGroup } from './column.ts';
import { type GroupState, groupState, restoreGroup } from './group-state.ts';
import { byOf, noiseOf, type Place } from './place.ts';
import type { SlopeHyperparameters } from './posterior.ts';
import { placeTerms } from './slope-terms.ts';

/** What the plain process answers: its columns, and where they stand in the whole prediction. */
export interface PlainPart {
  readonly model: GaussianProcessModel;
  readonly columns: readonly number[];
  readonly outputs: readonly number[];
}

/** A process of values and slopes for each output with derivatives, as plain data. */
export interface GradientEnhancedState extends ModelState {
  readonly kind: 'gradient-enhanced kriging';
  readonly parameters: Parameters;
  readonly outputs: readonly OutputState[];
  /** n x d and n x m. */
  readonly x: MatrixState;
  readonly y: MatrixState;
  readonly groups: readonly GroupState[];
  readonly plain?: Omit<PlainPart, 'model'> & { readonly model: ModelState };
  readonly notes: readonly string[];
}

/** What it was fitted to. */
type Trained = Pick<Dataset, 'space' | 'outputs' | 'x' | 'y'>;

/** What stands between a moment of a process and its output at one point: the output is `factor` times it, at a rate of `growth`. */
interface Unit {
  readonly factor: number;
  /** d ln(factor) / du along the coordinate `by`, of a slope by a parameter on a logarithmic scale. */
  readonly growth: number;
  readonly by: number | undefined;
}

/**
 * A fitted process of values and slopes for each output with declared derivatives, whose posterior's gradient answers the derivatives,
 * beside a plain Gaussian process of the other outputs.
 */
export class GradientEnhancedModel
  implements DifferentiableModel, NoisyModel, JointModel, LeaveOneOut, ExportableModel, SavableModel
{
  readonly health: Health;
  readonly #data: Trained;
  readonly #groups: readonly FittedGroup[];
  readonly #notes: readonly string[];
  readonly #plain: PlainPart | undefined;
  readonly #places: readonly Place[];
  readonly #width: number;
  readonly #specs: readonly Parameter[];
  readonly #coordinates: readonly Column[];
  readonly #x: Matrix;

  constructor(data: Trained, plain: PlainPart | undefined, groups: readonly FittedGroup[], notes: readonly string[]) {
    const columns = predictionColumns(data.outputs);
    this.#data = data;
    this.#groups = groups;
    this.#notes = notes;
    this.#plain = plain;
    this.#width = columns.reduce((sum, { width }) => sum + width, 0);
    this.#places = groups.flatMap((group) =>
      [group.output, ...group.slopes].map((output, r) => ({ column: columns[output].start, group, r })),
    );
    this.#specs = Object.values(data.space.parameters);
    this.#coordinates = data.space.columns;
    this.#x = data.x;
    this.health = this.#healthOf(data, notes);
  }

  /** What was learned about each output with derivatives, in their order; undefined where it is constant. */
  get hyperparameters(): readonly (SlopeHyperparameters | undefined)[] {
    return this.#places.filter(({ r }) => r === 0).map(({ group }) => group.posterior?.hyperparameters);
  }

  /** The model of a state. */
  static restore({ parameters, outputs, plain, groups, notes, ...rest }: GradientEnhancedState, restore: Restore) {
    const space = new Space(parameters);
    const data = { space, outputs, x: matrixOf(rest.x), y: matrixOf(rest.y) };
    const part = plain && { ...plain, model: restore(plain.model) as GaussianProcessModel };
    const fitted = groups.map((group) => restoreGroup(group, data.x, space));
    return new GradientEnhancedModel(data, part, fitted, notes);
  }

  get state(): ModelState {
    const { space, outputs, x, y } = this.#data;
    const plain = this.#plain;
    const state: GradientEnhancedState = {
      kind: 'gradient-enhanced kriging',
      parameters: space.parameters,
      outputs: outputStates(outputs),
      ...{ x: matrixState(x), y: matrixState(y) },
      groups: this.#groups.map(groupState),
      ...(plain && { plain: { ...plain, model: bareState(plain.model) } }),
      notes: this.#notes,
    };
    return state;
  }

  predict(x: Matrix): Matrix {
    const mean = this.#spread(this.#plain?.model.predict(this.#checked(x)), x.rows);
    for (const place of this.#places)
      for (let i = 0; i < x.rows; i++) {
        const u = this.#snapped(x.row(i));
        mean.set(i, place.column, this.#mean(place, place.group.posterior?.meanAt(u, byOf(place)) ?? 0, u));
      }
    return mean;
  }

  posterior(x: Matrix): Posterior {
    return this.#evaluate(x, this.#plain?.model.posterior(this.#checked(x)), 0);
  }

  observation(x: Matrix): Posterior {
    return this.#evaluate(x, this.#plain?.model.observation(this.#checked(x)), 1);
  }

  posteriorGradient(given: Float64Array): PosteriorGradient {
    const d = this.#x.columns;
    const u = this.#snapped(this.#checked(new Matrix(1, given.length, given)).row(0));
    const plain = this.#plain?.model.posteriorGradient(given);
    const row = (part?: Float64Array) => this.#spread(part && new Matrix(1, part.length, part), 1).data;
    const mean = row(plain?.mean);
    const variance = row(plain?.variance);
    const [meanGradient, varianceGradient] = [new Matrix(this.#width, d), new Matrix(this.#width, d)];
    this.#plain?.columns.forEach((column, k) => {
      meanGradient.row(column).set((plain as PosteriorGradient).meanGradient.row(k));
      varianceGradient.row(column).set((plain as PosteriorGradient).varianceGradient.row(k));
    });
    for (const place of this.#places) {
      const { column, group } = place;
      const at = group.posterior?.gradient(u, byOf(place));
      mean[column] = this.#mean(place, at?.mean ?? 0, u);
      if (!at) continue;
      const unit = this.#unit(place, u);
      variance[column] = squared(at.variance, unit.factor);
      for (let m = 0; m < d; m++) {
        const own = m === unit.by ? unit.growth : 0;
        meanGradient.set(column, m, bounded((at.byMean[m] + own * at.mean) * unit.factor));
        varianceGradient.set(column, m, squared(at.byVariance[m] + 2 * own * at.variance, unit.factor));
      }
    }
    return { mean, variance, meanGradient, varianceGradient };
  }

  joint(x: Matrix): JointPosterior {
    const plain = this.#plain?.model.joint(this.#checked(x));
    const mean = this.#spread(plain?.mean, x.rows);
    const covariance = Array.from({ length: this.#width }, () => new Matrix(x.rows, x.rows));
    this.#plain?.columns.forEach((column, k) => {
      covariance[column] = (plain as JointPosterior).covariance[k];
    });
    const points = this.#snappedRows(x);
    for (const place of this.#places) {
      const { column, group } = place;
      const latent = group.posterior?.joint(points, byOf(place));
      const factors = Float64Array.from({ length: x.rows }, (_, i) => this.#unit(place, points.row(i)).factor);
      for (let i = 0; i < x.rows; i++) mean.set(i, column, this.#mean(place, latent?.mean[i] ?? 0, points.row(i)));
      if (latent) covariance[column] = scaled(latent.covariance, factors);
    }
    return { mean, covariance };
  }

  samples(x: Matrix, count: number, rng: Rng): readonly Matrix[] {
    const plain = this.#plain?.model.samples(this.#checked(x), count, rng);
    const all = Array.from({ length: this.#width }, () => new Matrix(count, x.rows));
    this.#plain?.columns.forEach((column, k) => {
      all[column] = (plain as readonly Matrix[])[k];
    });
    const points = this.#snappedRows(x);
    for (const place of this.#places) {
      const latent = place.group.posterior?.joint(points, byOf(place));
      const drawn = latent ? draws(latent, count, rng.child(`column ${place.column}`)) : new Matrix(count, x.rows);
      for (let i = 0; i < x.rows; i++)
        for (let row = 0; row < count; row++)
          all[place.column].set(row, i, this.#mean(place, drawn.get(row, i), points.row(i)));
    }
    return all;
  }

  get exportable(): boolean {
    return this.#plain?.model.exportable !== false;
  }

  /**
   * What `exportModel` writes; see `ExportableModel`.
   * @internal
   */
  terms(point: PointTerms): readonly ColumnTerms[] {
    const all: ColumnTerms[] = [];
    const plain = this.#plain?.model.terms(point);
    this.#plain?.columns.forEach((column, k) => {
      all[column] = (plain as readonly ColumnTerms[])[k];
    });
    for (const place of this.#places) all[place.column] = placeTerms(place, this.#data.space, point.u);
    return all;
  }

  /** Each row is left out with its value and its slopes. */
  leaveOneOut(): Posterior {
    const n = this.#x.rows;
    const plain = this.#plain?.model.leaveOneOut();
    const [mean, variance] = [this.#spread(plain?.mean, n), this.#spread(plain?.variance, n)];
    for (const place of this.#places) {
      const { column, group, r } = place;
      const step = 1 + group.slopes.length;
      for (let i = 0; i < n; i++) {
        const u = this.#x.row(i);
        const left = group.posterior?.left;
        mean.set(i, column, this.#mean(place, left?.mean[i * step + r] ?? 0, u));
        variance.set(i, column, squared(left?.variance[i * step + r] ?? 0, this.#unit(place, u).factor));
      }
    }
    return { mean, variance };
  }

  #evaluate(x: Matrix, plain: Posterior | undefined, noise: number): Posterior {
    const [mean, variance] = [this.#spread(plain?.mean, x.rows), this.#spread(plain?.variance, x.rows)];
    for (const place of this.#places) {
      const { posterior } = place.group;
      const added = noise * (posterior ? noiseOf(posterior, place.r) : 0);
      for (let i = 0; i < x.rows; i++) {
        const u = this.#snapped(x.row(i));
        const at = posterior?.at(u, byOf(place)) ?? { mean: 0, variance: 0 };
        mean.set(i, place.column, this.#mean(place, at.mean, u));
        variance.set(i, place.column, squared(at.variance + added, this.#unit(place, u).factor));
      }
    }
    return { mean, variance };
  }

  #mean(place: Place, latent: number, u: Float64Array): number {
    const { center, scale, deviation } = place.group.targets;
    return place.r === 0
      ? bounded((center + deviation * latent) * scale)
      : bounded(latent * this.#unit(place, u).factor);
  }

  #unit({ group, r }: Place, u: Float64Array): Unit {
    const { scale, deviation } = group.targets;
    if (r === 0) return { factor: bounded(scale * deviation), growth: 0, by: undefined };
    const by = group.coordinates[r - 1];
    const { stretch, growth } = stretchOf(this.#specs[by], u[by]);
    return { factor: bounded((deviation / stretch) * scale), growth: -growth, by };
  }

  /** The plain part's columns where they belong among all. */
  #spread(part: Matrix | undefined, rows: number): Matrix {
    const all = new Matrix(rows, this.#width);
    this.#plain?.columns.forEach((column, k) => {
      for (let i = 0; i < rows; i++) all.set(i, column, (part as Matrix).get(i, k));
    });
    return all;
  }

  #healthOf({ y, outputs }: Trained, notes: readonly string[]): Health {
    const q2Loo = new Array<number>(outputs.length).fill(Number.NaN);
    const own = this.#plain?.model.health;
    this.#plain?.outputs.forEach((output, k) => {
      q2Loo[output] = own?.q2Loo?.[k] ?? Number.NaN;
    });
    const { mean } = this.leaveOneOut();
    let jitter = own?.jitter ?? 0;
    for (const { column, group, r } of this.#places) {
      jitter = Math.max(jitter, group.posterior?.hyperparameters.jitter ?? 0);
      const output = r === 0 ? group.output : group.slopes[r - 1];
      q2Loo[output] = q2Of(y.column(output), mean.column(column));
    }
    return { points: y.rows, notes: [...(own?.notes ?? []), ...notes], jitter, q2Loo };
  }

  #snappedRows(x: Matrix): Matrix {
    return Matrix.from(
      Array.from({ length: x.rows }, (_, i) => this.#snapped(x.row(i))),
      x.columns,
    );
  }

  /** The same point with its categories where their levels are. */
  #snapped(u: Float64Array): Float64Array {
    if (this.#coordinates.every(({ kind }) => kind !== 'categorical')) return u;
    return u.map((value, j) => {
      const { kind, levels } = this.#coordinates[j];
      return kind === 'categorical'
        ? (Math.min(levels - 1, Math.max(0, Math.floor(value * levels))) + 0.5) / levels
        : value;
    });
  }

  #checked(x: Matrix): Matrix {
    const d = this.#x.columns;
    ensure(x.columns === d, 'invalid-argument', `the model answers points of ${d} coordinates, got ${x.columns}`);
    return x;
  }
}

/** The covariance with each row and column times its factor. */
function scaled(covariance: Matrix, factors: Float64Array): Matrix {
  const out = new Matrix(covariance.rows, covariance.columns);
  for (let i = 0; i < out.rows; i++)
    for (let j = 0; j <= i; j++) {
      const value = bounded(bounded(covariance.get(i, j) * factors[i]) * factors[j]);
      out.set(i, j, value);
      out.set(j, i, value);
    }
  return out;
}

function squared(variance: number, factor: number): number {
  return bounded(bounded(variance * factor) * factor);
}

function q2Of(truth: Float64Array, mean: Float64Array): number {
  const scale = truth.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const center = truth.reduce((sum, value) => sum + value / scale / truth.length, 0);
  let [press, total] = [0, 0];
  truth.forEach((value, i) => {
    press += (value / scale - mean[i] / scale) ** 2;
    total += (value / scale - center) ** 2;
  });
  return total > 0 ? 1 - press / total : Number.NaN;
}
