import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { sobolPoints } from '../../../src/numerics/sequences/sobol-sequence.ts';

const rows = (matrix: Matrix) => Array.from({ length: matrix.rows }, (_, i) => [...matrix.row(i)]);

/** The most and the fewest points in any elementary interval of the given numbers of dyadic divisions per column. */
function occupancy(points: Matrix, divisions: readonly number[]): [number, number] {
  const cells = new Int32Array(2 ** divisions.reduce((a, b) => a + b, 0));
  for (let i = 0; i < points.rows; i++) {
    let cell = 0;
    divisions.forEach((bits, column) => {
      cell = cell * 2 ** bits + Math.floor(points.get(i, column) * 2 ** bits);
    });
    cells[cell]++;
  }
  return [Math.min(...cells), Math.max(...cells)];
}

describe('plain Sobol points', () => {
  test('are the first ten points that Joe and Kuo publish for three dimensions', () => {
    expect(rows(sobolPoints(10, 3))).toEqual([
      [0, 0, 0],
      [0.5, 0.5, 0.5],
      [0.75, 0.25, 0.25],
      [0.25, 0.75, 0.75],
      [0.375, 0.375, 0.625],
      [0.875, 0.875, 0.125],
      [0.625, 0.125, 0.875],
      [0.125, 0.625, 0.375],
      [0.1875, 0.3125, 0.9375],
      [0.6875, 0.8125, 0.4375],
    ]);
  });

  // From scipy.stats.qmc.Sobol(d=1000, scramble=False, bits=32), scipy 1.17.1.
  test('agree with an independent implementation in 1000 dimensions', () => {
    const picked = (skip: number) => {
      const [point] = rows(sobolPoints(1, 1000, { skip }));
      return [0, 1, 2, 9, 49, 99, 500, 999].map((column) => point[column]);
    };
    expect(picked(77)).toEqual([
      0.8359375, 0.8359375, 0.0078125, 0.4296875, 0.1796875, 0.8671875, 0.8203125, 0.5546875,
    ]);
    expect(picked(4095)).toEqual([
      0.000244140625, 0.941162109375, 0.334228515625, 0.246337890625, 0.607666015625, 0.962646484375, 0.437255859375,
      0.308349609375,
    ]);
    const points = sobolPoints(1024, 1000);
    let sum = 0;
    for (let i = 0; i < 1024; i++) for (let c = 0; c < 1000; c++) sum += points.get(i, c) * (i + 1) * (c + 1);
    expect(sum).toBe(131330723515);
  });

  test('put one point into each of n equal intervals of every axis', () => {
    const points = sobolPoints(256, 1000);
    for (let column = 0; column < 1000; column++)
      expect(new Set([...points.column(column)].map((v) => Math.floor(v * 256))).size).toBe(256);
  });
});

describe('scrambled Sobol points', () => {
  const scramble = new Rng('sobol');

  test('keep the net: in two dimensions every elementary interval has one point, for every prefix of 2^k', () => {
    for (let k = 0; k <= 8; k++) {
      const points = sobolPoints(2 ** k, 2, { scramble });
      for (let first = 0; first <= k; first++) expect(occupancy(points, [first, k - first])).toEqual([1, 1]);
    }
  });

  test('keep the quality parameter of the plain points in five dimensions', () => {
    const plain = sobolPoints(512, 5);
    const scrambled = sobolPoints(512, 5, { scramble });
    fc.assert(
      fc.property(fc.array(fc.nat(3), { minLength: 5, maxLength: 5 }), (divisions) => {
        fc.pre(divisions.reduce((a, b) => a + b) <= 9);
        const [fewest, most] = occupancy(scrambled, divisions);
        expect([fewest, most]).toEqual(occupancy(plain, divisions));
      }),
    );
  });

  test('are uniform over the streams and differ between streams and columns', () => {
    const seen = Array.from(
      { length: 4000 },
      (_, i) => sobolPoints(1, 2, { skip: 5, scramble: scramble.child(i) }).data,
    );
    for (const column of [0, 1]) {
      const values = seen.map((point) => point[column]).sort((a, b) => a - b);
      const distance = Math.max(...values.map((v, i) => Math.abs(v - (i + 0.5) / values.length)));
      expect(distance).toBeLessThan(1.95 / Math.sqrt(values.length)); // Kolmogorov-Smirnov at 0.001
    }
    const correlation = (12 * seen.reduce((sum, [a, b]) => sum + (a - 0.5) * (b - 0.5), 0)) / seen.length;
    expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(seen.length));
  });

  test('integrate a smooth function without bias and far better than random points', () => {
    const integrals = Array.from({ length: 200 }, (_, i) => {
      const points = sobolPoints(64, 3, { scramble: scramble.child(i) });
      return rows(points).reduce((sum, u) => sum + u.reduce((product, v) => product * (v + 0.5), 1), 0) / 64;
    });
    const mean = integrals.reduce((a, b) => a + b) / integrals.length;
    const variance = integrals.reduce((sum, v) => sum + (v - mean) ** 2, 0) / integrals.length;
    const randomVariance = ((13 / 12) ** 3 - 1) / 64;
    expect(Math.abs(mean - 1)).toBeLessThan(4 * Math.sqrt(variance / integrals.length));
    expect(variance).toBeLessThan(randomVariance / 100);
  });
});

test('points after a skip continue the sequence, plain or scrambled', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.nat(50), fc.integer({ min: 1, max: 40 }), fc.boolean(), (skip, count, d, random) => {
      const scramble = random ? new Rng('skip') : undefined;
      const whole = sobolPoints(skip + count, d, { scramble });
      expect(sobolPoints(count, d, { skip, scramble }).data).toEqual(whole.data.slice(skip * d));
    }),
  );
});

test('more points or dimensions than there are are refused', () => {
  expect(() => sobolPoints(1, 1001)).toThrow(RangeError);
  expect(() => sobolPoints(1, 0)).toThrow(RangeError);
  expect(() => sobolPoints(2, 1, { skip: 2 ** 32 - 1 })).toThrow(RangeError);
  expect(sobolPoints(1, 1, { skip: 2 ** 32 - 1 }).data[0]).toBe(2 ** -32);
});
