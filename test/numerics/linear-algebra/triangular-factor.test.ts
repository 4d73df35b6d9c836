import { describe, expect, test } from 'vitest';
import { HalfExponentials } from '../../../src/numerics/kernels/half-exponentials.ts';
import { factorization, PlainFactorization } from '../../../src/numerics/linear-algebra/triangular-factor.ts';
import { Rng } from '../../../src/numerics/random.ts';

/** A positive definite matrix, n x n. */
function matrix(n: number): Float64Array {
  const rng = new Rng(`triangular-factor/${n}`);
  const b = Float64Array.from({ length: n * n }, () => rng.normal());
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      for (let k = 0; k < n; k++) a[i * n + j] += b[i * n + k] * b[j * n + k];
      if (i === j) a[i * n + j] += n;
    }
  return a;
}

const numbers = (count: number) => Float64Array.from({ length: count }, (_, i) => Math.sin(3 * i + 1));

function difference(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}

describe.each([1, 23, 24, 61, 130])('packed and plain factors of %i rows', (n) => {
  const both = [factorization(n), new PlainFactorization(n)];
  const a = matrix(n);

  test('agree on the determinant, the inverse and the solves', () => {
    const answers = both.map((one) => {
      expect(one.factor(a)).toBe(true);
      const [lower, upper] = [numbers(2 * n), numbers(2 * n)];
      one.solveLower(lower);
      one.solveLowerTransposed(upper);
      const inverse = new Float64Array(n * n);
      one.inverse(inverse);
      for (let i = 0; i < n; i++) inverse.fill(0, i * n + i + 1, (i + 1) * n);
      return [lower, upper, inverse, one.inverseDiagonal(), Float64Array.of(one.logDeterminant() / n)];
    });
    answers[0].forEach((answer, k) => {
      expect(difference(answer, answers[1][k])).toBeLessThan(1e-11);
    });
  });

  test.each([1, 3, 4, 9])('agree on solves of %i rows with a factor that was kept', (count) => {
    const [packed, plain] = both.map((one) => {
      one.factor(a);
      const kept = one.keep();
      one.factor(a.map((value, i) => (i % (n + 1) === 0 ? 2 * value : value)));
      const [lower, upper] = [numbers(count * n), numbers(count * n)];
      kept.solveLower(lower);
      kept.solveLowerTransposed(upper);
      return [lower, upper];
    });
    expect(difference(packed[0], plain[0])).toBeLessThan(1e-11);
    expect(difference(packed[1], plain[1])).toBeLessThan(1e-11);
  });

  test('refuse what is not positive definite', () => {
    for (const one of both) expect(one.factor(a.map((value) => -value))).toBe(false);
  });
});

test('half exponentials are those of Math, however the room grows', () => {
  const exponentials = new HalfExponentials();
  for (const count of [1, 7, 4, 300]) {
    const room = exponentials.room(count);
    for (let i = 0; i < count; i++) room[i] = (5 * i) / count;
    exponentials.apply(count);
    for (let i = 0; i < count; i++) expect(Math.abs(room[i] - Math.exp((-2.5 * i) / count))).toBeLessThan(1e-15);
  }
});
