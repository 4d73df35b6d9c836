import { expect, test } from 'vitest';
import { Dataset } from '../../src/core/dataset.ts';
import { centeredL2Discrepancy } from '../../src/sampling/discrepancy.ts';
import { minimumDistance } from '../../src/sampling/distance.ts';
import { type LatinHypercubeOptions, latinHypercube } from '../../src/sampling/latin-hypercube.ts';
import { spacing } from '../../src/sampling/spacing.ts';
import { testRun } from '../../src/testing/labeled.ts';
import { cube } from '../../src/testing/problems.ts';

const design = (dimension: number, count: number, options: LatinHypercubeOptions, path: number) => {
  const space = cube(dimension);
  return latinHypercube(options).sample(space, count, Dataset.empty(space, []), testRun(path));
};

// Medians over the seeds 0 .. 9. phi_10 and minimum distance: LHS(criterion='ese') of SMT 2; centered L2 discrepancy:
// LatinHypercube(optimization='random-cd') of scipy 1; both measured with scipy.
test.each([
  [10, 2, 4.1892, 0.2687, 0.068981],
  [20, 2, 6.3965, 0.19444, 0.034991],
  [30, 5, 2.5046, 0.57333, 0.081518],
  [50, 5, 3.0381, 0.48891, 0.056461],
  [100, 10, 2.0746, 0.85981, 0.13146],
])('%i points in %i dimensions are spread at least as well as those of SMT and scipy', (n, d, phi, distance, cl2) => {
  const seeds = n < 30 ? 10 : 3;
  const median = (values: number[]) => {
    const sorted = values.sort((a, b) => a - b);
    return (sorted[(seeds - 1) >> 1] + sorted[seeds >> 1]) / 2;
  };
  const spaced = Array.from({ length: seeds }, (_, seed) => design(d, n, {}, seed));
  const even = Array.from({ length: seeds }, (_, seed) => design(d, n, { criterion: 'discrepancy' }, seed));
  expect(median(spaced.map((x) => spacing(x).value))).toBeLessThan(phi);
  expect(median(spaced.map((x) => minimumDistance(x)))).toBeGreaterThan(distance);
  expect(median(even.map(centeredL2Discrepancy))).toBeLessThan(cl2);
});
