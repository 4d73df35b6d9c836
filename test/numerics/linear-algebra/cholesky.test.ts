import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cholesky,
  choleskyInverse,
  choleskySolve,
  logDeterminant,
} from '../../../src/numerics/linear-algebra/cholesky.ts';
import {
  invertLowerTransposed,
  solveLower,
  solveLowerTransposed,
} from '../../../src/numerics/linear-algebra/triangular.ts';
import { Rng } from '../../../src/numerics/random.ts';

const SIZES = [1, 2, 3, 4, 5, 7, 8, 13, 32, 63, 100, 127, 128, 131, 132, 197];

/** B B^T / n + 0.1 I with normal B. */
function randomPositive(n: number, rng = new Rng(`cholesky/${n}`)): Float64Array {
  const b = Float64Array.from({ length: n * n }, () => rng.normal());
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let sum = i === j ? 0.1 : 0;
      for (let k = 0; k < n; k++) sum += (b[i * n + k] * b[j * n + k]) / n;
      a[i * n + j] = sum;
    }
  return a;
}

function multiply(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const c = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) for (let j = 0; j < n; j++) c[i * n + j] += a[i * n + k] * b[k * n + j];
  return c;
}

const transpose = (a: Float64Array, n: number) => a.map((_, at) => a[(at % n) * n + Math.floor(at / n)]);
const largest = (a: Float64Array) => a.reduce((max, v) => Math.max(max, Math.abs(v)), 0);
const difference = (a: Float64Array, b: Float64Array) => largest(a.map((v, i) => v - b[i]));
const identity = (n: number) => Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : 0));

function factor(n: number) {
  const a = randomPositive(n);
  const l = a.slice();
  expect(cholesky(l, n)).toBe(-1);
  return { a, l };
}

describe.each(SIZES)('a random positive definite matrix of size %i', (n) => {
  test('is reconstructed by its factor, which is lower triangular', () => {
    const { a, l } = factor(n);
    expect(difference(multiply(l, transpose(l, n), n), a) / largest(a)).toBeLessThan(1e-13);
    for (let i = 0; i < n; i++) expect(largest(l.slice(i * n + i + 1, (i + 1) * n))).toBe(0);
  });

  test('is factored from its lower triangle alone', () => {
    const { a, l } = factor(n);
    const lower = a.map((v, at) => (at % n > Math.floor(at / n) ? Number.NaN : v));
    expect(cholesky(lower, n)).toBe(-1);
    expect(lower).toEqual(l);
  });

  test('gives solutions for one and for many right-hand sides, alike', () => {
    const { a, l } = factor(n);
    const rng = new Rng('b');
    const b = Float64Array.from({ length: 7 * n }, () => rng.normal());
    const x = b.slice();
    choleskySolve(l, n, x);
    for (let q = 0; q < 7; q++) {
      const one = b.slice(q * n, (q + 1) * n);
      choleskySolve(l, n, one);
      expect(difference(one, x.slice(q * n, (q + 1) * n))).toBeLessThan(1e-11 * (1 + largest(one)));
      const back = one.map((_, i) => one.reduce((sum, v, k) => sum + a[i * n + k] * v, 0));
      expect(difference(back, b.slice(q * n, (q + 1) * n))).toBeLessThan(1e-11);
    }
  });

  test('times its inverse is the identity, and the inverse is symmetric', () => {
    const { a, l } = factor(n);
    const inverse = choleskyInverse(l, n);
    expect(difference(multiply(a, inverse, n), identity(n))).toBeLessThan(1e-11);
    expect(transpose(inverse, n)).toEqual(inverse);
  });

  test('has triangular solves that undo triangular products', () => {
    const { l } = factor(n);
    const x = Float64Array.from({ length: n }, (_, i) => Math.cos(i));
    const lx = x.map((_, i) => x.reduce((sum, v, k) => sum + l[i * n + k] * v, 0));
    const ltx = x.map((_, i) => x.reduce((sum, v, k) => sum + l[k * n + i] * v, 0));
    solveLower(l, n, lx);
    solveLowerTransposed(l, n, ltx);
    expect(difference(lx, x)).toBeLessThan(1e-11);
    expect(difference(ltx, x)).toBeLessThan(1e-11);
    expect(difference(multiply(transpose(l, n), invertLowerTransposed(l, n), n), identity(n))).toBeLessThan(1e-11);
  });
});

test('the log determinant of a diagonal matrix is the sum of the logs, without overflow', () => {
  const n = 150;
  const a = identity(n).map((v) => v * 1e10);
  expect(cholesky(a, n)).toBe(-1);
  expect(logDeterminant(a, n)).toBeCloseTo(n * Math.log(1e10), 9);
});

test('an indefinite matrix is reported with the index of its first failing pivot', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 150 }), fc.nat(), (n, pick) => {
      const a = randomPositive(n);
      const pivot = pick % n;
      a[pivot * n + pivot] = -1e-3;
      expect(cholesky(a, n)).toBe(pivot);
    }),
    { numRuns: 40 },
  );
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
  'an entry of %d anywhere in the lower triangle is reported, never factored',
  (bad) => {
    for (const n of [3, 4, 9, 140])
      for (const [i, j] of [
        [0, 0],
        [n - 1, 0],
        [n - 1, n - 2],
        [n - 1, n - 1],
      ]) {
        const a = randomPositive(n);
        a[i * n + j] = bad;
        expect(cholesky(a, n)).toBeGreaterThanOrEqual(0);
      }
  },
);

test('a singular matrix is reported', () => {
  expect(cholesky(new Float64Array(16).fill(1), 4)).toBe(1);
  expect(cholesky(new Float64Array(1), 1)).toBe(0);
  expect(cholesky(new Float64Array(0), 0)).toBe(-1);
});

test('shapes that do not fit are refused', () => {
  expect(() => cholesky(new Float64Array(5), 2)).toThrow(RangeError);
  expect(() => solveLower(new Float64Array(4), 2, new Float64Array(3))).toThrow(RangeError);
});
