// AssemblyScript. Exponentials of two numbers at a time.
import { plusProduct } from './lanes';

// Constants are pairs in linear memory: the engine builds a v128 constant from several instructions, a load is one.
const CONSTANTS: usize = memory.data<f64>(
  [
    -708, -708, // 0: the smallest exponent whose result is a normal number
    1.4426950408889634, 1.4426950408889634, // 1: 1 / ln 2
    6755399441055744, 6755399441055744, // 2: 1.5 * 2^52, adding it rounds to an integer
    0.6931471803691238, 0.6931471803691238, // 3: ln 2, upper 33 bits
    1.9082149292705877e-10, 1.9082149292705877e-10, // 4: ln 2, the rest
    0.5, 0.5, // 5 .. 16: 1 / 2!, ..., 1 / 13!
    0.16666666666666666, 0.16666666666666666,
    0.041666666666666664, 0.041666666666666664,
    0.008333333333333333, 0.008333333333333333,
    0.001388888888888889, 0.001388888888888889,
    0.0001984126984126984, 0.0001984126984126984,
    0.0000248015873015873, 0.0000248015873015873,
    0.0000027557319223985893, 0.0000027557319223985893,
    2.755731922398589e-7, 2.755731922398589e-7,
    2.505210838544172e-8, 2.505210838544172e-8,
    2.08767569878681e-9, 2.08767569878681e-9,
    1.6059043836821613e-10, 1.6059043836821613e-10,
    1, 1, // 17
    -0.5, -0.5, // 18
    5, 5, // 19
    0.3333333333333333, 0.3333333333333333, // 20
    -0.8333333333333334, -0.8333333333333334, // 21
    1400, 1400, // 22: its half exponential is still a normal number
    1477.3197218702985, 1477.3197218702985, // 23: 1024 / ln 2
    0.0006769015435155716, 0.0006769015435155716, // 24: ln 2 / 1024
  ],
  16,
);

@inline
export function constant(i: usize): v128 {
  return v128.load(CONSTANTS + (i << 4));
}

/** exp of two numbers that are not positive, to about one unit in the last place; below -708 it stays at exp(-708). */
@inline
export function exponential(x: v128): v128 {
  x = f64x2.pmax(x, constant(0));
  const shifted = plusProduct(constant(2), x, constant(1));
  const power = f64x2.sub(shifted, constant(2));
  const r = f64x2.sub(f64x2.sub(x, f64x2.mul(power, constant(3))), f64x2.mul(power, constant(4)));
  const r2 = f64x2.mul(r, r);
  const r4 = f64x2.mul(r2, r2);
  const p0 = plusProduct(plusProduct(constant(5), r, constant(6)), r2, plusProduct(constant(7), r, constant(8)));
  const p1 = plusProduct(plusProduct(constant(9), r, constant(10)), r2, plusProduct(constant(11), r, constant(12)));
  const p2 = plusProduct(plusProduct(constant(13), r, constant(14)), r2, plusProduct(constant(15), r, constant(16)));
  const tail = plusProduct(p0, r4, plusProduct(p1, r4, p2));
  const result = f64x2.add(plusProduct(r, r2, tail), constant(17));
  return i64x2.add(result, i64x2.shl(shifted, 52));
}

/** 2^(-i / 2048), i from 0 to 2047, as the bits of a double plus i 2^41: what `halfExponential` takes from the exponent is k 2^41. */
const POWERS: usize = memory.data(16384, 16);

for (let i: u64 = 0; i < 2048; i++) {
  const power = exponential(f64x2.splat(<f64>i * -0.0003384507717577858));
  store<u64>(POWERS + (<usize>i << 3), reinterpret<u64>(f64x2.extract_lane(power, 0)) + (i << 41));
}

/**
 * b exp(-s / 2) for two numbers s that are not negative, to about 2e-16 b and exactly b at 0, in fewer steps: with s the
 * nearest multiple k of ln 2 / 1024 and a rest t, it is 2^(-k / 2048) b exp(-t / 2). At `series` stand the coefficients of the
 * powers of t in b exp(-t / 2), four doubles.
 */
@inline
export function halfExponential(s: v128, series: usize): v128 {
  s = f64x2.pmin(s, constant(22));
  const shifted = plusProduct(constant(2), s, constant(23));
  const t = f64x2.sub(s, f64x2.mul(f64x2.sub(shifted, constant(2)), constant(24)));
  const t2 = f64x2.mul(t, t);
  const low = f64x2.mul(t, v128.load64_splat(series, 8));
  const rest = plusProduct(low, t2, plusProduct(v128.load64_splat(series, 16), t, v128.load64_splat(series, 24)));
  let power = v128.load64_zero(<usize>(i32x4.extract_lane(shifted, 0) & 2047) << 3, POWERS);
  power = v128.load64_lane(<usize>(i32x4.extract_lane(shifted, 2) & 2047) << 3, power, 1, POWERS);
  power = i64x2.sub(power, i64x2.shl(shifted, 41));
  // The rest is small: beside it the largest term is rounded once.
  return plusProduct(f64x2.mul(power, v128.load64_splat(series)), power, rest);
}
