const { getPrototypeOf } = Object;

/** What the runs of a worker share, and imago with them; who holds it is as it was before any simulator was loaded. */
const [scope, math, numbers, json, atomics, objects, clock] = [
  globalThis,
  Math,
  Number,
  JSON,
  Atomics,
  Object,
  performance,
];
const [promises, arrays, floats] = [Promise.prototype, Array.prototype, Float64Array.prototype];
const typedArrays = getPrototypeOf(floats) as Float64Array;

/** The shared globals as they are at a moment. */
export class Globals {
  readonly #values = valuesNow();
  readonly #names = inheritedNames();

  /** Whether they have been changed since: what runs later would run in another world. */
  get areChanged(): boolean {
    const values = valuesNow();
    for (let i = 0; i < values.length; i++) if (values[i] !== this.#values[i]) return true;
    return inheritedNames() !== this.#names;
  }
}

/** Read by name, each in a place of its own: reading through a list of names takes ten times as long, after every run. */
function valuesNow(): unknown[] {
  return [
    scope.Date,
    scope.Promise,
    scope.setTimeout,
    scope.setInterval,
    scope.setImmediate,
    scope.clearTimeout,
    scope.clearInterval,
    math.random,
    math.sin,
    math.cos,
    math.tan,
    math.exp,
    math.log,
    math.pow,
    math.sqrt,
    math.abs,
    math.floor,
    math.round,
    math.min,
    math.max,
    math.hypot,
    numbers.isFinite,
    numbers.isInteger,
    numbers.isNaN,
    numbers.parseFloat,
    json.parse,
    json.stringify,
    atomics.load,
    atomics.store,
    atomics.add,
    atomics.wait,
    atomics.notify,
    objects.keys,
    objects.entries,
    objects.fromEntries,
    objects.assign,
    objects.hasOwn,
    objects.defineProperty,
    promises.then,
    arrays.push,
    arrays.map,
    arrays.filter,
    arrays.slice,
    arrays.splice,
    arrays.join,
    arrays.indexOf,
    arrays.forEach,
    arrays.reduce,
    typedArrays.set,
    typedArrays.slice,
    typedArrays.subarray,
    typedArrays.fill,
    typedArrays.map,
    floats.set,
    floats.slice,
    floats.subarray,
    floats.fill,
    clock.now,
  ];
}

/** Names that every object has, though nobody gave it any. */
function inheritedNames(): string {
  let names = '';
  for (const name in {}) names += `${name} `;
  return names;
}
