import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { partialLeastSquares } from '../../../src/numerics/linear-algebra/partial-least-squares.ts';
import { leastSquares } from '../../../src/numerics/linear-algebra/qr.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';

function random(rows: number, columns: number, rng: Rng): Matrix {
  return new Matrix(
    rows,
    columns,
    Float64Array.from({ length: rows * columns }, () => rng.normal()),
  );
}

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, v, i) => sum + v * b[i], 0);

function standardized(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
  return values.map((v) => (v - mean) / deviation);
}

const shapes = fc.tuple(fc.integer({ min: 4, max: 30 }), fc.integer({ min: 1, max: 12 }), fc.nat());

test('one component worked out by hand', () => {
  // Standardized and orthogonal columns: X^T y = 4 (3, 1) / sqrt(10) is the first direction.
  const x = Matrix.from([
    [10, 1],
    [10, -1],
    [6, 1],
    [6, -1],
  ]);
  const y = Float64Array.of(4, 2, -2, -4);
  const { weights, rotations, loadings, slopes, deviations } = partialLeastSquares(x, y, 2);
  expect([...deviations]).toEqual([2, 1]);
  // With X^T X = 4 I the first score's slope is that of least squares, which leaves nothing for a second one.
  expect(weights.columns).toBe(1);
  for (const matrix of [weights, rotations, loadings]) {
    expect(matrix.get(0, 0)).toBeCloseTo(3 / Math.sqrt(10), 12);
    expect(matrix.get(1, 0)).toBeCloseTo(1 / Math.sqrt(10), 12);
  }
  expect(slopes[0]).toBeCloseTo(1, 12);
});

test('two components worked out by hand', () => {
  const x = Matrix.from([
    [1, 1],
    [1, 0],
    [-1, 0],
    [-1, -1],
  ]);
  const { weights, rotations, loadings, scores, slopes } = partialLeastSquares(x, Float64Array.of(5, 5, 1, 1), 2);
  const third = Math.sqrt(1 / 3);
  const root = Math.sqrt(2);
  const close = (found: Float64Array, known: readonly number[]) => {
    known.forEach((value, i) => {
      expect(found[i]).toBeCloseTo(value, 12);
    });
  };
  close(weights.column(0), [root * third, third]);
  close(
    scores.column(0),
    [2, 1, -1, -2].map((v) => root * third * v),
  );
  close(loadings.column(0), [0.9 * root * third, 1.2 * third]);
  close(weights.column(1), [third, -root * third]);
  close(rotations.column(1), [1.2 * third, -0.9 * root * third]);
  expect(slopes[0]).toBeCloseTo(0.9 * root * third, 12);
});

test('the rotations of scikit-learn', () => {
  const roots = [2, 3, 5].map(Math.sqrt);
  const x = Matrix.from(Array.from({ length: 12 }, (_, i) => roots.map((root) => ((i + 1) * root) % 1)));
  const y = Float64Array.from({ length: 12 }, (_, i) => {
    const u = x.row(i);
    return Math.sin(3 * u.reduce((sum, v, j) => sum + (v - 0.5) * Math.exp(-j / 4), 0)) + u[1] ** 2;
  });
  const { rotations } = partialLeastSquares(x, y, 3);
  const known = [
    [0.56668796, 0.08832653, 0.84090894],
    [0.66642346, 0.66854882, 0.33856189],
    [0.48450442, 0.75013566, 0.46510358],
  ];
  known.forEach((row, j) => {
    row.forEach((value, k) => {
      expect(Math.abs(rotations.get(j, k))).toBeCloseTo(value, 7);
    });
  });
});

test('scores and weights are orthogonal, and scores are the rotated rows', () => {
  fc.assert(
    fc.property(shapes, ([n, w, seed]) => {
      const rng = new Rng(`pls/${seed}`);
      const x = random(n, w, rng);
      const y = Float64Array.from({ length: n }, () => rng.normal());
      const { weights, rotations, scores } = partialLeastSquares(x, y, 4);
      const columns = Array.from({ length: w }, (_, j) => standardized(x.column(j)));
      for (let k = 0; k < scores.columns; k++) {
        const score = scores.column(k);
        const size = Math.sqrt(dot(score, score));
        for (let m = 0; m < k; m++) {
          const other = scores.column(m);
          expect(Math.abs(dot(score, other)) / (size * Math.sqrt(dot(other, other)))).toBeLessThan(1e-7);
          expect(Math.abs(dot(weights.column(k), weights.column(m)))).toBeLessThan(1e-7);
        }
        expect(dot(weights.column(k), weights.column(k))).toBeCloseTo(1, 10);
        for (let i = 0; i < n; i++) {
          const rotated = columns.reduce((sum, column, j) => sum + column[i] * rotations.get(j, k), 0);
          expect(Math.abs(rotated - score[i])).toBeLessThan(1e-6 * Math.max(1, size));
        }
      }
    }),
    { numRuns: 50 },
  );
});

test('as many components as columns are least squares', () => {
  const rng = new Rng('pls/full');
  const x = random(30, 4, rng);
  const y = Float64Array.from({ length: 30 }, () => rng.normal());
  const { rotations, slopes } = partialLeastSquares(x, y, 4);
  const columns = Array.from({ length: 4 }, (_, j) => standardized(x.column(j)));
  const rows = Matrix.from(Array.from({ length: 30 }, (_, i) => columns.map((column) => column[i])));
  const known = leastSquares(rows, standardized(y));
  for (let j = 0; j < 4; j++) expect(dot(rotations.row(j), slopes)).toBeCloseTo(known[j], 6);
});

describe('nothing to explain', () => {
  const x = random(8, 3, new Rng('pls/none'));

  test('of a constant response, or of constant columns, there is no component', () => {
    expect(partialLeastSquares(x, new Float64Array(8).fill(7), 2).rotations.columns).toBe(0);
    expect(partialLeastSquares(new Matrix(8, 3), x.column(0), 2).scores.columns).toBe(0);
    expect(partialLeastSquares(new Matrix(1, 3), Float64Array.of(1), 2).scores.columns).toBe(0);
  });

  test('a constant column has no part', () => {
    const some = new Matrix(8, 3, x.data.slice());
    for (let i = 0; i < 8; i++) some.set(i, 1, 0.1);
    const { rotations, deviations } = partialLeastSquares(some, x.column(1), 2);
    expect(deviations[1]).toBe(0);
    expect([...rotations.row(1)]).toEqual([0, 0]);
  });

  test('as many responses as rows are needed', () => {
    expect(() => partialLeastSquares(x, new Float64Array(7), 1)).toThrow('8 rows need as many responses, got 7');
  });
});
