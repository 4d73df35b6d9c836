import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outputList } from '../../../src/core/output.ts';
import { categorical, integer, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { PivotedQr } from '../../../src/numerics/linear-algebra/qr.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { families, termsOf } from '../../../src/surrogates/polynomial/basis.ts';
import { leastAngle } from '../../../src/surrogates/polynomial/lars.ts';
import { dot, GrowingLeastSquares, standardColumn } from '../../../src/surrogates/polynomial/least-squares.ts';
import { polynomialChaos } from '../../../src/surrogates/polynomial/polynomial-chaos.ts';
import { TermLibrary } from '../../../src/surrogates/polynomial/term-library.ts';
import { standardize } from '../../../src/surrogates/standardize.ts';
import { LINEAR } from '../../../src/testing/capabilities.ts';
import { dataset, labeled, points, testRun } from '../../../src/testing/labeled.ts';
import { surrogateLaws } from '../../../src/testing/surrogate-laws.ts';

surrogateLaws('polynomial chaos', () => polynomialChaos(), { capabilities: LINEAR, q2: 0.99 });
surrogateLaws('polynomial chaos of low degree', () => polynomialChaos({ maxDegree: 2, norms: [1] }), {
  capabilities: LINEAR,
  q2: 0.95,
});

const cube = new Space({ a: real(0, 1), b: real(0, 1), c: real(0, 1) });
const mixed = new Space({
  a: real(0, 1),
  angle: real(0, 360, { periodic: true }),
  kind: categorical('p', 'q', 'r'),
  ribs: integer(0, 2),
});
const number = outputList({ y: {} });

/** Sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1 with every x in [-pi, pi] [Ishigami1990]. */
function ishigami(u: Float64Array): number {
  const [x1, x2, x3] = u.map((value) => Math.PI * (2 * value - 1));
  return Math.sin(x1) + 7 * Math.sin(x2) ** 2 + 0.1 * x3 ** 4 * Math.sin(x1);
}

describe('basis functions', () => {
  test('are orthonormal where a coordinate is uniform over its values', () => {
    const [polynomial, wave, contrast] = families(mixed.columns);
    const grid = (count: number) => Array.from({ length: count }, (_, i) => (i + 0.5) / count);
    // Midpoints integrate waves and levels exactly, and polynomials of degree 10 to about 1e-6.
    for (const [family, at, degree] of [
      [polynomial, grid(20_000), 5],
      [wave, grid(64), 5],
      [contrast, grid(3), 1],
    ] as const) {
      const count = family.count(degree);
      const [values, slopes] = [new Float64Array(count), new Float64Array(count)];
      const sums = new Matrix(count, count);
      for (const u of at) {
        family.write(u, values, slopes);
        for (let a = 0; a < count; a++)
          for (let b = 0; b < count; b++) sums.set(a, b, sums.get(a, b) + (values[a] * values[b]) / at.length);
      }
      for (let a = 0; a < count; a++)
        for (let b = 0; b < count; b++) expect(sums.get(a, b)).toBeCloseTo(a === b ? 1 : 0, 5);
    }
  });

  test('of a number with three values are at most of degree two', () => {
    expect(families(mixed.columns)[3].count(9)).toBe(3);
  });

  test('a full truncation has (d + p)! / (d! p!) terms with the constant, a hyperbolic one those within its norm', () => {
    const three = families(cube.columns);
    expect(termsOf(three, 4, 1, 1000)).toHaveLength(34);
    expect(termsOf(three, 4, 1, 33)).toBeUndefined();
    // With q = 1/2 and degree 4 the roots of the degrees may sum to 2: alone up to 4, pairs only of degree 1.
    const sparse = termsOf(three, 4, 0.5, 1000) ?? [];
    expect(sparse).toHaveLength(3 * 4 + 3);
    expect(
      sparse
        .filter((term) => term.length === 2)
        .flat()
        .every(([, a]) => a === 1),
    ).toBe(true);
    expect(termsOf(three, 3, 1, 1000, 1)).toHaveLength(9);
  });
});

/** Standardized random columns, the last of them nearly a combination of the first two, and standardized numbers. */
function random(n: number, count: number, path: string) {
  const rng = new Rng(path);
  const raw = Array.from({ length: count }, () => Float64Array.from({ length: n }, () => rng.normal()));
  raw[count - 1] = raw[0].map((value, i) => value + raw[1][i] + 0.3 * raw[count - 1][i]);
  const columns = raw.flatMap((values) => standardColumn(values) ?? []).map(({ values }) => values);
  return { columns, y: standardize(Float64Array.from({ length: n }, () => rng.normal())).values };
}

test.each([1, 3])('a column that only one point tells, of %i rows, is never chosen', (replicates) => {
  for (let n = 8; n <= 40; n++)
    for (let seed = 0; seed < 10; seed++) {
      const rng = new Rng(`alone/${n}/${seed}`);
      const own = Array.from({ length: replicates }, (_, i) => i);
      const columns = Array.from({ length: 4 }, () => {
        const column = Float64Array.from({ length: n }, () => rng.normal());
        return column.fill(column[0], 0, replicates);
      });
      columns.push(Float64Array.from({ length: n }, (_, i) => (i < replicates ? 1 : 0)));
      const standard = columns.flatMap((column) => standardColumn(column)?.values ?? []);
      const y = Float64Array.from({ length: n }, (_, i) => (i < replicates ? 3 : 0) + columns[0][i] + rng.normal());
      const groups = replicates > 1 ? [own] : [];
      expect(leastAngle(standard, standardize(y).values, groups).chosen).not.toContain(4);
    }
});

test('nothing is left to judge by where a column tells one point alone', () => {
  const column = standardColumn(Float64Array.from({ length: 12 }, (_, i) => (i === 5 ? 1 : 0)))!.values;
  const fit = new GrowingLeastSquares(standardize(Float64Array.from({ length: 12 }, (_, i) => i * i)).values);
  expect(fit.looError()).toBeLessThan(2);
  fit.add(column);
  expect(fit.looError()).toBe(Number.POSITIVE_INFINITY);
  expect(fit.correctedLooError()).toBe(Number.POSITIVE_INFINITY);
});

describe('growing least squares', () => {
  const n = 20;
  const { columns, y } = random(n, 6, 'squares');
  const fit = new GrowingLeastSquares(y);
  for (const column of columns) fit.add(column);
  const design = Matrix.from(Array.from({ length: n }, (_, i) => [1, ...columns.map((column) => column[i])]));
  const qr = new PivotedQr(design);

  test('has the coefficients, residuals and leverages of a QR factorization', () => {
    const expected = qr.solve(y);
    expect(Array.from(fit.coefficients())).toEqual(Array.from(expected.subarray(1), (c) => expect.closeTo(c, 10)));
    expect(Array.from(fit.leverage)).toEqual(Array.from(qr.leverages(), (h) => expect.closeTo(h, 10)));
    for (let i = 0; i < n; i++) expect(fit.residual[i]).toBeCloseTo(y[i] - dot(design.row(i), expected), 10);
  });

  test('has the leave-one-out error of refits without each row', () => {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const rest = Array.from({ length: n }, (_, row) => row).filter((row) => row !== i);
      const without = new PivotedQr(design.select(rest)).solve(rest.map((row) => y[row]));
      sum += (y[i] - dot(design.row(i), without)) ** 2;
    }
    expect(fit.looError()).toBeCloseTo(sum / n, 10);
  });

  test('corrects it with the trace of the inverse', () => {
    // (X^T X)^-1 from solves with its columns: X^+ e_i squared and summed over i is the trace.
    let trace = 0;
    for (let i = 0; i < n; i++) {
      const column = qr.solve(Float64Array.from({ length: n }, (_, row) => (row === i ? 1 : 0)));
      trace += dot(column, column);
    }
    expect(fit.correctedLooError()).toBeCloseTo((fit.looError() * n * (1 + trace)) / (n - 7), 10);
  });

  test('refuses a column that depends on those before', () => {
    expect(fit.add(columns[0].map((value, i) => value - 2 * columns[3][i]))).toBeUndefined();
    expect(fit.size).toBe(6);
  });
});

describe('growing least squares of replicates', () => {
  const n = 20;
  const groups = [
    [0, 1, 2, 3, 4],
    [7, 8],
  ];
  const { columns: raw, y } = random(n, 4, 'replicates');
  const columns = raw.map((column) => {
    const own = column.slice();
    for (const rows of groups) for (const i of rows) own[i] = column[rows[0]];
    return standardColumn(own)!.values;
  });
  const fit = new GrowingLeastSquares(y, groups);
  for (const column of columns) fit.add(column);
  const design = Matrix.from(Array.from({ length: n }, (_, i) => [1, ...columns.map((column) => column[i])]));

  test('leaves a row out with all at its point, in its error and in the variance of that', () => {
    const [errors, variances] = [fit.leftOut(), fit.leftOutVariance()];
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const own = groups.find((rows) => rows.includes(i)) ?? [i];
      const kept = Array.from({ length: n }, (_, row) => row).filter((row) => !own.includes(row));
      const qr = new PivotedQr(design.select(kept));
      const error = y[i] - dot(design.row(i), qr.solve(kept.map((row) => y[row])));
      expect(errors[i]).toBeCloseTo(error, 8);
      sum += error ** 2;
      // That of the noise of the row, and of what the others say there.
      let variance = 1;
      for (const k of kept.keys())
        variance += dot(design.row(i), qr.solve(kept.map((_, at) => (at === k ? 1 : 0)))) ** 2;
      expect(variances[i]).toBeCloseTo(variance, 8);
    }
    expect(fit.looError()).toBeCloseTo(sum / n, 8);
  });

  test('corrects its error by the number of points', () => {
    const qr = new PivotedQr(design);
    let trace = 0;
    for (let i = 0; i < n; i++) {
      const column = qr.solve(Array.from({ length: n }, (_, row) => (row === i ? 1 : 0)));
      trace += dot(column, column);
    }
    expect(fit.correctedLooError()).toBeCloseTo((fit.looError() * 15 * (1 + trace)) / (15 - 5), 8);
  });
});

/** The order in which columns enter, from the definition: normal equations of those that are in, solved anew at each step. */
function naivePath(columns: readonly Float64Array[], y: Float64Array): number[] {
  const n = y.length;
  const residual = y.slice();
  const entered: number[] = [];
  while (entered.length < columns.length) {
    const correlations = columns.map((column) => dot(column, residual));
    const outside = [...columns.keys()].filter((j) => !entered.includes(j));
    if (entered.length === 0)
      entered.push(outside.reduce((a, b) => (Math.abs(correlations[b]) > Math.abs(correlations[a]) ? b : a)));
    const size = Math.abs(correlations[entered[0]]);
    const signed = Matrix.from(
      Array.from({ length: n }, (_, i) => entered.map((j) => columns[j][i] * Math.sign(correlations[j]))),
    );
    const gram = Matrix.from(entered.map((_, a) => entered.map((__, b) => dot(signed.column(a), signed.column(b)))));
    const weights = new PivotedQr(gram).solve(entered.map(() => 1));
    const direction = Float64Array.from({ length: n }, (_, i) => dot(signed.row(i), weights));
    // Those that are in lose 1 of their correlation on a step of 1.
    const steps = outside
      .filter((j) => !entered.includes(j))
      .map((j) => {
        const slope = dot(columns[j], direction);
        const found = [(size - correlations[j]) / (1 - slope), (size + correlations[j]) / (1 + slope)].filter(
          (s) => s > 1e-12,
        );
        return { j, step: Math.min(...found) };
      });
    if (steps.length === 0) break;
    const next = steps.reduce((a, b) => (b.step < a.step ? b : a));
    for (let i = 0; i < n; i++) residual[i] -= next.step * direction[i];
    entered.push(next.j);
  }
  return entered;
}

describe('least angle regression', () => {
  test('takes the columns in the order of its definition', () => {
    fc.assert(
      fc.property(fc.nat(1e6), (seed) => {
        const { columns, y } = random(30, 7, `path/${seed}`);
        const strong = standardize(
          y.map((value, i) => 0.02 * value + columns.reduce((sum, column, j) => sum + column[i] / (j + 1), 0)),
        ).values;
        const { chosen } = leastAngle(columns, strong);
        expect(chosen.length).toBeGreaterThan(3);
        expect(chosen).toEqual(naivePath(columns, strong).slice(0, chosen.length));
      }),
      { numRuns: 30, seed: 2 },
    );
  });

  test('finds the terms of a sparse polynomial, and only those', async () => {
    const library = new TermLibrary(families(cube.columns), points(cube, 40, new Rng('sparse')));
    const terms = library.candidates(4, 1, 1000) ?? [];
    const columns = library.columns(terms);
    const y = standardize(columns[3].map((value, i) => value - 2 * columns[17][i] + 0.5 * columns[30][i])).values;
    expect(leastAngle(columns, y).chosen.toSorted((a, b) => a - b)).toEqual([3, 17, 30]);
  });

  test('chooses little where there is only noise', () => {
    const { columns, y } = random(60, 40, 'noise');
    expect(leastAngle(columns, y).chosen.length).toBeLessThan(5);
  });
});

describe('what polynomial chaos promises', () => {
  test('reproduces a polynomial, its slopes and its Sobol indices exactly', async () => {
    // Variances of the parts: 4 var(u) = 1/3, 9 var(u) var(v) = 1/16 about the middle, with var(u) = 1/12.
    const f = (u: Float64Array) => [1 + 2 * (u[0] - 0.5) + 3 * (u[0] - 0.5) * (u[1] - 0.5)];
    const model = await polynomialChaos().fit(labeled(cube, number, 30, f), testRun('7'));
    const { mean, variance, meanGradient } = model.posteriorGradient(Float64Array.of(0.7, 0.9, 0.2));
    expect(mean[0]).toBeCloseTo(1 + 0.4 + 3 * 0.2 * 0.4, 10);
    expect(variance[0]).toBeLessThan(1e-20);
    expect(Array.from(meanGradient.row(0))).toEqual([2 + 3 * 0.4, 3 * 0.2, 0].map((g) => expect.closeTo(g, 9)));
    const { first, total } = model.sensitivity();
    const shares = { alone: 1 / 3 / (1 / 3 + 1 / 16), both: 1 / 16 / (1 / 3 + 1 / 16) };
    expect(Array.from(first.row(0))).toEqual([shares.alone, 0, 0].map((s) => expect.closeTo(s, 8)));
    expect(Array.from(total.row(0))).toEqual([1, shares.both, 0].map((s) => expect.closeTo(s, 8)));
  });

  test('finds the Sobol indices of Ishigami from 200 runs, and tells its own error', async () => {
    const model = await polynomialChaos().fit(
      labeled(cube, number, 200, (u) => [ishigami(u)]),
      testRun('7'),
    );
    const { first, total } = model.sensitivity();
    expect(Array.from(first.row(0))).toEqual([0.3139, 0.4424, 0].map((s) => expect.closeTo(s, 2)));
    expect(Array.from(total.row(0))).toEqual([0.5576, 0.4424, 0.2437].map((s) => expect.closeTo(s, 2)));
    const x = points(cube, 500, new Rng('fresh'));
    const { mean, variance } = model.posterior(x);
    let [squares, inside] = [0, 0];
    for (let i = 0; i < 500; i++) {
      const error = mean.data[i] - ishigami(x.row(i));
      squares += error ** 2;
      inside += Math.abs(error) < 1.96 * Math.sqrt(variance.data[i]) ? 1 : 0;
    }
    expect(Math.sqrt(squares / 500) / 3.72).toBeLessThan(0.02);
    expect(inside / 500).toBeGreaterThan(0.9);
  });

  test('leaves rows out as refits of the same terms do', async () => {
    const data = labeled(cube, number, 25, (u) => [Math.exp(u[0]) + u[1] * u[2]]);
    const model = await polynomialChaos({ maxDegree: 2 }).fit(data, testRun('7'));
    const [{ terms }] = model.columns;
    const { mean } = model.leaveOneOut();
    for (let i = 0; i < data.size; i++) {
      const rest = Array.from({ length: data.size }, (_, row) => row).filter((row) => row !== i);
      const library = new TermLibrary(families(cube.columns), data.x.select(rest));
      library.candidates(2, 1, 100);
      const refit = library.fit(terms, standardize(data.y.select(rest).column(0)), () => 1);
      expect(mean.get(i, 0)).toBeCloseTo(refit.answer(data.x.row(i)).mean, 8);
    }
  });

  test('learns waves, levels and their products', async () => {
    const f = (u: Float64Array) => [Math.sin(2 * Math.PI * u[1]) + (u[2] > 0.6 ? 2 * u[0] : u[3])];
    const model = await polynomialChaos().fit(labeled(mixed, number, 60, f), testRun('7'));
    const x = points(mixed, 200, new Rng('fresh'));
    const answer = model.predict(x).data;
    expect(Math.max(...answer.map((value, i) => Math.abs(value - f(x.row(i))[0])))).toBeLessThan(1e-6);
  });

  test('says what it left out', async () => {
    const y = Matrix.from([[4], [Number.NaN], [4]]);
    const data = dataset(cube, number, points(cube, 3, new Rng('7')), y);
    const { health } = await polynomialChaos().fit(data, testRun('7'));
    expect(health.notes.join('; ')).toMatch(/'y' is the same in every row.*1 of 3 rows failed/);
    expect(health.q2Loo?.[0]).toBeNaN();
  });

  test.each([
    [{ maxDegree: 0 }, /maxDegree/],
    [{ maxTerms: 1.5 }, /maxTerms/],
    [{ norms: [] }, /norms/],
    [{ norms: [1.5] }, /norms/],
  ])('refuses %o', (options, message) => {
    expect(() => polynomialChaos(options)).toThrow(message);
  });
});
