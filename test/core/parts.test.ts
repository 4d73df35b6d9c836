import { describe, expect, test } from 'vitest';
import { equalRows, partsOf, someRows, split } from '../../src/core/parts.ts';
import { categorical, integer, real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { Rng } from '../../src/numerics/random.ts';
import { haltonPoints } from '../../src/numerics/sequences/halton.ts';
import { points } from '../../src/testing/labeled.ts';

const space = new Space({ a: real(0, 1), b: real(0, 1), c: real(0, 1) });
const { columns } = space;
const indices = (n: number) => Array.from({ length: n }, (_, i) => i);

/** The parts of each point, whatever its row. */
function byPoint(x: Matrix, parts: Int32Array): Map<string, Set<number>> {
  const all = new Map<string, Set<number>>();
  parts.forEach((part, row) => {
    const key = x.row(row).join();
    all.set(key, (all.get(key) ?? new Set()).add(part));
  });
  return all;
}

describe('parts of rows', () => {
  test('are random and of one size', () => {
    const x = points(space, 42, new Rng('parts'));
    const parts = partsOf(x, columns, 4);
    const sizes = [0, 1, 2, 3].map((part) => split(parts, part).tested.length);
    expect(sizes.sort()).toEqual([10, 10, 11, 11]);
    expect(split(parts, 2).kept).toHaveLength(42 - split(parts, 2).tested.length);
    expect(partsOf(x, columns, 4)).toEqual(parts);
    expect(partsOf(x, columns, 4, 'others')).not.toEqual(parts);
  });

  test('keep rows at equal points together, and depend on the points alone', () => {
    const x = points(space, 40, new Rng('set'));
    const parts = byPoint(x, partsOf(x, columns, 4));
    const orders = [
      new Rng('shuffled').permutation(40),
      indices(40).sort((a, b) => x.get(a, 1) - x.get(b, 1)),
      [...indices(40), ...indices(40)],
      indices(40).flatMap((i) => [i, i, i, i]),
    ];
    for (const order of orders) {
      const y = x.select(order);
      expect(byPoint(y, partsOf(y, columns, 4))).toEqual(parts);
    }
  });

  test('keep points together that are much nearer than points at random', () => {
    const rng = new Rng('near');
    const centers = points(space, 20, new Rng('centers'));
    const x = centers.select(indices(80).map((i) => i >> 2));
    for (let at = 0; at < x.data.length; at++) x.data[at] = Math.min(1, Math.max(0, x.data[at] + 0.01 * rng.normal()));
    const parts = partsOf(x, columns, 4);
    for (let i = 0; i < 80; i += 4) expect(new Set(parts.subarray(i, i + 4)).size).toBe(1);
  });

  test('of a sequence or a grid do not follow its order', () => {
    const sequence = haltonPoints(64, 3);
    const parts = partsOf(sequence, columns, 4);
    // The fourth rows of a Halton sequence all lie in one quarter of its first coordinate.
    for (let part = 0; part < 4; part++) {
      const own = split(parts, part).tested.map((row) => sequence.get(row, 0));
      expect(Math.max(...own) - Math.min(...own)).toBeGreaterThan(0.6);
    }
  });

  test('of discrete spaces and of points that are all the same are defined', () => {
    const discrete = new Space({ a: categorical('x', 'y', 'z'), n: integer(0, 3) });
    const x = points(discrete, 60, new Rng('discrete'));
    const parts = partsOf(x, discrete.columns, 4);
    for (const rows of equalRows(x)) expect(new Set(rows.map((row) => parts[row])).size).toBe(1);
    expect(new Set(partsOf(new Matrix(9, 3), columns, 4))).toEqual(new Set([0]));
    expect(partsOf(new Matrix(0, 3), columns, 4)).toHaveLength(0);
  });
});

test('some rows stand for all, whatever their order', () => {
  const x = points(space, 30, new Rng('some'));
  const order = new Rng('order').permutation(30);
  const chosen = someRows(x, 10);
  expect(chosen).toHaveLength(10);
  const again = someRows(x.select(order), 10).map((i) => order[i]);
  expect(new Set(again)).toEqual(new Set(chosen));
  expect(someRows(x, 30)).toEqual(indices(30));
});
