/** Arithmetic as data: what a model computes at one point, in a form that other languages can be written from. */

/** Operations on one number. */
export type Unary = 'negate' | 'abs' | 'sign' | 'exp' | 'expm1' | 'log' | 'sqrt' | 'sin' | 'cos' | 'tanh' | 'floor';

/** Operations on two numbers; a power has a base of at least 0. */
export type Binary = 'add' | 'subtract' | 'multiply' | 'divide' | 'power' | 'min' | 'max';

/** How two numbers are compared. */
export type Comparison = 'less' | 'at-most' | 'equal';

/** Places 0 .. length - 1, over which there is a number each. Two axes of equal length are not the same. */
export interface Axis {
  readonly length: number;
}

/** What every term says: the axis that it depends on the place of; none of one number. */
interface Placed {
  readonly axis?: Axis | undefined;
}

/**
 * One number. `each` and `along` are numbers at the place of an axis, and stand inside a `fold` or a `map` over it; what does not depend
 * on the place may stand anywhere. A term that is used twice is computed once: it is the object that counts, not what it looks like.
 */
export type Term = Placed &
  (
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'input'; readonly index: number }
    | { readonly kind: 'unary'; readonly op: Unary; readonly of: Term }
    | { readonly kind: 'binary'; readonly op: Binary; readonly a: Term; readonly b: Term }
    | {
        readonly kind: 'choice';
        readonly test: Comparison;
        readonly a: Term;
        readonly b: Term;
        readonly yes: Term;
        readonly no: Term;
      }
    | { readonly kind: 'along'; readonly axis: Axis; readonly values: Float64Array }
    | { readonly kind: 'entry'; readonly of: Float64Array; readonly at: Term }
    | { readonly kind: 'each'; readonly axis: Axis; readonly of: Vector }
    | { readonly kind: 'pick'; readonly of: Vector; readonly index: number }
    | { readonly kind: 'fold'; readonly op: Fold; readonly over: Axis; readonly of: Term; readonly start: number }
  );

/** How numbers along an axis become one. */
export type Fold = 'add' | 'min' | 'max';

/** A number for each place of an axis. */
export type Vector =
  | { readonly kind: 'map'; readonly axis: Axis; readonly of: Term }
  | { readonly kind: 'list'; readonly axis: Axis; readonly of: readonly Term[] }
  | { readonly kind: 'sorted'; readonly axis: Axis; readonly of: readonly Vector[] }
  | { readonly kind: 'nearest'; readonly axis: Axis; readonly of: Vector }
  | {
      /** The product with a matrix of a row for each place of `axis`, stored row after row; of a lower one only what is below its diagonal counts. */
      readonly kind: 'product';
      readonly axis: Axis;
      readonly matrix: Float64Array;
      readonly lower: boolean;
      readonly of: Vector;
    }
  | {
      /** The number of the leaf that each tree ends in; `axis` has a place for each tree. */
      readonly kind: 'trees';
      readonly axis: Axis;
      readonly nodes: TreeTable;
      readonly inputs: readonly Term[];
    };

/**
 * The nodes of all trees side by side. A node asks an input: `at most threshold` or, of a level of a category, `equal to it`; yes leads to
 * `left`. A leaf has input -1, and its number stands in `left`.
 */
export interface TreeTable {
  readonly roots: Int32Array;
  readonly input: Int32Array;
  readonly equal: Uint8Array;
  readonly threshold: Float64Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
}

/** The term of a number. */
export const number = (value: number): Term => ({ kind: 'number', value });

/** The input with this index. */
export const input = (index: number): Term => ({ kind: 'input', index });

type Operand = Term | number;

const term = (of: Operand): Term => (typeof of === 'number' ? number(of) : of);

const UNARY: Readonly<Record<Unary, (a: number) => number>> = {
  negate: (a) => -a,
  abs: Math.abs,
  sign: Math.sign,
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  sqrt: Math.sqrt,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  floor: Math.floor,
};

const BINARY: Readonly<Record<Binary, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  power: (a, b) => a ** b,
  min: (a, b) => (a < b ? a : b),
  max: (a, b) => (a > b ? a : b),
};

/** The value of an operation on numbers. */
export const applyUnary = (op: Unary, a: number): number => UNARY[op](a);

/** The value of an operation on two numbers. */
export const applyBinary = (op: Binary, a: number, b: number): number => BINARY[op](a, b);

/** Whether two numbers compare in this way. */
export const compare = (test: Comparison, a: number, b: number): boolean =>
  test === 'less' ? a < b : test === 'at-most' ? a <= b : a === b;

function unary(op: Unary, given: Operand): Term {
  const of = term(given);
  return of.kind === 'number' ? number(UNARY[op](of.value)) : { kind: 'unary', op, of, axis: of.axis };
}

function binary(op: Binary, first: Operand, second: Operand): Term {
  const [a, b] = [term(first), term(second)];
  if (a.kind === 'number' && b.kind === 'number') return number(BINARY[op](a.value, b.value));
  if (isNumber(b, op === 'multiply' || op === 'divide' || op === 'power' ? 1 : op === 'subtract' ? 0 : undefined))
    return a;
  if (op === 'add' && isNumber(a, 0)) return b;
  if (op === 'add' && isNumber(b, 0)) return a;
  if (op === 'multiply' && isNumber(a, 1)) return b;
  return { kind: 'binary', op, a, b, axis: common([a, b]) };
}

/** The axis that terms have in common; throws a RangeError where they depend on the places of two. */
function common(terms: readonly Term[]): Axis | undefined {
  const [axis, other] = new Set(terms.map((one) => one.axis).filter((one) => one !== undefined));
  if (other) throw new RangeError('a term cannot depend on the places of two axes');
  return axis;
}

const isNumber = (of: Term, value: number | undefined) => of.kind === 'number' && of.value === value;

export const negate = (a: Operand): Term => unary('negate', a);
export const abs = (a: Operand): Term => unary('abs', a);
export const sign = (a: Operand): Term => unary('sign', a);
export const exp = (a: Operand): Term => unary('exp', a);
export const expm1 = (a: Operand): Term => unary('expm1', a);
export const log = (a: Operand): Term => unary('log', a);
export const sqrt = (a: Operand): Term => unary('sqrt', a);
export const sin = (a: Operand): Term => unary('sin', a);
export const cos = (a: Operand): Term => unary('cos', a);
export const floor = (a: Operand): Term => unary('floor', a);
export const add = (a: Operand, b: Operand): Term => binary('add', a, b);
export const subtract = (a: Operand, b: Operand): Term => binary('subtract', a, b);
export const multiply = (a: Operand, b: Operand): Term => binary('multiply', a, b);
export const divide = (a: Operand, b: Operand): Term => binary('divide', a, b);
export const power = (a: Operand, b: Operand): Term => binary('power', a, b);
export const min = (a: Operand, b: Operand): Term => binary('min', a, b);
export const max = (a: Operand, b: Operand): Term => binary('max', a, b);
/** The term, or the largest double of its sign where it is beyond. */
export const finite = (of: Term): Term => min(Number.MAX_VALUE, max(-Number.MAX_VALUE, of));
/** The square of a term. */
export const square = (a: Term): Term => multiply(a, a);
/** The sum of terms; 0 of none. */
export const total = (terms: readonly Operand[]): Term =>
  terms.map(term).reduce((sum, one) => add(sum, one), number(0));

/** `yes` where the comparison holds, else `no`. */
export const choose = (a: Operand, test: Comparison, b: Operand, yes: Operand, no: Operand): Term => {
  const [first, second, then, otherwise] = [term(a), term(b), term(yes), term(no)];
  if (first.kind === 'number' && second.kind === 'number')
    return compare(test, first.value, second.value) ? then : otherwise;
  const axis = common([first, second, then, otherwise]);
  return { kind: 'choice', test, a: first, b: second, yes: then, no: otherwise, axis };
};

/** A given number for each place of the axis. */
export const along = (axis: Axis, values: Float64Array): Term => ({ kind: 'along', axis, values });
/** The number at a place of a table; the place is a whole number. */
export const entry = (of: Float64Array, at: Term): Term => ({ kind: 'entry', of, at, axis: at.axis });
/** The numbers of the leaves that trees end in, by the inputs that they ask. */
export const leavesOf = (nodes: TreeTable, inputs: readonly Term[], axis: Axis): Vector => ({
  ...{ kind: 'trees', axis, nodes, inputs },
});
/** The numbers of a vector, at the place of its axis. */
export const each = (of: Vector): Term => ({ kind: 'each', axis: of.axis, of });
/** `start` and, place after place, what the term is there. */
export const sum = (axis: Axis, of: Term, start = 0): Term =>
  axis.length === 0 ? number(start) : { kind: 'fold', op: 'add', over: axis, of, start };
/** The least over an axis. */
export const least = (axis: Axis, of: Term): Term => ({
  ...{ kind: 'fold', op: 'min', over: axis, of, start: Number.MAX_VALUE },
});
/** A vector of these numbers, an axis of its own. */
export const list = (of: readonly Term[]): Vector => ({ kind: 'list', axis: { length: of.length }, of });
/** All numbers of the vectors from the least to the largest, on an axis of their own. */
export const sorted = (of: readonly Vector[]): Vector => ({
  ...{ kind: 'sorted', axis: { length: of.reduce((sum, { axis }) => sum + axis.length, 0) }, of },
});
/** The places of the least numbers of a vector, that of the least first, of equal ones the earlier; `axis` has a place for each of them. */
export const nearest = (axis: Axis, of: Vector): Vector => ({ kind: 'nearest', axis, of });
/** One number of a vector. */
export const pick = (of: Vector, index: number): Term => ({ kind: 'pick', of, index });
/** The hyperbolic tangent. */
export const tanh = (a: Operand): Term => unary('tanh', a);
/** A vector of what the term is at each place. */
export const map = (axis: Axis, of: Term): Vector => ({ kind: 'map', axis, of });
/** The product of a matrix, rows of `axis`, and a vector. */
export const product = (axis: Axis, matrix: Float64Array, of: Vector, lower = false): Vector => ({
  ...{ kind: 'product', axis, matrix, lower, of },
});
