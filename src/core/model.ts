import type { Matrix } from '../numerics/matrix.ts';
import type { Dataset } from './dataset.ts';
import type { Run } from './run.ts';

/** What happened in a fit; a fit never throws for numerical reasons, it says here what it did. */
export interface Health {
  /** Rows used, after failed ones were left out. */
  readonly points: number;
  /** What the reader should know: a fallback taken, a constant output, a jitter above the first step. Empty when all went well. */
  readonly notes: readonly string[];
  /** Largest number added to a unit-variance diagonal to make it positive definite, over the outputs. */
  readonly jitter?: number;
  /** Leave-one-out q2 of each output, NaN where it is undefined. */
  readonly q2Loo?: readonly number[];
}

/** A fitted model: answers n x d points with an n x c matrix; c has one column for a number and one probability for each class. */
export interface Model {
  predict(x: Matrix): Matrix;
  readonly health: Health;
}

/** Mean and variance of the latent function (without the nugget), n x c each. */
export interface Posterior {
  readonly mean: Matrix;
  readonly variance: Matrix;
}

/** A model that knows how unsure it is. */
export interface ProbabilisticModel extends Model {
  posterior(x: Matrix): Posterior;
}

/** Posterior at one point with its gradients. */
export interface PosteriorGradient {
  /** c numbers. */
  readonly mean: Float64Array;
  /** c numbers. */
  readonly variance: Float64Array;
  /** c x d. */
  readonly meanGradient: Matrix;
  /** c x d. */
  readonly varianceGradient: Matrix;
}

/** A probabilistic model whose posterior can be differentiated. */
export interface DifferentiableModel extends ProbabilisticModel {
  /** `u` is a unit-cube vector of d numbers. */
  posteriorGradient(u: Float64Array): PosteriorGradient;
}

/** A model that can tell what it would have predicted at each training row without that row. */
export interface LeaveOneOut {
  /** Mean and variance (of an observation: the nugget included) at the n rows used, n x c each. */
  leaveOneOut(): Posterior;
}

/** A decision tree. A split sends a point left when u[column] <= threshold or, for a category, when its level is in `levels`. */
export type TreeNode =
  | { readonly kind: 'leaf'; readonly value: Float64Array; readonly count: number }
  | {
      readonly kind: 'split';
      readonly column: number;
      readonly threshold: number;
      readonly levels?: readonly number[];
      readonly left: TreeNode;
      readonly right: TreeNode;
      readonly count: number;
    };

/** A model that people can read. `value` of a leaf holds c numbers, as in a prediction. */
export interface ReadableModel extends Model {
  structure(): TreeNode;
}

/** A recipe for a model: options only, no state. Fitting is a pure function of the data, the run's stream and `previous`. */
export interface Surrogate<M extends Model = Model> {
  readonly name: string;
  /** Fits the rows whose outputs are finite; `previous` is an earlier fit to a prefix of the data, for a warm start. */
  fit(data: Dataset, run: Run, previous?: M): Promise<M>;
}

/** Whether the model has a posterior. */
export function isProbabilistic(model: Model): model is ProbabilisticModel {
  return 'posterior' in model;
}

/** Whether the posterior can be differentiated. */
export function isDifferentiable(model: Model): model is DifferentiableModel {
  return 'posteriorGradient' in model;
}

/** Whether the model can leave its training rows out one by one. */
export function hasLeaveOneOut(model: Model): model is Model & LeaveOneOut {
  return 'leaveOneOut' in model;
}

/** Whether the model can be read as a tree. */
export function isReadable(model: Model): model is ReadableModel {
  return 'structure' in model;
}
