import { expect, test } from 'vitest';
import { Rng } from '../../src/numerics/random.ts';
import { nearest } from '../../src/surrogates/probes.ts';

test.each([1, 2, 4, 5, 9])('the nearest of %i rows is found, whichever is left out', (count) => {
  const [width, rng] = [3, new Rng('probes')];
  const rows = Float64Array.from({ length: count * width }, () => rng.uniform());
  const from = Float64Array.from({ length: 2 * width }, () => rng.uniform());
  const distance = (i: number) =>
    Math.sqrt([0, 1, 2].reduce((sum, j) => sum + (from[width + j] - rows[i * width + j]) ** 2, 0));
  for (let skipped = -1; skipped < count; skipped++) {
    const others = Array.from({ length: count }, (_, i) => i).filter((i) => i !== skipped);
    expect(nearest(from, 1, rows, width, skipped)).toBe(Math.min(...others.map(distance)));
  }
});
