import type { Binary } from '../../core/graph/term.ts';
import type { Expression, Statement } from '../program.ts';
import { type Code, op, type Routine, repeat, TYPE } from './bytes.ts';
import { EXPONENTIAL_LOCALS, exponential } from './exponential.ts';
import { Signs } from './signs.ts';

/** A loop of a program. */
export type Loop = Statement & { readonly kind: 'loop' };

/** Where an array or a table stands in the memory, in bytes. */
export type Place = (name: string) => number;

/** A loop as a routine that takes two places at once. */
export interface CompiledLoop {
  readonly routine: Routine;
  /** What it is called with: numbers that are the same at all places. */
  readonly given: readonly Expression[];
  /** The variable that it goes on with: what is answered is to be added, or is the least or the largest. None where it fills an array. */
  readonly fold?: { readonly name: string; readonly op: Binary };
}

const UNARY: Readonly<Record<string, Code | undefined>> = {
  ...{ abs: op.abs, negate: op.negate, sqrt: op.sqrt, floor: op.floor },
};
const BINARY: Readonly<Record<string, Code | undefined>> = {
  ...{ add: op.add, subtract: op.subtract, multiply: op.multiply, divide: op.divide, min: op.min, max: op.max },
};
const TESTS = { less: op.less, 'at-most': op.atMost, equal: op.equal } as const;

/** Whether a pair of numbers has all operations of the loop. */
export function isOfPairs({ body }: Loop): boolean {
  return body.every((one) => {
    if (one.kind === 'store') return one.at === 'i' && everyPart(one.value, isOfPair);
    return (one.kind === 'constant' || one.kind === 'assign') && everyPart(one.value, isOfPair);
  });
}

function isOfPair(of: Expression): boolean {
  if (of.kind === 'unary') return of.op === 'exp' || UNARY[of.op] !== undefined;
  return of.kind === 'binary' ? BINARY[of.op] !== undefined : of.kind !== 'entry';
}

const everyPart = (of: Expression, holds: (one: Expression) => boolean): boolean =>
  holds(of) && partsOf(of).every((one) => everyPart(one, holds));

function partsOf(of: Expression): readonly Expression[] {
  if (of.kind === 'unary') return [of.of];
  if (of.kind === 'binary') return [of.a, of.b];
  return of.kind === 'choice' ? [of.a, of.b, of.yes, of.no] : [];
}

/** The tables and arrays that the loop reads place by place, or fills. */
export function arraysOf({ body }: Loop): string[] {
  const found: string[] = [];
  for (const one of body) {
    if (one.kind === 'store') found.push(one.array);
    if ('value' in one)
      everyPart(one.value, (part) => {
        if (part.kind === 'item' && part.at === 'i') found.push(part.of);
        return true;
      });
  }
  return found;
}

/** A loop for which {@link isOfPairs} holds, as a routine of this name. */
export function compiledLoop(loop: Loop, name: string, place: Place): CompiledLoop {
  const values = loop.body.flatMap((one) => ('value' in one ? [one.value] : []));
  const own = new Set(loop.body.flatMap((one) => (one.kind === 'constant' || one.kind === 'assign' ? [one.name] : [])));
  const given = new Map<string, Expression>();
  const numbers = new Map<string, number>();
  let exponentials = false;
  for (const value of values)
    everyPart(value, (part) => {
      if (part.kind === 'number') numbers.set(keyOf(part), part.value);
      else if (part.kind === 'input' || (part.kind === 'name' && !own.has(part.name))) given.set(keyOf(part), part);
      else if (part.kind === 'item' && part.at !== 'i') given.set(keyOf(part), part);
      exponentials ||= part.kind === 'unary' && part.op === 'exp';
      return true;
    });
  const locals = new Locals(given, numbers, own, exponentials, new Signs(loop.body));
  const assigned = loop.body.find(isAssigned);
  return {
    routine: {
      ...{ name, parameters: [...given].map(() => TYPE.f64), locals: locals.types },
      ...(assigned && { result: TYPE.f64 }),
      body: bodyOf(loop, locals, place),
    },
    given: [...given.values()],
    ...(assigned && { fold: { name: assigned.name, op: foldOf(assigned.value) } }),
  };
}

function keyOf(of: Expression): string {
  if (of.kind === 'number') return Object.is(of.value, -0) ? '-0' : String(of.value);
  if (of.kind === 'input') return `x${of.index}`;
  if (of.kind === 'item') return `${of.of}[${of.at}]`;
  return of.kind === 'name' ? of.name : '';
}

/** The locals of a routine: its parameters, the place in bytes, and a pair for all else that has a name. */
class Locals {
  readonly types: readonly number[];
  readonly at: number;
  readonly exponential: number;
  readonly signs: Signs;
  /** Pairs that are the same at all places. */
  readonly begin: Code;
  readonly #pairs = new Map<string, number>();

  constructor(
    given: ReadonlyMap<string, Expression>,
    numbers: ReadonlyMap<string, number>,
    own: ReadonlySet<string>,
    exponentials: boolean,
    signs: Signs,
  ) {
    this.signs = signs;
    this.at = given.size;
    const fixed: [key: string, code: Code][] = [
      ...[...given.keys()].map((key, k): [string, Code] => [key, op.get(k)]),
      ...[...numbers].map(([key, value]): [string, Code] => [key, op.double(value)]),
    ];
    for (const key of [...fixed.map(([one]) => one), ...own]) this.#pairs.set(key, this.at + 1 + this.#pairs.size);
    this.exponential = this.at + 1 + this.#pairs.size;
    const pairs = this.#pairs.size + (exponentials ? EXPONENTIAL_LOCALS : 0);
    this.types = [TYPE.i32, ...Array.from({ length: pairs }, () => TYPE.v128)];
    this.begin = fixed.flatMap(([key, code]) => [...code, ...op.splat, ...op.set(this.pair(key))]);
  }

  pair(key: string): number {
    return this.#pairs.get(key)!;
  }
}

function bodyOf({ length, body }: Loop, locals: Locals, place: Place): Code {
  const once = body.flatMap((one) => codeOf(one, locals, place));
  const { at } = locals;
  const even = 8 * (length - (length % 2));
  const pairs = repeat([
    ...[...once, ...op.get(at), ...op.int(16), ...op.addInt, ...op.tee(at)],
    ...[...op.int(even), ...op.lessInt],
  ]);
  const assigned = body.find(isAssigned);
  const all = even > 0 ? pairs : [];
  if (!assigned) return [...locals.begin, ...all, ...(length % 2 ? once : [])];
  const fold = foldOf(assigned.value);
  const sum = locals.pair(assigned.name);
  const combined = [...op.get(sum), ...op.get(sum), ...op.get(sum), ...op.swapLanes, ...BINARY[fold]!, ...op.set(sum)];
  // The last place of an odd number stands alone: its neighbor is none of the fold.
  const last = length % 2 ? once : [];
  const begin = [...op.double(NEUTRAL[fold]!), ...op.splat, ...op.set(sum)];
  return [...locals.begin, ...begin, ...all, ...combined, ...last, ...op.get(sum), ...op.lane(0)];
}

type Named = Statement & { readonly kind: 'constant' | 'variable' | 'assign' };

const isAssigned = (one: Statement): one is Named => one.kind === 'assign';

/** The operation of a fold; a program assigns nothing else in a loop. */
const foldOf = (of: Expression): Binary => (of as Expression & { readonly kind: 'binary' }).op;

/** What a fold begins with so that it changes nothing. */
const NEUTRAL: Readonly<Record<string, number>> = {
  ...{ add: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY },
};

function codeOf(one: Statement, locals: Locals, place: Place): Code {
  const value = (of: Expression) => expressionOf(of, locals, place);
  if (one.kind === 'store') return [...op.get(locals.at), ...value(one.value), ...op.store(place(one.array))];
  if (one.kind === 'constant' || one.kind === 'assign') return [...value(one.value), ...op.set(locals.pair(one.name))];
  return [];
}

function expressionOf(of: Expression, locals: Locals, place: Place): Code {
  const value = (one: Expression) => expressionOf(one, locals, place);
  switch (of.kind) {
    case 'unary':
      if (of.op !== 'exp') return [...value(of.of), ...UNARY[of.op]!];
      return exponential(value(of.of), locals.exponential, !locals.signs.isAtMostZero(of.of));
    case 'binary':
      return [...value(of.a), ...value(of.b), ...BINARY[of.op]!];
    case 'choice':
      return [...value(of.yes), ...value(of.no), ...value(of.a), ...value(of.b), ...TESTS[of.test], ...op.choose];
    case 'item':
      if (of.at === 'i') return [...op.get(locals.at), ...op.load(place(of.of))];
      return op.get(locals.pair(keyOf(of)));
    default:
      return op.get(locals.pair(keyOf(of)));
  }
}
