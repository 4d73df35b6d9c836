import { describe, expect, test } from 'vitest';
import type { CrossValidated, ProbabilisticModel } from '../../../src/core/model.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { latinHypercube } from '../../../src/sampling/latin-hypercube.ts';
import { expectedErrors } from '../../../src/study/chain/expected-error.ts';
import { type Fidelity, nrmseOf } from '../../../src/study/chain/fidelity.ts';
import { crossFidelity, holdoutFidelity } from '../../../src/study/chain/validation.ts';
import { gaussianProcess } from '../../../src/surrogates/gaussian-process/gaussian-process.ts';
import { dataset, labeled, testRun } from '../../../src/testing/labeled.ts';

const space = new Space({ a: real(0, 1), b: real(0, 1) });
const outputs = [{ name: 'f' }];
const run = testRun('expected');

/** Answers of 0 and 2: a standard deviation of 1. */
const answers = labeled(space, outputs, 20, (u) => [u[0] < 0.5 ? 0 : 2], 'answers');

/** A model with one variance everywhere, multiplied with `calibration` after its cross-validation. */
function flat(variance: number, calibration?: number): ProbabilisticModel & CrossValidated {
  const filled = (rows: number, value: number) => new Matrix(rows, 1, new Float64Array(rows).fill(value));
  const posterior = (x: Matrix) => ({ mean: filled(x.rows, 1), variance: filled(x.rows, variance) });
  return {
    health: { points: 20, notes: [] },
    predict: (x) => filled(x.rows, 1),
    posterior,
    crossValidation: () => posterior(answers.x),
    ...(calibration !== undefined && { calibrations: Float64Array.of(calibration) }),
  };
}

/** Errors of this size at n rows, in deviations of `score`. */
function fidelityOf(nrmse: number, n: number, score: number): Fidelity {
  const parity = Array.from({ length: n }, (): [number, number, number] => [nrmse, 0, nrmse / score]);
  return {
    kind: 'number',
    output: 'f',
    method: 'cross-validation',
    points: n,
    q2: 1 - nrmse ** 2,
    nrmse,
    parity,
  };
}

/** The told error of a model of that deviation. */
function told(deviation: number, calibration: number | undefined, fidelity: Fidelity): number {
  const scale = 1 - (2 * answers.y.data.filter((y) => y === 0).length) / 20;
  const spread = Math.sqrt(1 - scale ** 2);
  return expectedErrors(flat((deviation * spread) ** 2, calibration), answers, [fidelity], run)[0];
}

describe('the error that is expected', () => {
  test('is never above that of fits that had learned fewer rows', () => {
    expect(told(0.4, undefined, fidelityOf(0.2, 1000, 3))).toBeCloseTo(0.2, 12);
  });

  test('of few rows goes by the deviations, whatever their errors were', () => {
    for (const calibration of [1, 4, 10]) {
      const own = 0.02 * Math.sqrt(calibration);
      const ratio = told(own, calibration, fidelityOf(0.04, 4, 1)) / 0.02;
      expect(ratio).toBeGreaterThan(1.25);
      expect(ratio).toBeLessThan(1.6);
    }
  });

  test('of many rows goes by their errors', () => {
    expect(told(0.01, 1, fidelityOf(0.031, 100_000, 3)) / 0.03).toBeCloseTo(1, 1);
    expect(told(0.03, 9, fidelityOf(0.031, 100_000, 1)) / 0.03).toBeCloseTo(1, 1);
  });

  test('is that at left-out rows where nothing is explained', () => {
    expect(told(0.3, 1, fidelityOf(1.02, 40, 1))).toBeCloseTo(1.02, 12);
  });

  test('is as near the true one, in the median of functions and designs, as it can be told from 20 rows', {
    tags: ['slow'],
  }, async () => {
    const functions: readonly ((u: Float64Array) => number)[] = [
      (u) => Math.sin(5 * u[0]) * Math.exp(u[1]) + Math.cos(6 * u[1] - 3 * u[0]),
      (u) => Math.sin(7 * u[0]) + Math.cos(6 * u[1]) * u[0],
      (u) => Math.abs(u[0] - 0.4) + Math.sin(6 * u[1]),
      (u) => (4 * u[1] - 5 * (u[0] - 0.5) ** 2) ** 2 + 3 * Math.cos(8 * u[0]),
    ];
    const process = gaussianProcess();
    const ratios: number[] = [];
    for (const f of functions) {
      const fresh = labeled(space, outputs, 500, (u) => [f(u)], 'fresh');
      for (let draw = 0; draw < 9; draw++) {
        const own = testRun(`draw/${draw}`);
        const x = latinHypercube({ kind: 'random' }).sample(space, 20, answers.select([]), own);
        const data = dataset(space, outputs, x, Matrix.from(Array.from({ length: 20 }, (_, i) => [f(x.row(i))])));
        const model = await process.fit(data, own);
        const [expected] = expectedErrors(model, data, await crossFidelity(process, model, data, own), own);
        ratios.push(expected / nrmseOf(holdoutFidelity(model, fresh)[0]));
      }
    }
    const sorted = ratios.sort((a, b) => a - b);
    expect(sorted[18]).toBeGreaterThan(2 / 3);
    expect(sorted[18]).toBeLessThan(1.5);
    expect(sorted[1]).toBeGreaterThan(1 / 3);
  });
});
