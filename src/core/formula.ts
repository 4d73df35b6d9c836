import { ensure, show } from './errors.ts';
import { type NumberOutput, type Output, type OutputOptions, outputList } from './output.ts';
import type { Constants, Parameters, Point } from './space/parameter.ts';

/** An output that is a closed form of the inputs, such as a price: computed, not run, and never learned by a search. */
export interface Formula<P extends Parameters = Parameters, C extends Constants = Constants>
  extends Pick<OutputOptions, 'unit' | 'description' | 'valid'> {
  /** In its unit, of a point and what is constant. */
  value(point: Point<P> & C): number;
  /** What `value` was compiled from, where it was: two formulas are then the same when their texts are. */
  readonly text?: string;
}

/** Formulas as outputs, checked; to them what is constant is a part of the point. */
export function formulaOutputs(formulas: Readonly<Record<string, Formula>>, constants: Constants = {}): Output[] {
  ensure(
    formulas !== null && typeof formulas === 'object' && !Array.isArray(formulas) && Object.keys(formulas).length > 0,
    'invalid-simulator',
    `formulas must be an object with at least one entry, got ${show(formulas)}`,
    ['formulas'],
  );
  for (const [name, formula] of Object.entries(formulas))
    ensure(
      typeof formula?.value === 'function',
      'invalid-simulator',
      `formula '${name}' must be an object such as { unit: 'kg', value: (point) => 3 * point.length }, got ${show(formula)}`,
      ['formulas', name],
    );
  const options = Object.entries(formulas).map(([name, { value: _, text: __, ...rest }]) => [name, rest]);
  return outputList(Object.fromEntries(options), 'formulas').map((output) => ({
    ...(output as NumberOutput),
    formula: (point) => formulas[output.name].value({ ...constants, ...point } as Point & Constants),
  }));
}

/** The values at a point of those of the outputs that have a formula. */
export function computed(outputs: readonly Output[], point: Point<Parameters>): Record<string, number> {
  const values: Record<string, number> = {};
  for (const { name, formula } of outputs) if (formula) values[name] = formula(point);
  return values;
}

/**
 * `run` with what is constant beside its point, and what is computed beside its answer. A formula that throws does so before anything is
 * run.
 */
export function completed<P extends Parameters, C extends Constants, R, A>(
  outputs: readonly Output[],
  constants: C | undefined,
  run: (point: Point<P> & C, context: R) => A | Promise<A>,
): (point: Point<P>, context: R) => A | Promise<A> {
  const own = outputs.filter(({ formula }) => !formula);
  const given = (point: Point<P>) => ({ ...constants, ...point }) as Point<P> & C;
  if (own.length === outputs.length)
    return constants === undefined
      ? (run as (point: Point<P>, context: R) => A | Promise<A>)
      : (point, context) => run(given(point), context);
  return async (point, context) => {
    const values = computed(outputs, point as Point<Parameters>);
    const answer: unknown = await run(given(point), context);
    if (typeof answer !== 'object' || answer === null) return answer as A;
    const told = answer as Readonly<Record<string, unknown>>;
    return { ...told, ...Object.fromEntries(own.map(({ name }) => [name, told[name]])), ...values } as A;
  };
}
