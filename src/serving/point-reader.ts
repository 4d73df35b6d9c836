import { ensure, ImagoError, show } from '../core/errors.ts';
import { admits } from '../core/space/coordinate.ts';
import type { Parameter, Scalar } from '../core/space/parameter.ts';
import type { Space } from '../core/space/space.ts';

/** A point of a request. */
export interface ReadPoint {
  /** As it was asked for, whole numbers rounded, without what plays no part there. */
  readonly asked: Readonly<Record<string, Scalar | undefined>>;
  /** Canonical coordinates of the nearest point of the space. */
  readonly u: Float64Array;
  /** Whether it is a point of the space. */
  readonly isInside: boolean;
}

/** Turns what a request says into points of a space; throws `invalid-data` with the parameter and its value. */
export class PointReader {
  readonly #space: Space;
  readonly #specs: readonly (readonly [name: string, spec: Parameter])[];

  constructor(space: Space) {
    this.#space = space;
    this.#specs = Object.entries(space.parameters);
  }

  /** A point by names: numbers, and texts of choices. */
  named(given: unknown): ReadPoint {
    const { names } = this.#space;
    ensure(
      typeof given === 'object' && given !== null && !Array.isArray(given),
      'invalid-data',
      () => `a point is an object such as { ${names[0]}: ... }, got ${show(given)}`,
    );
    // Without a prototype: `__proto__` is a name like any other, and is refused like one.
    const near: Record<string, Scalar | undefined> = Object.create(null);
    // The encoder reports unknown parameters; null is no value.
    for (const [name, value] of Object.entries(given))
      near[name] = nearestValue(
        Object.hasOwn(this.#space.parameters, name) ? this.#space.parameters[name] : undefined,
        value,
      );
    const u = this.#space.encode(near);
    const active = this.#space.isConditional ? this.#space.active(u) : undefined;
    let isInside = true;
    const asked: Record<string, Scalar | undefined> = {};
    this.#specs.forEach(([name, spec], j) => {
      if (active && !active[j]) return;
      const value = (given as Readonly<Record<string, Scalar>>)[name];
      asked[name] = spec.kind === 'integer' ? Math.floor((value as number) + 0.5) : value;
      isInside &&= admits(spec, value) || (spec.kind === 'real' && spec.periodic);
    });
    return { asked, u, isInside };
  }

  /** A point of which some values are `fixed`, and the others a vector in the order of the parameters: of a choice its index. */
  vector(given: readonly unknown[], fixed: Readonly<Record<string, Scalar>> = {}): ReadPoint {
    const free = this.free(fixed);
    ensure(
      given.length === free.length,
      'invalid-data',
      () => `the input has ${free.length} numbers (${free.join(', ')}), got ${given.length}`,
    );
    const values = free.map((name, i): [string, unknown] => {
      const spec = this.#space.parameters[name];
      const number = given[i];
      if (spec.kind !== 'categorical') return [name, number];
      ensure(
        typeof number === 'number' && Object.hasOwn(spec.values, number),
        'invalid-data',
        () =>
          `parameter '${name}' is an index: ${spec.values.map((one, c) => `${c} for ${one}`).join(', ')}; got ${show(number)}`,
      );
      return [name, spec.values[number]];
    });
    return this.named({ ...fixed, ...Object.fromEntries(values) });
  }

  /** The parameters that a vector has where some are fixed. */
  free(fixed: Readonly<Record<string, unknown>>): readonly string[] {
    return this.#space.names.filter((name) => !Object.hasOwn(fixed, name));
  }

  /** The value of a cell of text; undefined where it is empty. */
  cell(name: string, text: string): unknown {
    if (text === '') return undefined;
    if (this.#space.parameters[name].kind === 'categorical') return text;
    const value = Number(text);
    return Number.isNaN(value) ? text : value;
  }
}

/** The nearest value that the parameter can have, where there is one; midway the upper. */
function nearestValue(spec: Parameter | undefined, value: unknown): Scalar | undefined {
  if (value === null) return undefined;
  if (!spec || spec.kind === 'categorical' || typeof value !== 'number' || !Number.isFinite(value))
    return value as Scalar | undefined;
  switch (spec.kind) {
    case 'real': {
      const { lower, upper, periodic } = spec;
      if (!periodic) return Math.min(upper, Math.max(lower, value));
      const turns = (value - lower) / (upper - lower);
      return Math.min(upper, Math.max(lower, lower + (turns - Math.floor(turns)) * (upper - lower)));
    }
    case 'integer':
      return Math.min(spec.upper, Math.max(spec.lower, Math.floor(value + 0.5)));
    case 'ordinal':
      return spec.values.reduce((best, one) => (Math.abs(one - value) <= Math.abs(best - value) ? one : best));
  }
}

/** The message of a mistake in a request; whatever else went wrong is thrown on. */
export function mistakeOf(error: unknown): string {
  if (error instanceof ImagoError) return error.message;
  throw error;
}
