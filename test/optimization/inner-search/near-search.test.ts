import { expect, test } from 'vitest';
import { categorical, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import type { Matrix } from '../../../src/numerics/matrix.ts';
import { multiStartNear } from '../../../src/optimization/inner-search/near-search.ts';
import { testRun } from '../../../src/testing/labeled.ts';
import { cube } from '../../../src/testing/problems.ts';

/** Least at the origin, with its gradient. */
const plane = {
  value: (x: Matrix) => Float64Array.from({ length: x.rows }, (_, i) => x.row(i).reduce((sum, v) => sum + v, 0)),
  gradient: (u: Float64Array) => ({ value: u.reduce((sum, v) => sum + v, 0), gradient: u.map(() => 1) }),
};

test('stays within reach, goes to its edge, and ends at the faces of the cube', () => {
  const center = Float64Array.of(0.1, 0.6, 0.95);
  const { x, values } = multiStartNear(plane, cube(3), center, 0.2, testRun('near'));
  for (let i = 0; i < x.rows; i++) {
    x.row(i).forEach((value, j) => {
      expect(Math.abs(value - center[j])).toBeLessThan(0.2 + 1e-12);
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(1);
    });
    expect(values[i]).toBeCloseTo(plane.value(x.select([i]))[0], 12);
  }
  [0, 0.4, 0.75].forEach((least, j) => {
    expect(x.get(0, j)).toBeCloseTo(least, 9);
  });
});

test('leaves periodic and discrete coordinates free, and its points are canonical', () => {
  const space = new Space({
    a: real(0, 1),
    angle: real(0, 360, { periodic: true }),
    kind: categorical('x', 'y', 'z'),
    only: real(0, 1, { activeWhen: { kind: 'x' } }),
  });
  const center = space.canonical(Float64Array.of(0.5, 0.9, 1 / 6, 0.5));
  const value = (x: Matrix) =>
    Float64Array.from({ length: x.rows }, (_, i) => x.get(i, 0) + Math.abs(x.get(i, 1) - 0.3) - x.get(i, 2));
  const { x } = multiStartNear({ value }, space, center, 0.1, testRun('free'));
  for (let i = 0; i < x.rows; i++) expect(space.canonical(x.row(i))).toEqual(x.row(i));
  const [a, angle, kind, only] = x.row(0);
  expect(a).toBeCloseTo(0.4, 4);
  expect(angle).toBeCloseTo(0.3, 3);
  expect([kind, only]).toEqual([5 / 6, 0.5]);
});
