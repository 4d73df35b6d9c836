import { describe, expect, test } from 'vitest';
import { outputList } from '../../../src/core/output.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { fidelityOf } from '../../../src/study/chain/fidelity.ts';

const outputs = outputList({ g: {}, verdict: { classes: ['good', 'fair', 'bad'] } });
const truth = Matrix.from([
  [1, 1, 0, 0],
  [2, 1, 0, 0],
  [3, 0, 1, 0],
  [4, 0, 0, 1],
]);
const mean = Matrix.from([
  [1, 0.5, 0.25, 0.25],
  [2, 0.25, 0.5, 0.25],
  [3.5, 0, 1, 0],
  [3.5, 0.5, 0.5, 0],
]);

describe('a fidelity', () => {
  test('of answers that are all alike has no q2, however their mean rounds', () => {
    const alike = Matrix.from([[0.1], [0.1], [0.1]]);
    const off = Matrix.from([[0.1], [0.2], [0.1]]);
    expect(fidelityOf([{ name: 'g' }], alike, { mean: off }, 'holdout')[0]).toMatchObject({ q2: Number.NaN });
  });

  const [number, verdict] = fidelityOf(outputs, truth, { mean }, 'holdout');

  test('of a number has an error and, without variances, no coverage', () => {
    expect(number).toMatchObject({ kind: 'number', output: 'g', points: 4, q2: 1 - 0.5 / 5, nrmse: Math.sqrt(0.1) });
    expect(number).not.toHaveProperty('intervalCoverage');
    expect(number).not.toHaveProperty('accuracy');
    const variance = new Matrix(4, 4, new Float64Array(16).fill(0.01));
    expect(fidelityOf(outputs, truth, { mean, variance }, 'holdout')[0]).toMatchObject({ intervalCoverage: 0.5 });
  });

  test('of a class has agreement, proper scores and what is taken for what', () => {
    expect(verdict).toMatchObject({
      kind: 'class',
      classes: ['good', 'fair', 'bad'],
      accuracy: 0.5,
      confusion: [
        [1, 1, 0],
        [0, 1, 0],
        [1, 0, 0],
      ],
      q2: 1 - (0.25 + 0.5625 + 0.25) / 1,
    });
    if (verdict.kind !== 'class') throw new Error('a class is one');
    expect(verdict.logLoss).toBeCloseTo((Math.log(2) + Math.log(4) + 0 - Math.log(1e-15)) / 4, 12);
    expect(verdict.brier).toBeCloseTo((0.375 + 0.875 + 0 + 1.5) / 4, 12);
    expect(verdict).not.toHaveProperty('nrmse');
  });

  test('to a teacher who is not sure is held against its shares', () => {
    const unsure = Matrix.from([[0, 0.5, 0.3, 0.2]]);
    const [, exact] = fidelityOf(outputs, unsure, { mean: unsure }, 'holdout');
    const [, hard] = fidelityOf(outputs, unsure, { mean: Matrix.from([[0, 1, 0, 0]]) }, 'holdout');
    if (exact.kind !== 'class' || hard.kind !== 'class') throw new Error('a class is one');
    expect([exact.accuracy, hard.accuracy]).toEqual([1, 1]);
    expect(exact.brier).toBeCloseTo(0, 12);
    expect(exact.logLoss).toBeCloseTo(-(0.5 * Math.log(0.5) + 0.3 * Math.log(0.3) + 0.2 * Math.log(0.2)), 12);
    expect(hard.brier).toBeCloseTo(0.25 + 0.09 + 0.04, 12);
    expect(hard.logLoss).toBeGreaterThan(10);
  });

  test('is there without points', () => {
    const none = fidelityOf(outputs, new Matrix(0, 4), { mean: new Matrix(0, 4) }, 'holdout');
    expect(none.map(({ points, q2 }) => [points, q2])).toEqual([
      [0, Number.NaN],
      [0, Number.NaN],
    ]);
    expect(none.at(-1)).toMatchObject({ kind: 'class', accuracy: Number.NaN, logLoss: Number.NaN, brier: Number.NaN });
  });
});
