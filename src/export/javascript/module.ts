import type { Parameter } from '../../core/space/parameter.ts';
import type { ExportedFile, ExportedModel, OutputTerms } from '../exported.ts';
import { parametersOf } from '../parameters.ts';
import { termsOf } from '../terms.ts';
import { fastScriptOf } from './fast-script.ts';

/** The model as a module of JavaScript that depends on nothing, and its types. */
export function javascriptOf(model: ExportedModel): readonly ExportedFile[] {
  const { top, body, results } = fastScriptOf(termsOf(model.outputs));
  const next = results[Symbol.iterator]();
  const answers = model.outputs.map(
    (one) => `    ${key(one.output.name)}: { ${answerOf(one, () => next.next().value!)} },`,
  );
  const text = [
    ...model.notes.map((note) => `// ${note}`),
    '',
    ...top,
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
