import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Dataset } from '../../src/core/dataset.ts';
import { categorical, integer, real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { factorial } from '../../src/sampling/factorial.ts';
import { testRun } from '../../src/testing/labeled.ts';
import { cube } from '../../src/testing/problems.ts';
import { samplerLaws } from '../../src/testing/sampler-laws.ts';

/** The size of the grid with two values for each real coordinate, counted by walking through it. */
function gridSize(space: Space, each: number): number {
  let points: number[][] = [[]];
  for (const { levels } of space.columns) {
    const values = Array.from({ length: levels === Number.POSITIVE_INFINITY ? each : levels }, (_, i) => i);
    points = points.flatMap((point) => values.map((value) => [...point, value]));
  }
  const spread = (value: number, j: number) => {
    const { levels, periodic } = space.columns[j];
    if (levels !== Number.POSITIVE_INFINITY) return (value + 0.5) / levels;
    return periodic ? value / each : value / (each - 1);
  };
  return new Set(points.map((point) => space.canonical(point.map(spread)).join())).size;
}

samplerLaws('factorial', factorial, {
  random: false,
  counts: (space) =>
    fc.constantFrom(
      0,
      space.columns.reduce((n, { levels }) => n * Math.min(levels, 2), 1) > 2000 ? 0 : gridSize(space, 2),
    ),
  cases: 25,
});

const grid = (space: Space, count: number, options = {}) => {
  const x = factorial(options).sample(space, count, Dataset.empty(space, []), testRun(''));
  return Array.from({ length: x.rows }, (_, i) => space.decode(x.row(i)));
};

const mixed = new Space({
  angle: real(0, 360, { periodic: true }),
  load: real(1, 100, { scale: 'log' }),
  material: categorical('steel', 'wood'),
});

test('every combination comes once: reals from bound to bound, a circle without its end', () => {
  const points = grid(mixed, 18, { levels: 3 });
  expect(new Set(points.map((p) => JSON.stringify(p))).size).toBe(18);
  expect([...new Set(points.map((p) => p.angle))]).toEqual([0, 120, 240]);
  expect([...new Set(points.map((p) => p.load))]).toEqual([1, 10, 100]);
  expect([...new Set(points.map((p) => p.material))]).toEqual(['steel', 'wood']);
});

test('without levels the number of points decides them', () => {
  expect(grid(mixed, 18)).toEqual(grid(mixed, 18, { levels: 3 }));
  expect(grid(cube(2), 1)).toEqual([{ x0: 0.5, x1: 0.5 }]);
  expect(grid(cube(3), 125)).toHaveLength(125);
});

test('levels can be given for each real parameter', () => {
  const points = grid(mixed, 16, { levels: { angle: 4, load: 2 } });
  expect(new Set(points.map((p) => p.angle)).size).toBe(4);
  expect(new Set(points.map((p) => p.load)).size).toBe(2);
});

test('combinations that differ only where nothing is active are one point', () => {
  const space = new Space({
    mode: categorical('on', 'off'),
    gear: integer(1, 2),
    speed: integer(1, 3, { activeWhen: { mode: 'on' } }),
  });
  expect(grid(space, 8)).toHaveLength(8);
});

test('an impossible number of points is answered with the possible ones', () => {
  expect(() => grid(mixed, 10)).toThrow(/no full grid of this space has 10 points; 8 and 18 are possible/);
  expect(() => grid(mixed, 10, { levels: 3 })).toThrow(/with levels 3 .* has 18 points, not 10/);
  expect(() => grid(new Space({ a: integer(1, 4) }), 10)).toThrow(/has 10 points; 4 are possible/);
});

test('levels that make no sense are named', () => {
  expect(() => factorial({ levels: 0 })).toThrow(/levels must be a whole number from 1.*, got 0/);
  expect(() => factorial({ levels: { load: 1.5 } })).toThrow(/got 1.5/);
  expect(() => grid(mixed, 4, { levels: { load: 2 } })).toThrow(/nothing about the real parameter 'angle'/);
  expect(() => grid(mixed, 4, { levels: { load: 2, angle: 2, material: 2 } })).toThrow(/'material', which is no real/);
  expect(() => grid(cube(7), 1e7, { levels: 10 })).toThrow(/10000000 points, more than 1000000/);
});
