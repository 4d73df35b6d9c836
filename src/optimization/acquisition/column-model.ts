import { isDifferentiable, type Posterior, type PosteriorGradient, type ProbabilisticModel } from '../../core/model.ts';
import type { Expression, Names } from '../../core/problem.ts';
import type { Space } from '../../core/space/space.ts';
import { Matrix } from '../../numerics/matrix.ts';

/** A closed form that knows its slope, in the space whose canonical points it is given. */
export interface SlopedForm extends Expression {
  /** What `evaluate` gives for the decoded point; writes the `gradient` by the active real coordinates (d, 0 in discrete ones). */
  atCanonical(u: Float64Array, gradient?: Float64Array): number;
}

/** One column of a {@link columnModel}: a model with one output, or a closed form of the inputs that is known exactly. */
export type ColumnSource = ProbabilisticModel | Expression;

/** Models of one column each, side by side. */
interface ColumnModel extends ProbabilisticModel {
  readonly parts: readonly ProbabilisticModel[];
}

/** The models that a {@link columnModel} is made of; of any other model itself. */
export function partsOf(model: ProbabilisticModel): readonly ProbabilisticModel[] {
  return 'parts' in model ? (model as ColumnModel).parts : [model];
}

/** One model for all columns: the models side by side, closed forms with variance 0; a single one is itself. Differentiable when every model is. */
export function columnModel(space: Space, sources: readonly ColumnSource[]): ProbabilisticModel {
  const parts = sources.map((source) => ('posterior' in source ? source : closedForm(space, source)));
  if (parts.length === 1) return parts[0];
  const posterior = (x: Matrix): Posterior => {
    const mean = new Matrix(x.rows, parts.length);
    const variance = new Matrix(x.rows, parts.length);
    parts.forEach((part, c) => {
      const one = part.posterior(x);
      for (let i = 0; i < x.rows; i++) {
        mean.set(i, c, one.mean.data[i]);
        variance.set(i, c, one.variance.data[i]);
      }
    });
    return { mean, variance };
  };
  const model: ColumnModel = {
    parts,
    health: {
      points: Math.max(0, ...parts.map(({ health }) => health.points)),
      notes: parts.flatMap(({ health }) => health.notes),
    },
    predict: (x) => {
      const means = parts.map((part) => part.predict(x));
      const mean = new Matrix(x.rows, parts.length);
      for (let i = 0; i < x.rows; i++) for (let c = 0; c < parts.length; c++) mean.set(i, c, means[c].data[i]);
      return mean;
    },
    posterior,
  };
  if (!parts.every(isDifferentiable)) return model;
  return Object.assign(model, {
    posteriorGradient: (u: Float64Array) =>
      gather(
        parts.map((part) => part.posteriorGradient(u)),
        u.length,
      ),
  });
}

function gather(parts: readonly PosteriorGradient[], dimension: number): PosteriorGradient {
  const meanGradient = new Matrix(parts.length, dimension);
  const varianceGradient = new Matrix(parts.length, dimension);
  parts.forEach((part, c) => {
    meanGradient.data.set(part.meanGradient.data, c * dimension);
    varianceGradient.data.set(part.varianceGradient.data, c * dimension);
  });
  return {
    mean: Float64Array.from(parts, ({ mean }) => mean[0]),
    variance: Float64Array.from(parts, ({ variance }) => variance[0]),
    meanGradient,
    varianceGradient,
  };
}

/** A closed form of the inputs as a model without doubt. */
function closedForm(space: Space, expression: Expression) {
  const at = evaluator(space, expression);
  const predict = (x: Matrix) => {
    const y = new Matrix(x.rows, 1);
    for (let i = 0; i < x.rows; i++) y.data[i] = at(x.row(i));
    return y;
  };
  return {
    health: { points: 0, notes: [] },
    predict,
    posterior: (x: Matrix): Posterior => ({ mean: predict(x), variance: new Matrix(x.rows, 1) }),
    posteriorGradient: (u: Float64Array): PosteriorGradient => {
      const meanGradient = new Matrix(1, u.length);
      return {
        mean: Float64Array.of(at(u, meanGradient.data)),
        variance: new Float64Array(1),
        meanGradient,
        varianceGradient: new Matrix(1, u.length),
      };
    },
  };
}

/** The value of a closed form; writes its gradient, which is a finite difference over the real coordinates where the form does not know it. */
function evaluator(space: Space, expression: Expression): (u: Float64Array, gradient?: Float64Array) => number {
  if ('atCanonical' in expression) return (expression as SlopedForm).atCanonical;
  const at = (u: Float64Array) => expression.evaluate(space.decode(u) as Names, {});
  return (u, gradient) => {
    gradient?.set(finiteDifference(space, at, u));
    return at(u);
  };
}

const STEP = 1e-6;

/** Central differences, one-sided at the faces of the cube; 0 in discrete coordinates. */
function finiteDifference(space: Space, at: (u: Float64Array) => number, u: Float64Array): Float64Array {
  return u.map((value, j) => {
    const { levels, periodic } = space.columns[j];
    if (levels < Number.POSITIVE_INFINITY) return 0;
    const above = u.slice();
    const below = u.slice();
    above[j] = periodic ? value + STEP : Math.min(1, value + STEP);
    below[j] = periodic ? value - STEP : Math.max(0, value - STEP);
    return (at(above) - at(below)) / (above[j] - below[j]);
  });
}
