import { ensure } from '../../core/errors.ts';
import type { Names } from '../../core/problem.ts';
import type { Scalar } from '../../core/space/parameter.ts';
import { DIMENSIONLESS, type Dimension, ensureSameDimension, times, type Unit } from './unit.ts';

/** Writes how the value of an output or a parameter is read in JavaScript; of a category or class it is its name. */
export type ReadValue = (name: string, isOutput: boolean) => string;

/** What can be written in JavaScript too. */
export interface Coded {
  code(read: ReadValue): string;
}

/** A part of an expression: its dimension, and its value in base units (strings stand for classes). */
export interface Term extends Coded {
  readonly dimension: Dimension;
  /** As it was written, of a plain name or a number with one unit. */
  readonly unit?: string;
  /** Its values are texts: names of choices or classes, which are compared and nothing else. */
  readonly isText?: boolean;
  /** Only for a plain number or a number with a unit. */
  readonly constant?: number;
  evaluate(point: Names, outputs: Names): Scalar;
}

/** Functions whose values have the dimension of their arguments, and functions of one plain number. */
const SAME = ['abs', 'min', 'max', 'floor', 'ceil', 'round'] as const;
const PURE = ['exp', 'log', 'log10', 'log2', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'tanh', 'sign'] as const;

/** The functions that an expression may call. */
export const FUNCTIONS: readonly string[] = [...SAME, ...PURE, 'sqrt'];

/** A number of this dimension, in base units. */
export function constantTerm(value: number, dimension: Dimension): Term {
  return { dimension, constant: value, evaluate: () => value, code: () => literal(value) };
}

/** The name of a choice or a class. */
export function textTerm(value: string): Term {
  return { dimension: DIMENSIONLESS.dimension, isText: true, evaluate: () => value, code: () => quoted(value) };
}

const literal = (value: number) => (value < 0 ? `(${value})` : String(value));

/** A text in JavaScript that may stand inside a page. */
const quoted = (text: string) => JSON.stringify(text).replace(/</g, '\\u003c');

/** The value of a parameter or an output in base units, in JavaScript; without a value it is NaN. */
export function readCode(reading: string, { factor, offset }: Unit, isText: boolean): string {
  if (isText) return `(${reading} ?? NaN)`;
  return factor === 1 && offset === 0 ? reading : `(${reading} * ${literal(factor)} + ${literal(offset)})`;
}

/** The number of an expression in the unit, in JavaScript; `code` is in base units. */
export function inUnitCode(code: string, { factor, offset }: Unit): string {
  return factor === 1 && offset === 0 ? code : `(${code} - ${literal(offset)}) / ${literal(factor)}`;
}

/** Throws `invalid-expression` where a term is a text, which nothing can be computed from. */
export function ensureNumber({ isText }: Term, part: string, text: string): void {
  ensure(
    !isText,
    'invalid-expression',
    `'${text}': '${part}' needs a number where a text is; compare the text with another by ==, as in material == 'steel' ? 1 : 2`,
  );
}

/** The terms under an operator by its name in mathjs; undefined for an operator that is not understood. `part` is the part of `text` that has it. */
export function operatorTerm(operator: string, args: readonly Term[], part: string, text: string): Term | undefined {
  const [a, b] = args;
  for (const arg of args) ensureNumber(arg, part, text);
  const make = (dimension: Dimension, compute: (x: number, y: number) => number, sign: string): Term => {
    const constant = args.every((arg) => arg.constant !== undefined)
      ? compute(a.constant!, b?.constant ?? 0)
      : undefined;
    return {
      dimension,
      ...(constant !== undefined && { constant }),
      evaluate: (p, o) => compute(number(a.evaluate(p, o)), b ? number(b.evaluate(p, o)) : 0),
      code: (read) => (b ? `(${a.code(read)} ${sign} ${b.code(read)})` : `(${sign}(${a.code(read)}))`),
    };
  };
  const unit = (term: Term): Unit => ({ ...DIMENSIONLESS, dimension: term.dimension });
  switch (operator) {
    case 'unaryMinus':
      return make(a.dimension, (x) => -x, '-');
    case 'unaryPlus':
      return a;
    case 'add':
    case 'subtract':
      ensureSameDimension(a, b, `'${text}', in '${part}'`);
      return operator === 'add' ? make(a.dimension, (x, y) => x + y, '+') : make(a.dimension, (x, y) => x - y, '-');
    case 'multiply':
      return make(times(unit(a), unit(b)).dimension, (x, y) => x * y, '*');
    case 'divide':
      return make(times(unit(a), unit(b), -1).dimension, (x, y) => x / y, '/');
    case 'pow': {
      ensure(b.dimension.size === 0, 'invalid-expression', `'${text}': the exponent in '${part}' has a unit`);
      ensure(
        a.dimension.size === 0 || b.constant !== undefined,
        'invalid-expression',
        `'${text}': '${part}' needs a constant exponent, since its base has a unit`,
      );
      return make(
        a.dimension.size === 0 ? a.dimension : times(DIMENSIONLESS, unit(a), b.constant).dimension,
        (x, y) => x ** y,
        '**',
      );
    }
    default:
      return undefined;
  }
}

/** The terms under one of {@link FUNCTIONS}. */
export function functionTerm(name: string, args: readonly Term[], text: string): Term {
  const call = (dimension: Dimension, compute: (...values: number[]) => number): Term => ({
    dimension,
    evaluate: (p, o) => compute(...args.map((arg) => number(arg.evaluate(p, o)))),
    code: (read) => `Math.${name}(${args.map((arg) => arg.code(read)).join(', ')})`,
  });
  ensure(args.length > 0, 'invalid-expression', `'${text}': ${name}() needs an argument`);
  for (const arg of args) ensureNumber(arg, `${name}()`, text);
  if ((SAME as readonly string[]).includes(name)) {
    for (const arg of args) ensureSameDimension(args[0], arg, `'${text}', in ${name}()`);
    return call(args[0].dimension, Math[name as (typeof SAME)[number]]);
  }
  if (name === 'sqrt')
    return call(times(DIMENSIONLESS, { ...DIMENSIONLESS, dimension: args[0].dimension }, 0.5).dimension, Math.sqrt);
  const angle =
    ['sin', 'cos', 'tan'].includes(name) && args[0].dimension.size === 1 && args[0].dimension.get('rad') === 1;
  ensure(
    args.length === 1 && (args[0].dimension.size === 0 || angle),
    'invalid-expression',
    `'${text}': ${name}() needs one argument without a unit`,
  );
  return call(DIMENSIONLESS.dimension, Math[name as (typeof PURE)[number]]);
}

/** The number of a value; NaN for a class. */
export function number(value: Scalar): number {
  return typeof value === 'number' ? value : Number.NaN;
}
