import type { Dataset } from '../core/dataset.ts';
import type { Model } from '../core/model.ts';
import type { Matrix } from '../numerics/matrix.ts';
import { Rng } from '../numerics/random.ts';
import { points } from './labeled.ts';

/** A fitted model and the data that it was fitted to. */
export interface Fitted<M extends Model = Model> {
  readonly model: M;
  readonly data: Dataset;
}

/** Gives the model as one that has what is claimed of it. */
export type Get = <M extends Model>() => Promise<Fitted<M>>;

/** Points to ask at. */
export function queries(data: Dataset, count = 37): Matrix {
  return points(data.space, count, new Rng('model-laws/queries'));
}

/** Largest difference of corresponding numbers, relative to the largest number of `b`. */
export function difference(a: Float64Array, b: Float64Array): number {
  let scale = 0;
  let worst = 0;
  for (let i = 0; i < b.length; i++) {
    scale = Math.max(scale, Math.abs(b[i]));
    worst = Math.max(worst, Math.abs(a[i] - b[i]));
  }
  return scale === 0 ? worst : worst / scale;
}
