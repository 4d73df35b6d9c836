// AssemblyScript. Hidden units of a network that answers, two doubles at a time.
import { constant, exponential } from './exponential';

/** Replaces `count` numbers at z, an even count, by their activation, 0 tanh, 1 relu, 2 swish: bit for bit that of `activate` in TypeScript. */
export function activate64(kind: i32, count: usize, z: usize): void {
  const zero = f64x2.splat(0);
  const end = z + (count << 3);
  if (kind == 0)
    for (; z < end; z += 16) {
      const x = v128.load(z);
      const size = f64x2.abs(x);
      const e = exponential(f64x2.neg(f64x2.add(size, size)));
      const t = f64x2.div(f64x2.sub(constant(17), e), f64x2.add(constant(17), e));
      v128.store(z, v128.bitselect(f64x2.neg(t), t, f64x2.lt(x, zero)));
    }
  else if (kind == 1)
    for (; z < end; z += 16) {
      const x = v128.load(z);
      v128.store(z, v128.and(x, f64x2.gt(x, zero)));
    }
  else
    for (; z < end; z += 16) {
      const x = v128.load(z);
      const away = f64x2.neg(f64x2.abs(x));
      // Where the exponential stays at its least a large number would blow it up.
      const e = v128.and(exponential(away), f64x2.ge(away, constant(0)));
      const share = v128.bitselect(e, constant(17), f64x2.lt(x, zero));
      v128.store(z, f64x2.mul(x, f64x2.div(share, f64x2.add(constant(17), e))));
    }
}
