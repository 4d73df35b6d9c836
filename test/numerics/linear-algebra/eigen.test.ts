import fc from 'fast-check';
import { expect, test } from 'vitest';
import { symmetricEigen } from '../../../src/numerics/linear-algebra/eigen.ts';
import { Rng } from '../../../src/numerics/random.ts';

function expectDecomposition(a: Float64Array, n: number) {
  const { values, vectors } = symmetricEigen(a, n);
  let [rebuildError, orthogonalityError] = [0, 0];
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let [rebuilt, inner] = [0, 0];
      for (let k = 0; k < n; k++) {
        rebuilt += vectors[i * n + k] * values[k] * vectors[j * n + k];
        inner += vectors[k * n + i] * vectors[k * n + j];
      }
      rebuildError = Math.max(rebuildError, Math.abs(rebuilt - a[i * n + j]));
      orthogonalityError = Math.max(orthogonalityError, Math.abs(inner - (i === j ? 1 : 0)));
    }
  const bound = 1e-13 * Math.max(1, n / 5);
  expect(rebuildError).toBeLessThanOrEqual(bound * Math.max(...values.map(Math.abs)));
  expect(orthogonalityError).toBeLessThan(bound);
  expect(values).toEqual(values.slice().sort());
  return values;
}

test('random symmetric matrices, of low rank and widely scaled too, are rebuilt from orthogonal eigenvectors', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 25 }), fc.integer({ min: 0, max: 30 }), fc.nat(), (n, rank, seed) => {
      const rng = new Rng(`eigen/${seed}`);
      const a = new Float64Array(n * n);
      for (let k = 0; k < rank; k++) {
        const v = Array.from({ length: n }, () => rng.normal());
        const weight = rng.normal() * 10 ** (8 * rng.normal());
        for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) a[i * n + j] += weight * v[i] * v[j];
      }
      expectDecomposition(a, n);
    }),
  );
});

test('the eigenvalues of the second difference matrix are 2 - 2 cos(k pi / (n + 1))', () => {
  const n = 40;
  const a = Float64Array.from({ length: n * n }, (_, at) => {
    const distance = Math.abs(Math.floor(at / n) - (at % n));
    return distance === 0 ? 2 : distance === 1 ? -1 : 0;
  });
  expectDecomposition(a, n).forEach((value, k) => {
    expect(Math.abs(value - (2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1))))).toBeLessThan(1e-13);
  });
});

test('small eigenvalues of the Hilbert matrix have small absolute errors', () => {
  const n = 8;
  const a = Float64Array.from({ length: n * n }, (_, at) => 1 / (Math.floor(at / n) + (at % n) + 1));
  const values = expectDecomposition(a, n);
  // mpmath 1.3, eigsy at 50 digits.
  expect(Math.abs(values[7] - 1.6959389969219496)).toBeLessThan(1e-14);
  expect(Math.abs(values[0] - 1.1115389663724424e-10)).toBeLessThan(1e-15);
});

test('diagonal, zero and empty matrices and what is not finite', () => {
  expect([...symmetricEigen(Float64Array.of(3, 0, 0, -1), 2).values]).toEqual([-1, 3]);
  expect([...symmetricEigen(new Float64Array(9), 3).values]).toEqual([0, 0, 0]);
  expect(symmetricEigen(new Float64Array(0), 0).values.length).toBe(0);
  expect(() => symmetricEigen(Float64Array.of(Number.NaN), 1)).toThrow(RangeError);
});
