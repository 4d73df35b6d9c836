import { type Code, doubleBytes, op } from './bytes.ts';

/** Steps of the exponent between powers of two. */
const STEPS = 256;

/** Numbers that stand in pairs at the beginning of the memory. */
const CONSTANTS = [
  STEPS * Math.LOG2E, // 0
  6755399441055744, // 1: 1.5 * 2^52, adding it rounds to an integer
  0.6931471803691238 / STEPS, // 2: ln 2, upper 33 bits
  1.9082149292705877e-10 / STEPS, // 3: ln 2, the rest
  1 / 2, // 4
  1 / 6, // 5
  1 / 24, // 6
  -708, // 7: the smallest exponent whose result is a normal number
  709.782712893384, // 8: the largest whose result is a double
  Number.POSITIVE_INFINITY, // 9
];

const POWERS = 16 * CONSTANTS.length;

/** The bytes that the memory begins with: these numbers, and 2^(i / 256) as bits less i 2^44, which an exponent of so many steps adds. */
export const CONSTANT_BYTES: Code = [
  ...CONSTANTS.flatMap((one) => [...doubleBytes(one), ...doubleBytes(one)]),
  ...Array.from({ length: STEPS }, (_, i) => {
    const bytes = new DataView(Uint8Array.from(doubleBytes(Math.exp((i * Math.LN2) / STEPS))).buffer);
    bytes.setUint32(4, bytes.getUint32(4, true) - (i << 12), true);
    return [...new Uint8Array(bytes.buffer)];
  }).flat(),
];

/** Locals of type v128 that {@link exponential} uses. */
export const EXPONENTIAL_LOCALS = 4;

const constant = (k: number): Code => [...op.int(0), ...op.load(16 * k)];
const plusProduct = (a: Code, b: Code, c: Code): Code => [...a, ...b, ...c, ...op.multiply, ...op.add];

/**
 * The exponentials of the pair that `x` pushes, to about one unit in the last place: infinity beyond the doubles, and below -708 zero, or
 * exp(-708) of what is known not to be positive, which takes less. Its locals begin at `first`. x = k ln 2 / 256 + r, and exp(x) is
 * 2^(k / 256) times the series of exp(r) to the fourth power.
 */
export function exponential(x: Code, first: number, positive: boolean): Code {
  const [given, shifted, r, power] = [first, first + 1, first + 2, first + 3];
  const rounded: Code = [...op.get(shifted), ...constant(1), ...op.subtract];
  const bounded: Code = positive ? x : [...x, ...constant(7), ...op.max];
  const index = (lane: number): Code => [
    ...[...op.get(shifted), ...op.laneInt(lane), ...op.int(STEPS - 1), ...op.andInt, ...op.int(3), ...op.shiftInt],
  ];
  const square: Code = [...op.get(r), ...op.get(r), ...op.multiply];
  const series = plusProduct(plusProduct(constant(4), op.get(r), constant(5)), square, constant(6));
  const result: Code = [
    ...[...bounded, ...op.tee(given), ...constant(0), ...op.multiply, ...constant(1), ...op.add, ...op.set(shifted)],
    ...[...op.get(given), ...rounded, ...constant(2), ...op.multiply, ...op.subtract],
    ...[...rounded, ...constant(3), ...op.multiply, ...op.subtract, ...op.set(r)],
    ...[...index(2), ...index(0), ...op.loadFirst(POWERS), ...op.loadSecond(POWERS)],
    ...[...op.get(shifted), ...op.int(44), ...op.shiftLong, ...op.addLong, ...op.set(power)],
    ...plusProduct(op.get(power), op.get(power), plusProduct(op.get(r), square, series)),
  ];
  if (!positive) return result;
  return [
    ...constant(9),
    ...[...result, ...op.get(given), ...constant(7), ...op.atLeast, ...op.and],
    ...[...op.get(given), ...constant(8), ...op.greater, ...op.choose],
  ];
}
