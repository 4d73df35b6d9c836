import { mostProbable, predictionColumns } from '../core/columns.ts';
import type { Dataset } from '../core/dataset.ts';
import { ensure, ImagoError, show } from '../core/errors.ts';
import {
  answerOf,
  hasIntervals,
  hasLeaveOneOut,
  isCrossValidated,
  isProbabilistic,
  type Model,
  type Posterior,
} from '../core/model.ts';
import type { Output } from '../core/output.ts';
import type { Scalar } from '../core/space/parameter.ts';
import { dataState } from '../core/state/data-state.ts';
import { normalQuantile } from '../numerics/distributions.ts';
import { Matrix } from '../numerics/matrix.ts';
import { composed } from './composed.ts';
import { type Domain, domainOf } from './domain.ts';
import { guarded } from './unit-cube.ts';

/** What a model says of one output at one point. */
export interface Answer {
  /** In the output's own unit; of a class the index of its name. */
  readonly value: number;
  /** Of a class: the name of the most probable one. */
  readonly class?: string;
  /** Of a class: the probability of each name. */
  readonly probabilities?: Readonly<Record<string, number>>;
  /** Standard deviation of an answer there, noise included, in the output's own unit; of models that know how unsure they are. */
  readonly deviation?: number;
  /** Bounds of an answer with 95 %, in the output's own unit: those of {@link conformal}, or normal ones by the deviation. */
  readonly interval?: readonly [lower: number, upper: number];
  /** Whether the model knows the output here as well as at its own rows when they are left out; see {@link domainOf}. */
  readonly inDomain: boolean;
}

/** A model that can be asked in the author's own units. */
export interface PointModel extends Model {
  /**
   * What the model says at a point such as `{ length: 1.2, material: 'steel' }`: an answer for each output. Throws `invalid-data` where a
   * parameter is missing, unknown, of the wrong type or out of its range.
   */
  at(point: Readonly<Record<string, Scalar | undefined>>): Readonly<Record<string, Answer>>;
}

const LEVEL = 0.95;
const DEVIATIONS = normalQuantile((1 + LEVEL) / 2);

/**
 * The model of these data with {@link PointModel.at}, which refuses rows outside the unit cube. Every surrogate of imago does that to the
 * models it fits, and every stage of a chain.
 */
export function inUnits<M extends Model>(model: M, data: Dataset): M & PointModel {
  const members = 'at' in model ? {} : guarded(model, data.space);
  return composed(model, { ...members, at: answering(model, data) }, (state) => ({ ...state, data: dataState(data) }));
}

function answering(model: Model, data: Dataset): PointModel['at'] {
  const { space } = data;
  const answers = rowAnswers(model, data);
  return (point) => {
    ensure(
      typeof point === 'object' && point !== null,
      'invalid-data',
      () => `at: a point is an object such as { ${space.names[0]}: ... }, got ${show(point)}`,
    );
    return answers(Matrix.from([encoded(space, point)]))[0];
  };
}

/** What a model that was fitted to the data says at rows of the unit cube, in the author's own units. */
export function rowAnswers(model: Model, data: Dataset): (x: Matrix) => Readonly<Record<string, Answer>>[] {
  const { space, outputs } = data;
  const columns = predictionColumns(outputs);
  let domains: readonly Domain[] | undefined;
  return (x) => {
    const { mean, variance } = beliefOf(model, x);
    // The posterior of a class is no probability.
    const shares = outputs.some(({ classes }) => classes) ? model.predict(x) : mean;
    const bounds = hasIntervals(model) ? model.interval(x, LEVEL) : undefined;
    domains ??= domainsOf(model, data.finite());
    const novelties = domains.map((domain) => domain.novelty(x));
    const answer = (output: Output, k: number, i: number): Answer => {
      const { start, width } = columns[k];
      if (output.formula) return exact(output.formula(space.decode(x.row(i))));
      const inDomain = novelties[k][i] <= 1;
      if (output.classes)
        return { ...classAnswer(output.classes, shares.row(i).subarray(start, start + width)), inDomain };
      const value = mean.get(i, start);
      const deviation = variance && Math.sqrt(Math.max(0, variance.get(i, start)));
      const interval = bounds
        ? ([bounds.lower.get(i, start), bounds.upper.get(i, start)] as const)
        : deviation !== undefined
          ? ([value - DEVIATIONS * deviation, value + DEVIATIONS * deviation] as const)
          : undefined;
      return { value, ...(deviation !== undefined && { deviation }), ...(interval && { interval }), inDomain };
    };
    return Array.from({ length: x.rows }, (_, i) =>
      Object.fromEntries(outputs.map((output, k) => [output.name, answer(output, k, i)])),
    );
  };
}

function encoded(space: Dataset['space'], point: Parameters<PointModel['at']>[0]): Float64Array {
  try {
    return space.encode(point);
  } catch (error) {
    if (!(error instanceof ImagoError)) throw error;
    throw new ImagoError(error.code, `at: ${error.message}`, { ...(error.place && { place: error.place }) });
  }
}

/** What an answer is believed to be; without variances of a model that has none. */
function beliefOf(model: Model, x: Matrix): { readonly mean: Matrix; readonly variance?: Matrix } {
  return isProbabilistic(model) ? answerOf(model, x) : { mean: model.predict(x) };
}

/** A closed form of the inputs, which nothing has to be learned of. */
function exact(value: number): Answer {
  return { value, deviation: 0, interval: [value, value], inDomain: true };
}

function classAnswer(classes: readonly string[], probabilities: Float64Array): Omit<Answer, 'inDomain'> {
  const value = mostProbable(probabilities);
  return {
    value,
    class: classes[value],
    probabilities: Object.fromEntries(classes.map((name, c) => [name, probabilities[c]])),
  };
}

/** The domain of each output by itself. */
export function domainsOf(model: Model, data: Dataset): Domain[] {
  const { outputs } = data;
  const cross = isCrossValidated(model) ? model.crossValidation() : undefined;
  const left = hasLeaveOneOut(model) ? model.leaveOneOut() : undefined;
  return predictionColumns(outputs).map((column, k) => {
    const part = ({ mean, variance }: Posterior) => ({ mean: cut(mean, column), variance: cut(variance, column) });
    const view: Model = {
      health: model.health,
      predict: (points) => cut(model.predict(points), column),
      ...(isProbabilistic(model) && { posterior: (points: Matrix) => part(model.posterior(points)) }),
      ...(cross && { crossValidation: () => part(cross) }),
      ...(left && { leaveOneOut: () => part(left) }),
    };
    return domainOf(view, data.only([k]));
  });
}

function cut(whole: Matrix, { start, width }: { readonly start: number; readonly width: number }): Matrix {
  const part = new Matrix(whole.rows, width);
  for (let i = 0; i < whole.rows; i++) part.row(i).set(whole.row(i).subarray(start, start + width));
  return part;
}
