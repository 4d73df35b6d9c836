import type { Matrix } from '../numerics/matrix.ts';
import type { Rng } from '../numerics/random.ts';
import type { Dataset } from './dataset.ts';
import type { Evaluation, Task } from './evaluation.ts';
import type { Described } from './options.ts';
import type { Output } from './output.ts';
import type { Run } from './run.ts';
import type { Space } from './space/space.ts';

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
  /** Calibration of each numeric output's variance on held-out rows; see {@link Adequacy}. */
  readonly adequacy?: readonly (Adequacy | undefined)[];
  /** The models that were compared for each output, best first, where there was a choice. */
  readonly evidence?: readonly (readonly Evidence[])[];
}

/** What errors at left-out rows say of a model. */
export interface Adequacy {
  /**
   * Root mean square error over the standard deviation of the output, both without the noise of answers as far as it is known; NaN for a
   * constant. Of a model with variances it is that over the space where there are rows, else that at the rows left out.
   */
  readonly nrmse: number;
  /** The standard deviation of the noise that was taken off, over that of the output. */
  readonly noise?: number;
  /** Real inputs that take only a few values, as on a grid: what is between them was not tested. */
  readonly fewValued?: readonly string[];
  /** Predictive variance adequacy |ln(mean of the squares)| [Bachoc2013]: 0 is right, above 0.7 the variance is off by a factor of 2. */
  readonly variance: number;
  /** Standardized residuals (truth - prediction) / deviation, by row used; NaN where a row was not left out. */
  readonly residuals: Float64Array;
}

/** What one candidate was worth for one output. */
export interface Evidence {
  readonly candidate: string;
  /** Root mean square error at left-out rows over the standard deviation of the output. */
  readonly nrmse: number;
  /** Its share of the answer, 0 to 1; the shares add up to 1. */
  readonly weight: number;
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

/** A probabilistic model of answers with noise. */
export interface NoisyModel extends ProbabilisticModel {
  /** Mean and variance of an answer: of the latent function and the noise together. */
  observation(x: Matrix): Posterior;
}

/** A model of a simulator with a resolution. */
export interface ResolvedModel extends ProbabilisticModel {
  /**
   * n x c for n x d points: what share of the variance there an answer at a coarser `level` would take away, in [0, 1]; 0 at a level that
   * the model knows nothing of.
   */
  explained(x: Matrix, level: number): Matrix;
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

/** Posterior of q points together; the columns are independent of each other. */
export interface JointPosterior {
  /** q x c. */
  readonly mean: Matrix;
  /** For each of the c columns the q x q covariance of the latent function; its diagonal is the posterior's variance. */
  readonly covariance: readonly Matrix[];
}

/** A probabilistic model that knows how its errors at different points go together. */
export interface JointModel extends ProbabilisticModel {
  joint(x: Matrix): JointPosterior;
  /** `count` draws of the latent function at the q rows of `x`: for each of the c columns a count x q matrix. */
  samples(x: Matrix, count: number, rng: Rng): readonly Matrix[];
}

/** A model that takes in more rows in O(n^2), its hyper-parameters as they are. */
export interface ExtendableModel<M extends Model = Model> extends Model {
  /** False where there are too many rows for that: only a fit takes in more. */
  readonly extendable?: boolean;
  /**
   * The model that also knows the answers `y` (k x m, one column for each output, finite) at `x` (k x d): those of evaluations
   * that have come back, or believed ones for points whose evaluations have not. All that was estimated from the size of the
   * answers (variance, transform, calibration) stays; the trend follows the new rows.
   */
  conditioned(x: Matrix, y: Matrix): M;
  /**
   * The model of `data`, whose completed rows begin with the rows of this one; the process variance is estimated again.
   * Undefined when they begin otherwise or the new rows need another fit: a constant output ceased to be constant, a value is
   * outside its transform.
   */
  extended(data: Dataset): M | undefined;
}

/** A model that can tell what it would have predicted at each training row without that row. */
export interface LeaveOneOut {
  /** Mean and variance (of an observation: the nugget included) at the n rows used, n x c each. */
  leaveOneOut(): Posterior;
}

/** A model that was held, while it was fitted, against rows that parts of the fit had not learned. */
export interface CrossValidated {
  /** True where the model was put together by these very predictions, which flatter it then. */
  readonly composed?: boolean;
  /** The factors, one for each column, that all of its variances were multiplied with because of these rows; absent where they were not. */
  readonly calibrations?: Float64Array;
  /** Mean and variance at the n rows used, n x c each, from fits to the rows of the other parts; NaN where a row was not predicted. */
  crossValidation(): Posterior;
}

/** Bounds, n x c each; minus and plus infinity where nothing can be promised. */
export interface Interval {
  readonly lower: Matrix;
  readonly upper: Matrix;
}

/** A model whose intervals were held against answers that it had not learned. */
export interface IntervalModel extends Model {
  /** Bounds that an answer at a row of `x` is inside with probability `level`, in (0, 1), default 0.95. */
  interval(x: Matrix, level?: number): Interval;
}

/** Whatever answers: a simulator, a fitted model, a data set. The chain and the loop cannot tell which. */
export interface Oracle {
  /** What reports call it. */
  readonly name?: string;
  readonly space: Space;
  readonly outputs: readonly Output[];
  /** The model that answers, for students that look inside. */
  readonly model?: Model;
  /** Answers every task once, in groups and in whatever order; draws tasks only as it can start them. */
  evaluate(tasks: Iterable<Task>, run: Run): AsyncIterable<readonly Evaluation[]>;
  /** Gives back what no garbage collector sees, such as the memory of a graph; a study does so at its end. Who asks again is answered as before. */
  release?(): Promise<void>;
}

/** A recipe for a model: options only, no state. Fitting is a pure function of the data, the run's stream and `previous`. */
export interface Surrogate<M extends Model = Model> extends Described {
  /** Whether a row counts in a fit as often as its weight in `Dataset.weights` says. Who does not use weights refuses data that have some. */
  readonly usesWeights?: boolean;
  /** Whether completed rows with NaN for answers, which have no label, are of use in a fit. Default false. */
  readonly usesUnlabeled?: boolean;
  /** Fits the rows whose outputs are finite; `previous` is an earlier fit to a prefix of the data, for a warm start. */
  fit(data: Dataset, run: Run, previous?: M): Promise<M>;
  /**
   * A fit whose structure (kernel, trend, features) is that of `previous`, an earlier fit at a prefix of the data's points: only numbers
   * are searched for again, from where they were. Far cheaper than `fit`; the values at the points may be others.
   */
  refit?(data: Dataset, run: Run, previous: M): Promise<M>;
  /**
   * In place of `fit` in a chain, for students that ask their teacher more than the transfer set, which are `data`, or look at the model
   * behind it. Not where the simulator or the data teach: their answers are paid for, or there are no others.
   */
  learn?(teacher: Oracle, data: Dataset, run: Run): Promise<M>;
}

/** Whether the model has a posterior. */
export function isProbabilistic(model: Model): model is ProbabilisticModel {
  return 'posterior' in model;
}

/** Whether the posterior can be differentiated. */
export function isDifferentiable(model: Model): model is DifferentiableModel {
  return 'posteriorGradient' in model;
}

/** Whether the model has a joint posterior. */
export function hasJoint(model: Model): model is JointModel {
  return 'joint' in model && 'samples' in model;
}

/** Whether the model can take in more rows without a fit. */
export function isExtendable<M extends Model>(model: M): model is M & ExtendableModel<M> {
  return 'conditioned' in model && 'extended' in model && (model as ExtendableModel).extendable !== false;
}

/** Whether the model can leave its training rows out one by one. */
export function hasLeaveOneOut(model: Model): model is Model & LeaveOneOut {
  return 'leaveOneOut' in model;
}

/** Whether the model tells the noise of answers. */
export function isNoisy(model: Model): model is NoisyModel {
  return 'observation' in model;
}

/** Mean and variance of an answer, with its noise where the model tells it. */
export function answerOf(model: ProbabilisticModel, x: Matrix): Posterior {
  return isNoisy(model) ? model.observation(x) : model.posterior(x);
}

/** Whether the model was cross-validated in its fit. */
export function isCrossValidated(model: Model): model is Model & CrossValidated {
  return 'crossValidation' in model;
}

/** Whether the model has intervals of its own. */
export function hasIntervals(model: Model): model is IntervalModel {
  return 'interval' in model;
}
