/** WebAssembly as bytes: numbers, instructions and sections of its binary format. */

/** Instructions and their operands. */
export type Code = readonly number[];

/** A whole number as LEB128, of a sign where it has one. */
export function unsigned(value: number): Code {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return bytes;
}

function signed(value: number): Code {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const low = rest & 127;
    rest >>= 7;
    const done = (rest === 0 && (low & 64) === 0) || (rest === -1 && (low & 64) !== 0);
    bytes.push(done ? low : low + 128);
    if (done) return bytes;
  }
}

/** A double, little end first. */
export function doubleBytes(value: number): Code {
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setFloat64(0, value, true);
  return [...new Uint8Array(bytes.buffer)];
}

const vector = (op: number): Code => [0xfd, ...unsigned(op)];
/** Alignment is a hint; that of a double holds for all that is read. */
const place = (offset: number): Code => [3, ...unsigned(offset)];

/** Types of values. */
export const TYPE = { i32: 0x7f, f64: 0x7c, v128: 0x7b } as const;

/** Instructions by their names; `f64x2` and the like are pairs of numbers. */
export const op = {
  get: (local: number): Code => [0x20, ...unsigned(local)],
  set: (local: number): Code => [0x21, ...unsigned(local)],
  tee: (local: number): Code => [0x22, ...unsigned(local)],
  int: (value: number): Code => [0x41, ...signed(value)],
  double: (value: number): Code => [0x44, ...doubleBytes(value)],
  addInt: [0x6a] as Code,
  shiftInt: [0x74] as Code,
  lessInt: [0x48] as Code,
  andInt: [0x71] as Code,
  not: [0x45] as Code,
  select: [0x1b] as Code,
  load: (offset: number): Code => [...vector(0x00), ...place(offset)],
  loadSplat: (offset: number): Code => [...vector(0x0a), ...place(offset)],
  /** The first of a pair, beside zero. */
  loadFirst: (offset: number): Code => [...vector(0x5d), ...place(offset)],
  /** The second, beside the first of the pair that is pushed. */
  loadSecond: (offset: number): Code => [...vector(0x57), ...place(offset), 1],
  store: (offset: number): Code => [...vector(0x0b), ...place(offset)],
  splat: vector(0x14),
  laneInt: (index: number): Code => [...vector(0x1b), index],
  lane: (index: number): Code => [...vector(0x21), index],
  equal: vector(0x47),
  less: vector(0x49),
  greater: vector(0x4a),
  atMost: vector(0x4b),
  atLeast: vector(0x4c),
  and: vector(0x4e),
  choose: vector(0x52),
  /** Of a pair that is pushed twice. */
  swapLanes: [...vector(0x0d), ...[8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7]] as Code,
  floor: vector(0x75),
  abs: vector(0xec),
  negate: vector(0xed),
  sqrt: vector(0xef),
  add: vector(0xf0),
  subtract: vector(0xf1),
  multiply: vector(0xf2),
  divide: vector(0xf3),
  min: vector(0xf6),
  max: vector(0xf7),
  shiftLong: vector(0xcb),
  addLong: vector(0xce),
} as const;

/** A loop that goes on while what the body ends with is not 0. */
export const repeat = (body: Code): Code => [0x03, 0x40, ...body, 0x0d, 0x00, 0x0b];

/** What is done where the number before it is not 0. */
export const when = (body: Code): Code => [0x04, 0x40, ...body, 0x0b];

/** A function; its locals stand after its parameters. */
export interface Routine {
  readonly name: string;
  readonly parameters: readonly number[];
  readonly result?: number;
  readonly locals: readonly number[];
  readonly body: Code;
}

/** A module that exports its routines and its memory, of so many bytes, which begins with `data`. */
export function moduleOf(routines: readonly Routine[], bytes: number, data: Code): Uint8Array {
  const types = routines.map(({ parameters, result }) => [
    0x60,
    ...listed(parameters.map((one) => [one])),
    ...listed(result === undefined ? [] : [[result]]),
  ]);
  const bodies = routines.map(({ locals, body }) => sized([...listed(locals.map((one) => [1, one])), ...body, 0x0b]));
  const names = [
    [...sized(ascii('memory')), 0x02, 0x00],
    ...routines.map(({ name }, k) => [...sized(ascii(name)), 0x00, ...unsigned(k)]),
  ];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, listed(types)),
    ...section(3, listed(routines.map((_, k) => unsigned(k)))),
    ...section(5, listed([[0x00, ...unsigned(Math.ceil(bytes / 65536))]])),
    ...section(7, listed(names)),
    ...section(10, listed(bodies)),
    ...section(11, listed([[0x00, ...op.int(0), 0x0b, ...sized(data)]])),
  ]);
}

const section = (id: number, content: Code): Code => [id, ...sized(content)];
const listed = (parts: readonly Code[]): Code => [...unsigned(parts.length), ...parts.flat()];
const sized = (content: Code): Code => [...unsigned(content.length), ...content];
const ascii = (text: string): Code => [...text].map((one) => one.charCodeAt(0));
