// AssemblyScript. What a multi-layer perceptron is trained with beside products, four floats at a time. Counts are multiples of 4.

// Constants are fours in linear memory: the engine builds a v128 constant from several instructions, a load is one.
const CONSTANTS: usize = memory.data<f32>(
  [
    -87, -87, -87, -87, // 0: the smallest exponent whose result is a normal number
    88, 88, 88, 88, // 1: and the largest
    1.44269504, 1.44269504, 1.44269504, 1.44269504, // 2: 1 / ln 2
    12582912, 12582912, 12582912, 12582912, // 3: 1.5 * 2^23, adding it rounds to an integer
    0.693359375, 0.693359375, 0.693359375, 0.693359375, // 4: ln 2, upper bits
    -0.00021219444, -0.00021219444, -0.00021219444, -0.00021219444, // 5: ln 2, the rest
    0.5, 0.5, 0.5, 0.5, // 6 .. 11: 1 / 2!, ..., 1 / 7!
    0.16666667, 0.16666667, 0.16666667, 0.16666667,
    0.041666667, 0.041666667, 0.041666667, 0.041666667,
    0.0083333333, 0.0083333333, 0.0083333333, 0.0083333333,
    0.0013888889, 0.0013888889, 0.0013888889, 0.0013888889,
    0.0001984127, 0.0001984127, 0.0001984127, 0.0001984127,
    1, 1, 1, 1, // 12
  ],
  16,
);

@inline
function constant(i: usize): v128 {
  return v128.load(CONSTANTS + (i << 4));
}

@inline
function plus(c: v128, a: v128, b: v128): v128 {
  return f32x4.add(c, f32x4.mul(a, b));
}

/** exp of four floats, to about one unit in the last place; outside [-87, 88] it stays at the ends. */
@inline
function exponential(x: v128): v128 {
  x = f32x4.pmin(f32x4.pmax(x, constant(0)), constant(1));
  const shifted = plus(constant(3), x, constant(2));
  const power = f32x4.sub(shifted, constant(3));
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(power, constant(4))), f32x4.mul(power, constant(5)));
  let p = plus(constant(10), r, constant(11));
  p = plus(constant(9), r, p);
  p = plus(constant(8), r, p);
  p = plus(constant(7), r, p);
  p = plus(constant(6), r, p);
  const result = f32x4.add(plus(r, f32x4.mul(r, r), p), constant(12));
  return i32x4.add(result, i32x4.shl(shifted, 23));
}

/** Replaces `count` numbers at z by their activation, 0 tanh, 1 relu, 2 swish, and writes the derivatives there to `slope`. */
export function activate32(kind: i32, count: usize, z: usize, slope: usize): void {
  const one = constant(12);
  const end = z + (count << 2);
  if (kind == 0)
    for (; z < end; z += 16, slope += 16) {
      const x = v128.load(z);
      const size = f32x4.abs(x);
      const e = exponential(f32x4.neg(f32x4.add(size, size)));
      const t = f32x4.div(f32x4.sub(one, e), f32x4.add(one, e));
      v128.store(slope, f32x4.sub(one, f32x4.mul(t, t)));
      v128.store(z, v128.bitselect(t, x, i32x4.splat(0x7fffffff)));
    }
  else if (kind == 1)
    for (; z < end; z += 16, slope += 16) {
      const x = v128.load(z);
      const isPositive = f32x4.gt(x, f32x4.splat(0));
      v128.store(slope, v128.and(one, isPositive));
      v128.store(z, v128.and(x, isPositive));
    }
  else
    for (; z < end; z += 16, slope += 16) {
      const x = v128.load(z);
      const sigmoid = f32x4.div(one, f32x4.add(one, exponential(f32x4.neg(x))));
      const value = f32x4.mul(x, sigmoid);
      v128.store(slope, plus(sigmoid, value, f32x4.sub(one, sigmoid)));
      v128.store(z, value);
    }
}

/** `a *= b`. */
export function times32(count: usize, a: usize, b: usize): void {
  for (const end = a + (count << 2); a < end; a += 16, b += 16) v128.store(a, f32x4.mul(v128.load(a), v128.load(b)));
}

/** Writes the sum of each of the n columns of the m x n matrix `a`. */
export function sumColumns32(m: usize, n: usize, a: usize, out: usize): void {
  const row = n << 2;
  for (let j: usize = 0; j < row; j += 16) {
    let sum = f32x4.splat(0);
    let p = a + j;
    for (let i: usize = 0; i < m; i++, p += row) sum = f32x4.add(sum, v128.load(p));
    v128.store(out + j, sum);
  }
}

/** Writes the sum of the squares of each of the n columns of the m x n matrix `a`. */
export function sumSquares32(m: usize, n: usize, a: usize, out: usize): void {
  const row = n << 2;
  memory.fill(out, 0, row);
  for (let i: usize = 0; i < m; i++)
    for (let j: usize = 0; j < row; j += 16, a += 16) {
      const x = v128.load(a);
      v128.store(out + j, plus(v128.load(out + j), x, x));
    }
}

/** Multiplies each column of the m x n matrix `a` with its factor. */
export function scaleColumns32(m: usize, n: usize, a: usize, factors: usize): void {
  for (let i: usize = 0; i < m; i++, a += n << 2) times32(n, a, factors);
}

/** Writes the transpose of the m x n matrix `a`, by squares of four. */
export function transpose32(m: usize, n: usize, a: usize, out: usize): void {
  const row = n << 2;
  const outRow = m << 2;
  for (let i: usize = 0; i < m; i += 4)
    for (let j: usize = 0; j < n; j += 4) {
      const p = a + i * row + (j << 2);
      const r0 = v128.load(p);
      const r1 = v128.load(p + row);
      const r2 = v128.load(p + (row << 1));
      const r3 = v128.load(p + row * 3);
      const low0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
      const high0 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
      const low1 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
      const high1 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      const q = out + j * outRow + (i << 2);
      v128.store(q, v128.shuffle<f64>(low0, low1, 0, 2));
      v128.store(q + outRow, v128.shuffle<f64>(low0, low1, 1, 3));
      v128.store(q + (outRow << 1), v128.shuffle<f64>(high0, high1, 0, 2));
      v128.store(q + outRow * 3, v128.shuffle<f64>(high0, high1, 1, 3));
    }
}

/** Copies the rows (n floats each) that the `count` numbers at `order` name, then zeros up to a multiple of four rows. */
export function gatherRows32(a: usize, n: usize, order: usize, count: usize, out: usize): void {
  const row = n << 2;
  for (let i: usize = 0; i < count; i++, out += row)
    memory.copy(out, a + <usize>load<i32>(order + (i << 2)) * row, row);
  memory.fill(out, 0, (((count + 3) & ~3) - count) * row);
}

/**
 * A step of Adam for `count` parameters with running means `first` and `second`: the gradient gains `penalty` times the parameter,
 * and the parameter loses `rate` m / (sqrt(`correction` v) + `epsilon`).
 */
export function adam32(
  count: usize,
  parameters: usize,
  gradient: usize,
  first: usize,
  second: usize,
  beta1: f32,
  beta2: f32,
  penalty: f32,
  rate: f32,
  correction: f32,
  epsilon: f32,
): void {
  const b1 = f32x4.splat(beta1);
  const b2 = f32x4.splat(beta2);
  const c1 = f32x4.splat(1 - beta1);
  const c2 = f32x4.splat(1 - beta2);
  const decay = f32x4.splat(penalty);
  const step = f32x4.splat(rate);
  const bias = f32x4.splat(correction);
  const least = f32x4.splat(epsilon);
  const end = parameters + (count << 2);
  for (; parameters < end; parameters += 16, gradient += 16, first += 16, second += 16) {
    const w = v128.load(parameters);
    const g = plus(v128.load(gradient), decay, w);
    const m = plus(f32x4.mul(b1, v128.load(first)), c1, g);
    const v = plus(f32x4.mul(b2, v128.load(second)), f32x4.mul(c2, g), g);
    v128.store(first, m);
    v128.store(second, v);
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(v, bias)), least);
    v128.store(parameters, f32x4.sub(w, f32x4.div(f32x4.mul(step, m), root)));
  }
}
