import { ensure, show } from '../errors.ts';
import { isUnit, UNIT_RULE } from '../text-check.ts';

/** A value that a parameter can take. */
export type Scalar = number | string;

/**
 * When a conditional parameter plays a part: every named parameter, declared before it, must be active and equal to the
 * value, be one of the values, or lie between `min` and `max` (both inclusive): numbers, or names of numeric parameters declared before.
 */
export type Condition = Readonly<Record<string, Scalar | readonly Scalar[] | ConditionRange>>;

/** From `min` to `max`, each a number or the name of a parameter. */
export interface ConditionRange {
  readonly min?: number | string;
  readonly max?: number | string;
}

/** What every parameter may say about itself. */
export interface ParameterOptions {
  readonly unit?: string;
  readonly description?: string;
  /** Parameters with the same group are named and shown as one, as the pixels of an image are. */
  readonly group?: string;
  /** Without it the parameter always plays a part. */
  readonly activeWhen?: Condition;
}

/** Options of {@link real}. */
export interface RealOptions extends ParameterOptions {
  /** `log` spaces the unit cube evenly in the logarithm; both bounds must then be positive. Default `linear`. */
  readonly scale?: 'linear' | 'log';
  /** The two bounds are the same point, as with an angle. Default false. */
  readonly periodic?: boolean;
}

/** Options of {@link resolution}. */
export interface ResolutionOptions extends Omit<ParameterOptions, 'activeWhen'> {
  /** What a run at each level costs, in whatever unit: positive and increasing. */
  readonly cost: readonly number[];
}

declare const valueType: unique symbol;

/** One input of a simulator; `V` is the type of its value in a point. */
export type Parameter<V = Scalar | undefined> = ParameterOptions & { readonly [valueType]?: V } & (
    | {
        readonly kind: 'real';
        readonly lower: number;
        readonly upper: number;
        readonly scale: 'linear' | 'log';
        readonly periodic: boolean;
      }
    | { readonly kind: 'integer'; readonly lower: number; readonly upper: number }
    // With a cost it is the resolution of a simulator.
    | { readonly kind: 'ordinal'; readonly values: readonly number[]; readonly cost?: readonly number[] }
    | { readonly kind: 'categorical'; readonly values: readonly string[]; readonly cost?: readonly number[] }
  );

/** The inputs of a simulator by name. */
export type Parameters = Readonly<Record<string, Parameter>>;

/** A decoded point: one value for each parameter in the author's units; an inactive conditional parameter is undefined. */
export type Point<P extends Parameters = Parameters> = {
  readonly [K in keyof P]: P[K] extends Parameter<infer V> ? V : never;
};

/** Values by name that nothing varies, such as the setting of a study. */
export type Constants = Readonly<Record<string, Scalar>>;

/** What is added to the values of a parameter that may be inactive. */
export type Inactive<O> = O extends { readonly activeWhen: Condition } ? undefined : never;

/** A real number in [lower, upper]. */
export function real<const O extends RealOptions>(
  lower: number,
  upper: number,
  options?: O,
): Parameter<number | Inactive<O>> {
  const scale = options?.scale ?? 'linear';
  return checked({ kind: 'real', lower, upper, ...options, scale, periodic: options?.periodic ?? false });
}

/** An integer in lower .. upper, both inclusive. One of a single value is there, and nothing varies it; so it is with the others below. */
export function integer<const O extends ParameterOptions>(
  lower: number,
  upper: number,
  options?: O,
): Parameter<number | Inactive<O>> {
  return checked({ kind: 'integer', lower, upper, ...options });
}

/** One of a few numbers in increasing order, such as standard pipe diameters. */
export function ordinal<const O extends ParameterOptions>(
  values: readonly number[],
  options?: O,
): Parameter<number | Inactive<O>> {
  return checked({ kind: 'ordinal', values: Array.isArray(values) ? [...values] : values, ...options });
}

/** One of a few names without an order; the last argument may be options. */
export function categorical<const C extends string>(...choices: readonly C[]): Parameter<C>;
export function categorical<const C extends readonly string[], const O extends ParameterOptions>(
  ...choicesAndOptions: readonly [...C, O]
): Parameter<C[number] | Inactive<O>>;
export function categorical(...choices: readonly (string | ParameterOptions)[]): Parameter {
  const last = choices.at(-1);
  const options = typeof last === 'object' ? last : undefined;
  const values = (options ? choices.slice(0, -1) : choices) as string[];
  return checked({ kind: 'categorical', values, ...options });
}

/**
 * How finely the simulator computes: numbers such as the cells of a mesh (increasing) or their size (decreasing), or the names of methods;
 * coarsest first, the last one is the finest. A simulator has at most one. What is searched and reported are answers of the finest level;
 * those of coarser ones are there to learn from.
 */
export function resolution<const L extends readonly number[] | readonly string[]>(
  levels: L,
  options: ResolutionOptions,
): Parameter<L extends readonly number[] ? number : L[number]> {
  const names = Array.isArray(levels) && typeof levels[0] === 'string';
  const values = Array.isArray(levels) ? [...levels] : levels;
  // A missing cost is still a cost, and wrong.
  return checked({
    kind: names ? 'categorical' : 'ordinal',
    values,
    ...options,
    cost: options?.cost ?? [],
  } as Parameter<L extends readonly number[] ? number : L[number]>);
}

function checked<V>(parameter: Parameter<V>): Parameter<V> {
  checkParameter(parameter as Parameter);
  return parameter;
}

/** Throws `invalid-space` where a parameter makes no sense by itself, also one that was not made by the functions here. */
export function checkParameter(parameter: Parameter): void {
  const { kind, unit } = parameter;
  ensure(unit === undefined || typeof unit === 'string', 'invalid-space', `unit must be a text, got ${show(unit)}`);
  const { group } = parameter;
  ensure(
    group === undefined || (typeof group === 'string' && group !== ''),
    'invalid-space',
    `group must be a text, got ${show(group)}`,
  );
  ensure(unit === undefined || isUnit(unit), 'invalid-space', () => `unit ${UNIT_RULE}, got ${show(unit)}`);
  if (kind === 'real') checkReal(parameter);
  else if (kind === 'integer') {
    const { lower, upper } = parameter;
    checkBounds(kind, lower, upper);
    ensure(
      Number.isSafeInteger(lower) && Number.isSafeInteger(upper),
      'invalid-space',
      `integer: bounds must be integers, got ${lower} and ${upper}; at most 2^53 - 1`,
    );
  } else {
    if (kind === 'categorical') checkChoices(parameter.values, parameter.cost !== undefined);
    else checkOrdinals(parameter.values, parameter.cost !== undefined);
    if (parameter.cost !== undefined) checkCost(parameter.cost, parameter.values.length);
  }
}

function checkReal({ lower, upper, scale, periodic }: Extract<Parameter, { kind: 'real' }>): void {
  checkBounds('real', lower, upper);
  ensure(
    scale === 'linear' || scale === 'log',
    'invalid-space',
    `real: scale must be 'linear' or 'log', got ${show(scale)}`,
  );
  ensure(
    scale === 'linear' || lower > 0,
    'invalid-space',
    `real: a log scale needs positive bounds, got lower = ${lower}`,
  );
  ensure(scale === 'linear' || !periodic, 'invalid-space', 'real: a periodic parameter cannot have a log scale');
}

function checkOrdinals(values: readonly number[], isResolution: boolean): void {
  const what = isResolution ? 'resolution' : 'ordinal';
  ensure(
    Array.isArray(values) && values.length >= (isResolution ? 2 : 1),
    'invalid-space',
    `${what}: needs ${isResolution ? 'at least two values' : 'a value'}, got ${show(values)}`,
  );
  const sign = isResolution && values[1] < values[0] ? -1 : 1;
  for (let i = 0; i < values.length; i++)
    ensure(
      Number.isFinite(values[i]) && (i === 0 || sign * values[i] > sign * values[i - 1]),
      'invalid-space',
      `${what}: values must be finite and ${isResolution ? 'in order, coarsest first' : 'increasing'}, got ${show(values)}`,
    );
}

function checkCost(cost: readonly number[], levels: number): void {
  ensure(
    Array.isArray(cost) && cost.length === levels,
    'invalid-space',
    `resolution: needs a cost for each of its ${levels} levels, got ${show(cost)}`,
  );
  for (let i = 0; i < cost.length; i++)
    ensure(
      Number.isFinite(cost[i]) && cost[i] > 0 && (i === 0 || cost[i] > cost[i - 1]),
      'invalid-space',
      `resolution: costs must be positive and increasing, got ${show(cost)}`,
    );
}

function checkChoices(values: readonly string[], isResolution: boolean): void {
  ensure(
    Array.isArray(values) && values.length >= (isResolution ? 2 : 1),
    'invalid-space',
    `${isResolution ? 'resolution: needs at least two levels' : 'categorical: needs a choice'}, got ${show(values)}`,
  );
  for (const value of values)
    ensure(
      typeof value === 'string' && value !== '',
      'invalid-space',
      `categorical: choices must be non-empty strings, got ${show(value)}`,
    );
  ensure(
    new Set(values).size === values.length,
    'invalid-space',
    `categorical: choices must differ, got ${show(values)}`,
  );
}

function checkBounds(kind: string, lower: number, upper: number): void {
  ensure(
    Number.isFinite(lower) && Number.isFinite(upper),
    'invalid-space',
    `${kind}: bounds must be finite numbers, got ${show(lower)} and ${show(upper)}`,
  );
  const one = kind === 'real' && lower === upper ? `; one value is ordinal([${lower}]), or a constant` : '';
  ensure(
    lower < upper || (kind === 'integer' && lower === upper),
    'invalid-space',
    `${kind}: lower must be below upper, got ${lower} and ${upper}${one}`,
  );
  ensure(
    Number.isFinite(upper - lower),
    'invalid-space',
    `${kind}: the range from ${lower} to ${upper} is too wide for a number`,
  );
}

/** The number of values of a discrete parameter; Infinity for a real one. */
export function levelsOf(parameter: Parameter): number {
  if (parameter.kind === 'real') return Number.POSITIVE_INFINITY;
  return parameter.kind === 'integer' ? parameter.upper - parameter.lower + 1 : parameter.values.length;
}
