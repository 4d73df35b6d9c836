import { describe, expect, test } from 'vitest';
import { Dataset } from '../../../src/core/dataset.ts';
import { FeatureMap } from '../../../src/core/space/feature-map.ts';
import { integer, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { constrainedRbf } from '../../../src/optimization/constrained-rbf/constrained-rbf.ts';
import { evidenceOf } from '../../../src/optimization/constrained-rbf/evidence.ts';
import { ConstrainedModel } from '../../../src/optimization/constrained-rbf/model.ts';
import { believedMerit } from '../../../src/optimization/constrained-rbf/program.ts';
import { constraintForms, objectiveForms } from '../../../src/optimization/constrained-rbf/transform.ts';
import { progressOf } from '../../../src/optimization/constrained-rbf/trust-region.ts';
import { optimizerLaws, search } from '../../../src/testing/optimizer-laws.ts';
import { bounded, closed, cube, problemOf } from '../../../src/testing/problems.ts';

optimizerLaws('constrainedRbf', () => constrainedRbf(), 20);

test('refuses a senseless number of initial points', () => {
  expect(() => constrainedRbf({ initial: 1 })).toThrow(/initial must be a whole number from 2, got 1/);
});

/** The weight of a tension/compression spring and its four constraints [Belegundu1982], in the unit cube. */
function spring(u: Float64Array): number[] {
  const d = 0.05 + 1.95 * u[0];
  const D = 0.25 + 1.05 * u[1];
  const N = 2 + 13 * u[2];
  return [
    (N + 2) * D * d ** 2,
    1 - (D ** 3 * N) / (71785 * d ** 4),
    (4 * D ** 2 - d * D) / (12566 * (D * d ** 3 - d ** 4)) + 1 / (5108 * d ** 2) - 1,
    1 - (140.45 * d) / (D ** 2 * N),
    (d + D) / 1.5 - 1,
  ];
}

test('finds the lightest spring strictly within its limits', { tags: ['slow'] }, async () => {
  const names = ['g1', 'g2', 'g3', 'g4'];
  const problem = problemOf(
    cube(3),
    names.map((name) => bounded(name)),
  );
  const merits: number[] = [];
  for (const stream of ['spring', 'spring/1', 'spring/2', 'spring/3']) {
    const { history } = await search(constrainedRbf(), { problem, answer: spring }, { budget: 100, stream });
    const best = problem.best(history);
    expect(best?.feasible).toBe(true);
    merits.push(best!.merit);
  }
  const [own, ...others] = merits;
  expect(own).toBeLessThan(0.01267);
  expect(others.sort((a, b) => a - b)[1]).toBeLessThan(0.01267);
});

test('follows an equality to its tolerance', async () => {
  const problem = problemOf(cube(2), [bounded('h', 'equality')]);
  const answer = ([x, y]: Float64Array) => [(2 * x - 1) ** 2 + (2 * y - 2) ** 2, 2 * y - 1 - (2 * x - 1) ** 2];
  const { history } = await search(constrainedRbf(), { problem, answer }, { budget: 25, stream: 'parabola' });
  // G11 [Liang2006]: 0.75 where the equality is exact.
  expect(problem.best(history)?.feasible).toBe(true);
  expect(Math.abs(problem.best(history)!.merit - 0.75)).toBeLessThan(2e-4);
});

test('asks exact constraints of the inputs, and never simulates where they fail', async () => {
  const problem = problemOf(cube(2), [
    closed('x0 + x1 >= 0.8', ({ x0, x1 }) => 0.8 - (x0 as number) - (x1 as number)),
    bounded('g'),
  ]);
  const answer = ([x, y]: Float64Array) => [x + 2 * y, y * y - x + 0.2];
  const { history } = await search(constrainedRbf(), { problem, answer }, { budget: 20, stream: 'closed' });
  expect(problem.best(history)!.merit).toBeLessThan(0.8 + 1e-6);
  for (let i = 0; i < history.size; i++) expect(history.x.get(i, 0) + history.x.get(i, 1)).toBeGreaterThanOrEqual(0.8);
});

test('finds whole numbers and the reals that go with them', async () => {
  const space = new Space({ n: integer(1, 12), x: real(0, 5) });
  const problem = problemOf(space, [bounded('g')]);
  // minimize n + x with n x >= 7: n = 3, x = 7 / 3.
  const answer = (u: Float64Array) => {
    const { n, x } = space.decode(u);
    return [n + x, 7 - n * x];
  };
  const { history } = await search(constrainedRbf(), { problem, answer }, { budget: 35, stream: 'whole' });
  expect(problem.best(history)!.merit).toBeLessThan(3 + 7 / 3 + 1e-6);
});

test('keeps away from where the simulator fails', async () => {
  const problem = problemOf(cube(2), [bounded('g')]);
  const answer = ([x, y]: Float64Array) => (x < 0.3 ? undefined : [x + y, 0.2 - x * y]);
  const { history } = await search(constrainedRbf(), { problem, answer }, { budget: 40, stream: 'failing' });
  const failures = history.rows.slice(15).filter(({ status }) => status === 'failed').length;
  expect(failures).toBeLessThan(8);
  expect(problem.best(history)!.merit).toBeLessThan(2 * Math.sqrt(0.2) + 1e-4);
});

test('does not believe a model of rows on a line beside that line', () => {
  const problem = problemOf(cube(2), [bounded('g')]);
  const g = (x: number, y: number) => 10 * Math.sin(3 * (x - y)) + x + y;
  const along = Array.from({ length: 9 }, (_, i) => [0.5 + 0.005 * i, 0.5 + 0.005 * i + 2e-3 * (i % 3)]);
  const around = Array.from({ length: 25 }, (_, i) => [((i % 5) + 0.5) / 5, (Math.floor(i / 5) + 0.4) / 5]);
  const points = [...along, ...around];
  const y = Matrix.from(points.map(([a, b]) => [a + b, g(a, b)]));
  const rows = points.map((_, i) => ({ id: `${i}`, status: 'completed' as const, milliseconds: 0 }));
  const history = new Dataset(problem.space, problem.outputs, Matrix.from(points), y, rows);
  const center = Float64Array.from(points[0]);
  const evidence = evidenceOf(problem, history, 5);
  const model = new ConstrainedModel(problem, evidence, new FeatureMap(problem.space.columns), center, 0.1);
  const errorAt = (a: number, b: number) => {
    const values = new Float64Array(2);
    model.evaluate(Float64Array.of(a, b), values);
    return Math.abs(values[1] - g(a, b));
  };
  const before = errorAt(0.58, 0.42);
  expect(model.trust(center)).toBe(true);
  expect(errorAt(0.58, 0.42)).toBe(before);
  expect(model.trust(Float64Array.of(0.58, 0.42))).toBe(false);
  expect(errorAt(0.58, 0.42)).toBeLessThan(0.1 * before);
});

test('sees the long axis of a valley that lies across the inputs', { tags: ['slow'] }, async () => {
  const problem = problemOf(cube(5));
  // Two reflections turn the axes of an ellipsoid whose axes are as 1 : 1000.
  const reflect = (u: number[], v: readonly number[]) => {
    const dot = (2 * u.reduce((sum, x, j) => sum + x * v[j], 0)) / v.reduce((sum, x) => sum + x * x, 0);
    return u.map((x, j) => x - dot * v[j]);
  };
  const answer = (u: Float64Array) => {
    const turned = reflect(
      reflect(
        [...u].map((x, j) => x - 0.3 - 0.1 * j),
        [1, 2, -1, 3, 1],
      ),
      [2, -1, 1, 1, -3],
    );
    const bent = turned.map((x) => x + 0.1 * Math.sin(8 * x));
    return [bent.reduce((sum, x, j) => sum + 10 ** (1.5 * j) * x * x, 0)];
  };
  const found: number[] = [];
  for (const stream of ['axis', 'axis/1', 'axis/2']) {
    const { history } = await search(constrainedRbf({ explores: false }), { problem, answer }, { budget: 70, stream });
    found.push(problem.best(history)!.merit);
  }
  expect(found.sort((a, b) => a - b)[1]).toBeLessThan(20);
});

test('what has no value is worth less than anything', () => {
  const sides = { lower: Float64Array.of(0), upper: Float64Array.of(1) };
  const program = {
    ...sides,
    model: undefined as never,
    constraints: [],
    scales: Float64Array.of(1),
    margins: new Float64Array(),
  };
  const merit = (value: number) =>
    believedMerit(program, new Float64Array(), Float64Array.of(0.5), Float64Array.of(value));
  expect([3, Number.NaN].map(merit)).toEqual([3, Number.POSITIVE_INFINITY]);
});

describe('the trust region', () => {
  const settings = { first: 1, patience: 4, scale: 1 };
  const feasible = (n: number) => new Array<boolean>(n).fill(true);
  const line = (values: readonly number[]) => Matrix.from(values.map((v) => [v]));

  test('doubles after long steps that improve and halves after steps that do not', () => {
    const x = line([0.5, 0.3, 0.1]);
    expect(progressOf(x, Float64Array.of(3, 2, 1), feasible(3), settings).radius).toBe(0.5);
    expect(progressOf(x, Float64Array.of(3, 4, 1), feasible(3), settings)).toMatchObject({ center: 2, radius: 0.4 });
    expect(progressOf(line([0.5, 0.4, 0.45]), Float64Array.of(1, 2, 3), feasible(3), settings).radius).toBe(0.0625);
  });

  test('ends a descent after rows nearby that gain nothing', () => {
    const merit = Float64Array.of(1, 2, 2, 2, 2);
    const near = line([0.5, 0.4, 0.45, 0.55, 0.51]);
    expect(progressOf(near, merit, feasible(5), settings)).toMatchObject({ center: undefined, ended: [0] });
    // Rows at a distance are of another engine, or explore: they say nothing of the descent.
    const mixed = line([0.5, 0.4, 0.9, 0.95, 0.51]);
    expect(progressOf(mixed, merit, feasible(5), settings)).toMatchObject({ center: 0, radius: 0.0625, ended: [] });
  });

  test('ends a descent that comes no nearer to the limits that it misses, whatever it gains', () => {
    const x = line([0.5, 0.4, 0.45, 0.44, 0.445, 0.443]);
    const merit = Float64Array.of(9, 8, 7.9, 7.8, 7.7, 7.6);
    const outside = new Array<boolean>(6).fill(false);
    const stuck = { ...settings, violation: Float64Array.of(1, 0.99, 0.98, 0.98, 0.97, 0.97) };
    expect(progressOf(x, merit, outside, stuck).ended).toHaveLength(1);
    const nearing = { ...settings, violation: Float64Array.of(1, 0.8, 0.7, 0.6, 0.5, 0.4) };
    expect(progressOf(x, merit, outside, nearing)).toMatchObject({ center: 5, ended: [] });
    expect(progressOf(x, merit, feasible(6), settings)).toMatchObject({ center: 5, ended: [] });
  });

  test('opens again where a descent is over that is to go on', () => {
    const near = line([0.5, 0.4, 0.45, 0.55, 0.51]);
    const again = progressOf(near, Float64Array.of(1, 2, 2, 2, 2), feasible(5), { ...settings, reopens: true });
    expect(again).toMatchObject({ center: 0, radius: 0.25, ended: [] });
  });

  describe('after an end', () => {
    const ended = [0.5, 0.4, 0.45, 0.55, 0.51];
    const behind = (merits: readonly number[], places: readonly number[]) =>
      progressOf(
        line([...ended, ...places]),
        Float64Array.of(1, 2, 2, 2, 2, ...merits),
        feasible(5 + places.length),
        settings,
      );

    test('rows around it neither begin the next descent nor draw it back', () => {
      expect(behind([1, 3], [0.5004, 0.9])).toMatchObject({ center: 6, radius: 0.25, ended: [0] });
      expect(behind([3, 1, 2], [0.9, 0.5004, 0.95])).toMatchObject({ center: 7, ended: [0] });
    });

    test('a descent that leads back to it is given up', () => {
      expect(behind([3, 2, 2, 2, 2], [0.9, 0.5, 0.52, 0.53, 0.51])).toMatchObject({ center: undefined, ended: [0] });
    });

    test('a better row around it shows that it was none', () => {
      expect(behind([3, 0.5], [0.9, 0.502])).toMatchObject({ center: 6, ended: [] });
      expect(behind([3, 0.5], [0.9, 0.502]).radius).toBeCloseTo(0.004, 12);
    });
  });
});

describe('transforms', () => {
  test.each([...objectiveForms(Float64Array.of(3, 1, 9, 100, 4)), ...constraintForms(0.7)])(
    '$name can be undone and knows its slopes',
    ({ apply, invert, inverseSlope, logSlope }) => {
      for (const value of [1.5, 4, 80]) {
        const t = apply(value);
        expect(invert(t)).toBeCloseTo(value, 9);
        expect(inverseSlope(t)).toBeCloseTo((invert(t + 1e-6) - invert(t - 1e-6)) / 2e-6, 3);
        expect(Math.exp(-logSlope(value))).toBeCloseTo(inverseSlope(t), 9);
      }
    },
  );

  test('do not overflow where a model extrapolates', () => {
    for (const { invert, inverseSlope } of [...objectiveForms(Float64Array.of(1, 2, 3)), ...constraintForms(1)])
      expect([invert(1e6), inverseSlope(1e6)].every(Number.isFinite)).toBe(true);
  });
});
