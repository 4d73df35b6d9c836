import { describe, expect, test } from 'vitest';
import {
  certainLabels,
  columnCount,
  mostProbable,
  oneHot,
  outputsOf,
  predictionColumns,
  toShares,
} from '../../src/core/columns.ts';
import { outputList } from '../../src/core/output.ts';
import { Matrix } from '../../src/numerics/matrix.ts';

const outputs = outputList({ mass: {}, verdict: { classes: ['good', 'fair', 'bad'] }, side: { classes: ['l', 'r'] } });
const y = Matrix.from([
  [1.5, 2, 0],
  [-3, 0, 1],
]);

describe('the columns of a prediction', () => {
  test('are one for a number and one for each class', () => {
    expect(predictionColumns(outputs)).toEqual([
      { start: 0, width: 1 },
      { start: 1, width: 3 },
      { start: 4, width: 2 },
    ]);
    expect(columnCount(outputs)).toBe(6);
  });

  test('hold labels as ones and zeros, and give them back', () => {
    const targets = oneHot(outputs, y);
    expect([...targets.data]).toEqual([1.5, 0, 0, 1, 1, 0, -3, 1, 0, 0, 0, 1]);
    expect(outputsOf(outputs, targets)).toEqual(y);
    expect(certainLabels(targets, predictionColumns(outputs)[1])).toEqual(Int32Array.of(2, 0));
  });

  test('have no number where a row is not finite', () => {
    expect([...oneHot(outputs, Matrix.from([[Number.NaN, 1, 0]])).data].every(Number.isNaN)).toBe(true);
  });

  test.each([3, -1, 0.5])('refuse the label %f, and name the output', (label) => {
    expect(() => oneHot(outputs, Matrix.from([[0, label, 0]]))).toThrow(
      `output 'verdict' has 3 classes and must be an index in 0 .. 2, got ${label}`,
    );
  });

  test('know a row that is unsure from rows that are certain', () => {
    const shares = Matrix.from([
      [0, 1, 0],
      [0.5, 0.5, 0],
    ]);
    expect(certainLabels(shares, { start: 0, width: 3 })).toBeUndefined();
    expect(certainLabels(shares.select([0]), { start: 0, width: 3 })).toEqual(Int32Array.of(1));
  });
});

test('the most probable class is the first of equals', () => {
  expect(mostProbable([0.1, 0.4, 0.4, 0.1])).toBe(1);
  expect(mostProbable([9, 0.2, 0.8], 1, 2)).toBe(1);
});

test('scores are cut and divided by their sum, and are even where nothing is left', () => {
  const scores = Float64Array.of(7, 2, 0.5, -1, -2, -3);
  toShares(scores, 1, 3);
  expect([...scores]).toEqual([7, 1 / 1.5, 0.5 / 1.5, 0, -2, -3]);
  toShares(scores, 4, 2);
  expect([...scores.slice(4)]).toEqual([0.5, 0.5]);
});
