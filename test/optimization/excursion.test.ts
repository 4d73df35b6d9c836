import { expect, test } from 'vitest';
import { real } from '../../src/core/parameter.ts';
import { INFEASIBLE } from '../../src/core/problem.ts';
import { Space } from '../../src/core/space.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { Rng } from '../../src/numerics/random.ts';
import { leavesInFlight, leftInFlight, standing } from '../../src/optimization/excursion.ts';
import { points } from '../fixtures/labelled.ts';
import { cube } from '../fixtures/problems.ts';

const excursion = (...of: Parameters<typeof standing>) => standing(...of).away;

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
  expect(excursion(...after(...settled))).toEqual({ optimum: 28, gained: 16 });
  expect(excursion(...after(...settled.slice(0, -1)))).toBeUndefined();
  // The last digits are no advance, a hundredth of what was gained is one.
  expect(excursion(...after(...settled.with(1, [0.52, 0.999])))).toEqual({ optimum: 29, gained: 16.001 });
  expect(excursion(...after(...settled.with(1, [0.52, 0.8])))).toBeUndefined();
});

test('does not begin while the search looks elsewhere by itself, nor where nothing is feasible', () => {
  expect(excursion(...after(...settled.with(2, [0.9, 3])))).toBeUndefined();
  const [space, x, merits] = after(...settled);
  expect(
    excursion(
      space,
      x,
      merits.map((merit) => INFEASIBLE * (1 + merit)),
    ),
  ).toBeUndefined();
  expect(excursion(space, x, merits.fill(Number.POSITIVE_INFINITY))).toBeUndefined();
});

test('counts gains from the first feasible rows, however many failed before', () => {
  const [space, x, merits] = after(
    ...settled,
    ...times(30, 0.7, 20),
    ...settled.map(([at, y]) => [at, y - 1] as [number, number]),
  );
  expect(excursion(space, x, merits.fill(Number.POSITIVE_INFINITY, 0, 32))).toEqual({ optimum: 62, gained: 20 });
});

test('a periodic coordinate has no end: rows on both sides of the seam are close', () => {
  const around = new Space({ x0: real(0, 1, { periodic: true }), x1: real(0, 1) });
  const [, x, merits] = after([0.99, 1], ...times(3, 0.01, 1.1));
  expect(excursion(around, x, merits)).toEqual({ optimum: 28, gained: 16 });
  expect(excursion(cube(2), x, merits)).toBeUndefined();
});

test('lasts 4 (d + 1) rows, those in flight among them, and the next one waits for twice as many rows', () => {
  const on = (rows: number, flying = 0) => excursion(...after(...settled, ...times(rows, 0.9, 5)), flying);
  expect(on(11)).toEqual({ optimum: 28, gained: 16 });
  expect(on(7, 4)).toBeDefined();
  expect(on(7, 5)).toBeUndefined();
  expect(on(12)).toBeUndefined();
  const again = (rows: number) => excursion(...after(...settled, ...times(12, 0.9, 5), ...times(rows, 0.51, 1.1)));
  expect(again(43)).toBeUndefined();
  expect(again(44)).toEqual({ optimum: 28, gained: 16 });
});

test('that finds a better optimum lasts until this is settled', () => {
  const found = (...rows: [number, number][]) => excursion(...after(...settled, ...times(10, 0.9, 5), ...rows));
  expect(found([0.8, 0.5], ...times(3, 0.8, 0.4))).toEqual({ optimum: 28, gained: 16 });
  expect(found([0.8, 0.5], ...times(6, 0.8, 0.4))).toBeUndefined();
  // Better where the search has been is no reason to stay away from there.
  expect(found([0.51, 0.5], ...times(3, 0.9, 5))).toBeUndefined();
});

test('tells the rows of every excursion', () => {
  const spans = (rows: number, flying = 0) => standing(...after(...settled, ...times(rows, 0.9, 5)), flying).spans;
  const open = { from: 32, to: Number.POSITIVE_INFINITY };
  expect(standing(...after(...settled.slice(0, -1))).spans).toEqual([]);
  expect([0, 11].map((rows) => spans(rows))).toEqual([[open], [open]]);
  expect([12, 20].map((rows) => spans(rows))).toEqual(Array(2).fill([{ from: 32, to: 44 }]));
  expect(spans(7, 5)).toEqual([{ from: 32, to: 44 }]);
  const again = standing(...after(...settled, ...times(12, 0.9, 5), ...times(44, 0.51, 1.1))).spans;
  expect(again).toEqual([
    { from: 32, to: 44 },
    { ...open, from: 88 },
  ]);
});

test('with others in flight some rows leave the best basin all the time, more of them late and on an excursion', () => {
  const [, x, merits] = after(...settled);
  const left = (row: number, of = merits, away = { optimum: 7, gained: 3 }) => leftInFlight(of, x.columns, row, away);
  const rows = [32, 33, 34, 35, 36, 37];
  expect(rows.map((row) => left(row)?.optimum)).toEqual([7, 28, undefined, undefined, 7, 28]);
  expect(left(33)).toEqual({ optimum: 28, gained: 16 });
  expect(leftInFlight(merits, x.columns, 32)).toBeUndefined();
  expect([...Array(30).keys()].filter((row) => leavesInFlight(row, 2, false))).toEqual([1, 9, 17, 21, 25, 29]);
  expect(rows.filter((row) => leavesInFlight(row, 2, true))).toEqual([32, 33, 36, 37]);
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

test('only rows that count settle a search and end an excursion', () => {
  const [space, x, merits] = after(...settled, ...times(20, 0.9, 5));
  const at = (n: number, counts: (row: number) => boolean) =>
    standing(space, x.select([...Array(n).keys()]), merits.subarray(0, n), 0, counts).away;
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
