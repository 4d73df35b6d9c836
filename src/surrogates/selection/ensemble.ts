import { type OutputColumns, predictionColumns } from '../../core/columns.ts';
import { ensure } from '../../core/errors.ts';
import { type ColumnTerms, type ExportableModel, isExportable } from '../../core/exportable.ts';
import { shareTerms } from '../../core/graph/share-terms.ts';
import { add, multiply, number, square, subtract, total } from '../../core/graph/term.ts';
import type {
  CrossValidated,
  DifferentiableModel,
  Health,
  Model,
  NoisyModel,
  Posterior,
  PosteriorGradient,
} from '../../core/model.ts';
import { isDifferentiable, isProbabilistic } from '../../core/model.ts';
import type { Output } from '../../core/output.ts';
import type { PointTerms } from '../../core/space/point-terms.ts';
import { type MatrixState, matrixOf, matrixState } from '../../core/state/matrix-state.ts';
import { isSavable, type ModelState, type Restore, type SavableModel, stateOf } from '../../core/state/model-state.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { answersOf } from '../conformal/scores.ts';

/** A model in an ensemble. */
export interface Member {
  readonly name: string;
  readonly model: Model;
  /** Its share of each of the c columns. */
  readonly weights: Float64Array;
  /** Mean squared error at left-out rows of each column: the variance of a model that has none. */
  readonly errors: Float64Array;
}

/** An ensemble as plain data. */
export interface EnsembleState extends ModelState {
  readonly kind: 'ensemble';
  readonly members: readonly (Omit<Member, 'model'> & { readonly model: ModelState })[];
  readonly health: Health;
  /** n x c each. */
  readonly left: { readonly mean: MatrixState; readonly variance: MatrixState };
}

/** Half of the step of central differences, for members without gradients. */
const STEP = 1e-4;

/**
 * Several models as one: means are weighted, and the variance is that of the mixture, sum of w (v + m^2) less the squared mean,
 * so that members who disagree widen it.
 */
export class EnsembleModel implements DifferentiableModel, NoisyModel, CrossValidated, ExportableModel, SavableModel {
  readonly members: readonly Member[];
  readonly health: Health;
  /** Members and weights were chosen by the left-out rows. */
  readonly composed = true;
  readonly #left: Posterior;

  /** `left` holds mean and variance at the n rows used, from the members without them; NaN where a row was not left out. */
  constructor(members: readonly Member[], health: Health, left: Posterior) {
    this.members = members;
    this.health = health;
    this.#left = left;
  }

  /** The model of a state. */
  static restore({ members, health, left }: EnsembleState, restore: Restore): EnsembleModel {
    const all = members.map((member) => ({ ...member, model: restore(member.model) }));
    return new EnsembleModel(all, health, { mean: matrixOf(left.mean), variance: matrixOf(left.variance) });
  }

  /** Whether all members are: a user's own model has no state. */
  get savable(): boolean {
    return this.members.every(({ model }) => isSavable(model));
  }

  get state(): ModelState {
    const { mean, variance } = this.#left;
    const state: EnsembleState = {
      kind: 'ensemble',
      members: this.members.map((member) => ({ ...member, model: stateOf(member.model) })),
      health: this.health,
      left: { mean: matrixState(mean), variance: matrixState(variance) },
    };
    return state;
  }

  predict(x: Matrix): Matrix {
    const answers = this.members.map(({ model }) => model.predict(x));
    const mean = new Matrix(x.rows, answers[0].columns);
    answers.forEach((answer, m) => {
      const { weights } = this.members[m];
      answer.data.forEach((value, i) => {
        mean.data[i] += weights[i % mean.columns] * value;
      });
    });
    return mean;
  }

  posterior(x: Matrix): Posterior {
    return mixture(
      this.members,
      this.members.map((member) => posteriorOf(member, x, (model) => model.posterior(x))),
    );
  }

  observation(x: Matrix): Posterior {
    return mixture(
      this.members,
      this.members.map((member) => posteriorOf(member, x, (model) => answersOf(model, x))),
    );
  }

  /** Whether all members are. */
  get exportable(): boolean {
    return this.members.every(({ model }) => isExportable(model));
  }

  /**
   * What `exportModel` writes; see `ExportableModel`.
   * @internal
   */
  terms(point: PointTerms, outputs: readonly Output[]): readonly ColumnTerms[] {
    const groups = predictionColumns(outputs).filter((_, k) => outputs[k].classes);
    const all = this.members.map(({ name, model }) => {
      ensure(isExportable(model), 'invalid-argument', `the ensemble cannot be exported: its member '${name}' cannot`);
      return withShares(model.terms(point, outputs), groups);
    });
    return all[0].map((_, k) => {
      const own = this.members.flatMap(({ weights, errors }, m) => {
        const { mean, variance = number(errors[k]), observed = variance } = all[m][k];
        return weights[k] > 0 ? [{ weight: weights[k], mean, variance, observed }] : [];
      });
      const mean = total(own.map((one) => multiply(one.weight, one.mean)));
      const spread = (of: 'variance' | 'observed') =>
        total(own.map((one) => multiply(one.weight, add(one[of], square(subtract(one.mean, mean))))));
      return { mean, variance: spread('variance'), observed: spread('observed') };
    });
  }

  crossValidation(): Posterior {
    return this.#left;
  }

  posteriorGradient(u: Float64Array): PosteriorGradient {
    const x = new Matrix(1, u.length, u);
    const { mean, variance } = this.posterior(x);
    const c = mean.columns;
    const meanGradient = new Matrix(c, u.length);
    const varianceGradient = new Matrix(c, u.length);
    for (const member of this.members) {
      const own = gradientOf(member, u);
      for (let k = 0; k < c; k++) {
        const weight = member.weights[k];
        if (weight === 0) continue;
        // d/du sum w (v + (m - M)^2): what M moves cancels, as the sum of w (m - M) is 0.
        const apart = 2 * (own.mean[k] - mean.data[k]);
        for (let j = 0; j < u.length; j++) {
          const slope = own.meanGradient.get(k, j);
          meanGradient.data[k * u.length + j] += weight * slope;
          varianceGradient.data[k * u.length + j] += weight * (own.varianceGradient.get(k, j) + apart * slope);
        }
      }
    }
    return { mean: mean.data, variance: variance.data, meanGradient, varianceGradient };
  }
}

/** Columns of classes as `predict` answers them, which is what is weighted. */
function withShares(columns: readonly ColumnTerms[], groups: readonly OutputColumns[]): readonly ColumnTerms[] {
  const shared = columns.slice();
  for (const { start, width } of groups) {
    const shares = shareTerms(columns.slice(start, start + width).map(({ mean }) => mean));
    shares.forEach((mean, c) => {
      shared[start + c] = { ...columns[start + c], mean };
    });
  }
  return shared;
}

/** The mixture of the members' posteriors. */
export function mixture(members: readonly Pick<Member, 'weights'>[], posteriors: readonly Posterior[]): Posterior {
  const { rows, columns } = posteriors[0].mean;
  const mean = new Matrix(rows, columns);
  const variance = new Matrix(rows, columns);
  for (let i = 0; i < mean.data.length; i++) {
    let sum = 0;
    posteriors.forEach((posterior, m) => {
      const weight = members[m].weights[i % columns];
      if (weight > 0) sum += weight * posterior.mean.data[i];
    });
    mean.data[i] = sum;
    let spread = 0;
    posteriors.forEach((posterior, m) => {
      const weight = members[m].weights[i % columns];
      if (weight > 0) spread += weight * (posterior.variance.data[i] + (posterior.mean.data[i] - sum) ** 2);
    });
    variance.data[i] = Math.min(Number.MAX_VALUE, spread);
  }
  return { mean, variance };
}

function posteriorOf(
  { model, errors }: Member,
  x: Matrix,
  of: (model: Model & { posterior(x: Matrix): Posterior }) => Posterior,
): Posterior {
  if (isProbabilistic(model)) return of(model);
  const mean = model.predict(x);
  return {
    mean,
    variance: new Matrix(
      mean.rows,
      mean.columns,
      mean.data.map((_, i) => errors[i % mean.columns]),
    ),
  };
}

function gradientOf(member: Member, u: Float64Array): PosteriorGradient {
  if (isDifferentiable(member.model)) return member.model.posteriorGradient(u);
  const sides = new Matrix(2 * u.length + 1, u.length);
  for (let i = 0; i < sides.rows; i++) sides.data.set(u, i * u.length);
  for (let j = 0; j < u.length; j++) {
    sides.data[2 * j * u.length + j] += STEP;
    sides.data[(2 * j + 1) * u.length + j] -= STEP;
  }
  const { mean, variance } = posteriorOf(member, sides, (model) => model.posterior(sides));
  const slopes = ({ columns, data }: Matrix) =>
    new Matrix(
      columns,
      u.length,
      Float64Array.from({ length: columns * u.length }, (_, at) => {
        const [k, j] = [Math.floor(at / u.length), at % u.length];
        return (data[2 * j * columns + k] - data[(2 * j + 1) * columns + k]) / (2 * STEP);
      }),
    );
  return {
    mean: mean.row(sides.rows - 1),
    variance: variance.row(sides.rows - 1),
    meanGradient: slopes(mean),
    varianceGradient: slopes(variance),
  };
}
