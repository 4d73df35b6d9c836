import type { Model } from '../core/model.ts';

const inside = new WeakMap<Model, Model>();

/** The model that was extended, for warm starts; the model itself when it was not. */
export function innermost<M extends Model>(model: M): M {
  const inner = inside.get(model);
  return inner ? innermost(inner as M) : model;
}

/** The model with further members; its own keep what they are, methods stay bound to it. */
export function extended<M extends Model, E extends object>(model: M, members: E): M & E {
  const has = (key: PropertyKey): key is keyof E => Object.hasOwn(members, key);
  const whole = new Proxy(model, {
    has: (target, key) => has(key) || Reflect.has(target, key),
    get(target, key) {
      if (has(key)) return members[key];
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  }) as M & E;
  inside.set(whole, model);
  return whole;
}
