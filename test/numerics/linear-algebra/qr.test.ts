import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leastSquares, PivotedQr } from '../../../src/numerics/linear-algebra/qr.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';

function random(rows: number, columns: number, rng: Rng): Matrix {
  return new Matrix(
    rows,
    columns,
    Float64Array.from({ length: rows * columns }, () => rng.normal()),
  );
}

function product(a: Matrix, b: Matrix): Matrix {
  const c = new Matrix(a.rows, b.columns);
  for (let i = 0; i < a.rows; i++)
    for (let j = 0; j < b.columns; j++)
      for (let k = 0; k < a.columns; k++) c.data[i * b.columns + j] += a.get(i, k) * b.get(k, j);
  return c;
}

const residual = (a: Matrix, x: Float64Array, b: Float64Array) =>
  Float64Array.from(b, (v, i) => v - a.row(i).reduce((sum, w, j) => sum + w * x[j], 0));

const shapes = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 12 }), fc.nat());

test('the factors rebuild the matrix with its columns permuted, and the diagonal never grows', () => {
  fc.assert(
    fc.property(shapes, ([m, n, seed]) => {
      const a = random(m, n, new Rng(`qr/${seed}`));
      const qr = new PivotedQr(a);
      expect(qr.rank).toBe(Math.min(m, n));
      for (let j = 0; j < n; j++) {
        const column = Float64Array.from({ length: m }, (_, i) => qr.r(i, j));
        qr.times(column);
        const original = a.column(qr.permutation[j]);
        column.forEach((v, i) => {
          expect(Math.abs(v - original[i])).toBeLessThan(1e-13);
        });
        if (j > 0 && j < m)
          expect(Math.abs(qr.r(j, j))).toBeLessThanOrEqual(Math.abs(qr.r(j - 1, j - 1)) * (1 + 1e-12));
      }
    }),
  );
});

test('Q^T undoes Q', () => {
  const rng = new Rng('qr/inverse');
  const qr = new PivotedQr(random(9, 4, rng));
  const b = Float64Array.from({ length: 9 }, () => rng.normal());
  const c = b.slice();
  qr.times(c);
  qr.transposedTimes(c);
  c.forEach((v, i) => {
    expect(v).toBeCloseTo(b[i], 13);
  });
});

test('the rank of a product is found, and the residual is orthogonal to all columns', () => {
  fc.assert(
    fc.property(shapes, fc.integer({ min: 1, max: 6 }), ([m, n, seed], inner) => {
      const rng = new Rng(`qr/rank/${seed}`);
      const a = product(random(m, inner, rng), random(inner, n, rng));
      const qr = new PivotedQr(a, { tolerance: 1e-10 });
      expect(qr.rank).toBe(Math.min(m, n, inner));
      const b = Float64Array.from({ length: m }, () => rng.normal());
      const x = qr.solve(b);
      expect(x.filter((v) => v !== 0).length).toBe(qr.rank);
      const left = residual(a, x, b);
      for (let j = 0; j < n; j++) {
        const scale = Math.max(1, ...a.column(j).map(Math.abs)) * Math.max(1, ...x.map(Math.abs));
        expect(Math.abs(a.column(j).reduce((sum, v, i) => sum + v * left[i], 0))).toBeLessThan(1e-10 * scale);
      }
    }),
  );
});

// mpmath 1.3 at 60 digits: the fifth-degree polynomial nearest to these eight values at 0 .. 7, and its leverages.
test('an ill-conditioned polynomial fit agrees with an exact one', () => {
  const y = [10000000, 13956124, 19477340, 27182818, 37936679, 52944901, 73890561, 103122590].map((v) => v / 1e7);
  const coefficients = [
    0.999965650932401, 0.3364900427855472, 0.05020101727855572, 0.0092752684003492, -0.0002648252622376783,
    0.00011610676282050749,
  ];
  const leverages = [0.995920745920746, 0.8910256410256411, 0.5646853146853147, 0.5483682983682984];
  const a = Matrix.from(Array.from({ length: 8 }, (_, x) => Array.from({ length: 6 }, (_, j) => x ** j)));
  const qr = new PivotedQr(a);
  qr.solve(y).forEach((v, j) => {
    expect(Math.abs(v - coefficients[j])).toBeLessThan(1e-11);
  });
  qr.leverages().forEach((v, i) => {
    expect(Math.abs(v - leverages[Math.min(i, 7 - i)])).toBeLessThan(1e-12);
  });
});

test('leverages give the residuals of leaving each observation out', () => {
  const rng = new Rng('qr/loo');
  const a = random(12, 4, rng);
  const b = Float64Array.from({ length: 12 }, () => rng.normal());
  const left = residual(a, leastSquares(a, b), b);
  const leverages = new PivotedQr(a).leverages();
  expect(leverages.reduce((x, y) => x + y)).toBeCloseTo(4, 12);
  for (let out = 0; out < 12; out++) {
    const others = Array.from({ length: 12 }, (_, i) => i).filter((i) => i !== out);
    const x = leastSquares(
      a.select(others),
      others.map((i) => b[i]),
    );
    const loo = b[out] - a.row(out).reduce((sum, v, j) => sum + v * x[j], 0);
    expect(left[out] / (1 - leverages[out])).toBeCloseTo(loo, 11);
  }
});

test('a zero matrix has rank 0 and the zero solution', () => {
  const qr = new PivotedQr(new Matrix(3, 2));
  expect(qr.rank).toBe(0);
  expect([...qr.solve([1, 2, 3])]).toEqual([0, 0]);
});

test('what does not fit is refused', () => {
  expect(() => leastSquares(new Matrix(3, 2), [1, 2])).toThrow(RangeError);
  expect(() => new PivotedQr(Matrix.from([[Number.NaN]]))).toThrow(RangeError);
});
