import { expect, test } from 'vitest';
import { Dataset } from '../../src/core/dataset.ts';
import { categorical, integer, real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { uniform } from '../../src/sampling/uniform.ts';
import { testRun } from '../../src/testing/labeled.ts';
import { cube } from '../../src/testing/problems.ts';
import { samplerLaws, seenOf } from '../../src/testing/sampler-laws.ts';

samplerLaws('uniform', uniform);

test('each coordinate has the mean and variance of the uniform distribution, and no two are correlated', () => {
  const space = cube(3);
  const n = 20_000;
  const x = uniform().sample(space, n, Dataset.empty(space, []), testRun('moments'));
  const columns = [0, 1, 2].map((j) => x.column(j).map((u) => u - 0.5));
  const product = (a: Float64Array, b: Float64Array) => a.reduce((sum, u, i) => sum + u * b[i], 0) / n;
  columns.forEach((column, j) => {
    // Bounds are 5 standard errors.
    expect(Math.abs(product(column, new Float64Array(n).fill(1)))).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
    expect(Math.abs(product(column, column) - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / n));
    for (let k = 0; k < j; k++) expect(Math.abs(product(column, columns[k]))).toBeLessThan(5 / 12 / Math.sqrt(n));
  });
});

test('a finite space is exhausted before a point comes twice, and points seen are not repeated', () => {
  // 2 x 3 points with 'on', 2 with 'off', where the speed is inactive.
  const space = new Space({
    mode: categorical('on', 'off'),
    gear: integer(1, 2),
    speed: integer(1, 3, { activeWhen: { mode: 'on' } }),
  });
  for (let path = 0; path < 20; path++) {
    const first = uniform().sample(space, 3, Dataset.empty(space, []), testRun(path));
    const rest = uniform().sample(space, 6, seenOf(space, first), testRun(path));
    const all = first.stack(rest);
    const keys = Array.from({ length: 9 }, (_, i) => all.row(i).join());
    expect(new Set(keys.slice(0, 8)).size).toBe(8);
    expect(keys.slice(0, 8)).toContain(keys[8]);
  }
});

test('a finite space too large to list still gives different points', () => {
  const space = new Space({ a: integer(1, 1000), b: integer(1, 1000) });
  const x = uniform().sample(space, 5000, Dataset.empty(space, []), testRun('large'));
  expect(new Set(Array.from({ length: 5000 }, (_, i) => x.row(i).join())).size).toBe(5000);
});

test('with a real coordinate nothing is drawn again', () => {
  const space = new Space({ a: real(0, 1), b: integer(1, 2) });
  const x = uniform().sample(space, 1000, Dataset.empty(space, []), testRun('mixed'));
  const ones = x.column(1).filter((u) => u === 0.25).length;
  expect(Math.abs(ones - 500)).toBeLessThan(5 * Math.sqrt(250));
});
