import { describe, expect, test } from 'vitest';
import { FeatureMap } from '../../../src/core/space/feature-map.ts';
import { categorical, integer, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { correlate, correlateWithSlope, squaredDistances } from '../../../src/kriging/kernels/kernel.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';

describe.each(['squared-exponential', 'matern-5/2'] as const)('%s correlation', (kernel) => {
  const at = (square: number) => {
    const r = Float64Array.of(square);
    correlate(kernel, r, 0, 1);
    return r[0];
  };

  test('is 1 at distance 0, falls, and vanishes far away', () => {
    expect(at(0)).toBe(1);
    expect(at(0.1)).toBeGreaterThan(at(0.2));
    expect(at(1e6)).toBe(0);
  });

  test('has the value of its formula at distance 1', () => {
    const s = Math.sqrt(5);
    const formula = kernel === 'squared-exponential' ? Math.exp(-0.5) : (1 + s + 5 / 3) * Math.exp(-s);
    expect(at(1)).toBeCloseTo(formula, 15);
  });

  test('has the slope of its finite differences, and the same value with it', () => {
    for (const square of [1e-3, 0.3, 1, 7]) {
      const [r, slope] = [Float64Array.of(square), new Float64Array(1)];
      correlateWithSlope(kernel, r, slope, 0, 1);
      const h = 1e-5 * square;
      const difference = (at(square + h) - at(square - h)) / (2 * h);
      expect(r[0]).toBe(at(square));
      expect(Math.abs(slope[0] - difference)).toBeLessThan(1e-8 * Math.max(1, Math.abs(difference)));
    }
  });
});

test('squared distances are those of the definition, for any number of rows', () => {
  const rng = new Rng('distances');
  for (const count of [1, 4, 7, 10]) {
    const rows = Float64Array.from({ length: count * 3 }, () => rng.uniform());
    const z = Float64Array.from({ length: 6 }, () => rng.uniform());
    const out = new Float64Array(count + 2);
    squaredDistances(z, 3, rows, 3, count, out, 2);
    for (let i = 0; i < count; i++)
      expect(out[i + 2]).toBeCloseTo(
        [0, 1, 2].reduce((sum, f) => sum + (z[3 + f] - rows[i * 3 + f]) ** 2, 0),
        14,
      );
  }
});

test('features keep differences of numbers, chords of periodic coordinates, and equal distances of categories', () => {
  const space = new Space({
    a: real(0, 1),
    angle: real(0, 1, { periodic: true }),
    k: integer(0, 9),
    two: categorical('x', 'y'),
    three: categorical('p', 'q', 'r'),
  });
  const map = new FeatureMap(space.columns);
  expect(map.width).toBe(1 + 2 + 1 + 1 + 3);
  expect([...map.coordinates]).toEqual([0, 1, 1, 2, 3, 4, 4, 4]);
  const distance = (u: number[], v: number[]) => {
    const z = map.of(Matrix.from([u, v]));
    const out = new Float64Array(1);
    squaredDistances(z.subarray(0, 8), 0, z.subarray(8), 8, 1, out, 0);
    return Math.sqrt(out[0]);
  };
  const base = [0.2, 0.1, 0.35, 0.25, 1 / 6];
  expect(distance(base, base)).toBe(0);
  expect(distance(base, [0.5, 0.1, 0.35, 0.25, 1 / 6])).toBeCloseTo(0.3, 14);
  expect(distance(base, [0.2, 0.9, 0.35, 0.25, 1 / 6])).toBeCloseTo(Math.sin(0.2 * Math.PI) / Math.PI, 14);
  expect(distance(base, [0.2, 0.1, 0.55, 0.25, 1 / 6])).toBeCloseTo(0.2, 14);
  expect(distance(base, [0.2, 0.1, 0.35, 0.75, 1 / 6])).toBeCloseTo(1, 14);
  for (const level of [0.5, 5 / 6]) expect(distance(base, [0.2, 0.1, 0.35, 0.25, level])).toBeCloseTo(1, 14);
});
