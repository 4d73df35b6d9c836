import { ImagoError, type Place } from '../../core/errors.ts';
import { computed } from '../../core/formula.ts';
import type { Output, Outputs } from '../../core/output.ts';
import { type Constraint, type Expression, type Names, type Objective, Problem } from '../../core/problem.ts';
import type { Parameters, Point } from '../../core/space/parameter.ts';
import type { Space } from '../../core/space/space.ts';
import { ExpressionCompiler } from '../expression/expression.ts';
import { reportedLevel } from './reported-level.ts';
import { type Goal, type Quantity, type Values, wishesOf } from './scenario.ts';

/**
 * The problem that a goal states: texts compiled, functions wrapped, and a maximum turned into a minimum, here and nowhere else. Where the
 * simulator has a resolution, only answers of its finest level that the constraints leave are feasible.
 */
export async function problemOf<P extends Parameters, O extends Outputs>(
  goal: Goal<P, O>,
  space: Space,
  outputs: readonly Output[],
): Promise<Problem> {
  const wishes = wishesOf(goal);
  const quantities = [...wishes.map(({ quantity }) => quantity), ...(goal.subjectTo ?? [])];
  const compiler = quantities.some((one) => typeof one === 'string')
    ? await ExpressionCompiler.create(space, outputs)
    : undefined;

  const objectives = wishes.map(({ sense, quantity, place }): Objective => {
    const expression = at(place, () =>
      computing(
        typeof quantity === 'string'
          ? (compiler as ExpressionCompiler).expression(quantity)
          : closure(quantity, outputs),
        outputs,
      ),
    );
    return sense === 'minimize'
      ? { ...expression, sense }
      : { ...expression, sense, evaluate: (point, values) => -expression.evaluate(point, values) };
  });
  const constraints = (goal.subjectTo ?? []).flatMap((one, i) =>
    at(['subjectTo', i], (): Constraint[] =>
      (typeof one === 'string'
        ? (compiler as ExpressionCompiler).constraints(one)
        : [{ ...closure(one, outputs), kind: 'inequality' as const }]
      ).map((constraint) => computing(constraint, outputs)),
    ),
  );
  const level = reportedLevel(space, constraints);
  return new Problem(space, outputs, objectives, level ? [...constraints, level] : constraints);
}

/** What is compiled; a mistake of it knows its place in the goal. */
function at<T>(place: Place, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof ImagoError)) throw error;
    throw new ImagoError(error.code, error.message, { place, cause: error });
  }
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

/** The expression with outputs that are closed forms computed from the point: it reads only what a run has to tell. */
function computing<E extends Expression>(expression: E, outputs: readonly Output[]): E {
  const { reads } = expression;
  const exact = outputs.filter(({ name, formula }) => formula && reads.includes(name));
  if (exact.length === 0) return expression;
  return {
    ...expression,
    reads: reads.filter((name) => exact.every((output) => output.name !== name)),
    evaluate(point: Names, values: Names) {
      let own: Names;
      try {
        own = computed(exact, point as Point<Parameters>);
      } catch {
        // A run at the point would fail, and say why; a search that asks for its score first gets the worst one.
        return Number.NaN;
      }
      return expression.evaluate(point, { ...values, ...own });
    },
  };
}
