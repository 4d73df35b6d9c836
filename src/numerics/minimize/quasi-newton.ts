/** The limited-memory BFGS matrix in compact form: `B = theta I - W M W^T` with `W = [Y, theta S]` [ByrdNocedalSchnabel1994]. */

/** Solves `A x = b` in place for a small dense `size x size` system by elimination with pivoting; false when singular. */
export function solveDense(a: Float64Array, b: Float64Array, size: number, columns = 1): boolean {
  for (let k = 0; k < size; k++) {
    let pivot = k;
    for (let i = k + 1; i < size; i++) if (Math.abs(a[i * size + k]) > Math.abs(a[pivot * size + k])) pivot = i;
    const diagonal = a[pivot * size + k];
    if (!(Math.abs(diagonal) > 0 && Math.abs(diagonal) < Number.POSITIVE_INFINITY)) return false;
    if (pivot !== k) {
      swapRows(a, size, pivot, k);
      swapRows(b, columns, pivot, k);
    }
    for (let i = k + 1; i < size; i++) {
      const factor = a[i * size + k] / diagonal;
      if (factor === 0) continue;
      for (let j = k + 1, to = i * size + j, from = k * size + j; j < size; j++, to++, from++)
        a[to] -= factor * a[from];
      for (let j = 0, to = i * columns, from = k * columns; j < columns; j++, to++, from++) b[to] -= factor * b[from];
    }
  }
  for (let i = size - 1; i >= 0; i--) {
    const diagonal = a[i * size + i];
    for (let k = i + 1; k < size; k++) {
      const factor = a[i * size + k];
      for (let j = 0, to = i * columns, from = k * columns; j < columns; j++, to++, from++) b[to] -= factor * b[from];
    }
    for (let j = 0, to = i * columns; j < columns; j++, to++) b[to] /= diagonal;
  }
  return true;
}

function swapRows(a: Float64Array, columns: number, i: number, k: number): void {
  for (let j = 0; j < columns; j++) {
    const held = a[i * columns + j];
    a[i * columns + j] = a[k * columns + j];
    a[k * columns + j] = held;
  }
}

/** The curvature pairs of the last steps and the matrices of the compact form; all storage is allocated once. */
export class QuasiNewtonMatrix {
  readonly n: number;
  readonly memory: number;
  /** The scale of the identity, y^T y / s^T y of the newest pair. */
  theta = 1;
  /** How many pairs are held; W has `2 * pairs` columns. */
  pairs = 0;
  /** The middle matrix M, `2 pairs x 2 pairs`, row-major. */
  readonly middle: Float64Array;
  readonly #s: Float64Array;
  readonly #y: Float64Array;
  readonly #system: Float64Array;

  constructor(n: number, memory: number) {
    this.n = n;
    this.memory = memory;
    this.#s = new Float64Array(n * memory);
    this.#y = new Float64Array(n * memory);
    this.middle = new Float64Array(4 * memory * memory);
    this.#system = new Float64Array(4 * memory * memory);
  }

  /** The number of columns of W. */
  get size(): number {
    return 2 * this.pairs;
  }

  /** Forgets everything: the matrix is the identity. */
  reset(): void {
    this.pairs = 0;
    this.theta = 1;
  }

  /** Entry (`row`, `column`) of W. */
  w(row: number, column: number): number {
    return column < this.pairs
      ? this.#y[column * this.n + row]
      : this.theta * this.#s[(column - this.pairs) * this.n + row];
  }

  /** Column `j` of W, n numbers. */
  column(j: number, out: Float64Array): void {
    const [n, theta, s, y] = [this.n, this.theta, this.#s, this.#y];
    if (j < this.pairs) for (let i = 0, at = j * n; i < n; i++, at++) out[i] = y[at];
    else for (let i = 0, at = (j - this.pairs) * n; i < n; i++, at++) out[i] = theta * s[at];
  }

  /** `out = W^T v` over the rows where `mask` is not zero. */
  transposedTimes(v: Float64Array, mask: Uint8Array, out: Float64Array): void {
    const [n, pairs, theta, s, y] = [this.n, this.pairs, this.theta, this.#s, this.#y];
    for (let j = 0, at = 0; j < pairs; j++) {
      let ySum = 0;
      let sSum = 0;
      for (let i = 0; i < n; i++, at++) {
        if (!mask[i]) continue;
        ySum += y[at] * v[i];
        sSum += s[at] * v[i];
      }
      out[j] = ySum;
      out[pairs + j] = theta * sSum;
    }
  }

  /** `out += factor W v`. */
  addTimes(v: Float64Array, factor: number, out: Float64Array): void {
    const [n, pairs, s, y] = [this.n, this.pairs, this.#s, this.#y];
    for (let j = 0, at = 0; j < pairs; j++) {
      const yFactor = factor * v[j];
      const sFactor = factor * this.theta * v[pairs + j];
      for (let i = 0; i < n; i++, at++) out[i] += yFactor * y[at] + sFactor * s[at];
    }
  }

  /** `out = M v`. */
  middleTimes(v: Float64Array, out: Float64Array): void {
    const { size, middle } = this;
    for (let i = 0, at = 0; i < size; i++) {
      let sum = 0;
      for (let j = 0; j < size; j++, at++) sum += middle[at] * v[j];
      out[i] = sum;
    }
  }

  /** Takes in a step and the change of the gradient; false when they are unusable, the matrix is then the identity. */
  update(step: Float64Array, change: Float64Array): boolean {
    const { n, memory } = this;
    let [sy, yy, ss] = [0, 0, 0];
    for (let i = 0; i < n; i++) {
      sy += step[i] * change[i];
      yy += change[i] * change[i];
      ss += step[i] * step[i];
    }
    if (this.pairs === memory) {
      this.#s.copyWithin(0, n);
      this.#y.copyWithin(0, n);
    } else this.pairs++;
    // The matrix does not depend on the length of a pair; unit steps keep the middle matrix well scaled.
    const scale = 1 / Math.sqrt(ss);
    const at = (this.pairs - 1) * n;
    for (let i = 0; i < n; i++) {
      this.#s[at + i] = step[i] * scale;
      this.#y[at + i] = change[i] * scale;
    }
    this.theta = yy / sy;
    if (this.#updateMiddle()) return true;
    this.reset();
    return false;
  }

  /** M is the inverse of [[-D, L^T], [L, theta S^T S]], D the diagonal and L the strict lower part of S^T Y. */
  #updateMiddle(): boolean {
    const [{ n, pairs, size, middle, theta }, s, y, system] = [this, this.#s, this.#y, this.#system];
    for (let i = 0; i < pairs; i++) {
      for (let j = 0; j < pairs; j++) {
        let sy = 0;
        let ss = 0;
        for (let k = 0, a = i * n, b = j * n; k < n; k++, a++, b++) {
          sy += s[a] * y[b];
          ss += s[a] * s[b];
        }
        const strict = i > j ? sy : 0;
        system[i * size + j] = i === j ? -sy : 0;
        system[(pairs + i) * size + pairs + j] = theta * ss;
        system[(pairs + i) * size + j] = strict;
        system[j * size + pairs + i] = strict;
      }
    }
    middle.fill(0, 0, size * size);
    for (let i = 0; i < size; i++) middle[i * size + i] = 1;
    return solveDense(system, middle, size, size);
  }
}
