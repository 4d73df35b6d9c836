import { ensure, type Place, show } from './errors.ts';
import { multiply, number, power, type Term } from './graph/term.ts';
import type { Output } from './output.ts';
import type { Parameter } from './space/parameter.ts';
import type { Space } from './space/space.ts';

/** Which output is the derivative of which, by which coordinate: places among the outputs and the coordinates. */
export interface DerivativeOutput {
  readonly output: number;
  readonly of: number;
  readonly by: number;
}

/** The outputs that are derivatives of others that are there too, in their order. */
export function derivativeOutputs(space: Space, outputs: readonly Output[]): DerivativeOutput[] {
  return outputs.flatMap(({ derivative }, output) => {
    if (!derivative) return [];
    const of = outputs.findIndex(({ name }) => name === derivative.of);
    const by = space.names.indexOf(derivative.by);
    return of >= 0 && space.columns[by]?.kind === 'real' ? [{ output, of, by }] : [];
  });
}

/** Throws `invalid-simulator` where an output cannot be the derivative that it says it is. */
export function checkDerivatives(space: Space, outputs: readonly Output[]): void {
  const known = new Map<string, string>();
  for (const { name, classes, derivative } of outputs) {
    if (derivative === undefined) continue;
    const place: Place = ['outputs', name, 'derivative'];
    const check = (condition: unknown, what: string) =>
      ensure(condition, 'invalid-simulator', `output '${name}': ${what}`, place);
    check(
      typeof derivative === 'object' && derivative !== null,
      `derivative must be an object such as { of: 'drag', by: 'alpha' }, got ${show(derivative)}`,
    );
    const { of, by } = derivative;
    const other = outputs.find((output) => output.name === of);
    const functions = outputs.filter((output) => !output.classes && !output.derivative).map((output) => output.name);
    check(
      other && !other.classes && !other.derivative && classes === undefined,
      `a derivative is a number, and of a numeric output that is none itself (${functions.join(', ')}), got ${show(of)}`,
    );
    const spec: Parameter | undefined = space.names.includes(by) ? space.parameters[by] : undefined;
    const real = space.columns.filter(({ kind, conditional }) => kind === 'real' && !conditional);
    check(
      spec?.kind === 'real' && spec.activeWhen === undefined,
      `a derivative is by a real parameter that is always active (${real.map((column) => column.name).join(', ')}), got ${show(by)}`,
    );
    const key = JSON.stringify([of, by]);
    check(!known.has(key), `'${known.get(key)}' is the derivative of '${of}' by '${by}' already`);
    known.set(key, name);
  }
}

/**
 * How fast a real parameter grows, in its own unit, along its coordinate in the unit cube, at `u` in [0, 1]; by the chain rule a derivative
 * by the parameter times it is that by the coordinate. `growth` is its own relative rate there: 0 unless the scale is logarithmic.
 */
export function stretchOf(spec: Parameter, u: number): { readonly stretch: number; readonly growth: number } {
  ensure(spec.kind === 'real', 'invalid-argument', `only a real parameter has a slope, got ${show(spec.kind)}`);
  const { lower, upper, scale } = spec;
  if (scale === 'linear') return { stretch: upper - lower, growth: 0 };
  const growth = Math.log(upper / lower);
  return { stretch: lower * (upper / lower) ** u * growth, growth };
}

/** The rate of {@link stretchOf} as arithmetic. */
export function stretchTerm(spec: Parameter, u: Term): Term {
  ensure(spec.kind === 'real', 'invalid-argument', `only a real parameter has a slope, got ${show(spec.kind)}`);
  const { lower, upper, scale } = spec;
  if (scale === 'linear') return number(upper - lower);
  return multiply(multiply(lower, power(upper / lower, u)), Math.log(upper / lower));
}
