import { ImagoError, nearest, type Place, show, showPlace } from './errors.ts';
import {
  type CheckedOptions,
  type Described,
  KINDS,
  MOST,
  type Named,
  type Numeric,
  type Option,
  type OptionTable,
  type OptionType,
  type PlainOptions,
  type RecipeKind,
  type Whole,
} from './options.ts';

/**
 * The options with their defaults. Throws `invalid-argument` where one is unknown, missing, or not what it may be; the message begins with the
 * name of the `owner`.
 */
export function checkOptions<S extends OptionTable>(owner: string, table: S, given: unknown): CheckedOptions<S> {
  const flaw = flawOfTable(table, given);
  if (flaw) {
    const at = flaw.place.length === 0 ? '' : `${showPlace(flaw.place)}${flaw.isSentence ? ':' : ''} `;
    throw new ImagoError('invalid-argument', `${owner}: ${at}${flaw.message}`, { place: flaw.place });
  }
  const filled: Record<string, unknown> = {};
  for (const [name, { default: fallback }] of Object.entries(table)) {
    const value = (given as PlainOptions)[name] ?? fallback;
    if (value !== undefined) filled[name] = value;
  }
  return filled as CheckedOptions<S>;
}

/** Options as plain data, without those that say what their defaults say. */
export function plainOptions(table: OptionTable, given: PlainOptions): PlainOptions {
  const plain: Record<string, unknown> = {};
  for (const [name, { type, default: fallback }] of Object.entries(table)) {
    if (given[name] === undefined) continue;
    const value = plainOf(type, given[name]);
    if (type.is === 'group' && same(value, {})) continue;
    if (fallback === undefined || !same(value, plainOf(type, fallback))) plain[name] = value;
  }
  return plain;
}

/** The recipe as plain data; made again from it, it is the same. */
export function namedRecipe({ name, factory = name, options = {} }: Described): Named {
  return Object.keys(options).length === 0 ? factory : { [factory]: options };
}

/** The recipe in words: `gaussianProcess`, or `gaussianProcess(kernel: matern-5/2, starts: 4)`. */
export function recipeText(recipe: Described): string {
  return textOf(namedRecipe(recipe));
}

/** Why the value is no recipe of that kind: the end of a sentence that begins with its place. */
export function flawOfRecipe(kind: RecipeKind, value: unknown): string | undefined {
  const { word, method, example } = KINDS[kind];
  if (isFactory(value)) return `${value.name} makes ${word}; call it: ${value.name}()`;
  const fits =
    method === undefined
      ? typeof value === 'function'
      : typeof (value as PlainOptions | null | undefined)?.[method] === 'function';
  if (fits) return undefined;
  return `must be ${word} such as ${example}, got ${show(value)}`;
}

/** What tells a factory from what it makes. */
const MAKES = Symbol.for('imago.factory');

/** Marks a function that makes recipes. */
export function markFactory<F extends object>(make: F): F {
  return Object.defineProperty(make, MAKES, { value: true });
}

function isFactory(value: unknown): value is { readonly name: string } {
  return typeof value === 'function' && MAKES in value;
}

/** What is wrong, and where. */
interface Flaw {
  readonly place: Place;
  /** The end of a sentence that begins with the place, or a sentence. */
  readonly message: string;
  readonly isSentence?: boolean;
}

function flawOfTable(table: OptionTable, given: unknown): Flaw | undefined {
  if (!isMapping(given)) return { place: [], message: `options must be an object, got ${show(given)}` };
  const known = Object.keys(table);
  for (const [name, value] of Object.entries(given))
    if (value !== undefined && !Object.hasOwn(table, name))
      return {
        place: [],
        message: `there is no option ${show(name)}${nearest(name, known)}; known: ${known.join(', ') || 'none'}`,
        isSentence: true,
      };
  for (const [name, { type, required }] of Object.entries(table)) {
    const value = given[name];
    if (value === undefined && required) return { place: [name], message: `is missing: it must be ${wordsOf(type)}` };
    const flaw = value === undefined ? undefined : flawOf(type, value);
    if (flaw) return { ...flaw, place: [name, ...flaw.place] };
  }
  return undefined;
}

function flawOf(type: OptionType, value: unknown): Flaw | undefined {
  const wrong = (): Flaw => ({ place: [], message: `must be ${wordsOf(type)}, got ${show(value)}` });
  switch (type.is) {
    case 'flag':
      return typeof value === 'boolean' ? undefined : wrong();
    case 'text':
      return typeof value === 'string' && value !== '' ? undefined : wrong();
    case 'oneOf':
      return type.values.includes(value as string) ? undefined : wrong();
    case 'whole':
      if (type.to === undefined && Number.isSafeInteger(value) && (value as number) > MOST)
        return { place: [], message: `must be at most ${MOST}, got ${show(value)}` };
      return isWithin(type, value) ? undefined : wrong();
    case 'number':
      return isWithin(type, value) ? undefined : wrong();
    case 'code':
      return typeof value === 'function' ? undefined : wrong();
    case 'list':
      if (!Array.isArray(value) || value.length < type.least) return wrong();
      return firstFlaw(type.of, value.entries());
    case 'record':
      return isMapping(value) ? firstFlaw(type.of, Object.entries(value)) : wrong();
    case 'group':
      return isMapping(value) ? flawOfTable(type.table, value) : wrong();
    case 'either': {
      const flaws = type.of.map((one) => flawOf(one, value));
      if (flaws.some((flaw) => flaw === undefined)) return undefined;
      // What is wrong inside a list or a mapping says more.
      return flaws.find((flaw) => flaw && flaw.place.length > 0) ?? wrong();
    }
    case 'recipe': {
      const message = flawOfRecipe(type.kind, value);
      return message === undefined ? undefined : { place: [], message, isSentence: isFactory(value) };
    }
  }
}

function firstFlaw(type: OptionType, entries: Iterable<[string | number, unknown]>): Flaw | undefined {
  for (const [key, value] of entries) {
    const flaw = flawOf(type, value);
    if (flaw) return { ...flaw, place: [key, ...flaw.place] };
  }
  return undefined;
}

function isWithin(type: Whole | Numeric, value: unknown): boolean {
  if (typeof value !== 'number') return false;
  if (value === Number.POSITIVE_INFINITY) return type.infinite === true;
  const above = type.is === 'number' ? type.above : undefined;
  return (
    (type.is === 'whole' ? Number.isSafeInteger(value) : Number.isFinite(value)) &&
    (type.from === undefined || value >= type.from) &&
    (above === undefined || value > above) &&
    (type.to === undefined || value <= type.to)
  );
}

/** What a value may be, in the words of a message. */
export function wordsOf(type: OptionType): string {
  switch (type.is) {
    case 'flag':
      return 'true or false';
    case 'text':
      return 'a text';
    case 'oneOf':
      return `${type.values.length > 2 ? 'one of ' : ''}${type.values.join(type.values.length > 2 ? ', ' : ' or ')}`;
    case 'whole':
      return `a whole number from ${type.from}${type.to === undefined ? '' : ` to ${type.to}`}${orInfinity(type)}`;
    case 'number':
      return `a number${rangeOf(type)}${orInfinity(type)}`;
    case 'list':
      return `a list${type.least > 0 ? ` of ${type.least} or more` : ''}, each ${wordsOf(type.of)}`;
    case 'record':
      return `${wordsOf(type.of)} for each name`;
    case 'either':
      return type.of.map(wordsOf).join(' or ');
    case 'group':
      return `an object with ${Object.keys(type.table).join(', ')}`;
    case 'recipe':
      return `${KINDS[type.kind].word} such as ${KINDS[type.kind].example}`;
    case 'code':
      return `a function, ${type.words}`;
  }
}

/** The default of an option in words; undefined where that depends on the data. */
export function usualText({ type, default: usual }: Option): string | undefined {
  if (usual === undefined) return undefined;
  return type.is === 'recipe' ? `${recipeText(usual as Described)}()` : textOf(usual);
}

function orInfinity({ infinite }: Whole | Numeric): string {
  return infinite ? ', or Infinity' : '';
}

function rangeOf({ from, above, to }: Numeric): string {
  const low = above !== undefined ? `above ${above}` : from !== undefined ? `from ${from}` : '';
  if (to === undefined) return low && ` ${low}`;
  return above !== undefined ? ` ${low} and at most ${to}` : ` ${low} to ${to}`;
}

function plainOf(type: OptionType, value: unknown): unknown {
  switch (type.is) {
    case 'recipe':
      return namedRecipe(value as Described);
    case 'list':
      return (value as readonly unknown[]).map((one) => plainOf(type.of, one));
    case 'record':
      return Object.fromEntries(
        Object.entries(value as PlainOptions).map(([key, one]) => [key, plainOf(type.of, one)]),
      );
    case 'group':
      return plainOptions(type.table, value as PlainOptions);
    case 'either':
      return plainOf(type.of.find((one) => flawOf(one, value) === undefined) as OptionType, value);
    case 'code':
      return show(value);
    default:
      return value;
  }
}

function isMapping(value: unknown): value is PlainOptions {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function same(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/** A plain value in words, without quotes. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join(', ')}]`;
  if (!isMapping(value)) return String(value);
  const entries = Object.entries(value);
  const inside = entries.map(([key, one]) => `${key}: ${textOf(one)}`);
  const [[name, options] = ['', undefined]] = entries;
  const isRecipe = entries.length === 1 && isMapping(options);
  return isRecipe
    ? `${name}(${Object.entries(options)
        .map(([key, one]) => `${key}: ${textOf(one)}`)
        .join(', ')})`
    : `{ ${inside.join(', ')} }`;
}
