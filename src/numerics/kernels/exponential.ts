/** The smallest exponent whose result is a normal number. */
export const LEAST = -708;
/** 1.5 * 2^52: adding it rounds to an integer. */
const SHIFT = 6755399441055744;
/** ln 2: its upper 33 bits, and the rest. */
const [UPPER, LOWER] = [0.6931471803691238, 1.9082149292705877e-10];
/** 2^-k. */
const POWERS = Float64Array.from({ length: 1023 }, (_, k) => 2 ** -k);

/** exp(x) of a number that is not positive, bit for bit that of the kernels in WebAssembly: to about one unit in the last place; below -708 it stays at exp(-708). */
export function exponential(x: number): number {
  const u = x < LEAST ? LEAST : x;
  const power = SHIFT + u * Math.LOG2E - SHIFT;
  const r = u - power * UPPER - power * LOWER;
  const r2 = r * r;
  const r4 = r2 * r2;
  const p0 = 1 / 2 + r * (1 / 6) + r2 * (1 / 24 + r * (1 / 120));
  const p1 = 1 / 720 + r * (1 / 5040) + r2 * (1 / 40320 + r * (1 / 362880));
  const p2 = 1 / 3628800 + r * (1 / 39916800) + r2 * (1 / 479001600 + r * (1 / 6227020800));
  const tail = p0 + r4 * (p1 + r4 * p2);
  return (r + r2 * tail + 1) * POWERS[-power];
}
