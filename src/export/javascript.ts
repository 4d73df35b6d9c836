import type { Term } from '../core/graph/term.ts';
import type { Parameter } from '../core/space/parameter.ts';
import type { ExportedFile, ExportedModel, OutputTerms } from './exported.ts';
import { type Language, written } from './language.ts';
import { parametersOf } from './parameters.ts';
import { type Arrange, programOf, type Table, Tables } from './program.ts';
import { termsOf } from './terms.ts';

const LANGUAGE: Language = {
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
  for (let i = 0, at = 0; i < rows; i += 4) {
    const columns = lower ? Math.min(i + 4, from.length) : from.length;
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let j = 0; j < columns; j++, at += 4) {
      const value = from[j];
      a += matrix[at] * value;
      b += matrix[at + 1] * value;
      c += matrix[at + 2] * value;
      d += matrix[at + 3] * value;
    }
    to[i] = a;
    if (i + 1 < rows) to[i + 1] = b;
    if (i + 2 < rows) to[i + 2] = c;
    if (i + 3 < rows) to[i + 3] = d;
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
export const scriptTables = (): Tables => new Tables(byFourRows);

/** The script of the terms. */
export function scriptOf(terms: readonly Term[], tables = scriptTables()): Script {
  const { lines, results } = written(programOf(terms, tables), LANGUAGE, '  ');
  const body = lines.join('\n');
  const prelude = Object.entries(PRELUDE).flatMap(([name, text]) => (body.includes(`${name}(`) ? [text] : []));
  return { tables: tables.all, prelude, body, results };
}

/** Four rows side by side, column after column, zeros where there is nothing: an engine keeps four sums at once, and none waits for another. */
const byFourRows: Arrange = (matrix, rows, columns, lower) => {
  const blocks = Math.ceil(rows / 4);
  const width = (block: number) => (lower ? Math.min(4 * block + 4, columns) : columns);
  const length = Array.from({ length: blocks }, (_, block) => 4 * width(block)).reduce((sum, one) => sum + one, 0);
  const arranged = new Float64Array(length);
  let at = 0;
  for (let block = 0; block < blocks; block++)
    for (let j = 0; j < width(block); j++)
      for (let i = 4 * block; i < 4 * block + 4; i++, at++)
        if (i < rows && !(lower && j > i)) arranged[at] = matrix[i * columns + j];
  return arranged;
};

/** The model as a module of JavaScript that depends on nothing, and its types. */
export function javascriptOf(model: ExportedModel): readonly ExportedFile[] {
  const { tables, prelude, body, results } = scriptOf(termsOf(model.outputs));
  const next = results[Symbol.iterator]();
  const answers = model.outputs.map(
    (one) => `    ${key(one.output.name)}: { ${answerOf(one, () => next.next().value!)} },`,
  );
  const text = [
    ...model.notes.map((note) => `// ${note}`),
    '',
    ...tables.map(([name, table]) => `const ${name} = ${arrayOf(table)};`),
    ...prelude,
    '',
    `/** The parameters: a range, or the values that there are. */`,
    `export const parameters = ${JSON.stringify(parametersOf(model), null, 2)};`,
    '',
    ...inputsOf(model),
    '',
    '/** What the model says at a point in the units of its author: value, 95 % interval where it has one, whether it knows the output there. */',
    'export function predict(point) {',
    ...Object.entries(model.space.parameters).map(([name, spec], j) => `  const x${j} = ${inputOf(name, spec)};`),
    body,
    '  return {',
    ...answers,
    '  };',
    '}',
    '',
  ];
  return [
    { name: `${model.name}.mjs`, text: text.join('\n') },
    { name: `${model.name}.d.mts`, text: typesOf(model) },
  ];
}

function answerOf({ output, probabilities, interval, known }: OutputTerms, next: () => string): string {
  const parts: string[] = [];
  const value = next();
  if (output.classes && probabilities) {
    const shares = probabilities.map(next);
    parts.push(`value: ${JSON.stringify(output.classes)}[${value}]`);
    parts.push(`probabilities: { ${shares.map((share, c) => `${key(output.classes![c])}: ${share}`).join(', ')} }`);
  } else parts.push(`value: ${value}`);
  if (interval) parts.push(`lower: ${next()}`, `upper: ${next()}`);
  if (known) parts.push(`inDomain: ${next()} === 1`);
  return parts.join(', ');
}

const key = (name: string) => JSON.stringify(name);

function arrayOf(table: Table): string {
  return `new ${table.constructor.name}([${Array.from(table, LANGUAGE.number).join(', ')}])`;
}

/** The value of a parameter as a number, by a function of {@link inputsOf}. */
function inputOf(name: string, spec: Parameter): string {
  const given = `point[${key(name)}]`;
  const call =
    spec.kind === 'categorical'
      ? `choice(${key(name)}, ${given}, ${JSON.stringify(spec.values)})`
      : `number(${key(name)}, ${given})`;
  return spec.activeWhen ? `${given} === undefined ? 0 : ${call}` : call;
}

function inputsOf({ space }: ExportedModel): string[] {
  const kinds = new Set(Object.values(space.parameters).map(({ kind }) => kind === 'categorical'));
  return [...(kinds.has(false) ? [NUMBER] : []), ...(kinds.has(true) ? [CHOICE] : [])];
}

const NUMBER = `function number(name, given) {
  if (typeof given === 'number' && Number.isFinite(given)) return given;
  throw new TypeError(\`\${name} must be a finite number, got \${String(given)}\`);
}`;

const CHOICE = `function choice(name, given, values) {
  const index = values.indexOf(given);
  if (index >= 0) return index;
  throw new TypeError(\`\${name} must be one of \${values.join(', ')}, got \${String(given)}\`);
}`;

function typesOf({ space, outputs }: ExportedModel): string {
  const fields = Object.entries(space.parameters).map(([name, spec]) => {
    const type = spec.kind === 'categorical' ? spec.values.map(key).join(' | ') : 'number';
    const unit = spec.unit === undefined ? '' : `  /** ${spec.unit.replace(/\*\//g, '* /')} */\n`;
    return `${unit}  readonly ${key(name)}${spec.activeWhen ? '?' : ''}: ${type};`;
  });
  const answers = outputs.map(({ output, interval, known }) => {
    const value = output.classes ? output.classes.map(key).join(' | ') : 'number';
    const shares = output.classes && `readonly probabilities: Readonly<Record<${value}, number>>`;
    const bounds = interval && 'readonly lower: number; readonly upper: number';
    const parts = [`readonly value: ${value}`, shares, bounds, known && 'readonly inDomain: boolean'];
    return `  readonly ${key(output.name)}: { ${parts.filter((part) => part !== undefined).join('; ')} };`;
  });
  return [
    'export interface Point {',
    ...fields,
    '}',
    'export interface Answers {',
    ...answers,
    '}',
    '/** What the model says at a point in the units of its author. */',
    'export function predict(point: Point): Answers;',
    'export const parameters: readonly {',
    '  readonly name: string;',
    '  readonly unit?: string;',
    '  readonly lower?: number;',
    '  readonly upper?: number;',
    '  readonly values?: readonly (number | string)[];',
    '  readonly optional?: boolean;',
    '}[];',
    '',
  ].join('\n');
}
