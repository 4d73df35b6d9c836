import { expect, test } from 'vitest';
import { Dataset } from '../../src/core/dataset.ts';
import type { FailureCause } from '../../src/core/evaluation.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { successModel } from '../../src/optimization/success-model.ts';
import { cube } from '../fixtures/problems.ts';

/** Failures for the cause at (0.8, 0.5) and (0.8, 0.6), then so many answers at (0.2, 0.5). */
function history(cause: FailureCause, answers = 12): Dataset {
  const failed = (x: number, y: number, id: string) => ({
    id,
    u: Float64Array.of(x, y),
    milliseconds: 0,
    status: 'failed' as const,
    cause,
    reason: 'test',
  });
  const answer = (id: string) => ({
    ...{ id, u: Float64Array.of(0.2, 0.5), milliseconds: 0 },
    ...{ status: 'completed' as const, values: Float64Array.of(1) },
  });
  return Dataset.empty(cube(2), [{ name: 'f' }]).append([
    failed(0.8, 0.5, 'b'),
    failed(0.8, 0.6, 'c'),
    ...Array.from({ length: answers }, (_, i) => answer(`a${i}`)),
  ]);
}

test('the contrast is -1 at answers, 1 at failures and 0 half way', () => {
  const data = history('threw');
  const model = successModel(data, data.finite())!;
  const x = Matrix.from([
    [0.2, 0.5],
    [0.8, 0.5],
    [0.5, 0.5],
    [0.3, 0.5],
  ]);
  const expected = [-1, 1, 0, (0.1 - 0.5) / 0.6];
  model.predict(x).data.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i], 12);
  });
});

test('what failed of the last dozen beyond a tenth is added', () => {
  const halfWay = Matrix.from([[0.5, 0.5]]);
  const at = (answers: number) => {
    const data = history('threw', answers);
    return successModel(data, data.finite())!.predict(halfWay).data[0];
  };
  expect(at(2)).toBeCloseTo(0.5 - 0.1, 12);
  expect(at(10)).toBeCloseTo(2 / 12 - 0.1, 12);
  expect(at(11)).toBeCloseTo(0, 12);
});

test('the contrast has the gradient of its value', () => {
  const data = history('crashed');
  const model = successModel(data, data.finite())!;
  for (const u of [Float64Array.of(0.4, 0.3), Float64Array.of(0.7, 0.9)]) {
    const { meanGradient } = model.posteriorGradient(u);
    for (const j of [0, 1]) {
      const sides = Matrix.from([u, u]);
      sides.set(0, j, u[j] + 1e-6);
      sides.set(1, j, u[j] - 1e-6);
      const [above, below] = model.predict(sides).data;
      expect(meanGradient.get(0, j)).toBeCloseTo((above - below) / 2e-6, 6);
    }
  }
});

test('a broken machine is not held against the simulator', () => {
  for (const cause of ['infrastructure', 'cancelled'] as const) {
    const data = history(cause);
    expect(successModel(data, data.finite())).toBeUndefined();
  }
});
