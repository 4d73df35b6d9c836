import { expect, test } from 'vitest';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { BinRows, ClassCounts } from '../../../src/surrogates/trees/class-counts.ts';
import { Binned } from '../../../src/surrogates/trees/histogram-table.ts';

const rng = new Rng('counts');
const [rows, classes] = [4000, 3];
const bins = Int32Array.of(4, 0, 16, 2, 5);
const columns = Array.from(bins, (most) =>
  most === 0 ? undefined : Uint8Array.from({ length: rows }, () => Math.max(0, rng.integer(2 * most) - most)),
);
const labels = Int32Array.from({ length: rows }, () => rng.integer(classes));
const counted = () => new ClassCounts({ rows: new BinRows(columns, labels.length), bins, labels, classes });

/** Counted row by row. */
function expected({ starts }: ClassCounts, order: Int32Array, from: number, to: number): Int32Array {
  const counts = new Int32Array(starts[starts.length - 1]);
  for (const row of order.subarray(from, to))
    columns.forEach((column, j) => {
      if (column) counts[starts[j] + column[row] * classes + labels[row]]++;
    });
  return counts;
}

test('counts of a node are those of its rows, counted or left over from the whole', () => {
  const counts = counted();
  const order = new Rng('order').permutation(rows);
  expect(counts.of(order, 0, rows)).toEqual(expected(counts, order, 0, rows));
  const whole = counts.of(order, 0, rows);
  counts.cut(order, 0, 1000, rows);
  const large = counts.of(order, 1000, rows);
  expect(large).toBe(whole);
  expect(large).toEqual(expected(counts, order, 1000, rows));
  expect(counts.of(order, 0, 1000)).toEqual(expected(counts, order, 0, 1000));
  counts.cut(order, 1000, 3300, rows);
  expect(counts.of(order, 1000, 3300)).toEqual(expected(counts, order, 1000, 3300));
  expect(counts.of(order, 3300, rows)).toEqual(expected(counts, order, 3300, rows));
});

test('rows that are there twice count twice, and few rows are not counted', () => {
  const counts = counted();
  const order = Int32Array.from({ length: 900 }, (_, i) => i % 300);
  expect(counts.of(order, 0, 900)).toEqual(expected(counts, order, 0, 900));
  expect(counts.of(order, 0, 3)).toBeUndefined();
});

test('the trees of the same rows share their bins', () => {
  const points = Matrix.from([
    [0.1, 0.5],
    [0.9, 0.5],
    [0.4, 0.7],
  ]);
  const binned = new Binned(points, Int32Array.of(0, 0), 8, new Map());
  expect(Array.from(binned.rows.bytes)).toEqual([0, 0, 0, 0, 2, 0, 0, 0, 1, 1, 0, 0]);
  expect(binned.rows).toBe(binned.rows);
});
