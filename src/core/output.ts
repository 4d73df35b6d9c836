import { ensure, show } from './errors.ts';
import type { Parameters, Point } from './space/parameter.ts';
import type { Space } from './space/space.ts';
import { isName, isUnit, LOST_NAME, NAME_RULE, UNIT_RULE } from './text-check.ts';

/** What a simulator says about one of its outputs. */
export interface OutputOptions {
  readonly unit?: string;
  readonly description?: string;
  /** An answer outside [lowest, highest] makes the evaluation a failure. */
  readonly valid?: readonly [number, number];
  /** The output is one of these names; in matrices it is the index of the name. */
  readonly classes?: readonly string[];
  /** The output is the derivative of another one by a parameter, both in the author's units: what an adjoint solver gives for free. */
  readonly derivative?: Derivative;
}

/** Names of a numeric output and of a real parameter. */
export interface Derivative {
  readonly of: string;
  readonly by: string;
}

/** The outputs of a simulator by name. */
export type Outputs = Readonly<Record<string, OutputOptions>>;

/** An output that is a number. */
export interface NumberOutput extends Omit<OutputOptions, 'classes'> {
  readonly name: string;
  readonly classes?: undefined;
  /** What it is at a point, where it is a closed form of the inputs. */
  readonly formula?: (point: Point<Parameters>) => number;
}

/** An output that is one of several names. */
export interface ClassOutput extends Pick<OutputOptions, 'unit' | 'description'> {
  readonly name: string;
  readonly classes: readonly string[];
  readonly valid?: undefined;
  readonly derivative?: undefined;
  readonly formula?: undefined;
}

/** One output: a column of the n x m matrix `y`. It is a class where it has `classes`. */
export type Output = NumberOutput | ClassOutput;

/** A number for each output, or a class name where classes are declared. */
export type OutputValues<O extends Outputs = Outputs> = {
  readonly [K in keyof O]: O[K] extends { readonly classes: readonly (infer C)[] } ? C : number;
};

/**
 * What `run` returns: a number for each output, and for classes the name of one or, where the run is not sure, shares of them that sum to 1, such
 * as `{ stable: 0.9, unstable: 0.1 }`; a class that is not named has none.
 */
export type RunAnswer<O extends Outputs = Outputs> = {
  readonly [K in keyof O]: O[K] extends { readonly classes: readonly (infer C extends string)[] }
    ? C | { readonly [N in C]?: number }
    : number;
};

/** The outputs as an array, checked; `where` is the key of a definition under which they stand. */
export function outputList(outputs: Outputs, where: 'outputs' | 'formulas' = 'outputs'): Output[] {
  ensure(
    outputs !== null && typeof outputs === 'object' && !Array.isArray(outputs) && Object.keys(outputs).length > 0,
    'invalid-simulator',
    `outputs must be an object with at least one entry, got ${show(outputs)}`,
  );
  return Object.entries(outputs).map(([name, options]) => {
    const place = [where, name];
    ensure(
      options !== null && typeof options === 'object',
      'invalid-simulator',
      `output '${name}' must be an object such as { unit: 'm' }, got ${show(options)}`,
      place,
    );
    const { unit, valid, classes } = options;
    ensure(
      unit === undefined || typeof unit === 'string',
      'invalid-simulator',
      `output '${name}': unit must be a text, got ${show(unit)}`,
      [...place, 'unit'],
    );
    ensure(
      unit === undefined || isUnit(unit),
      'invalid-simulator',
      () => `output '${name}': unit ${UNIT_RULE}, got ${show(unit)}`,
      [...place, 'unit'],
    );
    ensure(isName(name), 'invalid-simulator', () => `outputs: ${NAME_RULE}, got ${show(name)}`);
    if (valid !== undefined)
      ensure(
        Array.isArray(valid) &&
          valid.length === 2 &&
          valid.every((one) => typeof one === 'number') &&
          valid[0] < valid[1],
        'invalid-simulator',
        `output '${name}': valid must be [lowest, highest], got ${show(valid)}`,
        [...place, 'valid'],
      );
    if (classes !== undefined) {
      ensure(
        Array.isArray(classes) &&
          classes.length >= 2 &&
          classes.every((one) => typeof one === 'string') &&
          new Set(classes).size === classes.length,
        'invalid-simulator',
        `output '${name}': classes must be two or more different names, got ${show(classes)}`,
        [...place, 'classes'],
      );
      ensure(
        !classes.includes(LOST_NAME),
        'invalid-simulator',
        `output '${name}': no class can be called '${LOST_NAME}', under which objects keep nothing`,
        [...place, 'classes'],
      );
      ensure(valid === undefined, 'invalid-simulator', `output '${name}': a class has no valid range`, [
        ...place,
        'valid',
      ]);
    }
    return { name, ...options } as Output;
  });
}

/** What is asked and what is answered. */
export interface Subject {
  readonly space: Space;
  readonly outputs: readonly Output[];
}

/** Throws `invalid-argument`, in the name of the `owner`, unless a value has a space and outputs; another copy of imago may have made them. */
export function checkSubject(owner: string, subject: unknown): asserts subject is Subject {
  const { space, outputs } = (subject ?? {}) as Partial<Record<keyof Subject, unknown>>;
  const { encode, dimension } = (space ?? {}) as Partial<Space>;
  ensure(
    typeof encode === 'function' && Number.isInteger(dimension),
    'invalid-argument',
    () => `${owner}: space must be made by new Space(), got ${show(space)}`,
  );
  ensure(
    Array.isArray(outputs) && outputs.length > 0 && outputs.every((one) => typeof one?.name === 'string'),
    'invalid-argument',
    () => `${owner}: outputs must be a list such as [{ name: 'mass' }], got ${show(outputs)}`,
  );
}
