import type { Term } from '../../core/graph/term.ts';
import { type Language, written } from '../language.ts';
import { type Arrange, programOf, type Table, Tables } from '../program.ts';
import { SIDE_BY_SIDE } from '../webassembly/product.ts';

/** JavaScript; its inputs are `x0`, `x1` and so on. */
export const LANGUAGE: Language = {
  number: (value) => (Object.is(value, -0) ? '-0' : String(value)),
  input: (index) => `x${index}`,
  item: (array, at) => `${array}[${at}]`,
  entry: (table, at) => `${table}[${at}]`,
  call: (op, operands) =>
    op === 'power' ? `(${operands[0]}) ** (${operands[1]})` : `Math.${op}(${operands.join(', ')})`,
  choice: (test, yes, no) => `${test} ? ${yes} : ${no}`,
  equal: '===',
  constant: (name, value) => `const ${name} = ${value};`,
  variable: (name, value) => `let ${name} = ${value};`,
  assign: (name, value) => `${name} = ${value};`,
  array: (name, length) => `const ${name} = new Float64Array(${length});`,
  loop: (length) => [`for (let i = 0; i < ${length}; i++) {`, '}'],
  product: ({ to, matrix, from, lower }) => `product(${to}, ${matrix}, ${from}, ${lower});`,
  sorted: ({ to, from }) => [`${to}.set([${from.map(({ name }) => `...${name}`).join(', ')}]);`, `${to}.sort();`],
  nearest: ({ to, from }) => `nearest(${to}, ${from});`,
  trees: ({ to, tables, inputs }) =>
    `trees(${to}, ${tables.roots}, ${tables.input}, ${tables.equal}, ${tables.threshold}, ${tables.left}, ${tables.right}, ${inputs});`,
};

const PRELUDE: Readonly<Record<'product' | 'nearest' | 'trees', string>> = {
  product: `function product(to, matrix, from, lower) {
  const rows = to.length;
  for (let i = 0, at = 0; i < rows; i += 8) {
    const columns = lower ? Math.min(i + 8, from.length) : from.length;
    let [a, b, c, d, e, f, g, h] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (let j = 0; j < columns; j++, at += 8) {
      const value = from[j];
      a += matrix[at] * value;
      b += matrix[at + 1] * value;
      c += matrix[at + 2] * value;
      d += matrix[at + 3] * value;
      e += matrix[at + 4] * value;
      f += matrix[at + 5] * value;
      g += matrix[at + 6] * value;
      h += matrix[at + 7] * value;
    }
    to[i] = a;
    if (i + 1 < rows) to[i + 1] = b;
    if (i + 2 < rows) to[i + 2] = c;
    if (i + 3 < rows) to[i + 3] = d;
    if (i + 4 < rows) to[i + 4] = e;
    if (i + 5 < rows) to[i + 5] = f;
    if (i + 6 < rows) to[i + 6] = g;
    if (i + 7 < rows) to[i + 7] = h;
  }
}`,
  nearest: `function nearest(to, from) {
  const count = to.length;
  let found = 0;
  for (let i = 0; i < from.length; i++) {
    if (found === count && !(from[i] < from[to[count - 1]])) continue;
    let at = found < count ? found++ : count - 1;
    for (; at > 0 && from[to[at - 1]] > from[i]; at--) to[at] = to[at - 1];
    to[at] = i;
  }
}`,
  trees: `function trees(to, roots, input, equal, threshold, left, right, x) {
  for (let k = 0; k < roots.length; k++) {
    let at = roots[k];
    while (input[at] >= 0) {
      const u = x[input[at]];
      at = (equal[at] ? u === threshold[at] : u <= threshold[at]) ? left[at] : right[at];
    }
    to[k] = left[at];
  }
}`,
};

/** Terms in JavaScript; their inputs are `x0`, `x1` and so on. */
export interface Script {
  /** What the statements read, by name. */
  readonly tables: readonly (readonly [name: string, table: Table])[];
  /** Functions that the statements call. */
  readonly prelude: readonly string[];
  /** Statements, and what each term is after them. */
  readonly body: string;
  readonly results: readonly string[];
}

/** Tables for scripts; those that are given the same ones share them. */
export const scriptTables = (): Tables => new Tables(byRowsAtOnce);

/** The script of the terms. */
export function scriptOf(terms: readonly Term[], tables = scriptTables()): Script {
  const { lines, results } = written(programOf(terms, tables), LANGUAGE, '  ');
  const body = lines.join('\n');
  return { tables: tables.all, prelude: preludeOf(body), body, results };
}

/** The functions that statements call. */
export function preludeOf(body: string): string[] {
  return Object.entries(PRELUDE).flatMap(([name, text]) => (body.includes(`${name}(`) ? [text] : []));
}

/** Eight rows side by side, column after column, zeros where there is nothing: an engine keeps eight sums at once, and none waits for another. */
const byRowsAtOnce: Arrange = (matrix, rows, columns, lower) => {
  const many = SIDE_BY_SIDE;
  const blocks = Math.ceil(rows / many);
  const width = (block: number) => (lower ? Math.min(many * (block + 1), columns) : columns);
  const length = Array.from({ length: blocks }, (_, block) => many * width(block)).reduce((sum, one) => sum + one, 0);
  const arranged = new Float64Array(length);
  let at = 0;
  for (let block = 0; block < blocks; block++)
    for (let j = 0; j < width(block); j++)
      for (let i = many * block; i < many * (block + 1); i++, at++)
        if (i < rows && !(lower && j > i)) arranged[at] = matrix[i * columns + j];
  return arranged;
};
