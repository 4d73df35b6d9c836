/** Strictly convex quadratic programs by the dual active-set method [GoldfarbIdnani1983]. */

import { cholesky } from '../linear-algebra/cholesky.ts';
import { invertLowerTransposed } from '../linear-algebra/triangular.ts';

/** Where a quadratic program has its least value. */
export interface QuadraticSolution {
  readonly x: Float64Array;
  /** One for each constraint, at least 0 for inequalities; 0 where it is not active. */
  readonly multipliers: Float64Array;
}

/** Relative size below which a constraint's normal counts as a combination of active ones. */
const DEPENDENT = 1e-11;

/**
 * Minimizes `x^T H x / 2 + g^T x` subject to `A x >= b`, with equality in the first `equalities` rows of `A`
 * (`m x n`, row-major; `H: n x n`, positive definite). Undefined when no x meets the constraints or `H` is not positive definite.
 */
export function quadraticProgram(
  h: Float64Array,
  g: Float64Array,
  a: Float64Array,
  b: Float64Array,
  equalities = 0,
): QuadraticSolution | undefined {
  const factor = h.slice();
  if (cholesky(factor, g.length) >= 0) return undefined;
  return new ActiveSet(factor, g, a, b, equalities).solve();
}

class ActiveSet {
  readonly #n: number;
  readonly #a: Float64Array;
  readonly #b: Float64Array;
  readonly #equalities: number;
  /** `n x n`, row-major: J^T N = (R; 0) for the normals N of the active constraints, J J^T = H^-1. */
  readonly #j: Float64Array;
  readonly #r: Float64Array;
  readonly #x: Float64Array;
  readonly #d: Float64Array;
  readonly #z: Float64Array;
  /** Step of the multipliers of active constraints. */
  readonly #dual: Float64Array;
  readonly #active: number[] = [];
  readonly #sign: number[] = [];
  readonly #u: number[] = [];
  readonly #norms: Float64Array;

  constructor(factor: Float64Array, g: Float64Array, a: Float64Array, b: Float64Array, equalities: number) {
    const n = g.length;
    this.#n = n;
    this.#a = a;
    this.#b = b;
    this.#equalities = equalities;
    this.#j = invertLowerTransposed(factor, n);
    this.#r = new Float64Array(n * n);
    this.#x = new Float64Array(n);
    this.#d = new Float64Array(n);
    this.#z = new Float64Array(n);
    this.#dual = new Float64Array(n);
    // The unconstrained minimum, x = -J J^T g.
    for (let k = 0; k < n; k++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += this.#j[i * n + k] * g[i];
      for (let i = 0; i < n; i++) this.#x[i] -= this.#j[i * n + k] * sum;
    }
    this.#norms = new Float64Array(b.length);
    for (let p = 0; p < b.length; p++) {
      let square = 0;
      for (let i = 0; i < n; i++) square += a[p * n + i] ** 2;
      this.#norms[p] = Math.sqrt(square);
    }
  }

  solve(): QuadraticSolution | undefined {
    const m = this.#b.length;
    for (let p = 0; p < this.#equalities; p++) if (!this.#admit(p)) return undefined;
    // Each pass makes the dual larger, so no active set comes twice; the limit is for rounding errors alone.
    for (let pass = 0; pass < 50 + 10 * m; pass++) {
      const p = this.#mostViolated();
      if (p < 0) break;
      if (!this.#admit(p)) return undefined;
    }
    const multipliers = new Float64Array(m);
    this.#active.forEach((p, k) => {
      multipliers[p] = this.#sign[k] * this.#u[k];
    });
    return { x: this.#x, multipliers };
  }

  #slack(p: number): number {
    let sum = -this.#b[p];
    for (let i = 0; i < this.#n; i++) sum += this.#a[p * this.#n + i] * this.#x[i];
    return sum;
  }

  #mostViolated(): number {
    let [worst, index] = [0, -1];
    for (let p = this.#equalities; p < this.#b.length; p++) {
      const size = this.#norms[p] || 1;
      const slack = this.#slack(p) / size;
      if (slack < worst && slack < -1e-13 * (1 + Math.abs(this.#b[p]) / size) && !this.#active.includes(p))
        [worst, index] = [slack, p];
    }
    return index;
  }

  /** Steps until constraint p holds with equality, dropping others on the way; false when that cannot be. */
  #admit(p: number): boolean {
    const [n, j, d, z] = [this.#n, this.#j, this.#d, this.#z];
    const isEquality = p < this.#equalities;
    const sign = isEquality && this.#slack(p) > 0 ? -1 : 1;
    let own = 0;
    for (let guard = 0; guard < 4 * (n + 1); guard++) {
      const q = this.#active.length;
      for (let k = 0; k < n; k++) {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += j[i * n + k] * this.#a[p * n + i];
        d[k] = sign * sum;
      }
      let [whole, rest] = [0, 0];
      for (let k = 0; k < n; k++) {
        whole += d[k] * d[k];
        if (k >= q) rest += d[k] * d[k];
      }
      for (let i = 0; i < n; i++) {
        z[i] = 0;
        for (let k = q; k < n; k++) z[i] += j[i * n + k] * d[k];
      }
      this.#solveDual(q);
      const slack = sign * this.#slack(p);
      const independent = rest > DEPENDENT * DEPENDENT * whole;
      // z^T (sign a) = |d2|^2, the curvature along the step.
      const full = independent ? Math.max(0, -slack / rest) : Number.POSITIVE_INFINITY;
      let [partial, drop] = [Number.POSITIVE_INFINITY, -1];
      for (let k = 0; k < q; k++) {
        if (this.#active[k] < this.#equalities || !(this.#dual[k] > 0)) continue;
        const ratio = this.#u[k] / this.#dual[k];
        if (ratio < partial) [partial, drop] = [ratio, k];
      }
      const step = Math.min(full, partial);
      if (step === Number.POSITIVE_INFINITY) return slack > -1e-10 * (1 + Math.abs(this.#b[p]));
      if (independent) for (let i = 0; i < n; i++) this.#x[i] += step * z[i];
      for (let k = 0; k < q; k++) this.#u[k] -= step * this.#dual[k];
      own += step;
      if (full <= partial) {
        this.#add(p, sign, own);
        return true;
      }
      this.#drop(drop);
    }
    return false;
  }

  /** r = R^-1 d1. */
  #solveDual(q: number): void {
    const [n, r] = [this.#n, this.#r];
    for (let k = q - 1; k >= 0; k--) {
      let sum = this.#d[k];
      for (let l = k + 1; l < q; l++) sum -= r[k * n + l] * this.#dual[l];
      this.#dual[k] = sum / r[k * n + k];
    }
  }

  #add(p: number, sign: number, multiplier: number): void {
    const [n, d, q] = [this.#n, this.#d, this.#active.length];
    for (let k = n - 1; k > q; k--) this.#rotate(k - 1, k, d[k - 1], d[k], d);
    for (let k = 0; k <= q; k++) this.#r[k * n + q] = d[k];
    this.#active.push(p);
    this.#sign.push(sign);
    this.#u.push(multiplier);
  }

  /** Rotates columns k and l of J so that (x, y) becomes (norm, 0), in `d` too. */
  #rotate(k: number, l: number, x: number, y: number, d?: Float64Array): { c: number; s: number } {
    const [n, j] = [this.#n, this.#j];
    const norm = Math.hypot(x, y);
    const [c, s] = norm === 0 ? [1, 0] : [x / norm, y / norm];
    for (let i = 0; i < n; i++) {
      const [first, second] = [j[i * n + k], j[i * n + l]];
      j[i * n + k] = c * first + s * second;
      j[i * n + l] = c * second - s * first;
    }
    if (d) [d[k], d[l]] = [norm, 0];
    return { c, s };
  }

  #drop(at: number): void {
    const [n, r] = [this.#n, this.#r];
    this.#active.splice(at, 1);
    this.#sign.splice(at, 1);
    this.#u.splice(at, 1);
    const q = this.#active.length;
    for (let l = at; l < q; l++) for (let k = 0; k <= l + 1; k++) r[k * n + l] = r[k * n + l + 1];
    for (let k = at; k < q; k++) {
      const { c, s } = this.#rotate(k, k + 1, r[k * n + k], r[(k + 1) * n + k]);
      for (let l = k; l < q; l++) {
        const [upper, lower] = [r[k * n + l], r[(k + 1) * n + l]];
        r[k * n + l] = c * upper + s * lower;
        r[(k + 1) * n + l] = c * lower - s * upper;
      }
    }
  }
}
