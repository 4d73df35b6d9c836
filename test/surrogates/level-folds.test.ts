import { describe, expect, test } from 'vitest';
import { integer, real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { levelFolds } from '../../src/surrogates/level-folds.ts';
import { dataset } from '../../src/testing/labeled.ts';

/** All combinations of `levels` values in each of d inputs, the last of them whole numbers if `mixed`. */
function grid(d: number, levels: number, mixed = false) {
  const space = new Space(
    Object.fromEntries(
      Array.from({ length: d }, (_, j) => [`x${j}`, mixed && j === d - 1 ? integer(0, levels - 1) : real(0, 1)]),
    ),
  );
  const rows = Array.from({ length: levels ** d }, (_, i) =>
    space.canonical(Array.from({ length: d }, (_, j) => (Math.floor(i / levels ** j) % levels) / (levels - 1))),
  );
  return dataset(space, [{ name: 'f' }], Matrix.from(rows), new Matrix(rows.length, 1));
}

describe('folds of a grid', () => {
  test('leave out each inner level of each real input', () => {
    const data = grid(3, 4, true);
    const folds = levelFolds(data);
    expect(folds.map(({ input, values }) => [input, values])).toEqual([
      [0, 4],
      [0, 4],
      [1, 4],
      [1, 4],
    ]);
    folds.forEach(({ tested, kept, input }, at) => {
      expect(new Set(tested.map((i) => data.x.get(i, input)))).toEqual(new Set([(1 + (at % 2)) / 3]));
      expect([tested.length, kept.length]).toEqual([16, 48]);
      expect([...tested, ...kept].sort((a, b) => a - b)).toEqual([...Array(64).keys()]);
    });
  });

  test('are at most eight, spread over inputs and levels', () => {
    const folds = levelFolds(grid(4, 5));
    expect(folds.map(({ input }) => input)).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
    expect(levelFolds(grid(2, 6)).length).toBe(8);
    expect(levelFolds(grid(3, 5)).map(({ input }) => input)).toEqual([0, 0, 1, 1, 1, 2, 2, 2]);
    expect(new Set(levelFolds(grid(2, 9)).map(({ input, tested }) => `${input}/${tested[0]}`)).size).toBe(8);
  });

  test('are none of rows without levels', () => {
    expect(levelFolds(grid(2, 2))).toEqual([]);
    expect(levelFolds(grid(1, 30))).toEqual([]);
  });
});
