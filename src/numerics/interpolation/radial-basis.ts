/** Interpolation by radial basis functions with a polynomial tail [Wendland2005]. */

import { NullSpace } from '../linear-algebra/null-space.ts';
import { symmetricProduct } from '../linear-algebra/symmetric-product.ts';
import { solveLower, solveLowerTransposed } from '../linear-algebra/triangular.ts';
import type { Matrix } from '../matrix.ts';
import { PolynomialBasis, type PolynomialTail } from './polynomial-basis.ts';
import { diagonalMatrix, factorize } from './ridges.ts';

/** A function of the distance r: r^3, r^2 log r, exp(-r^2), sqrt(1 + r^2). */
export type RadialKernel = 'cubic' | 'thin-plate' | 'gaussian' | 'multiquadric';

/** The interpolant of one column of values. */
export interface RadialWeights {
  /** n numbers, orthogonal to the tail. */
  readonly weights: Float64Array;
  /** The coefficients of the tail, one for each of its terms. */
  readonly tail: Float64Array;
}

/** Kernel value and its derivative over r, from r^2. */
export interface RadialValue {
  value: number;
  slope: number;
}

/** Writes the kernel at squared distance `square` to `out`; a multiquadric is negated, which makes it conditionally positive definite. */
export function radialKernel(kernel: RadialKernel, square: number, out: RadialValue): void {
  if (kernel === 'cubic') {
    const r = Math.sqrt(square);
    out.value = square * r;
    out.slope = 3 * r;
  } else if (kernel === 'thin-plate') {
    // Below the least normal number the logarithm is not worth its risk: the limit is 0.
    const log = square > 1e-300 ? 0.5 * Math.log(square) : 0;
    out.value = square * log;
    out.slope = 2 * log + 1;
  } else if (kernel === 'gaussian') {
    out.value = Math.exp(-square);
    out.slope = -2 * out.value;
  } else {
    const root = Math.sqrt(1 + square);
    out.value = -root;
    out.slope = -1 / root;
  }
}

/** The least tail with which a kernel's interpolant is unique. */
export function leastTail(kernel: RadialKernel): PolynomialTail {
  return kernel === 'gaussian' ? 'none' : kernel === 'multiquadric' ? 'constant' : 'linear';
}

/** See {@link RadialBasis.powerForm}: q is the number of terms of the tail, k what is left of n points beside it. */
export interface PowerForm {
  /** n x k, row-major: the transpose of what f is multiplied by. */
  readonly white: Float64Array;
  /** For each term of the tail n numbers, k numbers, and q numbers. */
  readonly cross: readonly Float64Array[];
  readonly shift: readonly Float64Array[];
  readonly square: readonly (readonly number[])[];
}

/** Options of {@link RadialBasis}. */
export interface RadialBasisOptions {
  readonly kernel: RadialKernel;
  readonly tail: PolynomialTail;
  /** Added to the diagonal, relative to its mean size: 0 interpolates. Default 0. */
  readonly ridge?: number;
  /** How many answers the value of each of the n points is the mean of: its ridge is divided by that number. Default 1 each. */
  readonly counts?: Float64Array;
}

/**
 * The part of an interpolation that depends on the n points alone: solves (Phi P; P^T 0) (w; c) = (y; 0) for any number of
 * columns y after one Cholesky factorization of Z^T Phi Z, where Z spans the null space of P^T.
 */
export class RadialBasis {
  readonly x: Matrix;
  readonly kernel: RadialKernel;
  readonly polynomial: PolynomialBasis;
  /** What was added to the diagonal to make the matrix positive definite, relative to its mean. */
  readonly jitter: number;
  /** n - rank of the tail: with 0 the tail alone interpolates, and nothing can be left out. */
  readonly freedom: number;
  readonly #null: NullSpace;
  readonly #phi: Float64Array;
  readonly #factor: Float64Array;
  /** What the ridge adds to the diagonal for a single answer. */
  readonly noise: number;
  /** What was added to each entry of the diagonal in all. */
  readonly #added: Float64Array;

  constructor(x: Matrix, { kernel, tail, ridge = 0, counts = new Float64Array(x.rows).fill(1) }: RadialBasisOptions) {
    const n = x.rows;
    this.x = x;
    this.kernel = kernel;
    this.polynomial = new PolynomialBasis(x, tail);
    this.#null = new NullSpace(this.polynomial.matrix(x));
    this.freedom = n - this.#null.rank;
    this.#phi = kernelMatrix(x, kernel);
    const shares = counts.map((count) => 1 / count);
    // Z^T Z is the identity: equal ridges need no projection.
    const equal = shares.every((share) => share === shares[0]);
    const ridges = diagonalMatrix(equal ? shares.subarray(0, this.freedom) : shares).map((share) => ridge * share);
    const { factor, jitter, unit } = factorize(
      this.#null.project(this.#phi),
      this.freedom,
      equal ? ridges : this.#null.project(ridges),
    );
    this.#factor = factor;
    this.jitter = jitter;
    this.noise = ridge * unit;
    this.#added = shares.map((share) => (ridge * share + jitter) * unit);
  }

  /** The interpolant of n values. */
  fit(y: Float64Array): RadialWeights {
    const n = this.x.rows;
    const weights = new Float64Array(n);
    const k = this.freedom;
    const reduced = y.slice();
    this.#null.transposedTimes(reduced);
    const z = reduced.slice(n - k);
    solveLower(this.#factor, k, z);
    solveLowerTransposed(this.#factor, k, z);
    weights.set(z, n - k);
    this.#null.times(weights);
    return { weights, tail: this.#null.solve(this.#without(y, weights)) };
  }

  /**
   * By how much the interpolant of the other points misses each, w_i / B_ii [Rippa1999], and its squared power function there, what the
   * ridge adds at the point included. NaN where nothing can be left out.
   */
  leftOut({ weights }: RadialWeights): { readonly errors: Float64Array; readonly powers: Float64Array } {
    const powers = this.inverseDiagonal(allRows(weights.length)).map((b) => (b > 0 ? 1 / b : Number.NaN));
    return { errors: powers.map((power, i) => weights[i] * power), powers };
  }

  /** Entries (i, i) of the inverse of (Phi P; P^T 0) for the given rows. */
  inverseDiagonal(rows: ArrayLike<number>): Float64Array {
    const k = this.freedom;
    const right = this.#reducedUnits(rows);
    if (k > 0) solveLower(this.#factor, k, right);
    return Float64Array.from(rows, (_, at) => {
      let sum = 0;
      for (let j = at * k; j < (at + 1) * k; j++) sum += right[j] * right[j];
      return sum;
    });
  }

  /** The block of the inverse of (Phi P; P^T 0) that belongs to the n points, row-major: weights are this times the values. */
  inverse(): Float64Array {
    const n = this.x.rows;
    const k = this.freedom;
    const rows = this.#reducedUnits(allRows(n));
    if (k > 0) solveLower(this.#factor, k, rows);
    const inverse = symmetricProduct(rows, rows, n, k);
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) inverse[j * n + i] = inverse[i * n + j];
    return inverse;
  }

  /**
   * The squared power function at z [Wendland2005]: the squared error of interpolating there in the worst case of a function
   * whose native norm is 1. At least 0, and 0 at the points unless there is a ridge. Its gradient goes to `gradient`.
   */
  power(z: Float64Array, gradient?: Float64Array): number {
    const [n, w, data] = [this.x.rows, this.x.columns, this.x.data];
    const out = { value: 0, slope: 0 };
    radialKernel(this.kernel, 0, out);
    let power = out.value;
    const values = new Float64Array(n);
    const slopes = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      let square = 0;
      for (let j = 0; j < w; j++) square += (z[j] - data[i * w + j]) ** 2;
      radialKernel(this.kernel, square, out);
      values[i] = out.value;
      slopes[i] = out.slope;
    }
    // The weights with which the values at the points make that at z.
    const cardinal = this.#null.solveTransposed(this.polynomial.at(z));
    const rest = this.#without(values, cardinal);
    this.#null.transposedTimes(rest);
    const k = this.freedom;
    const correction = new Float64Array(n);
    const reduced = rest.slice(n - k);
    solveLower(this.#factor, k, reduced);
    solveLowerTransposed(this.#factor, k, reduced);
    correction.set(reduced, n - k);
    this.#null.times(correction);
    for (let i = 0; i < n; i++) cardinal[i] += correction[i];
    const tail = this.#null.solve(this.#without(values, cardinal));
    for (let i = 0; i < n; i++) power -= cardinal[i] * values[i];
    const polynomial = new Float64Array(1);
    const byPolynomial = gradient && new Float64Array(w);
    this.polynomial.add([{ tail }], z, polynomial, byPolynomial);
    power -= polynomial[0];
    if (gradient && byPolynomial)
      for (let j = 0; j < w; j++) {
        let sum = byPolynomial[j];
        for (let i = 0; i < n; i++) sum += cardinal[i] * slopes[i] * (z[j] - data[i * w + j]);
        gradient[j] = power > 0 ? -2 * sum : 0;
      }
    return Math.max(0, power);
  }

  /**
   * The squared power function without a solve: with f the kernel at the points and p the terms of the tail it is
   * `kernel(0) - 2 p^T cross f + p^T square p - |white f - shift p|^2`.
   */
  powerForm(): PowerForm {
    const [n, k, q] = [this.x.rows, this.freedom, this.polynomial.terms.length];
    const white = this.#reducedUnits(allRows(n));
    if (k > 0) solveLower(this.#factor, k, white);
    const units = Array.from({ length: q }, (_, t) => Float64Array.from({ length: q }, (_, j) => (j === t ? 1 : 0)));
    const cross = units.map((unit) => this.#null.solveTransposed(unit));
    const applied = cross.map((column) => this.#without(new Float64Array(n), column).map((value) => -value));
    const shift = applied.map((column) => {
      const sums = new Float64Array(k);
      for (let i = 0; i < n; i++) for (let l = 0; l < k; l++) sums[l] += white[i * k + l] * column[i];
      return sums;
    });
    const square = cross.map((a) => applied.map((b) => a.reduce((sum, value, i) => sum + value * b[i], 0)));
    return { white, cross, shift, square };
  }

  /** Z^T e_i for each of the rows i, k numbers each. */
  #reducedUnits(rows: ArrayLike<number>): Float64Array {
    const [n, k] = [this.x.rows, this.freedom];
    const units = Array.from({ length: rows.length }, (_, at) => {
      const unit = new Float64Array(n);
      unit[rows[at]] = 1;
      return unit;
    });
    this.#null.transposedTimesAll(units);
    const reduced = new Float64Array(rows.length * k);
    units.forEach((unit, at) => {
      reduced.set(unit.subarray(n - k), at * k);
    });
    return reduced;
  }

  /** b - (Phi + ridge) c. */
  #without(b: Float64Array, c: Float64Array): Float64Array {
    const n = this.x.rows;
    return b.map((value, i) => {
      let sum = this.#added[i] * c[i];
      for (let j = 0; j < n; j++) sum += this.#phi[i * n + j] * c[j];
      return value - sum;
    });
  }
}

function allRows(n: number): Int32Array {
  return Int32Array.from({ length: n }, (_, i) => i);
}

function kernelMatrix(x: Matrix, kernel: RadialKernel): Float64Array {
  const [n, w] = [x.rows, x.columns];
  const phi = new Float64Array(n * n);
  const out = { value: 0, slope: 0 };
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let square = 0;
      for (let k = 0; k < w; k++) square += (x.data[i * w + k] - x.data[j * w + k]) ** 2;
      radialKernel(kernel, square, out);
      phi[i * n + j] = out.value;
      phi[j * n + i] = out.value;
    }
  return phi;
}
