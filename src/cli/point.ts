import { type AnySimulator, ensure, ImagoError, type Parameter, type Scalar } from '../index.ts';
import { describe, namesShown } from '../internal.ts';

/** A point by names. */
export type NamedPoint = Readonly<Record<string, Scalar>>;

const EXAMPLE = "'length=1.2,material=steel'";

/**
 * The values of a text such as `length=1.2,material=steel`, or of an object in JSON where a text holds commas. Throws `invalid-argument` where
 * it is neither or names something that the simulator does not have.
 */
export function namedPoint(
  text: string,
  { name, space }: Pick<AnySimulator, 'name' | 'space'>,
  what = '--at',
): NamedPoint {
  const parameters = space.parameters as Readonly<Record<string, Parameter>>;
  const given = text.trim().startsWith('{') ? fromJson(text, what) : fromPairs(text, what);
  return Object.fromEntries(
    given.map(([key, value]) => {
      ensure(
        Object.hasOwn(parameters, key),
        'invalid-argument',
        () => `${what}: ${name} has no parameter '${key}'; known: ${namesShown(space.parameters)}`,
      );
      return [key, scalarOf(key, value, parameters[key], what)] as const;
    }),
  );
}

/** The row of a whole point in the unit cube; throws `invalid-argument` where a value is missing or is none that the parameter has. */
export function rowOf(point: Readonly<Record<string, Scalar | undefined>>, { space }: AnySimulator): Float64Array {
  try {
    return space.encode(point);
  } catch (cause) {
    if (!(cause instanceof ImagoError)) throw cause;
    throw new ImagoError('invalid-argument', `--at: ${cause.message}`, { cause });
  }
}

/** The point in the middle of every range, with some values of its own. */
export function middleWith(given: NamedPoint, simulator: AnySimulator): Float64Array {
  const { space } = simulator;
  const u = new Float64Array(space.dimension).fill(0.5);
  space.names.forEach((name: string, j: number) => {
    if (Object.hasOwn(given, name)) u[j] = coordinate(name, given[name], simulator);
  });
  const point = space.decode(u) as Readonly<Record<string, Scalar | undefined>>;
  return rowOf({ ...point, ...given }, simulator);
}

function coordinate(name: string, value: Scalar, { space }: AnySimulator): number {
  try {
    return space.coordinate(name, value);
  } catch (cause) {
    if (!(cause instanceof ImagoError)) throw cause;
    throw new ImagoError('invalid-argument', `--at: ${cause.message}`, { cause });
  }
}

function fromPairs(text: string, what: string): [string, unknown][] {
  return text.split(',').map((pair) => {
    const [, key, value] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
    ensure(
      key !== undefined && value !== '',
      'invalid-argument',
      `${what} is a point such as ${EXAMPLE}, got '${text}'`,
    );
    return [key, value];
  });
}

function fromJson(text: string, what: string): [string, unknown][] {
  try {
    return Object.entries(JSON.parse(text) as object);
  } catch (cause) {
    throw new ImagoError('invalid-argument', `${what} is a point such as ${EXAMPLE}, or JSON, got ${text}`, { cause });
  }
}

function scalarOf(name: string, value: unknown, parameter: Parameter, what: string): Scalar {
  if (parameter.kind === 'categorical') return String(value);
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  ensure(
    !Number.isNaN(number),
    'invalid-argument',
    () => `${what}: parameter '${name}' cannot be '${String(value)}': ${describe(parameter)}`,
  );
  return number;
}
