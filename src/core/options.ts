/** What a value that a factory returns tells of how it was made. */
export interface Described {
  readonly name: string;
  /** The factory that made it; absent of one's own. */
  readonly factory?: string;
  /** The options that it was made with as plain data, without those at their defaults. */
  readonly options?: PlainOptions;
}

/** Options as plain data: numbers, texts, true and false, lists and mappings of them; a recipe among them is {@link Named}. */
export type PlainOptions = Readonly<Record<string, unknown>>;

/** A recipe as plain data: `gaussianProcess`, or `{ gaussianProcess: { kernel: 'matern-5/2' } }`. */
export type Named = string | Readonly<Record<string, PlainOptions>>;

/** Kinds of recipes: what each has to have, and one to name in a message. */
export const KINDS = {
  sampler: { word: 'a sampler', method: 'sample', example: 'latinHypercube()' },
  augmentation: { word: 'an augmentation', method: 'varied', example: 'warp()' },
  surrogate: { word: 'a surrogate', method: 'fit', example: 'gaussianProcess()' },
  'probabilistic surrogate': { word: 'a surrogate', method: 'fit', example: 'gaussianProcess()' },
  'resolved surrogate': { word: 'a surrogate', method: 'fit', example: 'coKriging()' },
  acquisition: { word: 'an acquisition', method: undefined, example: 'logExpectedImprovement()' },
  minimizer: { word: 'a minimizer', method: 'minimize', example: 'cmaEs()' },
  optimizer: { word: 'an optimizer', method: 'suggest', example: 'random()' },
} as const;

/** A kind of recipe. */
export type RecipeKind = keyof typeof KINDS;

declare const meaning: unique symbol;
declare const state: unique symbol;

/** What the value of an option may be, as plain data; `T` is its type in TypeScript. */
export type OptionType<T = unknown> = Shape & { readonly [meaning]?: T };

/** The kinds of {@link OptionType}. */
type Shape =
  | { readonly is: 'flag' | 'text' }
  | Whole
  | Numeric
  | { readonly is: 'oneOf'; readonly values: readonly (string | number)[] }
  | { readonly is: 'list'; readonly of: OptionType; readonly least: number }
  | { readonly is: 'record'; readonly of: OptionType }
  | { readonly is: 'either'; readonly of: readonly OptionType[] }
  | { readonly is: 'group'; readonly table: OptionTable }
  | { readonly is: 'recipe'; readonly kind: RecipeKind }
  | { readonly is: 'code'; readonly words: string };

/** Most of anything that is counted: beyond it a slip would take the memory of the machine, or days. */
export const MOST = 10_000_000;

/** A whole number, at most {@link MOST} where it says no other bound. */
export interface Whole {
  readonly is: 'whole';
  readonly from: number;
  readonly to?: number;
  /** Whether Infinity is one too. */
  readonly infinite?: boolean;
}

/** A number. */
export interface Numeric {
  readonly is: 'number';
  readonly from?: number;
  readonly above?: number;
  readonly to?: number;
  readonly infinite?: boolean;
}

/** True or false. */
export const flag: OptionType<boolean> = { is: 'flag' };

/** A text that is not empty. */
export const text: OptionType<string> = { is: 'text' };

/** A whole number within bounds. */
export function whole(bounds: Omit<Whole, 'is'>): OptionType<number> {
  return { is: 'whole', ...bounds };
}

/** A whole number from 1. */
export const count: OptionType<number> = whole({ from: 1 });

/** A finite number within bounds. */
export function number(bounds: Omit<Numeric, 'is'> = {}): OptionType<number> {
  return { is: 'number', ...bounds };
}

/** A finite number above 0. */
export const positive: OptionType<number> = number({ above: 0 });

/** A finite number from 0. */
export const notNegative: OptionType<number> = number({ from: 0 });

/** One of a few texts or numbers. */
export function oneOf<const V extends string | number>(...values: readonly V[]): OptionType<V> {
  return { is: 'oneOf', values };
}

/** A list with a least number of values. */
export function list<T>(of: OptionType<T>, least = 0): OptionType<readonly T[]> {
  return { is: 'list', of, least };
}

/** Values by names of the author's own, such as parameters. */
export function record<T>(of: OptionType<T>): OptionType<Readonly<Record<string, T>>> {
  return { is: 'record', of };
}

/** A value of one of several types. */
export function either<T extends readonly OptionType[]>(...of: T): OptionType<Meant<T[number]>> {
  return { is: 'either', of } as OptionType<Meant<T[number]>>;
}

/** Options inside an option. */
export function group<S extends OptionTable>(table: S): OptionType<OptionsOf<S>> {
  return { is: 'group', table };
}

/** A function, which only code can give; `words` say what it does. */
export function code<T>(words: string): OptionType<T> {
  return { is: 'code', words };
}

type State = 'required' | 'open' | 'filled';

/** One option: what it may be, what it does, and its default where that does not depend on the data. */
export interface Option<T = unknown, S extends State = State> {
  readonly type: OptionType<T>;
  /** One sentence, or a few: what it does, units, and its default where that is no plain value. */
  readonly doc: string;
  readonly default?: T;
  readonly required?: boolean;
  readonly [state]?: S;
}

/** The options of a factory by name. */
export type OptionTable = Readonly<Record<string, Option>>;

/** An option that may be left out. */
export function option<T>(type: OptionType<T>, doc: string): Option<T, 'open'>;
export function option<T>(type: OptionType<T>, doc: string, fallback: NoInfer<T>): Option<T, 'filled'>;
export function option<T>(type: OptionType<T>, doc: string, fallback?: T): Option<T> {
  return { type, doc, ...(fallback !== undefined && { default: fallback }) };
}

/** An option without which there is nothing to make. */
export function required<T>(type: OptionType<T>, doc: string): Option<T, 'required'> {
  return { type, doc, required: true };
}

type Meant<O> = O extends OptionType<infer T> ? T : never;
type Value<O> = O extends Option<infer T> ? T : never;
type Keys<S extends OptionTable, Which extends State> = {
  [K in keyof S]: S[K] extends Option<infer _, infer State> ? (State extends Which ? K : never) : never;
}[keyof S];
type Flat<T> = { [K in keyof T]: T[K] };

/** The type of what users give to a factory with these options. What is written over an option of the table is shown for it. */
export type OptionsOf<S extends OptionTable> = Flat<
  { readonly [K in keyof S as Extract<K, Keys<S, 'required'>>]: Value<S[K]> } & {
    readonly [K in keyof S as Exclude<K, Keys<S, 'required'>>]?: Value<S[K]>;
  }
>;

/** The type where there are none. */
export type NoOptions = Readonly<Record<string, never>>;

/** The same once defaults are filled in. */
export type CheckedOptions<S extends OptionTable> = Flat<
  { readonly [K in Keys<S, 'required' | 'filled'>]: Value<S[K]> } & {
    readonly [K in Keys<S, 'open'>]?: Value<S[K]>;
  }
>;
