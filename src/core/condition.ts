import { admits, describe } from './coordinate.ts';
import { ensure, show } from './errors.ts';
import type { Condition, Parameter, Scalar } from './parameter.ts';

/** Whether a value of a controller is one of those that are wanted. */
export function satisfies(value: Scalar, wanted: Condition[string]): boolean {
  if (typeof wanted !== 'object') return value === wanted;
  if (Array.isArray(wanted)) return wanted.includes(value);
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = wanted as { min?: number; max?: number };
  // A value that went to the unit cube and back may miss the bound it came from by its last digits.
  const slack = typeof value === 'number' ? 1e-12 * Math.abs(value) : 0;
  return typeof value === 'number' && value >= min - slack && value <= max + slack;
}

/** Throws when the condition can never hold, or says nothing. */
export function checkCondition(name: string, controller: string, spec: Parameter, wanted: Condition[string]): void {
  const place = `parameter '${name}' is active when '${controller}'`;
  if (typeof wanted === 'object' && !Array.isArray(wanted)) {
    const { min, max, ...unknown } = wanted as { min?: number; max?: number };
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
    const [lower, upper] =
      spec.kind === 'ordinal' ? [spec.values[0], spec.values.at(-1) as number] : [spec.lower, spec.upper];
    ensure(
      (min ?? lower) <= Math.min(max ?? upper, upper) && (max ?? upper) >= lower,
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
