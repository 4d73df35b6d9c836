import { describe, expect, test } from 'vitest';
import { nearestRow, PointSet } from '../../../src/core/space/point-set.ts';
import { real, Space } from '../../../src/index.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';

describe('a set of points', () => {
  test('knows a point by its numbers, wherever they stand', () => {
    const x = Matrix.from([
      [0.1 + 0.2, 0],
      [1, 1e-300],
    ]);
    const set = PointSet.of(x);
    expect(set.size).toBe(2);
    expect(set.has(Float64Array.of(0.30000000000000004, -0))).toBe(true);
    expect(set.has(Float64Array.of(0.3, 0))).toBe(false);
    expect(set.has(x.row(1))).toBe(true);
    expect(set.has(Float64Array.of(1))).toBe(false);
  });

  test('keeps the value that a point was added with first', () => {
    const set = new PointSet();
    set.add(Float64Array.of(0.5), 1);
    set.add(Float64Array.of(0.5), 2);
    expect(set.get(Float64Array.of(0.5))).toBe(1);
    expect(set.get(Float64Array.of(0.25))).toBeUndefined();
  });
});

describe('the nearest row', () => {
  const x = Matrix.from([
    [0.95, 0.5],
    [0.3, 0.5],
  ]);
  const u = Float64Array.of(0.05, 0.5);

  test('goes the short way around where a coordinate is periodic', () => {
    const space = new Space({ angle: real(0, 1, { periodic: true }), length: real(0, 1) });
    expect(nearestRow(x, u, -1, space)).toEqual({ row: 0, square: expect.closeTo(0.01, 12) });
    expect(nearestRow(x, u)).toEqual({ row: 1, square: 0.0625 });
  });

  test('is none where there is no other', () => {
    expect(nearestRow(x.select([0]), u, 0)).toEqual({ row: 0, square: Number.POSITIVE_INFINITY });
  });
});
