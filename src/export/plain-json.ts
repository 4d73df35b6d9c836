import { ensure, ImagoError, show } from '../core/errors.ts';
import { fromBase64, toBase64 } from './base64.ts';

/** Plain data as JSON: typed arrays stand in a table, each once however often it is there. */
export interface PlainJson {
  readonly value: unknown;
  readonly arrays: readonly JsonArray[];
}

/** A typed array: its type, and its numbers as the base64 of little-endian bytes. */
interface JsonArray {
  readonly type: string;
  readonly base64: string;
}

/** Where an object says what JSON cannot: a key that stands alone. */
const KEY = '$';

/** Deepest nesting of data: models in models in models are far from it. */
const DEEPEST = 100;

const SPECIAL = new Map<string, unknown>([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
  ['undefined', undefined],
]);

const TYPES = { Float64Array, Float32Array, Int32Array, Uint32Array, Uint8Array } as const;

type TypedArray = InstanceType<(typeof TYPES)[keyof typeof TYPES]>;

/** Plain data as JSON, every number to the last bit. Throws `invalid-argument` where something is no plain data. */
export function toPlainJson(given: unknown): PlainJson {
  const arrays: JsonArray[] = [];
  const places = new Map<string, number>();
  const buffers = new Map<ArrayBufferLike, number>();
  const placeOf = (array: TypedArray): number => {
    if (!buffers.has(array.buffer)) buffers.set(array.buffer, buffers.size);
    const key = [buffers.get(array.buffer), array.constructor.name, array.byteOffset, array.length].join();
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, arrays.length);
    arrays.push({ type: array.constructor.name, base64: toBase64(array) });
    return arrays.length - 1;
  };
  const encode = (value: unknown, depth: number): unknown => {
    ensure(depth < DEEPEST, 'invalid-argument', `what is saved is nested more than ${DEEPEST} deep`);
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number')
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { [KEY]: Object.is(value, -0) ? '-0' : `${value}` };
    if (value === undefined) return { [KEY]: 'undefined' };
    if (isTypedArray(value)) return { [KEY]: 'array', at: placeOf(value) };
    if (Array.isArray(value)) return value.map((one) => encode(one, depth + 1));
    ensure(
      typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype,
      'invalid-argument',
      () => `what is saved must be plain data, got ${show(value)}`,
    );
    const entries = Object.entries(value).map(([key, one]) => [key, encode(one, depth + 1)] as const);
    ensure(!Object.hasOwn(value, '__proto__'), 'invalid-argument', "no name in what is saved may be '__proto__'");
    return Object.hasOwn(value, KEY) ? { [KEY]: 'object', entries } : Object.fromEntries(entries);
  };
  return { value: encode(given, 0), arrays };
}

/** The plain data of their JSON. Throws `invalid-data` where it is none. */
export function fromPlainJson({ value, arrays }: PlainJson): unknown {
  ensure(Array.isArray(arrays), 'invalid-data', 'it has no table of arrays');
  const all = arrays.map(typedArrayOf);
  const decode = (json: unknown, depth: number): unknown => {
    ensure(depth < DEEPEST, 'invalid-data', `it is nested more than ${DEEPEST} deep`);
    if (Array.isArray(json)) return json.map((one) => decode(one, depth + 1));
    if (typeof json !== 'object' || json === null) return json;
    const object = (entries: readonly (readonly [string, unknown])[]) => {
      ensure(
        entries.every(([key]) => key !== '__proto__'),
        'invalid-data',
        "it has the key '__proto__'",
      );
      return Object.fromEntries(entries.map(([key, one]) => [key, decode(one, depth + 1)]));
    };
    if (!Object.hasOwn(json, KEY)) return object(Object.entries(json));
    const { [KEY]: kind, at, entries } = json as { [KEY]: unknown; at?: unknown; entries?: unknown };
    if (kind === 'object' && Array.isArray(entries)) return object(entries as [string, unknown][]);
    if (kind === 'array' && typeof at === 'number' && Object.hasOwn(all, at)) return all[at];
    ensure(SPECIAL.has(kind as string), 'invalid-data', () => `it has ${show(json)}, which is no number and no array`);
    return SPECIAL.get(kind as string);
  };
  return decode(value, 0);
}

function isTypedArray(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && Object.hasOwn(TYPES, value.constructor.name);
}

function typedArrayOf(json: JsonArray): TypedArray {
  const { type, base64 } = json ?? {};
  ensure(
    typeof base64 === 'string' && Object.hasOwn(TYPES, type),
    'invalid-data',
    () => `it has no array of ${show(type)}`,
  );
  const Type = TYPES[type as keyof typeof TYPES];
  const bytes = fromBase64(base64, Type.BYTES_PER_ELEMENT);
  if (!bytes) throw new ImagoError('invalid-data', `it has an array of ${type} that is no base64 of whole numbers`);
  return new Type(bytes.buffer);
}
