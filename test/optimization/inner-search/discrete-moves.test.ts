import { describe, expect, test } from 'vitest';
import { categorical, integer, ordinal, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import type { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { discreteExchanges, discreteNeighbors } from '../../../src/optimization/inner-search/discrete-moves.ts';
import { descend } from '../../../src/optimization/inner-search/local-search.ts';

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
