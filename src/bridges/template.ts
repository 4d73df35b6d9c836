import { show } from '../core/errors.ts';
import { namesShown } from '../core/space/group.ts';
import type { Parameter, Parameters, Scalar } from '../core/space/parameter.ts';
import { format, type NumberFormat, parseFormat } from './number-format.ts';
import { misplaced } from './place.ts';

/** The placeholder of the evaluation's 31-bit seed. */
export const SEED = 'seed';

/** A text with `{{parameter}}`, `{{parameter:format}}`, `{{parameter|text while it plays no part}}` and `{{seed}}`. */
export interface Template {
  /** The parameters that it uses; `seed` among them where it stands in the text. */
  readonly names: ReadonlySet<string>;
  /** The text with the values in it; each part is inserted once and never read again. */
  render(values: Readonly<Record<string, Scalar | undefined>>): string;
}

interface Slot {
  readonly name: string;
  readonly format?: NumberFormat;
  readonly fallback?: string;
}

/** `{{"{{"}}` stands for the braces themselves; `{{` before a name without an end is a slip; other braces are text. */
const BRACES = /\{\{"(\{\{|\}\})"\}\}|\{\{([^{}]*)\}\}|\{\{(?=\s*[A-Za-z_]\w*)/g;
const SLOT = /^\s*([A-Za-z_]\w*)\s*(?::\s*([^|\s]+)\s*)?(?:\|([^\n]*))?$/;

/** Reads a template; throws `invalid-simulator` with line and column where a placeholder is malformed or names no parameter. */
export function parseTemplate(text: string, parameters: Parameters, place: readonly (string | number)[]): Template {
  const parts: (string | Slot)[] = [];
  let end = 0;
  for (const found of text.matchAll(BRACES)) {
    const before = text.slice(0, found.index);
    const fail = (message: string) => {
      const line = before.split('\n').length;
      const where = text.includes('\n') ? `line ${line}, column ${found.index - before.lastIndexOf('\n')}: ` : '';
      return misplaced(place, where + message);
    };
    parts.push(text.slice(end, found.index));
    end = found.index + found[0].length;
    if (found[1] !== undefined) parts.push(found[1]);
    else if (found[2] === undefined)
      throw fail(`a placeholder is not closed by }}; braces that are none are written {{"{{"}}`);
    else parts.push(slotOf(found[2], parameters, fail));
  }
  parts.push(text.slice(end));
  return {
    names: new Set(parts.flatMap((part) => (typeof part === 'string' ? [] : [part.name]))),
    render: (values) => parts.map((part) => (typeof part === 'string' ? part : fill(part, values))).join(''),
  };
}

function slotOf(inside: string, parameters: Parameters, fail: (message: string) => Error): Slot {
  const written = `{{${inside}}}`;
  const parts = SLOT.exec(inside);
  if (!parts) throw fail(`${written} is no placeholder; write {{name}}, {{name:.6g}} or {{name|0}}`);
  const [, name, formatText, fallback] = parts;
  if (name !== SEED && !Object.hasOwn(parameters, name))
    throw fail(`${written}: there is no parameter '${name}'; known: ${namesShown(parameters)}, ${SEED}`);
  const parameter = name === SEED ? undefined : parameters[name];
  if (parameter?.activeWhen && fallback === undefined)
    throw fail(`'${name}' does not always play a part; say what to write then: {{${name}|0}}`);
  if (formatText === undefined) return { name, ...(fallback !== undefined && { fallback }) };
  const spec = parseFormat(formatText);
  if (!spec) throw fail(`${written}: ${show(formatText)} is no format; write one such as d, 04d, .6g, 12.4e or .3f`);
  const numeric = spec.conversion !== 's';
  if (numeric && parameter?.kind === 'categorical')
    throw fail(`${written}: '${name}' is a text, which ${show(formatText)} cannot write`);
  if (spec.conversion === 'd' && parameter && !isWhole(parameter))
    throw fail(`${written}: '${name}' is not an integer; format d would round it`);
  return { name, format: spec, ...(fallback !== undefined && { fallback }) };
}

function isWhole(parameter: Parameter): boolean {
  return parameter.kind === 'integer' || (parameter.kind === 'ordinal' && parameter.values.every(Number.isInteger));
}

function fill({ name, format: spec, fallback }: Slot, values: Readonly<Record<string, Scalar | undefined>>): string {
  const value = values[name];
  if (value === undefined) return fallback ?? '';
  return spec ? format(value, spec) : String(value);
}
