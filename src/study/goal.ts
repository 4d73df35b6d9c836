import type { Output, Outputs } from '../core/output.ts';
import type { Parameters } from '../core/parameter.ts';
import { type Constraint, type Expression, type Names, type Objective, Problem } from '../core/problem.ts';
import type { Space } from '../core/space.ts';
import { ExpressionCompiler } from './expression.ts';
import type { Goal, Quantity, Values } from './scenario.ts';

/** The problem that a goal states: texts compiled, functions wrapped, and a maximum turned into a minimum, here and nowhere else. */
export async function problemOf<P extends Parameters, O extends Outputs>(
  goal: Goal<P, O>,
  space: Space,
  outputs: readonly Output[],
): Promise<Problem> {
  const sense = goal.minimize === undefined ? 'maximize' : 'minimize';
  const quantity = (goal.minimize ?? goal.maximize) as Quantity<P, O>;
  const quantities = [quantity, ...(goal.subjectTo ?? [])];
  const compiler = quantities.some((one) => typeof one === 'string')
    ? await ExpressionCompiler.create(space, outputs)
    : undefined;

  const expression =
    typeof quantity === 'string' ? (compiler as ExpressionCompiler).expression(quantity) : closure(quantity, outputs);
  const objective: Objective =
    sense === 'minimize'
      ? { ...expression, sense }
      : { ...expression, sense, evaluate: (point, values) => -expression.evaluate(point, values) };
  const constraints = (goal.subjectTo ?? []).flatMap((one): Constraint[] =>
    typeof one === 'string'
      ? (compiler as ExpressionCompiler).constraints(one)
      : [{ ...closure(one, outputs), kind: 'inequality' }],
  );
  return new Problem(space, outputs, [objective], constraints);
}

/** A function of values cannot be looked into, so it counts as reading every output. */
function closure<P extends Parameters, O extends Outputs>(
  compute: Exclude<Quantity<P, O>, string>,
  outputs: readonly Output[],
): Expression {
  return {
    text: compute.toString().replace(/\s+/g, ' ').slice(0, 120),
    reads: outputs.map((output) => output.name),
    evaluate: (point: Names, values: Names) => compute({ ...point, ...values } as Values<P, O>),
  };
}
