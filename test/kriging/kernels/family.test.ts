import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LengthscaleFamily } from '../../../src/kriging/kernels/family.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';

const family = new LengthscaleFamily(
  Matrix.from([
    [3, 1, 0.2, 0, 0.5],
    [0.1, 2, 0, 0, 1],
  ]),
);

test('expands to lengthscales by their definition and keeps what is behind', () => {
  const theta = family.expand([Math.log(0.5), Math.log(2), -7]);
  expect(theta.length).toBe(6);
  expect(Math.exp(-2 * theta[0])).toBeCloseTo(0.5 * 3 + 2 * 0.1, 6);
  expect(Math.exp(-2 * theta[1])).toBeCloseTo(0.5 * 1 + 2 * 2, 6);
  expect(Math.exp(theta[3])).toBeCloseTo(1e4, 6);
  expect(theta[5]).toBe(-7);
});

test('reduces what it expanded', () => {
  fc.assert(
    fc.property(
      fc.tuple(fc.double({ min: -5, max: 3, noNaN: true }), fc.double({ min: -5, max: 3, noNaN: true })),
      (t) => {
        const again = family.reduce(family.expand([...t, 1, 2]));
        expect(again[0]).toBeCloseTo(t[0], 5);
        expect(again[1]).toBeCloseTo(t[1], 5);
        expect([again[2], again[3]]).toEqual([1, 2]);
      },
    ),
  );
});

test('reduces any lengthscales to numbers within the bounds', () => {
  for (const l of [0.01, 0.5, 300, 1e4]) {
    const reduced = family.reduce(new Float64Array(6).fill(Math.log(l)));
    for (let k = 0; k < 2; k++) {
      expect(reduced[k]).toBeGreaterThanOrEqual(family.lower[k]);
      expect(reduced[k]).toBeLessThanOrEqual(family.upper[k]);
    }
  }
});

test('pulls a gradient back as differences do', () => {
  // Of the sum of c_j sin(theta_j).
  const c = [1, -2, 0.5, 3, 1.5, -1];
  const value = (reduced: ArrayLike<number>) =>
    family.expand(reduced).reduce((sum, theta, j) => sum + c[j] * Math.sin(theta), 0);
  const at = [0.3, -1.2, 0.7];
  const gradient = new Float64Array(3);
  family.pullBack(
    at,
    Float64Array.from(family.expand(at), (theta, j) => c[j] * Math.cos(theta)),
    gradient,
  );
  at.forEach((_, k) => {
    const [up, down] = [at.slice(), at.slice()];
    up[k] += 1e-5;
    down[k] -= 1e-5;
    expect(gradient[k]).toBeCloseTo((value(up) - value(down)) / 2e-5, 7);
  });
});
