// AssemblyScript. The units of a network that answers, two doubles at a time: bit for bit what plain code makes of them.
import { constant, exponential } from './exponential';

/** The bit of the sign, of two doubles. */
const SIGN: usize = memory.data<u64>([0x8000000000000000, 0x8000000000000000], 16);

/**
 * Replaces `count` numbers at z, a multiple of 8, by their activation, 0 tanh, 1 relu, 2 swish. Four vectors go side by side: the steps of one
 * exponential wait for each other.
 */
export function activate64(kind: i32, count: usize, z: usize): void {
  const end = z + (count << 3);
  if (kind == 0)
    for (; z < end; z += 64) {
      const a = tanh(v128.load(z));
      const b = tanh(v128.load(z, 16));
      const c = tanh(v128.load(z, 32));
      const d = tanh(v128.load(z, 48));
      storeFour(z, a, b, c, d);
    }
  else if (kind == 1)
    for (; z < end; z += 16) {
      const x = v128.load(z);
      v128.store(z, v128.and(x, f64x2.gt(x, f64x2.splat(0))));
    }
  else
    for (; z < end; z += 64) {
      const a = swish(v128.load(z));
      const b = swish(v128.load(z, 16));
      const c = swish(v128.load(z, 32));
      const d = swish(v128.load(z, 48));
      storeFour(z, a, b, c, d);
    }
}

@inline
function storeFour(z: usize, a: v128, b: v128, c: v128, d: v128): void {
  v128.store(z, a);
  v128.store(z, b, 16);
  v128.store(z, c, 32);
  v128.store(z, d, 48);
}

@inline
function tanh(x: v128): v128 {
  const sign = v128.load(SIGN);
  const away = v128.or(x, sign);
  const e = exponential(f64x2.add(away, away));
  const t = f64x2.div(f64x2.sub(constant(17), e), f64x2.add(constant(17), e));
  return v128.xor(t, v128.and(sign, f64x2.lt(x, f64x2.splat(0))));
}

@inline
function swish(x: v128): v128 {
  const away = v128.or(x, v128.load(SIGN));
  // Where the exponential stays at its least a large number would blow it up.
  const e = v128.and(exponential(away), f64x2.ge(away, constant(0)));
  // The exponential is 1 at most: below zero it is the larger of the two.
  const share = f64x2.pmax(e, v128.andnot(constant(17), f64x2.lt(x, f64x2.splat(0))));
  return f64x2.mul(x, f64x2.div(share, f64x2.add(constant(17), e)));
}

/**
 * Writes the standardized coordinates of `count` rows, `d` numbers each at `points`, to rows of `width` numbers at `out`, an even width: less the d
 * numbers at `means`, over those at `deviations`. What fills a row up is written up to an even number of coordinates, as 0 where mean and deviation are 0 and 1.
 */
export function standardize64(count: usize, d: usize, points: usize, means: usize, deviations: usize, out: usize, width: usize): void {
  const own = d << 3;
  const row = width << 3;
  const pairs = own & ~15;
  for (const end = points + count * own; points < end; points += own, out += row) {
    for (let j: usize = 0; j < pairs; j += 16)
      v128.store(out + j, f64x2.div(f64x2.sub(v128.load(points + j), v128.load(means + j)), v128.load(deviations + j)));
    if (pairs < own) {
      const last = f64x2.sub(v128.load64_zero(points + pairs), v128.load(means + pairs));
      v128.store(out + pairs, f64x2.div(last, v128.load(deviations + pairs)));
    }
  }
}
