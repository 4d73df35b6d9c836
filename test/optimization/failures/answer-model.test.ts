import { expect, test } from 'vitest';
import { Dataset } from '../../../src/core/dataset.ts';
import type { FailureCause } from '../../../src/core/evaluation.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { successModel } from '../../../src/optimization/failures/answer-model.ts';
import { cube } from '../../../src/testing/problems.ts';

/** An answer at (0.2, 0.5) and failures for the cause at (0.8, 0.5) and (0.8, 0.6). */
function history(cause: FailureCause): Dataset {
  const failed = (x: number, y: number, id: string) => ({
    id,
    u: Float64Array.of(x, y),
    milliseconds: 0,
    status: 'failed' as const,
    cause,
    reason: 'test',
  });
  return Dataset.empty(cube(2), [{ name: 'f' }]).append([
    { id: 'a', u: Float64Array.of(0.2, 0.5), milliseconds: 0, status: 'completed', values: Float64Array.of(1) },
    failed(0.8, 0.5, 'b'),
    failed(0.8, 0.6, 'c'),
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
