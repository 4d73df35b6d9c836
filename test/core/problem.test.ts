import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Dataset } from '../../src/core/dataset.ts';
import { type Constraint, INFEASIBLE, type Objective, Problem, violationOf } from '../../src/core/problem.ts';
import { categorical, real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { Matrix } from '../../src/numerics/matrix.ts';

const space = new Space({ side: real(0, 10), material: categorical('steel', 'wood') });
const outputs = [{ name: 'mass' }, { name: 'verdict', classes: ['good', 'bad'] }];
const mass: Objective = { text: 'mass', reads: ['mass'], sense: 'minimize', evaluate: (_, { mass }) => mass as number };
const atMostFive: Constraint = {
  text: 'side <= 5',
  reads: [],
  kind: 'inequality',
  evaluate: ({ side }) => (side as number) - 5,
};
const good: Constraint = {
  text: "verdict == 'good'",
  reads: ['verdict'],
  kind: 'inequality',
  evaluate: (_, { verdict }) => (verdict === 'good' ? 0 : 1),
};
const problem = new Problem(space, outputs, [mass], [atMostFive, good]);

const x = Matrix.from(
  [
    { side: 4, material: 'steel' },
    { side: 7, material: 'wood' },
    { side: 2, material: 'wood' },
    { side: 1, material: 'steel' },
  ].map((point) => space.encode(point)),
);
const y = Matrix.from([
  [30, 0],
  [10, 1],
  [20, 0],
  [Number.NaN, Number.NaN],
]);

test('objectives and constraints see points in their units and outputs by name, classes as names', () => {
  const { objectives, constraints, violation } = problem.score(x, y);
  expect(objectives).toEqual(Matrix.from([[30], [10], [20], [Number.NaN]]));
  expect(constraints).toEqual(
    Matrix.from([
      [-1, 0],
      [2, 1],
      [-3, 0],
      [Number.NaN, Number.NaN],
    ]),
  );
  expect(violation).toEqual(Float64Array.of(0, 3, 0, Number.NaN));
});

test('the best row is the feasible one with the least objective', () => {
  const rows = Array.from({ length: 4 }, (_, i) => ({ id: `${i}`, status: 'completed' as const, milliseconds: 1 }));
  const data = new Dataset(space, outputs, x, y, rows);
  expect(problem.best(data)).toEqual({ row: 2, merit: 20, feasible: true });
  expect(problem.best(data.select([1, 3]))).toEqual({ row: 0, merit: INFEASIBLE * 4, feasible: false });
  expect(problem.best(data.select([3]))).toBeUndefined();
  expect(problem.best(data.select([]))).toBeUndefined();
});

test('an objective that is not a number counts as a failure', () => {
  const broken = new Problem(space, outputs, [{ ...mass, evaluate: () => Number.NaN }]);
  expect(broken.merit(x, y)).toEqual(new Float64Array(4).fill(Number.POSITIVE_INFINITY));
});

test("merit orders rows as Deb's rules do", () => {
  const row = fc.record({
    side: fc.double({ min: 0, max: 10, noNaN: true }),
    mass: fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { nil: Number.NaN }),
    verdict: fc.nat(1),
  });
  fc.assert(
    fc.property(row, row, (a, b) => {
      const points = Matrix.from([a, b].map(({ side }) => space.encode({ side, material: 'wood' })));
      const answers = Matrix.from([a, b].map(({ mass, verdict }) => [mass, verdict]));
      const { violation } = problem.score(points, answers);
      const [first, second] = problem.merit(points, answers);
      const rank = (v: number) => (Number.isNaN(v) ? 2 : v > 0 ? 1 : 0);
      const ranks = [rank(violation[0]), rank(violation[1])];
      if (ranks[0] !== ranks[1]) expect(first < second).toBe(ranks[0] < ranks[1]);
      else if (ranks[0] === 0) expect(first < second).toBe(a.mass < b.mass);
      // A violation that differs by less than the rounding of 1 + v cannot be told apart.
      else if (ranks[0] === 1 && Math.abs(violation[0] - violation[1]) > 1e-9)
        expect(first < second).toBe(violation[0] < violation[1]);
    }),
    { numRuns: 500 },
  );
});

test('an inequality is violated by what exceeds zero, an equality by what leaves its band', () => {
  expect(violationOf(atMostFive, -1)).toBe(0);
  expect(violationOf(atMostFive, 0)).toBe(0);
  expect(violationOf(atMostFive, 0.5)).toBe(0.5);
  const equality: Constraint = { ...atMostFive, kind: 'equality' };
  expect(violationOf(equality, 1e-4)).toBe(0);
  expect(violationOf(equality, -0.5)).toBeCloseTo(0.4999, 14);
  expect(violationOf({ ...equality, tolerance: 0.2 }, 0.5)).toBeCloseTo(0.3, 14);
});

test('scores a row once while it is asked for again and again', () => {
  let evaluations = 0;
  const counting: Objective = {
    ...mass,
    evaluate(...of) {
      evaluations++;
      return mass.evaluate(...of);
    },
  };
  const counted = new Problem(space, outputs, [counting]);
  const first = counted.score(x.select([0, 1]), y.select([0, 1]));
  const again = counted.score(x, y);
  // The first two are known, the third is new, the fourth failed.
  expect(evaluations).toBe(3);
  expect(again.objectives.select([0, 1])).toEqual(first.objectives);
  // What a caller does to what it was given, or gave, is not what is remembered.
  again.objectives.data.fill(-1);
  expect(counted.score(x, y).objectives.column(0).slice(0, 3)).toEqual(Float64Array.of(30, 10, 20));
  const changed = y.select([0, 1, 2, 3]);
  changed.set(1, 0, 11);
  expect(counted.score(x, changed).objectives.column(0).slice(0, 3)).toEqual(Float64Array.of(30, 11, 20));
  expect(evaluations).toBe(4);
  // The same answers at other points are other rows.
  const moved = x.select([2, 1, 0, 3]);
  expect(counted.score(moved, changed).objectives.column(0).slice(0, 3)).toEqual(Float64Array.of(30, 11, 20));
  expect(evaluations).toBe(6);
});

test('scores a known answer anew at another point', () => {
  const scaled = new Problem(space, outputs, [
    { ...mass, evaluate: (point, of) => Number(point.side) * Number(of.mass) },
  ]);
  expect(scaled.score(x.select([0, 2]), y.select([0, 2])).objectives.column(0)).toEqual(Float64Array.of(120, 40));
  expect(scaled.score(x.select([1, 2]), y.select([0, 2])).objectives.column(0)).toEqual(Float64Array.of(210, 40));
});
