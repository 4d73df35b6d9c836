import { ImagoError } from '../errors.ts';
import type { Model } from '../model.ts';
import type { DataState } from './data-state.ts';

/**
 * A fitted model as plain data: numbers, texts, booleans, null, undefined, typed arrays, and arrays and objects of these. It holds no code,
 * so that `structuredClone` copies it and a file can keep it. Arrays are shared with the model: copy before you change any.
 */
export interface ModelState {
  /** Which class the state is of. */
  readonly kind: string;
  /**
   * The rows that the model was fitted to, where it can be asked in the author's own units.
   * @internal
   */
  readonly data?: DataState;
}

/** A model that can be written down; a user's own model without a state cannot. */
export interface SavableModel extends Model {
  /** What gives the model back, with all that it can do. */
  readonly state: ModelState;
}

/** Gives the model of a state back. */
export type Restore = (state: ModelState) => SavableModel;

/** Whether the model can be written down. */
export function isSavable(model: Model): model is SavableModel {
  return 'state' in model && (model as { readonly savable?: boolean }).savable !== false;
}

/** The state of a model that is a part of another one; `invalid-argument` where it has none. */
export function stateOf(model: Model): ModelState {
  if (isSavable(model)) return model.state;
  throw new ImagoError('invalid-argument', 'the model has no state: one of its parts is a model that cannot be saved');
}

/** The same without the rows that only answers in the author's units need. */
export function bareState(model: Model): ModelState {
  const { data: _, ...state } = stateOf(model);
  return state;
}
