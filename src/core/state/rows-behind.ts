import type { Dataset } from '../dataset.ts';
import { ensure } from '../errors.ts';
import type { Model } from '../model.ts';
import { dataOf } from './data-state.ts';
import { isSavable } from './model-state.ts';

/** The rows that a model was fitted to; throws `invalid-argument` where it does not know them. */
export function rowsBehind(model: Model): Dataset {
  const data = isSavable(model) ? model.state.data : undefined;
  ensure(
    data !== undefined,
    'invalid-argument',
    'the model does not know the rows that it was fitted to: give them as data',
  );
  return dataOf(data);
}
