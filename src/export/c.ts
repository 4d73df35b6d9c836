import { EXPONENTIAL } from './c-exponential.ts';
import type { ExportedFile, ExportedModel, OutputTerms } from './exported.ts';
import { identifiersOf, plainName } from './identifiers.ts';
import { type Language, written } from './language.ts';
import { programOf, type Table, Tables } from './program.ts';
import { termsOf } from './terms.ts';

/** Words of C and C++, and what headers and compilers define. */
const KEYWORDS = new Set(
  `auto break case char const continue default do double else enum extern float for goto if inline int long register restrict return
  short signed sizeof static struct switch typedef union unsigned void volatile while asm typeof bool true false nullptr
  alignas alignof constexpr static_assert thread_local class new delete this template namespace operator private public
  protected virtual friend using try catch throw and or not xor point answers out
  NULL NAN INFINITY linux unix`.split(/\s+/),
);

const CALLS: Readonly<Record<string, string>> = {
  abs: 'fabs',
  exp: 'exponential',
  min: 'smaller',
  max: 'larger',
  power: 'pow',
  sign: 'sign_of',
};

const LANGUAGE: Language = {
  number: literal,
  input: (index) => `x[${index}]`,
  item: (array, at) => `${array}[${at}]`,
  entry: (table, at) => `${table}[(int)${at}]`,
  call: (op, operands) => `${CALLS[op] ?? op}(${operands.join(', ')})`,
  choice: (test, yes, no) => `${test} ? ${yes} : ${no}`,
  equal: '==',
  constant: (name, value) => `const double ${name} = ${value};`,
  variable: (name, value) => `double ${name} = ${value};`,
  assign: (name, value) => `${name} = ${value};`,
  array: (name, length) => `double ${name}[${length}] = {0};`,
  loop: (length) => [`for (int i = 0; i < ${length}; i++) {`, '}'],
  product: ({ to, rows, columns, matrix, from, lower }) =>
    `product(${to}, ${rows}, ${matrix}, ${from}, ${columns}, ${lower ? 1 : 0});`,
  sorted: ({ to, length, from }) => {
    const starts = from.map((_, k) => from.slice(0, k).reduce((sum, one) => sum + one.length, 0));
    return [
      ...from.map(
        ({ name, length: count }, k) => `for (int i = 0; i < ${count}; i++) ${to}[${starts[k]} + i] = ${name}[i];`,
      ),
      `sort(${to}, ${length});`,
    ];
  },
  nearest: ({ to, count, from, length }) => `nearest(${to}, ${count}, ${from}, ${length});`,
  trees: ({ to, count, tables, inputs }) =>
    `trees(${to}, ${count}, ${tables.roots}, ${tables.input}, ${tables.equal}, ${tables.threshold}, ${tables.left}, ${tables.right}, ${inputs});`,
};

const PRELUDE: readonly (readonly [name: string, text: string])[] = [
  ['smaller', 'static inline double smaller(double a, double b) { return a < b ? a : b; }'],
  ['larger', 'static inline double larger(double a, double b) { return a > b ? a : b; }'],
  ['sign_of', 'static inline double sign_of(double a) { return a > 0.0 ? 1.0 : a < 0.0 ? -1.0 : 0.0; }'],
  ['exponential', EXPONENTIAL],
  [
    'product',
    `static void product(double *restrict to, int rows, const double *restrict matrix, const double *restrict from, int columns, int lower) {
  for (int j = 0; j < columns; j++) {
    const int first = lower ? j : 0;
    for (int i = first; i < rows; i++) to[i] += matrix[i - first] * from[j];
    matrix += rows - first;
  }
}`,
  ],
  [
    'sort',
    `static void sort(double *of, int count) {
  for (int gap = count / 2; gap > 0; gap = gap == 2 ? 1 : (5 * gap) / 11)
    for (int i = gap; i < count; i++) {
      const double value = of[i];
      int j = i;
      for (; j >= gap && of[j - gap] > value; j -= gap) of[j] = of[j - gap];
      of[j] = value;
    }
}`,
  ],
  [
    'nearest',
    `static void nearest(double *to, int count, const double *from, int length) {
  int found = 0;
  for (int i = 0; i < length; i++) {
    if (found == count && !(from[i] < from[(int)to[count - 1]])) continue;
    int at = found < count ? found++ : count - 1;
    for (; at > 0 && from[(int)to[at - 1]] > from[i]; at--) to[at] = to[at - 1];
    to[at] = i;
  }
}`,
  ],
  [
    'trees',
    `static void trees(double *to, int count, const int *roots, const int *input, const unsigned char *equal,
                  const double *threshold, const int *left, const int *right, const double *x) {
  for (int k = 0; k < count; k++) {
    int at = roots[k];
    while (input[at] >= 0) {
      const double u = x[input[at]];
      /* The threshold of a category is one of its own coordinates: both are the same number or apart. */
      const int yes = equal[at] ? !(u < threshold[at]) && !(u > threshold[at]) : u <= threshold[at];
      at = yes ? left[at] : right[at];
    }
    to[k] = left[at];
  }
}`,
  ],
];

/** The model as C99: a source file and its header, without an allocation and without a variable that outlives a call. */
export function cOf(model: ExportedModel): readonly ExportedFile[] {
  const names = cNames(model);
  const tables = new Tables();
  const values = written(
    programOf(
      model.outputs.map(({ value }) => value),
      tables,
    ),
    LANGUAGE,
    '  ',
  );
  const all = written(programOf(termsOf(model.outputs), tables), LANGUAGE, '  ');
  const bodies = [...values.lines, ...values.results, ...all.lines, ...all.results].join('\n');
  const prelude = PRELUDE.flatMap(([name, text]) => (bodies.includes(`${name}(`) ? [text] : []));
  const next = all.results[Symbol.iterator]();
  const source = [
    ...comment(model.notes),
    `#include "${model.name}.h"`,
    '#include <float.h>',
    '#include <math.h>',
    '#include <stdint.h>',
    '#include <string.h>',
    '',
    ...tables.all.map(([name, table]) => tableOf(name, table)),
    ...prelude,
    '',
    ...inputsOf(model, names),
    '',
    `int ${names.prefix}_values(const ${names.prefix}_point *point, double *values) {`,
    '  double x[INPUTS];',
    '  const int wrong = inputs_of(point, x);',
    '  if (wrong) return wrong;',
    ...values.lines,
    ...values.results.map((result, k) => `  values[${k}] = ${result};`),
    '  return 0;',
    '}',
    '',
    `int ${names.prefix}_predict(const ${names.prefix}_point *point, ${names.prefix}_answers *answers) {`,
    '  double x[INPUTS];',
    '  const int wrong = inputs_of(point, x);',
    '  if (wrong) return wrong;',
    ...all.lines,
    ...model.outputs.flatMap((one, k) => storesOf(one, `answers->${names.outputs[k]}`, () => next.next().value!)),
    '  return 0;',
    '}',
    '',
  ];
  return [
    { name: `${model.name}.c`, text: source.join('\n') },
    { name: `${model.name}.h`, text: headerOf(model, names) },
  ];
}

/** The names of a model in C. */
export interface CNames {
  readonly prefix: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** The prefix of all names, and those of the fields of points and answers. */
export function cNames({ name, space, outputs }: ExportedModel): CNames {
  const inputs = identifiersOf(space.names, KEYWORDS);
  return {
    prefix: plainName(name),
    inputs,
    outputs: identifiersOf(
      outputs.map((one) => one.output.name),
      KEYWORDS,
    ),
  };
}

function comment(notes: readonly string[]): string[] {
  return notes.map(
    (note) =>
      `/* ${note
        .replace(/[^\x20-\x7e]/g, '?')
        .replace(/\*\//g, '* /')
        .replace(/\/\*/g, '/ *')} */`,
  );
}

function literal(value: number): string {
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function tableOf(name: string, table: Table): string {
  const type = table instanceof Float64Array ? 'double' : table instanceof Int32Array ? 'int' : 'unsigned char';
  const numbers = Array.from(table, type === 'double' ? literal : String);
  const lines: string[] = [];
  for (let i = 0; i < numbers.length; i += 8) lines.push(`  ${numbers.slice(i, i + 8).join(', ')}`);
  return `static const ${type} ${name}[${table.length}] = {\n${lines.join(',\n')}\n};`;
}

function inputsOf({ space }: ExportedModel, { prefix, inputs }: CNames): string[] {
  return [
    `enum { INPUTS = ${space.dimension} };`,
    '',
    '/* 0, or j + 1 where the j-th parameter is not a finite number. */',
    `static int inputs_of(const ${prefix}_point *point, double *x) {`,
    ...inputs.map((name, j) => `  x[${j}] = point->${name};`),
    '  for (int j = 0; j < INPUTS; j++)',
    '    if (!isfinite(x[j])) return j + 1;',
    '  return 0;',
    '}',
  ];
}

function storesOf({ probabilities, interval, known }: OutputTerms, to: string, next: () => string): string[] {
  return [
    `  ${to}.value = ${next()};`,
    ...(probabilities ?? []).map((_, c) => `  ${to}.probabilities[${c}] = ${next()};`),
    ...(interval ? [`  ${to}.lower = ${next()};`, `  ${to}.upper = ${next()};`] : []),
    ...(known ? [`  ${to}.in_domain = ${next()} > 0.5;`] : []),
  ];
}

function headerOf(model: ExportedModel, { prefix, inputs, outputs }: CNames): string {
  const guard = `${prefix.toUpperCase()}_H`;
  const specs = Object.values(model.space.parameters);
  const fields = inputs.map((name, j) => {
    const spec = specs[j];
    const unit = spec.unit === undefined ? [] : [`in ${spec.unit}`];
    const values = spec.kind === 'categorical' ? [spec.values.map((value, k) => `${k} ${value}`).join(', ')] : [];
    const [said] = comment([[model.space.names[j], ...unit, ...values].join(', ')]);
    return `  ${said}\n  double ${name};`;
  });
  const answers = model.outputs.map(({ output, probabilities, interval, known }, k) =>
    [
      ...comment([
        [
          output.name,
          ...(output.unit ? [`in ${output.unit}`] : []),
          ...(output.classes ?? []).map((name, c) => `${c} ${name}`),
        ].join(', '),
      ]).map((line) => `  ${line}`),
      '  struct {',
      '    double value;',
      ...(probabilities ? [`    double probabilities[${probabilities.length}];`] : []),
      ...(interval ? ['    double lower;', '    double upper;'] : []),
      ...(known ? ['    int in_domain;'] : []),
      `  } ${outputs[k]};`,
    ].join('\n'),
  );
  return [
    ...comment(model.notes),
    `#ifndef ${guard}`,
    `#define ${guard}`,
    '',
    '#ifdef __cplusplus',
    'extern "C" {',
    '#endif',
    '',
    '/* A point in the units of its author. */',
    `typedef struct {\n${fields.join('\n')}\n} ${prefix}_point;`,
    '',
    '/* Predictions, and where the model has them: bounds of 95 %, and 1 where it knows the output, else 0. */',
    `typedef struct {\n${answers.join('\n')}\n} ${prefix}_answers;`,
    '',
    `/* Both return 0, or j + 1 where the j-th parameter is not a finite number. \`values\` has room for ${outputs.length}. */`,
    `int ${prefix}_values(const ${prefix}_point *point, double *values);`,
    `int ${prefix}_predict(const ${prefix}_point *point, ${prefix}_answers *answers);`,
    '',
    '#ifdef __cplusplus',
    '}',
    '#endif',
    '',
    '#endif',
    '',
  ].join('\n');
}
