import { describe, expect, test } from 'vitest';
import { Dataset } from '../../src/core/dataset.ts';
import { ImagoError } from '../../src/core/errors.ts';
import type { Sampler } from '../../src/core/sampler.ts';
import { categorical, integer, real, resolution } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import type { Matrix } from '../../src/numerics/matrix.ts';
import { minimumDistance } from '../../src/sampling/distance.ts';
import { nestedDesign } from '../../src/sampling/nested-design.ts';
import { uniform } from '../../src/sampling/uniform.ts';
import { testRun } from '../../src/testing/labeled.ts';
import { samplerLaws, seenOf } from '../../src/testing/sampler-laws.ts';

samplerLaws('nestedDesign', () => nestedDesign({ ratio: 0.5, sampler: uniform() }), {
  lift: ({ parameters }) => new Space({ ...parameters, mesh: resolution([1, 2, 4], { cost: [1, 2, 4] }) }),
});

const space = new Space({
  a: real(0, 1),
  cells: resolution([8, 16, 32], { cost: [1, 4, 16] }),
  b: real(0, 1),
  kind: categorical('x', 'y'),
});
const grid = resolution([1, 2], { cost: [1, 2] });
const none = Dataset.empty(space, []);

/** The rows of a level as texts, without the level. */
function pointsAt(x: Matrix, j: number, value: number): string[] {
  return Array.from({ length: x.rows }, (_, i) => Array.from(x.row(i)))
    .filter((u) => Math.abs(u[j] - value) < 1e-9)
    .map((u) => u.toSpliced(j, 1).join());
}

describe('nesting', () => {
  test('the points of each finer level are among those of the coarser one, in the shares asked for', () => {
    const x = nestedDesign().sample(space, 84, none, testRun('nested'));
    const [coarse, middle, fine] = [1 / 6, 1 / 2, 5 / 6].map((u) => pointsAt(x, 1, u));
    expect([coarse.length, middle.length, fine.length]).toEqual([64, 16, 4]);
    expect(new Set(coarse).size).toBe(64);
    for (const point of middle) expect(coarse).toContain(point);
    for (const point of fine) expect(middle).toContain(point);
  });

  test('the finest level is a Latin hypercube, and the coarser one keeps nearly all of its strata', () => {
    const two = new Space({ grid, a: real(0, 1), b: real(0, 1) });
    const x = nestedDesign().sample(two, 50, Dataset.empty(two, []), testRun('strata'));
    const fine = x.select(Array.from({ length: 10 }, (_, i) => 40 + i));
    for (const j of [1, 2])
      expect([...fine.column(j)].map((u) => Math.floor(10 * u)).sort((p, q) => p - q)).toEqual([...Array(10).keys()]);
    const coarse = x.select(Array.from({ length: 40 }, (_, i) => i));
    for (const j of [1, 2]) expect(new Set(coarse.column(j).map((u) => Math.floor(40 * u))).size).toBeGreaterThan(30);
  });

  test('the coarse design is better spaced than random points with the finer ones among them', {
    tags: ['slow'],
  }, () => {
    const two = new Space({ grid, a: real(0, 1), b: real(0, 1) });
    const spaced = (sampler?: Sampler) =>
      [0, 1, 2, 3, 4]
        .map((seed) => {
          const design = nestedDesign(sampler && { sampler });
          const x = design.sample(two, 50, Dataset.empty(two, []), testRun(seed));
          return minimumDistance(x.select(Array.from({ length: 40 }, (_, i) => i)), two);
        })
        .reduce((sum, distance) => sum + distance, 0) / 5;
    expect(spaced()).toBeGreaterThan(1.5 * spaced(uniform()));
  });

  test('points seen at a level are extended, not repeated', () => {
    const two = new Space({ grid, a: integer(1, 20) });
    const first = nestedDesign({ ratio: 0.5 }).sample(two, 15, Dataset.empty(two, []), testRun('seen'));
    const more = nestedDesign({ ratio: 0.5 }).sample(two, 15, seenOf(two, first), testRun('seen'));
    expect(new Set(pointsAt(first.stack(more), 0, 0.75)).size).toBe(10);
  });
});

test('says what is wrong with its options and the space', () => {
  expect(() => nestedDesign({ ratio: 0 })).toThrow(/ratio must be a number above 0 and at most 1, got 0/);
  const plain = new Space({ a: real(0, 1), cells: integer(1, 2) });
  const run = () => nestedDesign().sample(plain, 8, Dataset.empty(plain, []), testRun('wrong'));
  expect(run).toThrow(ImagoError);
  expect(run).toThrow(/nestedDesign: none of a, cells is a resolution: declare one/);
});
