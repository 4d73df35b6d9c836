import { ensure, ImagoError, show } from '../errors.ts';
import { admits, describe } from './coordinate.ts';
import type { Condition, ConditionRange, Parameter, Scalar } from './parameter.ts';

/** Whether a value of a controller is one of those that are wanted; `named` knows the parameters that bounds name, undefined where inactive. */
export function satisfies(
  value: Scalar,
  wanted: Condition[string],
  named: (parameter: string) => Scalar | undefined,
): boolean {
  if (typeof wanted !== 'object') return value === wanted;
  if (Array.isArray(wanted)) return wanted.includes(value);
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = wanted as ConditionRange;
  const [least, most] = [min, max].map((bound) => (typeof bound === 'string' ? named(bound) : bound));
  if (typeof value !== 'number' || typeof least !== 'number' || typeof most !== 'number') return false;
  // A value that went to the unit cube and back may miss the bound it came from by its last digits.
  const slack = 1e-12 * Math.abs(value);
  return value >= least - slack && value <= most + slack;
}

/** The parameters that a condition looks at, those that it names as bounds included. */
export function controllersOf(condition: Condition = {}): string[] {
  return Object.entries(condition).flatMap(([controller, wanted]) => {
    const { min, max } = typeof wanted === 'object' ? (wanted as ConditionRange) : {};
    return [controller, ...[min, max].filter((bound) => typeof bound === 'string')];
  });
}

/** Throws when the condition can never hold, or says nothing. */
export function checkCondition(
  name: string,
  controller: string,
  spec: Parameter,
  wanted: Condition[string],
  before: ReadonlyMap<string, Parameter>,
): void {
  const place = `parameter '${name}' is active when '${controller}'`;
  if (typeof wanted === 'object' && !Array.isArray(wanted)) {
    const { min, max, ...unknown } = wanted as ConditionRange;
    ensure(
      spec.kind !== 'categorical',
      'invalid-space',
      `parameter '${name}': '${controller}' is categorical and has no min or max`,
    );
    ensure(
      Object.keys(unknown).length === 0 && (min ?? max) !== undefined,
      'invalid-space',
      `${place} is ${show(wanted)}: give min, max or both`,
    );
    const [lower, upper] = rangeOf(spec);
    const bound = (given: number | string) => boundOf(place, spec, given, before);
    const [least, most] = [min === undefined ? lower : bound(min)[0], max === undefined ? upper : bound(max)[1]];
    ensure(
      least <= Math.min(most, upper) && most >= lower,
      'invalid-space',
      `${place} is ${show(wanted)}, which it can never be: ${describe(spec)}`,
    );
    return;
  }
  const values = Array.isArray(wanted) ? wanted : [wanted];
  ensure(values.length > 0, 'invalid-space', `${place} is one of an empty list, which it can never be`);
  ensure(
    spec.kind !== 'real',
    'invalid-space',
    `${place} is ${show(wanted)}: a real number is hardly ever equal to another; give { min } or { max }`,
  );
  for (const value of values)
    ensure(admits(spec, value), 'invalid-space', `${place} is ${show(value)}, which it can never be`);
}

/** The least and the largest value of a numeric parameter. */
function rangeOf(spec: Exclude<Parameter, { kind: 'categorical' }>): readonly [number, number] {
  return spec.kind === 'ordinal' ? [spec.values[0], spec.values.at(-1) as number] : [spec.lower, spec.upper];
}

/** What a bound of a condition may be; throws where it names no numeric parameter of the same unit that is declared before. */
function boundOf(
  place: string,
  controller: Parameter,
  given: number | string,
  before: ReadonlyMap<string, Parameter>,
): readonly [number, number] {
  if (typeof given !== 'string') return [given, given];
  const spec = before.get(given);
  const known = [...before].filter(([, { kind }]) => kind !== 'categorical').map(([one]) => one);
  if (spec === undefined || spec.kind === 'categorical' || ('cost' in spec && spec.cost !== undefined))
    throw new ImagoError(
      'invalid-space',
      `${place} is bounded by ${show(given)}, which is no numeric parameter declared before it; known: ${known.join(', ')}`,
    );
  ensure(
    (spec.unit ?? '') === (controller.unit ?? ''),
    'invalid-space',
    `${place} is bounded by '${given}', but their units differ: ${show(controller.unit)} against ${show(spec.unit)}`,
  );
  return rangeOf(spec);
}
