import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Rng } from '../../../src/numerics/random.ts';
import { haltonPoints, primes, radicalInverse } from '../../../src/numerics/sequences/halton.ts';

test('the first primes are the primes', () => {
  expect(primes(10)).toEqual([2, 3, 5, 7, 11, 13, 17, 19, 23, 29]);
  expect(primes(1000)[999]).toBe(7919);
});

test('the radical inverse mirrors the digits', () => {
  expect([0, 1, 2, 3, 4, 5].map((i) => radicalInverse(i, 2))).toEqual([0, 1 / 2, 1 / 4, 3 / 4, 1 / 8, 5 / 8]);
  expect(radicalInverse(5, 3)).toBeCloseTo(7 / 9, 15);
});

// From scipy.stats.qmc.Halton(d=40, scramble=False), scipy 1.17.1: columns 0, 5, 20, 39 of point 1000.
test('plain points agree with an independent implementation', () => {
  const point = haltonPoints(1, 40, { skip: 1000 });
  [0.0927734375, 0.9904415111515704, 0.7010696190654906, 0.7805138828560928].forEach((value, i) => {
    expect(point.get(0, [0, 5, 20, 39][i])).toBeCloseTo(value, 14);
  });
});

describe('scrambled points', () => {
  const scramble = new Rng('halton');

  test('put one point into each of b^k equal intervals of the axis with base b', () => {
    primes(12).forEach((base, column) => {
      const count = base ** Math.max(1, Math.floor(Math.log(400) / Math.log(base)));
      const values = haltonPoints(count, 12, { skip: 3 * count, scramble }).column(column);
      expect(new Set([...values].map((v) => Math.floor(v * count + 1e-9))).size).toBe(count);
    });
  });

  test('are uniform over the streams', () => {
    const values = Array.from({ length: 1000 }, (_, i) =>
      haltonPoints(1, 5, { scramble: scramble.child(i) }).get(0, 4),
    );
    values.sort((a, b) => a - b);
    const distance = Math.max(...values.map((v, i) => Math.abs(v - (i + 0.5) / values.length)));
    expect(distance).toBeLessThan(1.95 / Math.sqrt(values.length)); // Kolmogorov-Smirnov at 0.001
  });

  test('of large bases lose the correlation of the plain ones', () => {
    const correlation = (options: { scramble?: Rng }) => {
      const points = haltonPoints(100, 20, options);
      const [a, b] = [points.column(18), points.column(19)].map((c) => {
        const mean = c.reduce((x, y) => x + y) / c.length;
        return c.map((v) => v - mean);
      });
      const dot = (x: Float64Array, y: Float64Array) => x.reduce((sum, v, i) => sum + v * y[i], 0);
      return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    };
    expect(Math.abs(correlation({}))).toBeGreaterThan(0.5);
    expect(Math.abs(correlation({ scramble }))).toBeLessThan(0.3);
  });
});

test('points after a skip continue the sequence, and columns do not depend on how many there are', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.nat(50), fc.integer({ min: 1, max: 20 }), fc.boolean(), (skip, count, d, random) => {
      const scramble = random ? new Rng('skip') : undefined;
      const whole = haltonPoints(skip + count, d, { scramble });
      expect(haltonPoints(count, d, { skip, scramble }).data).toEqual(whole.data.slice(skip * d));
      expect(haltonPoints(skip + count, d + 1, { scramble }).column(d - 1)).toEqual(whole.column(d - 1));
      expect(whole.data.every((v) => v >= 0 && v < 1)).toBe(true);
    }),
  );
});

test('impossible shapes are refused', () => {
  expect(() => haltonPoints(1, 0)).toThrow(RangeError);
  expect(() => haltonPoints(-1, 2)).toThrow(RangeError);
});
