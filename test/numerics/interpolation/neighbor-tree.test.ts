import { describe, expect, test } from 'vitest';
import { NeighborTree } from '../../../src/numerics/interpolation/neighbor-tree.ts';
import { Rng } from '../../../src/numerics/random.ts';

describe.each([
  [1, 1],
  [200, 1],
  [500, 3],
  [900, 8],
])('the neighbors of %i points in %i dimensions', (n, width) => {
  const rng = new Rng(`neighbors/${n}`);
  // Some coordinates are equal, as they are in grids.
  const points = Float64Array.from(
    { length: n * width },
    () => Math.floor(20 * rng.uniform()) / 20 + 1e-3 * rng.uniform(),
  );
  const tree = new NeighborTree(points, width, n);
  const distance = (query: Float64Array, row: number) =>
    query.reduce((sum, value, f) => sum + (value - points[row * width + f]) ** 2, 0);

  test.each([1, 7, 40])('are the %i that sorting finds, and earlier ones only where that is asked for', (wanted) => {
    for (const below of [n, n >> 1]) {
      const query = Float64Array.from({ length: width }, () => rng.uniform());
      const rows = new Int32Array(wanted);
      const found = tree.nearest(query, 0, wanted, below, Number.POSITIVE_INFINITY, rows);
      const sorted = Array.from({ length: below }, (_, i) => i).sort((a, b) => distance(query, a) - distance(query, b));
      expect([...rows.subarray(0, found)].sort((a, b) => a - b)).toEqual(sorted.slice(0, wanted).sort((a, b) => a - b));
    }
  });

  test('are nearly those when the search is cut short', () => {
    const query = Float64Array.from({ length: width }, () => 0.5);
    const rows = new Int32Array(5);
    expect(tree.nearest(query, 0, 5, n, 100, rows)).toBe(Math.min(5, n));
  });
});

test('equal points are all found', () => {
  const tree = new NeighborTree(new Float64Array(300).fill(0.5), 1, 300);
  const rows = new Int32Array(300);
  expect(tree.nearest(Float64Array.of(0.5), 0, 300, 300, Number.POSITIVE_INFINITY, rows)).toBe(300);
  expect(new Set(rows).size).toBe(300);
});
