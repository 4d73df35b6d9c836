import { expect, test } from 'vitest';
import { INFEASIBLE } from '../../../src/core/problem.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { explorationInFlight, explorationsOf, exploresInFlight } from '../../../src/optimization/basins/exploration.ts';
import { points } from '../../../src/testing/labeled.ts';
import { cube } from '../../../src/testing/problems.ts';

const exploration = (...of: Parameters<typeof explorationsOf>) => explorationsOf(...of).current;

// Twenty-eight rows of merits 3 to 30, then rows along a line, each with its first coordinate and its merit; two inputs.
const spread = points(cube(2), 28, new Rng('spread'));
const after = (...rows: [at: number, merit: number][]) => {
  const x = spread.stack(
    Matrix.from(
      rows.map(([at]) => [at, 0.5]),
      2,
    ),
  );
  return [
    cube(2),
    x,
    Float64Array.from([...Array.from({ length: 28 }, (_, i) => 3 + i), ...rows.map(([, y]) => y)]),
  ] as const;
};
const times = (n: number, at: number, merit: number) => Array<[number, number]>(n).fill([at, merit]);
const settled: [number, number][] = [[0.5, 1], ...times(3, 0.52, 1.1)];

test('begins once rows close to the best are no advance, and tells what was gained', () => {
  expect(exploration(...after(...settled))).toEqual({ optimum: 28, gained: 16 });
  expect(exploration(...after(...settled.slice(0, -1)))).toBeUndefined();
  // The last digits are no advance, a hundredth of what was gained is one.
  expect(exploration(...after(...settled.with(1, [0.52, 0.999])))).toEqual({ optimum: 29, gained: 16.001 });
  expect(exploration(...after(...settled.with(1, [0.52, 0.8])))).toBeUndefined();
});

test('does not begin while the search looks elsewhere by itself, nor where nothing is feasible', () => {
  expect(exploration(...after(...settled.with(2, [0.9, 3])))).toBeUndefined();
  const [space, x, merits] = after(...settled);
  expect(
    exploration(
      space,
      x,
      merits.map((merit) => INFEASIBLE * (1 + merit)),
    ),
  ).toBeUndefined();
  expect(exploration(space, x, merits.fill(Number.POSITIVE_INFINITY))).toBeUndefined();
});

test('counts gains from the first feasible rows, however many failed before', () => {
  const [space, x, merits] = after(
    ...settled,
    ...times(30, 0.7, 20),
    ...settled.map(([at, y]) => [at, y - 1] as [number, number]),
  );
  expect(exploration(space, x, merits.fill(Number.POSITIVE_INFINITY, 0, 32))).toEqual({ optimum: 62, gained: 20 });
});

test('a periodic coordinate has no end: rows on both sides of the seam are close', () => {
  const around = new Space({ x0: real(0, 1, { periodic: true }), x1: real(0, 1) });
  const [, x, merits] = after([0.99, 1], ...times(3, 0.01, 1.1));
  expect(exploration(around, x, merits)).toEqual({ optimum: 28, gained: 16 });
  expect(exploration(cube(2), x, merits)).toBeUndefined();
});

/** Rows of an exploration that comes nearer to the best, and rows that do not. */
const nearing = (n: number): [number, number][] => Array.from({ length: n }, (_, i) => [0.9, 1 + 12 * 0.8 ** i]);

test('lasts 4 (d + 1) rows while it comes nearer to the best, those in flight among them', () => {
  const on = (rows: number, flying = 0) => exploration(...after(...settled, ...nearing(rows)), flying);
  expect(on(11)).toEqual({ optimum: 28, gained: 16 });
  expect(on(7, 4)).toBeDefined();
  expect(on(7, 5)).toBeUndefined();
  expect(on(12)).toBeUndefined();
});

test('ends after d + 1 rows that come no nearer, and the next one waits until so many rows are few', () => {
  const on = (rows: number) => exploration(...after(...settled, ...nearing(2), ...times(rows, 0.9, 14)));
  expect(on(2)).toBeDefined();
  expect(on(3)).toBeUndefined();
  const again = (rows: number, before = nearing(12)) =>
    exploration(...after(...settled, ...before, ...times(rows, 0.51, 1.1)));
  // Twelve rows are a quarter of 48; three are less than that of 38.
  expect(again(3)).toBeUndefined();
  expect(again(4)).toEqual({ optimum: 28, gained: 16 });
  expect(again(3, times(3, 0.9, 40))).toEqual({ optimum: 28, gained: 16 });
});

test('does not begin while what is left comes down, however far from it the first rows were', () => {
  // A long tail: the first rows are a million above what the last digits are of.
  const [space, x, merits] = after([0.5, 40], [0.51, 36], [0.52, 37], [0.5, 30], [0.52, 31], [0.51, 29], [0.52, 29.5]);
  for (let i = 0; i < 28; i++) merits[i] = i < 8 ? 50 + 10 * i : 10 ** (i / 4.5);
  expect(exploration(space, x, merits)).toBeUndefined();
  const [, more, still] = after([0.5, 40], [0.51, 36], [0.5, 30], ...times(3, 0.52, 30.5));
  still.set(merits.subarray(0, 28));
  expect(exploration(space, more, still)?.optimum).toBe(30);
});

test('does not take a plateau for an end: rows as good as the best tell nothing', () => {
  expect(exploration(...after([0.5, 1], ...times(3, 0.52, 1)))).toBeUndefined();
  expect(exploration(...after([0.5, 1], ...times(3, 0.52, 1), ...times(3, 0.53, 2)))?.optimum).toBe(28);
});

test('that finds a better optimum lasts until this is settled', () => {
  const found = (...rows: [number, number][]) => exploration(...after(...settled, ...nearing(10), ...rows));
  expect(found([0.8, 0.5], [0.8, 0.4], ...times(2, 0.8, 0.45))).toEqual({ optimum: 28, gained: 16 });
  expect(found([0.8, 0.5], [0.8, 0.4], ...times(6, 0.8, 0.45))).toBeUndefined();
  // Better where the search has been is no reason to stay away from there.
  expect(found([0.51, 0.5], ...times(3, 0.9, 5))).toBeUndefined();
});

test('tells the rows of every exploration', () => {
  const ranges = (rows: number, flying = 0) => explorationsOf(...after(...settled, ...nearing(rows)), flying).ranges;
  const open = { from: 32, to: Number.POSITIVE_INFINITY };
  expect(explorationsOf(...after(...settled.slice(0, -1))).ranges).toEqual([]);
  expect([0, 11].map((rows) => ranges(rows))).toEqual([[open], [open]]);
  expect(ranges(12)).toEqual([{ from: 32, to: 44 }]);
  expect(ranges(7, 5)).toEqual([{ from: 32, to: 44 }]);
  const again = explorationsOf(...after(...settled, ...nearing(12), ...times(4, 0.51, 1.1))).ranges;
  expect(again).toEqual([
    { from: 32, to: 44 },
    { ...open, from: 48 },
  ]);
});

test('with others in flight some rows leave the best basin all the time, more of them late and on an exploration', () => {
  const [, x, merits] = after(...settled);
  const left = (row: number, of = merits, away = { optimum: 7, gained: 3 }) =>
    explorationInFlight(of, x.columns, row, away);
  const rows = [32, 33, 34, 35, 36, 37];
  expect(rows.map((row) => left(row)?.optimum)).toEqual([7, 28, undefined, undefined, 7, 28]);
  expect(left(33)).toEqual({ optimum: 28, gained: 16 });
  expect(explorationInFlight(merits, x.columns, 32)).toBeUndefined();
  expect([...Array(30).keys()].filter((row) => exploresInFlight(row, 2, false))).toEqual([1, 9, 17, 21, 25, 29]);
  expect(rows.filter((row) => exploresInFlight(row, 2, true))).toEqual([32, 33, 36, 37]);
  // Before anything was gained there is nothing to leave.
  expect(left(1, merits.subarray(0, 0))).toBeUndefined();
  for (const nothing of [4, Number.POSITIVE_INFINITY])
    expect(
      left(
        33,
        merits.map(() => nothing),
      ),
    ).toBeUndefined();
});

test('only rows that count settle a search and end an exploration', () => {
  const [space, x, merits] = after(...settled, ...times(20, 0.9, 5));
  const at = (n: number, counts: (row: number) => boolean) =>
    explorationsOf(space, x.select([...Array(n).keys()]), merits.subarray(0, n), 0, counts).current;
  expect(at(32, () => true)).toEqual({ optimum: 28, gained: 16 });
  expect(at(32, (row) => row !== 30)).toBeUndefined();
  // Twelve rows of which none counts found nothing, nor was anything to be found.
  expect(at(44, () => true)).toBeUndefined();
  expect(at(44, (row) => row < 32)).toEqual({ optimum: 28, gained: 16 });
  expect(at(48, (row) => row < 32 || row > 44)).toBeUndefined();
  // A coarse answer is not the best, however low it is, but tells what is typical.
  merits[0] = -5;
  expect(at(32, (row) => row !== 0)).toEqual({ optimum: 28, gained: 16 });
  expect(at(32, () => true)).toBeUndefined();
});
