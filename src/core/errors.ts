/** What kind of mistake an {@link ImagoError} reports; stable, for programs to branch on. */
export type ErrorCode =
  /** A parameter, space or point is malformed. */
  | 'invalid-space'
  /** A simulator definition is malformed. */
  | 'invalid-simulator'
  /** A scenario is malformed, or names something that does not exist. */
  | 'invalid-scenario'
  /** An expression cannot be parsed, or its names or units do not fit. */
  | 'invalid-expression'
  /** An argument has the wrong shape, type or range. */
  | 'invalid-argument'
  /** Data cannot be read or do not fit their space. */
  | 'invalid-data'
  /** A plug-in file cannot be loaded. */
  | 'plugin'
  /** The evaluation store is locked, damaged or of another study. */
  | 'store'
  /** The run was cancelled through its signal. */
  | 'cancelled'
  /** Every evaluation failed, or nearly every one, so that there is nothing to go on with. */
  | 'no-data'
  /** What was exported does not answer as the model does. */
  | 'export-failed';

/** Where in a definition a mistake is: `['outputs', 'mass', 'pattern']`, so that the line of a file can be found. */
export type Place = readonly (string | number)[];

const brand = Symbol.for('imago.error');

/**
 * The one error class: a mistake of the caller, never a failed simulation (that is an {@link Evaluation}). One that another copy of this
 * package threw is an instance too.
 */
export class ImagoError extends Error {
  readonly code: ErrorCode;
  /** In the definition that was given; undefined where the message alone says it. */
  readonly place?: Place;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions & { readonly place?: Place }) {
    super(message, options);
    this.name = 'ImagoError';
    this.code = code;
    if (options?.place) this.place = options.place;
    Object.defineProperty(this, brand, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): value is ImagoError {
    return value instanceof Error && brand in value;
  }
}

/** Throws an {@link ImagoError} unless `condition` holds; `place` says where in a definition. */
export function ensure(
  condition: unknown,
  code: ErrorCode,
  message: string | (() => string),
  place?: Place,
): asserts condition {
  if (!condition) throw new ImagoError(code, typeof message === 'string' ? message : message(), place && { place });
}

/** A place in words: `outputs.mass.pattern`, `chain[0].size`. */
export function showPlace(place: readonly PropertyKey[]): string {
  return place.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? String(step) : `${text}.${String(step)}`;
  }, '');
}

/** Writes a value for an error message: strings quoted, long values cut. */
export function show(value: unknown): string {
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`;
  if (value instanceof Promise) return 'a promise';
  const text =
    typeof value === 'string' ? `'${oneLine(value)}'` : typeof value === 'object' ? json(value) : String(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

/** Line ends and other control characters as they are written in code. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1));
}

/** More parts than a message has room for: of a value with millions of numbers the others are not even read. */
const MOST_PARTS = 200;

function json(value: object | null): string {
  let left = MOST_PARTS;
  const first = (_: string, part: unknown) => {
    if (left-- <= 0) return undefined;
    if (Array.isArray(part)) return part.slice(0, MOST_PARTS);
    const isTyped = ArrayBuffer.isView(part) && !(part instanceof DataView);
    return isTyped ? Array.from((part as Float64Array).subarray(0, MOST_PARTS)) : part;
  };
  try {
    return JSON.stringify(value, first);
  } catch (error) {
    // What holds itself or a bigint has no JSON.
    if (!(error instanceof TypeError)) throw error;
    return `an object with ${Object.keys(value ?? {}).join(', ')}`;
  }
}

/** `; did you mean x?` where a known word is nearly the same. */
export function nearest(word: string, known: readonly string[]): string {
  const close = known
    .map((one) => ({ one, distance: editDistance(word.toLowerCase(), one.toLowerCase()) }))
    .filter(({ one, distance }) => distance <= Math.max(1, Math.floor(Math.min(word.length, one.length) / 3)))
    .sort((a, b) => a.distance - b.distance);
  return close.length > 0 ? `; did you mean ${close[0].one}?` : '';
}

/** The letters to be put in, left out, replaced, or swapped with their neighbor. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 20) return 20;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    [before, row] = [row, next];
  }
  return row[b.length];
}
