/** Solves with a lower triangular factor, and the 4 x 4 tile kernel that Cholesky factorization shares with them. */

/**
 * `c[row + r, column + s] -= sum over k in [from, to) of c[row + r, k] * l[column + s, k]` for r < 4, s < 4.
 *
 * The eight accumulators of a 4 x 2 half stay in registers: this is what makes the dense kernels two to three times
 * as fast as plain dot products.
 */
export function subtractTile(
  c: Float64Array,
  cColumns: number,
  row: number,
  l: Float64Array,
  lColumns: number,
  column: number,
  from: number,
  to: number,
): void {
  const x0 = row * cColumns;
  const x1 = x0 + cColumns;
  const x2 = x1 + cColumns;
  const x3 = x2 + cColumns;
  for (let at = column; at < column + 4; at += 2) {
    const y0 = at * lColumns;
    const y1 = y0 + lColumns;
    let s00 = 0;
    let s01 = 0;
    let s10 = 0;
    let s11 = 0;
    let s20 = 0;
    let s21 = 0;
    let s30 = 0;
    let s31 = 0;
    for (let k = from; k < to; k++) {
      const a = l[y0 + k];
      const b = l[y1 + k];
      const c0 = c[x0 + k];
      s00 += c0 * a;
      s01 += c0 * b;
      const c1 = c[x1 + k];
      s10 += c1 * a;
      s11 += c1 * b;
      const c2 = c[x2 + k];
      s20 += c2 * a;
      s21 += c2 * b;
      const c3 = c[x3 + k];
      s30 += c3 * a;
      s31 += c3 * b;
    }
    c[x0 + at] -= s00;
    c[x0 + at + 1] -= s01;
    c[x1 + at] -= s10;
    c[x1 + at + 1] -= s11;
    c[x2 + at] -= s20;
    c[x2 + at + 1] -= s21;
    c[x3 + at] -= s30;
    c[x3 + at + 1] -= s31;
  }
}

/** Solves the 4 x 4 tile at (`row`, `column`) of `c` against the diagonal tile of `l` at `column`: `X L^T = C`. */
export function solveTile(
  c: Float64Array,
  cColumns: number,
  row: number,
  l: Float64Array,
  lColumns: number,
  column: number,
): void {
  const l0 = column * lColumns + column;
  const l1 = l0 + lColumns;
  const l2 = l1 + lColumns;
  const l3 = l2 + lColumns;
  const [d0, d1, d2, d3] = [1 / l[l0], 1 / l[l1 + 1], 1 / l[l2 + 2], 1 / l[l3 + 3]];
  for (let r = row; r < row + 4; r++) {
    const at = r * cColumns + column;
    const x0 = c[at] * d0;
    const x1 = (c[at + 1] - x0 * l[l1]) * d1;
    const x2 = (c[at + 2] - x0 * l[l2] - x1 * l[l2 + 1]) * d2;
    c[at] = x0;
    c[at + 1] = x1;
    c[at + 2] = x2;
    c[at + 3] = (c[at + 3] - x0 * l[l3] - x1 * l[l3 + 1] - x2 * l[l3 + 2]) * d3;
  }
}

/** Finishes `L x = c` for one right-hand side stored at `c[at ...]`, from unknown `from` on; unknowns before `zeros` are 0. */
export function solveRow(c: Float64Array, at: number, l: Float64Array, n: number, from: number, zeros = 0): void {
  for (let j = from; j < n; j++) {
    const row = j * n;
    let sum = c[at + j];
    for (let k = zeros; k < j; k++) sum -= c[at + k] * l[row + k];
    c[at + j] = sum / l[row + j];
  }
}

function checkShapes(l: Float64Array, n: number, b: Float64Array): number {
  if (l.length !== n * n) throw new RangeError(`a ${n} x ${n} factor needs ${n * n} numbers, got ${l.length}`);
  const count = n === 0 ? 0 : b.length / n;
  if (!Number.isInteger(count))
    throw new RangeError(`right-hand sides of ${n} numbers do not fill ${b.length} numbers`);
  return count;
}

/**
 * Solves `L x = b` in place for every row of `b` (`q x n`, row-major; one vector is q = 1); `l` is `n x n`, lower.
 * Only the lower triangle of `l` is read.
 */
export function solveLower(l: Float64Array, n: number, b: Float64Array): void {
  const count = checkShapes(l, n, b);
  const tiledRows = count - (count % 4);
  const tiledColumns = n - (n % 4);
  for (let row = 0; row < tiledRows; row += 4) {
    for (let column = 0; column < tiledColumns; column += 4) {
      subtractTile(b, n, row, l, n, column, 0, column);
      solveTile(b, n, row, l, n, column);
    }
    for (let r = row; r < row + 4; r++) solveRow(b, r * n, l, n, tiledColumns);
  }
  for (let row = tiledRows; row < count; row++) solveOne(b, row * n, l, n);
}

/** Forward substitution for one vector, four unknowns at a time so that their sums run in parallel. */
function solveOne(b: Float64Array, at: number, l: Float64Array, n: number): void {
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const l0 = i * n;
    const l1 = l0 + n;
    const l2 = l1 + n;
    const l3 = l2 + n;
    let s0 = b[at + i];
    let s1 = b[at + i + 1];
    let s2 = b[at + i + 2];
    let s3 = b[at + i + 3];
    for (let k = 0; k < i; k++) {
      const x = b[at + k];
      s0 -= x * l[l0 + k];
      s1 -= x * l[l1 + k];
      s2 -= x * l[l2 + k];
      s3 -= x * l[l3 + k];
    }
    s0 /= l[l0 + i];
    s1 = (s1 - s0 * l[l1 + i]) / l[l1 + i + 1];
    s2 = (s2 - s0 * l[l2 + i] - s1 * l[l2 + i + 1]) / l[l2 + i + 2];
    s3 = (s3 - s0 * l[l3 + i] - s1 * l[l3 + i + 1] - s2 * l[l3 + i + 2]) / l[l3 + i + 3];
    b[at + i] = s0;
    b[at + i + 1] = s1;
    b[at + i + 2] = s2;
    b[at + i + 3] = s3;
  }
  solveRow(b, at, l, n, i);
}

/** Solves `L^T x = b` in place for every row of `b` (`q x n`, row-major); only the lower triangle of `l` is read. */
export function solveLowerTransposed(l: Float64Array, n: number, b: Float64Array): void {
  const count = checkShapes(l, n, b);
  for (let row = 0; row < count; row++) backSubstitute(b, row * n, l, n);
}

/** Back substitution by rows of `l`: each solved unknown is taken out of all unknowns before it, four at a time. */
function backSubstitute(b: Float64Array, at: number, l: Float64Array, n: number): void {
  let i = n;
  for (; i >= 4; i -= 4) {
    const l3 = (i - 1) * n;
    const l2 = l3 - n;
    const l1 = l2 - n;
    const l0 = l1 - n;
    const x3 = b[at + i - 1] / l[l3 + i - 1];
    const x2 = (b[at + i - 2] - x3 * l[l3 + i - 2]) / l[l2 + i - 2];
    const x1 = (b[at + i - 3] - x3 * l[l3 + i - 3] - x2 * l[l2 + i - 3]) / l[l1 + i - 3];
    const x0 = (b[at + i - 4] - x3 * l[l3 + i - 4] - x2 * l[l2 + i - 4] - x1 * l[l1 + i - 4]) / l[l0 + i - 4];
    for (let k = 0; k < i - 4; k++) b[at + k] -= x0 * l[l0 + k] + x1 * l[l1 + k] + x2 * l[l2 + k] + x3 * l[l3 + k];
    b[at + i - 1] = x3;
    b[at + i - 2] = x2;
    b[at + i - 3] = x1;
    b[at + i - 4] = x0;
  }
  while (--i >= 0) {
    const x = b[at + i] / l[i * n + i];
    b[at + i] = x;
    for (let k = 0; k < i; k++) b[at + k] -= x * l[i * n + k];
  }
}

/** The inverse transpose `L^-T` (`n x n`, upper triangular, zeros below) of a lower factor. */
export function invertLowerTransposed(l: Float64Array, n: number): Float64Array {
  checkShapes(l, n, l);
  const u = new Float64Array(n * n);
  for (let i = 0; i < n; i++) u[i * n + i] = 1;
  const tiled = n - (n % 4);
  for (let row = 0; row < tiled; row += 4) {
    for (let column = row; column < tiled; column += 4) {
      subtractTile(u, n, row, l, n, column, row, column);
      solveTile(u, n, row, l, n, column);
    }
    for (let r = row; r < row + 4; r++) solveRow(u, r * n, l, n, tiled, row);
  }
  for (let row = tiled; row < n; row++) solveRow(u, row * n, l, n, row, row);
  return u;
}
