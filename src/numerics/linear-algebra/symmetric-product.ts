/**
 * The lower triangle of `A B^T` (`n x n`, row-major, zeros above) for `A` and `B` of `n x k`. Each entry sums in the order of k; four rows
 * by two at a time, whose sums stay in registers and do not wait for each other.
 */
export function symmetricProduct(a: Float64Array, b: Float64Array, n: number, k: number): Float64Array {
  const out = new Float64Array(n * n);
  const tiled = n - (n % 4);
  for (let i = 0; i < tiled; i += 4) {
    const [a0, a1, a2, a3] = [i * k, (i + 1) * k, (i + 2) * k, (i + 3) * k];
    for (let j = 0; j < i + 4; j += 2) {
      const [b0, b1] = [j * k, (j + 1) * k];
      let [s00, s01, s10, s11, s20, s21, s30, s31] = [0, 0, 0, 0, 0, 0, 0, 0];
      for (let l = 0; l < k; l++) {
        const [x, y] = [b[b0 + l], b[b1 + l]];
        const v0 = a[a0 + l];
        s00 += v0 * x;
        s01 += v0 * y;
        const v1 = a[a1 + l];
        s10 += v1 * x;
        s11 += v1 * y;
        const v2 = a[a2 + l];
        s20 += v2 * x;
        s21 += v2 * y;
        const v3 = a[a3 + l];
        s30 += v3 * x;
        s31 += v3 * y;
      }
      const at = i * n + j;
      out[at] = s00;
      out[at + 1] = s01;
      out[at + n] = s10;
      out[at + n + 1] = s11;
      out[at + 2 * n] = s20;
      out[at + 2 * n + 1] = s21;
      out[at + 3 * n] = s30;
      out[at + 3 * n + 1] = s31;
    }
    for (let r = i; r < i + 4; r++) out.fill(0, r * n + r + 1, r * n + i + 4);
  }
  for (let i = tiled; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let l = 0; l < k; l++) sum += a[i * k + l] * b[j * k + l];
      out[i * n + j] = sum;
    }
  return out;
}
