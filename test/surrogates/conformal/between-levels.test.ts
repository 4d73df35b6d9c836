import { describe, expect, test } from 'vitest';
import type { Surrogate } from '../../../src/core/model.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { betweenLevels } from '../../../src/surrogates/conformal/between-levels.ts';
import { conformal } from '../../../src/surrogates/conformal/conformal.ts';
import { gaussianProcess } from '../../../src/surrogates/gaussian-process/gaussian-process.ts';
import { dataset, labeled, testRun } from '../../../src/testing/labeled.ts';

const space = new Space({ a: real(0, 1), b: real(0, 1), c: real(0, 1) });
const outputs = [{ name: 'f' }];

function grid(values: readonly number[], f: (u: Float64Array) => number) {
  const x = Matrix.from(values.flatMap((a) => values.flatMap((b) => values.map((c) => [a, b, c]))));
  return dataset(space, outputs, x, Matrix.from(Array.from({ length: x.rows }, (_, i) => [f(x.row(i))])));
}

async function coverage(values: readonly number[], f: (u: Float64Array) => number) {
  const model = await conformal(gaussianProcess()).fit(grid(values, f), testRun('grid'));
  const fresh = labeled(space, outputs, 500, (u) => [f(u)], 'between');
  const { lower, upper } = model.interval(fresh.x);
  const inside = fresh.y.data.filter((y, i) => y >= lower.data[i] && y <= upper.data[i]).length;
  return { share: inside / 500, width: Math.max(...upper.data.map((high, i) => high - lower.data[i])) };
}

describe('intervals of a grid', () => {
  test.each([
    ['a wave that its levels miss', (u: Float64Array) => Math.sin(8 * u[0]) + Math.cos(7 * u[1]) + u[2], 12],
    ['waves in each input', (u: Float64Array) => Math.sin(7 * u[0]) * Math.sin(6 * u[1]) + Math.cos(9 * u[2]), 12],
  ])('hold what is between its levels: %s', async (_, f, spreads) => {
    const { share, width } = await coverage([0, 0.5, 1], f);
    expect(share).toBeGreaterThan(0.7);
    expect(width).toBeLessThan(2 * spreads);
  });

  test('take fits without a level that go far astray for no worse than ignorance', async () => {
    const data = grid([0, 0.5, 1], (u) => u[0] + u[1]);
    const astray: Surrogate = {
      name: 'astray',
      fit: async ({ size }) => ({
        health: { points: size, notes: [] },
        predict: (x) => new Matrix(x.rows, 1, new Float64Array(x.rows).fill(1000)),
      }),
    };
    const known = await betweenLevels(astray, data, data.y, testRun('astray'));
    const answers = data.y.column(0);
    let apart = 0;
    for (const one of answers) for (const other of answers) apart += (one - other) ** 2 / answers.length ** 2;
    expect(known?.sizes[0]).toBeCloseTo(Math.sqrt(apart), 10);
    expect(known?.degrees).toBe(2);
  });

  test('ask the model once', async () => {
    const x = Matrix.from([[0.3, 0.6, 0.1]]);
    let asked = 0;
    const counting: Surrogate = {
      name: 'counting',
      fit: async ({ size }) => ({
        health: { points: size, notes: [] },
        predict: (of) => {
          if (of === x) asked++;
          return new Matrix(of.rows, 1);
        },
      }),
    };
    // Of 16 rows the model itself is judged, and its interval widened.
    const values = [0, 1 / 3, 2 / 3, 1];
    const rows = values.flatMap((a) => values.map((b) => [a, b, 0.5]));
    const y = Matrix.from(rows.map(([a, b]) => [Math.sin(9 * a) + b]));
    const model = await conformal(counting).fit(dataset(space, outputs, Matrix.from(rows), y), testRun('once'));
    expect(
      await betweenLevels(counting, dataset(space, outputs, Matrix.from(rows), y), y, testRun('once')),
    ).toBeDefined();
    const { lower, upper } = model.interval(x);
    expect(upper.data[0]).toBeGreaterThan(lower.data[0]);
    expect(asked).toBe(1);
  });

  test('are as narrow as ever where levels left out are foretold', async () => {
    const { share, width } = await coverage([0, 0.25, 0.5, 0.75, 1], (u) => Math.exp(u[0]) + u[1] ** 2 - u[2]);
    expect(share).toBeGreaterThan(0.9);
    expect(width).toBeLessThan(0.1);
  });
});
