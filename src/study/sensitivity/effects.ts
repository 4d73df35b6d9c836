import { outputsOf, predictionColumns } from '../../core/columns.ts';
import { answerOf, hasIntervals, isProbabilistic, type Model, type ProbabilisticModel } from '../../core/model.ts';
import type { Output } from '../../core/output.ts';
import { pauser } from '../../core/pause.ts';
import type { Problem } from '../../core/problem.ts';
import { childRun, type Run } from '../../core/run.ts';
import type { Space } from '../../core/space/space.ts';
import { Matrix } from '../../numerics/matrix.ts';
import type { StudyChain } from '../chain/study-chain.ts';
import type { StudyContext } from '../context.ts';
import type { Searched } from '../search/study-search.ts';
import { type Center, placeOf } from './center.ts';
import type { QuantityEffects } from './results.ts';
import { effectsOf, inputsTold, type Profiled, profilesOf, sliceOf } from './sensitivity.ts';

/** A scalar of an input and of what a model predicts there, by name. */
export interface Quantity {
  readonly name: string;
  /** The prediction column that it is, where it is one. */
  readonly column?: number;
  of(x: Matrix, prediction: Matrix): Float64Array;
}

/** Inputs that a quantity is followed along. */
const MOST_PROFILES = 9;

/** How the name of the probability of a class begins. */
const PROBABILITY = 'probability of ';

/** Whether a quantity of that name is the probability of a class. */
export function isProbability(name: string): boolean {
  return name.startsWith(PROBABILITY);
}

/** Every output as a scalar: a number as it is, a class by the probability of its last name. */
export function outputQuantities(outputs: readonly Output[]): Quantity[] {
  const columns = predictionColumns(outputs);
  return outputs.map(({ name, classes }, k) => ({
    name: classes ? `${PROBABILITY}${name} = ${classes.at(-1)}` : name,
    ...(!classes && { column: columns[k].start }),
    of: (_, prediction) => prediction.column(columns[k].start + columns[k].width - 1),
  }));
}

/** Every objective that is neither an output nor an input, and every output. */
export function quantitiesOf(outputs: readonly Output[], problem: Problem | undefined): Quantity[] {
  const own = (problem?.objectives ?? []).flatMap(({ text, sense }, k): Quantity[] => {
    if (!problem || outputs.some(({ name }) => name === text) || problem.space.names.includes(text)) return [];
    const sign = sense === 'maximize' ? -1 : 1;
    const scores = (x: Matrix, prediction: Matrix) => problem.score(x, outputsOf(outputs, prediction)).objectives;
    return [
      {
        name: text,
        of: (x, prediction) =>
          scores(x, prediction)
            .column(k)
            .map((value) => sign * value),
      },
    ];
  });
  return [...own, ...outputQuantities(outputs)];
}

/** Effects of the inputs on the objective and on every output, as seen by the model that was searched or else the first stage's. */
export async function studyEffects(
  { problem, run }: StudyContext,
  chain: StudyChain,
  searched: Searched | undefined,
  center: Center | undefined,
  final?: Model,
): Promise<QuantityEffects[]> {
  const model = searched?.model ?? final ?? chain.trained[0]?.model;
  const data = searched?.history ?? chain.trained[0]?.data;
  if (!model || !data) return [];
  const { space, outputs } = data;
  return effectsOfModel({ model, space, outputs, problem }, center, run);
}

/** What is asked for its effects. */
export interface EffectsSubject {
  readonly model: Model;
  readonly space: Space;
  readonly outputs: readonly Output[];
  readonly problem: Problem | undefined;
}

/** Effects of the inputs as a model sees them; slices go through the `center`, by default the middle of the space. */
export async function effectsOfModel(
  { model, space, outputs, problem }: EffectsSubject,
  center: Center | undefined,
  run: Run,
): Promise<QuantityEffects[]> {
  const quantities = quantitiesOf(outputs, problem);
  const all = (x: Matrix) => {
    const prediction = model.predict(x);
    return quantities.map(({ of }) => of(x, prediction));
  };
  const place = placeOf(center, space);
  const effects = await effectsOf(all, space, childRun(run, 'effects'));
  const limit = excessOf(problem, (x) => outputsOf(outputs, model.predict(x)), center?.isAllowed ? place : undefined);
  const pause = pauser(run);
  const found: QuantityEffects[] = [];
  for (const [q, { name, column, of }] of quantities.entries()) {
    await pause();
    const own = effects[q];
    const order = [...own.total.keys()].sort((i, j) => own.total[j] - own.total[i]);
    const inputs = order.map((at) => inputsTold(own, space.dimension)[at]);
    const [a, b] = inputs;
    const evaluate = (x: Matrix) => of(x, model.predict(x));
    found.push({
      quantity: name,
      effects: own,
      slice: b === undefined ? null : sliceOf(evaluate, space, place, Math.min(a, b), Math.max(a, b), limit),
      profiles: profilesOf(
        {
          value: evaluate,
          ...(column !== undefined && doubtsOf(model, column)),
          ...(limit && { limit }),
        },
        space,
        place,
        inputs.slice(0, MOST_PROFILES),
      ),
    });
  }
  return found;
}

/** How unsure a model is of answers in a prediction column, in the ways that it knows. */
export function doubtsOf(model: Model, column: number): Pick<Profiled, 'deviation' | 'interval'> {
  return {
    ...(isProbabilistic(model) && { deviation: deviationOf(model, column) }),
    ...(hasIntervals(model) && {
      interval: (x) => {
        const { lower, upper } = model.interval(x);
        return Array.from({ length: x.rows }, (_, i) => [lower.get(i, column), upper.get(i, column)] as const);
      },
    }),
  };
}

/** Standard deviations of answers in a prediction column, as `at` of the model tells them. */
export function deviationOf(model: ProbabilisticModel, column: number): (x: Matrix) => Float64Array {
  return (x) =>
    answerOf(model, x)
      .variance.column(column)
      .map((variance) => Math.sqrt(Math.max(0, variance)));
}

/**
 * How far the worst inequality is exceeded at points whose outputs are predicted (n x m); undefined without any. Where the simulator allows the point
 * `allowed`, what the model says beyond a limit there is its error, and is taken off everywhere; a limit that is as it is there, since its inputs
 * are held, is left out: an active one would hide how much room the others leave.
 */
export function excessOf(
  problem: Problem | undefined,
  outputsAt: (x: Matrix) => Matrix,
  allowed: Float64Array | undefined,
): ((x: Matrix) => Float64Array) | undefined {
  const places = (problem?.constraints ?? []).flatMap(({ kind }, k) => (kind === 'inequality' ? [k] : []));
  if (!problem || places.length === 0) return undefined;
  const told = (x: Matrix) => problem.score(x, outputsAt(x)).constraints;
  const there = allowed && told(new Matrix(1, allowed.length, allowed.slice()));
  const beyond = (k: number) => Math.max(0, there?.get(0, k) ?? 0);
  return (x) => {
    const constraints = told(x);
    return Float64Array.from({ length: x.rows }, (_, i) => {
      const moved = places.filter((k) => constraints.get(i, k) !== there?.get(0, k));
      return Math.max(...(moved.length > 0 ? moved : places).map((k) => constraints.get(i, k) - beyond(k)));
    });
  };
}
