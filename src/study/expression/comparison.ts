import type { Constraint, Names } from '../../core/problem.ts';
import type { Scalar } from '../../core/space/parameter.ts';
import { type Coded, ensureNumber, number, type ReadValue, type Term } from './term.ts';
import { ensureSameDimension } from './unit.ts';

interface Operator {
  readonly compare: (a: Scalar, b: Scalar) => boolean;
  /** In JavaScript. */
  readonly sign: string;
}

/** The comparisons that an expression may use, by their names in mathjs. */
const COMPARISONS: Readonly<Record<string, Operator>> = {
  smaller: { compare: (a, b) => a < b, sign: '<' },
  smallerEq: { compare: (a, b) => a <= b, sign: '<=' },
  larger: { compare: (a, b) => a > b, sign: '>' },
  largerEq: { compare: (a, b) => a >= b, sign: '>=' },
  equal: { compare: (a, b) => a === b, sign: '===' },
};

/** What holds at a point, or does not. */
export interface Condition extends Coded {
  holds(point: Names, outputs: Names): boolean;
}

/** Two terms and what is asked of them. */
interface Comparison {
  readonly operator: string;
  readonly left: Term;
  readonly right: Term;
}

/** Whether an operator, by its name in mathjs, compares. */
export function isComparison(operator: string): boolean {
  return Object.hasOwn(COMPARISONS, operator);
}

/** Whether a comparison holds at a point. Throws `invalid-expression` for a text against a number, texts in order, and units that do not match. */
export function conditionOf({ operator, left, right }: Comparison, part: string, text: string): Condition {
  ensureComparable({ operator, left, right }, part, text);
  const { compare, sign } = COMPARISONS[operator];
  return {
    holds: (point, outputs) => compare(left.evaluate(point, outputs), right.evaluate(point, outputs)),
    code: (read) => `${left.code(read)} ${sign} ${right.code(read)}`,
  };
}

/** The constraint that a comparison holds; of two texts it is 0 where they are the same and 1 elsewhere. Throws as {@link conditionOf}. */
export function constraintOf(
  { operator, left, right }: Comparison,
  text: string,
  reads: Iterable<string>,
): Constraint & Coded {
  ensureComparable({ operator, left, right }, text, text);
  const head = { text, reads: [...reads] };
  if (left.isText)
    return {
      ...head,
      kind: 'inequality',
      evaluate: (p, o) => (left.evaluate(p, o) === right.evaluate(p, o) ? 0 : 1),
      code: (read) => `(${left.code(read)} === ${right.code(read)} ? 0 : 1)`,
    };
  const sign = operator === 'larger' || operator === 'largerEq' ? -1 : 1;
  const scale = Math.abs(left.constant ?? right.constant ?? 0) || 1;
  const evaluate = (point: Names, outputs: Names) =>
    (sign * (number(left.evaluate(point, outputs)) - number(right.evaluate(point, outputs)))) / scale;
  const code = (read: ReadValue) => `(${sign} * (${left.code(read)} - ${right.code(read)})) / ${scale}`;
  return { ...head, kind: operator === 'equal' ? 'equality' : 'inequality', evaluate, code };
}

function ensureComparable({ operator, left, right }: Comparison, part: string, text: string): void {
  const areTexts = left.isText && right.isText;
  if (!areTexts || operator !== 'equal') for (const side of [left, right]) ensureNumber(side, part, text);
  ensureSameDimension(left, right, `'${text}'`);
}
