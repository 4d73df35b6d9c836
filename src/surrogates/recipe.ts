import type { Dataset } from '../core/dataset.ts';
import { ensure } from '../core/errors.ts';
import type { Model, Oracle, Surrogate } from '../core/model.ts';
import type { Run } from '../core/run.ts';
import { inUnits, type PointModel } from './point-model.ts';

/** A surrogate whose models can be asked in the author's own units; all that come with imago are such. */
export interface Recipe<M extends Model = Model> extends Surrogate<M> {
  fit(data: Dataset, run: Run, previous?: M): Promise<M & PointModel>;
  refit?(data: Dataset, run: Run, previous: M): Promise<M & PointModel>;
  learn?(teacher: Oracle, data: Dataset, run: Run): Promise<M & PointModel>;
}

/** What to do with weights. */
const WEIGHTED =
  'and the data have some: fit decisionTree, ruleList, ruleScores, boxes, randomForest, extraTrees, gradientBoosting or neuralNetwork, or leave them out';

/** The surrogate with models that carry {@link PointModel.at}; it refuses data with weights where it does not use them. */
export function recipe<M extends Model>(surrogate: Surrogate<M>): Recipe<M> {
  const { name, refit, learn, usesWeights = false } = surrogate;
  const checked = (data: Dataset) => {
    ensure(usesWeights || !data.weights, 'invalid-data', () => `${name} cannot use weights of rows, ${WEIGHTED}`);
    return data;
  };
  return {
    name,
    usesWeights,
    fit: async (data, run, previous) => inUnits(await surrogate.fit(checked(data), run, previous), data),
    ...(refit && { refit: async (data, run, previous) => inUnits(await refit(checked(data), run, previous), data) }),
    ...(learn && { learn: async (teacher, data, run) => inUnits(await learn(teacher, checked(data), run), data) }),
  };
}
