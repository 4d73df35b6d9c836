import { expect, test } from 'vitest';
import { categorical, integer, real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { designQuality } from '../../src/sampling/design-quality.ts';

const lattice = (n: number, d: number) =>
  Matrix.from(
    Array.from({ length: n }, (_, i) =>
      Array.from({ length: d }, (_, j) => (((i * (7 * j + 3) + j * j + 2) % 101) + 0.25) / 101),
    ),
  );

// sqrt(scipy.stats.qmc.discrepancy(x, method='CD')) and scipy.spatial.distance.pdist(x).min() of scipy 1.17.1.
test.each([
  [1, 1, 0.5581687741943052, Number.POSITIVE_INFINITY],
  [5, 2, 0.6303430540902796, 0.10336937137535196],
  [20, 4, 0.2860124945955947, 0.3089997333530145],
  [50, 8, 0.22860855906320446, 0.30096404264496357],
])('of %i points in %i dimensions scipy computes the same discrepancy and distance', (n, d, discrepancy, distance) => {
  const quality = designQuality(lattice(n, d));
  expect(quality.centeredL2Discrepancy).toBeCloseTo(discrepancy, 13);
  expect(quality.minimumDistance).toBeCloseTo(distance, 14);
});

test('the middle of the cube has the discrepancy that the formula gives by hand', () => {
  // (13/12)^2 - 2 + 1 in two dimensions.
  expect(designQuality(Matrix.from([[0.5, 0.5]])).centeredL2Discrepancy).toBeCloseTo(Math.sqrt((13 / 12) ** 2 - 1), 14);
});

test('no points have no quality', () => {
  expect(designQuality(new Matrix(0, 2))).toEqual({
    minimumDistance: Number.POSITIVE_INFINITY,
    centeredL2Discrepancy: Number.NaN,
    emptyStrata: [0, 0],
  });
});

test('strata without a point are counted for each coordinate', () => {
  const x = Matrix.from([
    [0.1, 0.1, 0],
    [0.2, 0.3, 0.25],
    [0.3, 0.6, 0.5],
    [0.4, 0.9, 1],
  ]);
  // Quarters: 0.1 0.2 | 0.3 0.4 | - | -; one each; edges belong to the upper quarter and 1 to the last.
  expect(designQuality(x).emptyStrata).toEqual([2, 0, 0]);
});

test('with a space, levels are counted, distances go round the circle, and categories are equally far apart', () => {
  const space = new Space({
    angle: real(0, 360, { periodic: true }),
    kind: categorical('a', 'b', 'c'),
    count: integer(1, 2),
    depth: real(0, 1, { activeWhen: { kind: 'c' } }),
  });
  const x = Matrix.from(
    [
      { angle: 9, kind: 'a', count: 1 },
      { angle: 351, kind: 'a', count: 1 },
      { angle: 100, kind: 'b', count: 1 },
      { angle: 200, kind: 'b', count: 1 },
    ].map((point) => space.encode(point)),
  );
  const quality = designQuality(x, space);
  expect(quality.minimumDistance).toBeCloseTo(18 / 360, 14);
  // Quarters of the circle 0 1 2 3 hold 1 1 1 1; the kind c and the count 2 are missing; the depth is never active.
  expect(quality.emptyStrata).toEqual([0, 1, 1, 0]);
  const kinds = ['a', 'b', 'c'].map((kind) => space.encode({ angle: 0, kind, count: 1, depth: 0.5 }));
  const apart = (i: number, k: number) => designQuality(Matrix.from([kinds[i], kinds[k]]), space).minimumDistance;
  expect(apart(0, 2)).toBe(apart(0, 1));
  expect(apart(0, 1)).toBeCloseTo(0.5, 14);
});
