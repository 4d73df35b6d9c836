import { describe, expect, test } from 'vitest';
import { categorical, integer, ordinal, real } from '../../../src/core/space/parameter.ts';
import { isRow, PointSet } from '../../../src/core/space/point-set.ts';
import { Space } from '../../../src/core/space/space.ts';
import { allPoints, quasiRandomPoints, sizeBound, unseenPoint } from '../../../src/core/space/space-points.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { discreteExchanges, discreteNeighbors } from '../../../src/optimization/inner-search/discrete-moves.ts';
import { descend } from '../../../src/optimization/inner-search/local-search.ts';

const finite = new Space({
  a: integer(0, 2),
  b: categorical('x', 'y', 'z'),
  c: ordinal([1, 2, 4], { activeWhen: { b: 'x' } }),
});

test('every canonical point of a finite space is listed once', () => {
  const all = [...allPoints(finite)];
  expect(sizeBound(finite)).toBe(27);
  // Three values of a, and b is x with three values of c, y or z.
  expect(all).toHaveLength(3 * (3 + 1 + 1));
  expect(new Set(all.map((u) => u.join())).size).toBe(15);
  for (const u of all) expect(finite.canonical(u)).toEqual(u);
});

test('the last unseen point is found, and after it none', () => {
  const all = [...allPoints(finite)];
  const seen = new PointSet();
  for (const u of all.slice(1)) seen.add(u);
  expect(unseenPoint(finite, seen, new Rng('last'))).toEqual(all[0]);
  seen.add(all[0]);
  expect(unseenPoint(finite, seen, new Rng('none'))).toBeUndefined();
});

test('an unseen point is one that is admitted', () => {
  const only = unseenPoint(finite, new PointSet(), new Rng('admitted'), (u) => u[0] > 0.7 && u[1] > 0.7);
  expect(finite.decode(only!)).toEqual({ a: 2, b: 'z', c: undefined });
});

test('a quasi-random sequence goes on where it stopped', () => {
  const rng = new Rng('sobol');
  const whole = quasiRandomPoints(finite, 20, rng);
  expect(quasiRandomPoints(finite, 7, rng, 13).data).toEqual(whole.select([13, 14, 15, 16, 17, 18, 19]).data);
});

test('beyond the dimensions of the sequence its points are drawn, each its own, and go on where they stopped too', () => {
  const wide = new Space(Object.fromEntries(Array.from({ length: 1001 }, (_, j) => [`x${j}`, real(0, 1)])));
  const rng = new Rng('wide');
  const whole = quasiRandomPoints(wide, 5, rng);
  expect(new Set(Array.from({ length: 5 }, (_, i) => whole.row(i).join())).size).toBe(5);
  expect(quasiRandomPoints(wide, 2, rng, 3).data).toEqual(whole.select([3, 4]).data);
  const mean = whole.data.reduce((sum, u) => sum + u, 0) / whole.data.length;
  expect(mean).toBeCloseTo(0.5, 1);
});

test('a set of points keeps the first value of equal points', () => {
  const set = new PointSet();
  set.add(Float64Array.of(0.5, 1), 3);
  set.add(Float64Array.of(0.5, 1), 4);
  expect([set.size, set.get(Float64Array.of(0.5, 1)), set.get(Float64Array.of(1, 0.5))]).toEqual([1, 3, undefined]);
  const x = Matrix.from([
    [0.5, 1],
    [0, 0.25],
  ]);
  expect([isRow(x.row(1), x), isRow(Float64Array.of(0.25, 0), x)]).toEqual([true, false]);
});

test('the neighbors of a point differ from it in one discrete coordinate and in what that switches on', () => {
  const space = new Space({
    r: real(0, 1),
    b: categorical('x', 'y', 'z'),
    c: real(0, 1, { activeWhen: { b: 'x' } }),
    n: integer(0, 999),
  });
  const u = space.encode({ r: 0.3, b: 'y', n: 500 });
  const names = discreteNeighbors(space, u, 1, new Rng('moves'));
  const decoded = Array.from({ length: names.rows }, (_, i) => space.decode(names.row(i)));
  expect(decoded.map(({ b }) => b)).toEqual(['x', 'z']);
  expect(decoded.every(({ r, n }) => Math.abs(r - 0.3) < 1e-12 && n === 500)).toBe(true);
  expect(decoded[0].c).not.toBeUndefined();
  const steps = discreteNeighbors(space, u, 3, new Rng('moves'));
  const values = Array.from({ length: steps.rows }, (_, i) => space.decode(steps.row(i)).n);
  expect(values).toEqual([499, 501, 498, 502, 496, 504, 492, 508, 484, 516, 468, 532, 436, 564, 372, 628, 244, 756]);
});

describe('exchanges', () => {
  test('differ from a point by a level in each of two ordered coordinates', () => {
    const space = new Space({
      r: real(0, 1),
      n: integer(0, 999),
      b: categorical('x', 'y'),
      m: ordinal([1, 2, 4]),
      c: integer(0, 9, { activeWhen: { b: 'x' } }),
    });
    const names = (point: Parameters<typeof space.encode>[0]) => {
      const x = discreteExchanges(space, space.encode(point), new Rng('moves'));
      return Array.from({ length: x.rows }, (_, i) => space.decode(x.row(i)));
    };
    const inner = names({ r: 0.5, n: 500, b: 'y', m: 2 });
    expect(inner.map(({ n, m }) => [n, m])).toEqual([
      [499, 1],
      [499, 4],
      [501, 1],
      [501, 4],
    ]);
    expect(inner.every(({ r, b, c }) => r === 0.5 && b === 'y' && c === undefined)).toBe(true);
    expect(names({ r: 0.5, n: 0, b: 'y', m: 4 }).map(({ n, m }) => [n, m])).toEqual([[1, 2]]);
    expect(names({ r: 0.5, n: 0, b: 'x', m: 4, c: 0 })).toHaveLength(3);
  });

  test('leave out a coordinate that the first move switches off', () => {
    const space = new Space({ n: integer(1, 9), m: integer(0, 9, { activeWhen: { n: { min: 5 } } }) });
    const x = discreteExchanges(space, space.encode({ n: 5, m: 3 }), new Rng('moves'));
    expect(Array.from({ length: x.rows }, (_, i) => space.decode(x.row(i)))).toEqual([
      { n: 6, m: 2 },
      { n: 6, m: 4 },
    ]);
  });

  test('are a few of many pairs', () => {
    const space = new Space(Object.fromEntries(Array.from({ length: 30 }, (_, j) => [`n${j}`, integer(0, 9)])));
    const u = space.canonical(new Float64Array(30).fill(0.55));
    const x = discreteExchanges(space, u, new Rng('many'));
    expect(x.rows).toBe(4 * 64);
    for (let i = 0; i < x.rows; i++) expect(x.row(i).filter((v, j) => v !== u[j])).toHaveLength(2);
  });

  test('take a descent along a constraint that one coordinate at a time cannot follow', () => {
    const space = new Space({ n: integer(0, 29), m: integer(0, 29) });
    const criterion = {
      value: (x: Matrix) =>
        Float64Array.from({ length: x.rows }, (_, i) => {
          const { n, m } = space.decode(x.row(i));
          return 100 * Math.abs(n + m - 10) + (n - 7) ** 2;
        }),
    };
    const u = space.encode({ n: 3, m: 7 });
    const found = descend(criterion, space, { u, value: 16, evaluations: 0 }, new Rng('descent'));
    expect([space.decode(found.u), found.value]).toEqual([{ n: 7, m: 3 }, 0]);
  });
});
