import { expect, test } from 'vitest';
import { categorical, integer, ordinal, real } from '../../../src/core/space/parameter.ts';
import { isRow, PointSet } from '../../../src/core/space/point-set.ts';
import { Space } from '../../../src/core/space/space.ts';
import { allPoints, quasiRandomPoints, sizeBound, unseenPoint } from '../../../src/core/space/space-points.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';

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
