import type { Model } from '../core/model.ts';
import { isSavable, type ModelState } from '../core/state/model-state.ts';

const INSIDE = Symbol('the model inside');

/** The model inside all others, for warm starts; the model itself where there is none. */
export function innermost<M extends Model>(model: M): M {
  return INSIDE in model ? innermost(model[INSIDE] as M) : model;
}

/**
 * A model with all that `inner` offers and further members, which may take the place of its own. It has a state where the model inside has
 * one: `state` makes it from that.
 */
export function composed<M extends Model, E extends object>(
  inner: M,
  members: E,
  state: (inner: ModelState) => ModelState,
): M & E {
  // Of the class of the model inside, all of whose members are there by themselves.
  const whole = Object.create(Object.getPrototypeOf(inner), {
    ...delegates(inner),
    ...Object.getOwnPropertyDescriptors(members),
    [INSIDE]: { value: inner },
  });
  if (isSavable(inner)) Object.defineProperty(whole, 'state', { get: () => state(inner.state), configurable: true });
  return whole;
}

/** What the model has, its class's members too, answered by the model itself: methods are bound to it. */
function delegates(model: Model): PropertyDescriptorMap {
  const found: PropertyDescriptorMap = {};
  for (let at: object = model; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at))
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (name === 'constructor' || name in found) continue;
      const own =
        typeof value === 'function'
          ? { value: value.bind(model), writable: true }
          : { get: () => Reflect.get(model, name) };
      found[name] = { ...own, configurable: true, enumerable: true };
    }
  return found;
}
