import type { Binary, Comparison, Unary } from '../core/graph/term.ts';
import type { Expression, Program, Statement } from './program.ts';

/** What differs between the languages that programs are written in. */
export interface Language {
  number(value: number): string;
  input(index: number): string;
  item(array: string, at: number | 'i'): string;
  /** An item whose place is a number of the program. */
  entry(table: string, at: string): string;
  call(op: Exclude<Unary, 'negate'> | 'power' | 'min' | 'max', operands: readonly string[]): string;
  /** In place of a slash, where a division by 0 is no number. */
  divide?(a: string, b: string): string;
  choice(test: string, yes: string, no: string): string;
  readonly equal: string;
  constant(name: string, value: string): string;
  variable(name: string, value: string): string;
  assign(name: string, value: string): string;
  array(name: string, length: number): string;
  /** The head of a loop over i, and what ends it. */
  loop(length: number): readonly [head: string, end: string | undefined];
  /** A call of the function of this kind that the language's prelude has. */
  product(statement: Statement & { kind: 'product' }): string;
  trees(statement: Statement & { kind: 'trees' }): string;
  nearest(statement: Statement & { kind: 'nearest' }): string;
  /** The lines of it. */
  sorted(statement: Statement & { kind: 'sorted' }): readonly string[];
  /** A statement of the language that does the same sooner where its variable `fast` is set; none where there is no such. */
  sooner?(statement: Statement): string | undefined;
}

const SIGNS: Partial<Record<Binary, readonly [sign: string, rank: number]>> = {
  add: ['+', 1],
  subtract: ['-', 1],
  multiply: ['*', 2],
  divide: ['/', 2],
};

/** A function's name and its operands stand closer than any sign. */
const CLOSEST = 3;

/** The lines of a program's statements, and its results as expressions. */
export function written(
  { statements, results }: Program,
  language: Language,
  indent: string,
): { readonly lines: readonly string[]; readonly results: readonly string[] } {
  const expression = (of: Expression) => text(of, language).text;
  const plain = (one: Statement, at: string): string[] => {
    if (one.kind === 'array') return [`${at}${language.array(one.name, one.length)}`];
    if (one.kind === 'product') return [`${at}${language.product(one)}`];
    if (one.kind === 'nearest') return [`${at}${language.nearest(one)}`];
    if (one.kind === 'sorted') return language.sorted(one).map((line) => `${at}${line}`);
    if (one.kind === 'trees') return [`${at}${language.trees(one)}`];
    if (one.kind === 'store')
      return [`${at}${language.assign(language.item(one.array, one.at), expression(one.value))}`];
    if (one.kind !== 'loop') return [`${at}${language[one.kind](one.name, expression(one.value))}`];
    const [head, end] = language.loop(one.length);
    return [`${at}${head}`, ...lines(one.body, `${at}  `), ...(end === undefined ? [] : [`${at}${end}`])];
  };
  const lines = (list: readonly Statement[], at: string): string[] =>
    list.flatMap((one) => {
      const [first, ...rest] = plain(one, at);
      const sooner = language.sooner?.(one);
      return sooner === undefined
        ? [first, ...rest]
        : [`${at}if (fast) ${sooner}`, `${at}else ${first.trimStart()}`, ...rest];
    });
  return { lines: lines(statements, indent), results: results.map(expression) };
}

interface Text {
  readonly text: string;
  /** How close its parts stand together. */
  readonly rank: number;
}

function text(of: Expression, language: Language): Text {
  const close = (written: string): Text => ({ text: written, rank: CLOSEST });
  const plain = (one: Expression) => text(one, language).text;
  switch (of.kind) {
    case 'number':
      return { text: language.number(of.value), rank: of.value < 0 ? 0 : CLOSEST };
    case 'input':
      return close(language.input(of.index));
    case 'name':
      return close(of.name);
    case 'item':
      return close(language.item(of.of, of.at));
    case 'entry':
      return close(language.entry(of.of, plain(of.at)));
    case 'unary':
      if (of.op !== 'negate') return close(language.call(of.op, [plain(of.of)]));
      return { text: `-${within(text(of.of, language), CLOSEST)}`, rank: 0 };
    case 'binary':
      return binary(of, language);
    case 'choice': {
      const test = `${within(text(of.a, language), 1)} ${sign(of.test, language)} ${within(text(of.b, language), 1)}`;
      return close(`(${language.choice(test, plain(of.yes), plain(of.no))})`);
    }
  }
}

function binary({ op, a, b }: Expression & { kind: 'binary' }, language: Language): Text {
  const [first, second] = [text(a, language), text(b, language)];
  if (op === 'divide' && language.divide) return { text: language.divide(first.text, second.text), rank: CLOSEST };
  const known = SIGNS[op];
  if (!known) return { text: language.call(op as 'power', [first.text, second.text]), rank: CLOSEST };
  const [mark, rank] = known;
  // Sums are not reordered: a + (b + c) keeps its parentheses.
  return { text: `${within(first, rank)} ${mark} ${within(second, rank + 1)}`, rank };
}

const within = ({ text: written, rank }: Text, least: number) => (rank < least ? `(${written})` : written);

const sign = (test: Comparison, { equal }: Language) => (test === 'less' ? '<' : test === 'at-most' ? '<=' : equal);
