import type { Dataset } from '../core/dataset.ts';
import type { Model, Surrogate } from '../core/model.ts';
import type { Run } from '../core/run.ts';
import { inUnits, type PointModel } from './point-model.ts';

/** A surrogate whose models can be asked in the author's own units; all that come with imago are such. */
export interface Recipe<M extends Model = Model> extends Surrogate<M> {
  fit(data: Dataset, run: Run, previous?: M): Promise<M & PointModel>;
  refit?(data: Dataset, run: Run, previous: M): Promise<M & PointModel>;
}

/** The surrogate with models that carry {@link PointModel.at}. */
export function recipe<M extends Model>(surrogate: Surrogate<M>): Recipe<M> {
  const { name, refit } = surrogate;
  return {
    name,
    fit: async (data, run, previous) => inUnits(await surrogate.fit(data, run, previous), data),
    ...(refit && { refit: async (data, run, previous) => inUnits(await refit(data, run, previous), data) }),
  };
}
