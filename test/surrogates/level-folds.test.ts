import { describe, expect, it } from 'vitest';
import { Dataset } from '../../src/core/dataset.ts';
import { real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { PackedMatrix } from '../../src/numerics/packed-matrix.ts';
import { Rng } from '../../src/numerics/random.ts';
import { levelFolds } from '../../src/surrogates/level-folds.ts';

/** Rows of pixels: every input has 256 levels at most. */
function pixels(rows: number, inputs: number): Dataset {
  const space = new Space(Object.fromEntries(Array.from({ length: inputs }, (_, j) => [`p${j}`, real(0, 1)])));
  const rng = new Rng('pixels');
  // A prime number of random bytes again and again: no two rows are equal.
  const some = Uint8Array.from({ length: 99_991 }, () => Math.floor(8 * rng.uniform()));
  const x = new PackedMatrix(rows, inputs, new Uint8Array(rows * inputs));
  for (let at = 0; at < x.data.length; at += some.length) x.data.set(some.subarray(0, x.data.length - at), at);
  const ids = Array.from({ length: rows }, (_, i) => ({ id: `${i}`, status: 'completed' as const, milliseconds: 0 }));
  return new Dataset(space, [{ name: 'y' }], x, new Matrix(rows, 1), ids);
}

describe('the folds of levels', () => {
  it('are eight at most, spread over the inputs, however many levels there are', () => {
    const folds = levelFolds(pixels(300, 400));
    expect(folds).toHaveLength(8);
    expect(new Set(folds.map(({ input }) => input)).size).toBe(8);
    for (const { tested, kept } of folds) expect(tested.length + kept.length).toBe(300);
  });

  it('are found among many rows of many inputs without a fold for each level', () => {
    const before = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
    const folds = levelFolds(pixels(4000, 2000));
    const grown = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed - before;
    expect(folds).toHaveLength(8);
    // One fold for each of the 12,000 inner levels would be 400 MB.
    expect(grown).toBeLessThan(150e6);
  });

  it('are fewer where each of them is a fit to very many numbers', () => {
    expect(levelFolds(pixels(17_000, 2000))).toHaveLength(2);
  });
});
