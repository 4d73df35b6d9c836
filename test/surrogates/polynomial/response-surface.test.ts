import { describe, expect, test } from 'vitest';
import { outputList } from '../../../src/core/output.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { leastSquares } from '../../../src/numerics/linear-algebra/qr.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { responseSurface } from '../../../src/surrogates/polynomial/response-surface.ts';
import { LINEAR } from '../../../src/testing/capabilities.ts';
import { labeled, points, testRun } from '../../../src/testing/labeled.ts';
import { surrogateLaws } from '../../../src/testing/surrogate-laws.ts';

surrogateLaws('quadratic response surface', () => responseSurface(), { capabilities: LINEAR, q2: 0.9 });
surrogateLaws('linear response surface', () => responseSurface({ degree: 1 }), { capabilities: LINEAR, q2: 0.7 });

const cube = new Space({ a: real(0, 1), b: real(0, 1), c: real(0, 1) });
const number = outputList({ y: {} });

describe('response surfaces', () => {
  test('are the least-squares polynomial of all monomials', async () => {
    const data = labeled(cube, number, 40, (u) => [Math.exp(u[0]) + u[1] * u[2] ** 2]);
    const monomials = (u: Float64Array) => [1, ...u, ...u.map((v) => v * v), u[0] * u[1], u[0] * u[2], u[1] * u[2]];
    const design = Matrix.from(Array.from({ length: 40 }, (_, i) => monomials(data.x.row(i))));
    const expected = leastSquares(design, data.y.data);
    const model = await responseSurface().fit(data, testRun('7'));
    const x = points(cube, 20, new Rng('fresh'));
    const answer = model.predict(x);
    for (let i = 0; i < 20; i++) {
      const sum = monomials(x.row(i)).reduce((total, value, k) => total + value * expected[k], 0);
      expect(answer.get(i, 0)).toBeCloseTo(sum, 9);
    }
  });

  test('have the interval of least squares on noisy data', async () => {
    const rng = new Rng('noise');
    const f = (u: Float64Array) => 1 + u[0] - 2 * u[1];
    const data = labeled(cube, number, 400, (u) => [f(u) + 0.5 * rng.normal()]);
    const { variance } = (await responseSurface({ degree: 1 }).fit(data, testRun('7'))).posterior(
      points(cube, 50, rng),
    );
    for (const value of variance.data) expect(Math.abs(Math.sqrt(value) - 0.5)).toBeLessThan(0.08);
  });

  test('say which terms few rows cannot carry, and keep the linear ones', async () => {
    const data = labeled(cube, number, 6, (u) => [1 + 2 * u[0] - u[1] + u[2]]);
    const model = await responseSurface().fit(data, testRun('7'));
    expect(model.health.notes.join()).toMatch(/of 9 terms were left out/);
    expect(model.predict(Matrix.from([[0.2, 0.4, 0.9]])).get(0, 0)).toBeCloseTo(1 + 0.4 - 0.4 + 0.9, 8);
  });

  test('do not go through every row of few, where nothing would be left to tell their error by', async () => {
    const eight = new Space(Object.fromEntries(Array.from({ length: 8 }, (_, j) => [`x${j}`, real(0, 1)])));
    const f = (u: Float64Array) => Math.exp(u[0] + u[1]) + u[2] * u[3] * u[4] + Math.sin(5 * u[5]);
    const data = labeled(eight, number, 40, (u) => [f(u)]);
    const model = await responseSurface().fit(data, testRun('7'));
    const x = points(eight, 400, new Rng('fresh'));
    const { mean, variance } = model.posterior(x);
    const inside = mean.data.filter((m, i) => Math.abs(m - f(x.row(i))) <= 1.96 * Math.sqrt(variance.data[i]));
    expect(inside.length / 400).toBeGreaterThan(0.75);
  });

  test('refuse another degree', () => {
    expect(() => responseSurface({ degree: 3 as 2 })).toThrow(/degree must be 1 or 2/);
  });
});
