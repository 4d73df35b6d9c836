const { getPrototypeOf } = Object;

/** What the runs of a worker share, and imago with them, by name. */
const SHARED: readonly (readonly [object, readonly string[]])[] = [
  [globalThis, ['Date', 'Promise', 'setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval']],
  [Math, ['random', 'sin', 'cos', 'tan', 'exp', 'log', 'pow', 'sqrt', 'abs', 'floor', 'round', 'min', 'max', 'hypot']],
  [Number, ['isFinite', 'isInteger', 'isNaN', 'parseFloat']],
  [JSON, ['parse', 'stringify']],
  [Atomics, ['load', 'store', 'add', 'wait', 'notify']],
  [Object, ['keys', 'entries', 'fromEntries', 'assign', 'hasOwn', 'defineProperty']],
  [Promise.prototype, ['then']],
  [Array.prototype, ['push', 'map', 'filter', 'slice', 'splice', 'join', 'indexOf', 'forEach', 'reduce']],
  [getPrototypeOf(Float64Array.prototype) as object, ['set', 'slice', 'subarray', 'fill', 'map']],
  [Float64Array.prototype, ['set', 'slice', 'subarray', 'fill']],
  [performance, ['now']],
];

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

function valuesNow(): unknown[] {
  const values: unknown[] = [];
  let count = 0;
  for (const [holder, names] of SHARED)
    for (const name of names) values[count++] = (holder as Readonly<Record<string, unknown>>)[name];
  return values;
}

/** Names that every object has, though nobody gave it any. */
function inheritedNames(): string {
  let names = '';
  for (const name in {}) names += `${name} `;
  return names;
}
