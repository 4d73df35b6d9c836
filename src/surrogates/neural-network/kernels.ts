import { exponential, LEAST } from '../../numerics/kernels/exponential.ts';

/**
 * C = A B (+ a bias for each column), m x n from m x k and k x n; m must be even and n a multiple of 4. `a` holds A at
 * a[aAt + i aRow + l aStep], so that a transposed A needs no copy; B and C are row-major. Tiles of 2 x 4 keep eight sums in registers.
 */
export function multiply(
  m: number,
  n: number,
  k: number,
  a: Float64Array,
  aRow: number,
  aStep: number,
  b: Float64Array,
  bAt: number,
  c: Float64Array,
  cAt: number,
  bias?: Float64Array,
  biasAt = 0,
): void {
  for (let i = 0; i < m; i += 2) {
    for (let j = 0; j < n; j += 4) {
      let [c00, c01, c02, c03] = [0, 0, 0, 0];
      if (bias) {
        c00 = bias[biasAt + j];
        c01 = bias[biasAt + j + 1];
        c02 = bias[biasAt + j + 2];
        c03 = bias[biasAt + j + 3];
      }
      let [c10, c11, c12, c13] = [c00, c01, c02, c03];
      let p = i * aRow;
      let q = bAt + j;
      for (let l = 0; l < k; l++) {
        const b0 = b[q];
        const b1 = b[q + 1];
        const b2 = b[q + 2];
        const b3 = b[q + 3];
        const a0 = a[p];
        const a1 = a[p + aRow];
        c00 += a0 * b0;
        c01 += a0 * b1;
        c02 += a0 * b2;
        c03 += a0 * b3;
        c10 += a1 * b0;
        c11 += a1 * b1;
        c12 += a1 * b2;
        c13 += a1 * b3;
        p += aStep;
        q += n;
      }
      const upper = cAt + i * n + j;
      const lower = upper + n;
      c[upper] = c00;
      c[upper + 1] = c01;
      c[upper + 2] = c02;
      c[upper + 3] = c03;
      c[lower] = c10;
      c[lower + 1] = c11;
      c[lower + 2] = c12;
      c[lower + 3] = c13;
    }
  }
}

/** Writes to `out`, at `outAt`, the sum of each of the n columns of the m x n matrix `a`. */
export function sumColumns(m: number, n: number, a: Float64Array, out: Float64Array, outAt: number): void {
  out.fill(0, outAt, outAt + n);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) out[outAt + j] += a[i * n + j];
}

/** Writes the transpose of the m x n matrix at a[aAt] to `out`. */
export function transpose(m: number, n: number, a: Float64Array, aAt: number, out: Float64Array): void {
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) out[j * m + i] = a[aAt + i * n + j];
}

/** A nonlinearity of hidden units: zero at zero. */
export type Activation = 'tanh' | 'relu' | 'swish';

/** Replaces the first `count` numbers of z by their activations and writes the derivatives there to `slope`. */
export function activate(activation: Activation, count: number, z: Float64Array, slope: Float64Array): void {
  if (activation === 'tanh') tanh(count, z, slope);
  else if (activation === 'swish') swish(count, z, slope);
  else relu(count, z, slope);
}

/** By one exponential, (1 - e^-2|z|) / (1 + e^-2|z|): absolute error about 1e-16, a third of the time of Math.tanh. */
function tanh(count: number, z: Float64Array, slope: Float64Array): void {
  for (let i = 0; i < count; i++) {
    const e = exponential(-2 * Math.abs(z[i]));
    const size = (1 - e) / (1 + e);
    z[i] = z[i] < 0 ? -size : size;
    slope[i] = 1 - size * size;
  }
}

/** z / (1 + e^-z) [Ramachandran2017]. */
function swish(count: number, z: Float64Array, slope: Float64Array): void {
  for (let i = 0; i < count; i++) {
    const away = -Math.abs(z[i]);
    const e = away < LEAST ? 0 : exponential(away);
    const sigmoid = (z[i] < 0 ? e : 1) / (1 + e);
    const value = z[i] * sigmoid;
    z[i] = value;
    slope[i] = sigmoid + value * (1 - sigmoid);
  }
}

function relu(count: number, z: Float64Array, slope: Float64Array): void {
  for (let i = 0; i < count; i++) {
    const positive = z[i] > 0;
    slope[i] = positive ? 1 : 0;
    if (!positive) z[i] = 0;
  }
}
