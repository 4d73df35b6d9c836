import { ensure, show } from './errors.ts';
import { type Output, type OutputOptions, outputList } from './output.ts';
import type { Parameters, Point } from './parameter.ts';

/** An output that is a closed form of the inputs, such as a price: computed, not run, and never learned by a search. */
export interface Formula<P extends Parameters = Parameters>
  extends Pick<OutputOptions, 'unit' | 'description' | 'valid'> {
  value(point: Point<P>): number;
}

/** Formulas as outputs, checked. */
export function formulaOutputs(formulas: Readonly<Record<string, Formula>>): Output[] {
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
  const options = Object.entries(formulas).map(([name, { value: _, ...rest }]) => [name, rest]);
  return outputList(Object.fromEntries(options)).map((output) => ({ ...output, formula: formulas[output.name].value }));
}

/** The values at a point of those of the outputs that have a formula. */
export function computed(outputs: readonly Output[], point: Point<Parameters>): Record<string, number> {
  const values: Record<string, number> = {};
  for (const { name, formula } of outputs) if (formula) values[name] = formula(point);
  return values;
}

/** `run` with what is computed beside its answer. A formula that throws does so before anything is run. */
export function withFormulas<P extends Parameters, C, A>(
  outputs: readonly Output[],
  run: (point: Point<P>, context: C) => A | Promise<A>,
): (point: Point<P>, context: C) => Promise<A> {
  const own = outputs.filter(({ formula }) => !formula);
  return async (point, context) => {
    const values = computed(outputs, point as Point<Parameters>);
    const answer: unknown = await run(point, context);
    if (typeof answer !== 'object' || answer === null) return answer as A;
    const told = answer as Readonly<Record<string, unknown>>;
    return { ...told, ...Object.fromEntries(own.map(({ name }) => [name, told[name]])), ...values } as A;
  };
}
