import { expect, test } from 'vitest';
import { real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { nearestNeighbor } from '../../src/surrogates/nearest-neighbor.ts';
import { dataset, testRun } from '../../src/testing/labeled.ts';
import { surrogateLaws } from '../../src/testing/surrogate-laws.ts';

surrogateLaws('nearestNeighbor()', () => nearestNeighbor(), { capabilities: [], q2: 0.4, accuracy: 0.75, runs: 6 });

test('weights are the inverse squares of distances, and a known point answers for itself', async () => {
  const space = new Space({ x: real(0, 1) });
  const data = dataset(space, [{ name: 'y' }], Matrix.from([[0], [0.5], [1]]), Matrix.from([[1], [2], [5]]));
  const model = await nearestNeighbor({ neighbors: 2 }).fit(data, testRun('hand'));
  // At 0.4 the nearest are 0.5 (distance 0.1) and 0 (0.4): weights 1 and 1 / 16.
  const answer = model.predict(Matrix.from([[0.4], [0.5], [0.75]]));
  expect(answer.data[0]).toBeCloseTo((2 + 1 / 16) / (1 + 1 / 16), 12);
  expect(answer.data[1]).toBe(2);
  expect(answer.data[2]).toBeCloseTo(3.5, 12);
});

test('a number of neighbors that is no number is refused', () => {
  expect(() => nearestNeighbor({ neighbors: 0 })).toThrow(/neighbors must be a whole number/);
});
