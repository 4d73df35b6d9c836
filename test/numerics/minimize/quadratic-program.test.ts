import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quadraticProgram } from '../../../src/numerics/minimize/quadratic-program.ts';
import { Rng } from '../../../src/numerics/random.ts';

test('solves the example of the paper that describes the method', () => {
  // Goldfarb and Idnani 1983: minimize 6 x1 + 2 (x1^2 - x1 x2 + x2^2), x >= 0, x1 + x2 >= 2.
  const h = Float64Array.of(4, -2, -2, 4);
  const a = Float64Array.of(1, 0, 0, 1, 1, 1);
  const solution = quadraticProgram(h, Float64Array.of(6, 0), a, Float64Array.of(0, 0, 2));
  expect([...solution!.x].map((v) => Math.round(v * 1e12) / 1e12)).toEqual([0.5, 1.5]);
  expect(solution!.multipliers[2]).toBeCloseTo(5, 12);
});

/** Random strictly convex programs that x = 0 may or may not meet. */
function randomProgram(seed: number, n: number, m: number, equalities: number) {
  const rng = new Rng(`qp/${seed}`);
  const root = Float64Array.from({ length: n * n }, () => rng.normal());
  const h = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      for (let k = 0; k < n; k++) h[i * n + j] += root[i * n + k] * root[j * n + k];
      if (i === j) h[i * n + j] += 0.01;
    }
  const g = Float64Array.from({ length: n }, () => rng.normal());
  const a = Float64Array.from({ length: m * n }, () => rng.normal());
  const inside = Float64Array.from({ length: n }, () => rng.normal());
  const b = Float64Array.from({ length: m }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += a[i * n + j] * inside[j];
    return i < equalities ? sum : sum - Math.max(0, rng.normal());
  });
  return { h, g, a, b };
}

test('meets the Karush-Kuhn-Tucker conditions of random feasible programs', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 20 }), fc.nat(10_000), (n, m, seed) => {
      const equalities = Math.min(m, n - 1, seed % 3);
      const { h, g, a, b } = randomProgram(seed, n, m, equalities);
      const { x, multipliers } = quadraticProgram(h, g, a, b, equalities)!;
      for (let i = 0; i < m; i++) {
        let slack = -b[i];
        for (let j = 0; j < n; j++) slack += a[i * n + j] * x[j];
        expect(slack).toBeGreaterThan(-1e-8);
        if (i < equalities) expect(slack).toBeLessThan(1e-8);
        else expect(multipliers[i]).toBeGreaterThanOrEqual(0);
        expect(Math.abs(slack * multipliers[i])).toBeLessThan(1e-6);
      }
      for (let j = 0; j < n; j++) {
        let gradient = g[j];
        for (let k = 0; k < n; k++) gradient += h[j * n + k] * x[k];
        for (let i = 0; i < m; i++) gradient -= multipliers[i] * a[i * n + j];
        expect(Math.abs(gradient)).toBeLessThan(1e-6);
      }
    }),
    { numRuns: 200, seed: 3 },
  );
});

describe('says that there is no solution', () => {
  test('when constraints contradict each other', () => {
    const a = Float64Array.of(1, -1);
    expect(quadraticProgram(Float64Array.of(1), Float64Array.of(0), a, Float64Array.of(1, 0))).toBeUndefined();
    expect(quadraticProgram(Float64Array.of(1), Float64Array.of(0), a, Float64Array.of(1, 0), 2)).toBeUndefined();
  });

  test('when the matrix is not positive definite', () => {
    const none = new Float64Array(0);
    expect(quadraticProgram(Float64Array.of(0), Float64Array.of(1), none, none)).toBeUndefined();
  });
});

test('takes a constraint that says the same twice', () => {
  const a = Float64Array.of(1, 1, 1, 1, 2, 2);
  const solution = quadraticProgram(Float64Array.of(1, 0, 0, 1), Float64Array.of(0, 0), a, Float64Array.of(2, 2, 4), 2);
  expect(solution!.x[0]).toBeCloseTo(1, 12);
  expect(solution!.x[1]).toBeCloseTo(1, 12);
});
