import { expect, test } from 'vitest';
import type { AcquisitionView } from '../../../src/core/optimizer.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { spreads } from '../../../src/optimization/acquisition/scale.ts';

test('spreads are those of the finite means over the history, and 1 where there is none', () => {
  const mean = Matrix.from([
    [1, 5, Number.NaN],
    [Number.NaN, 5, Number.NaN],
    [3, 5, Number.NaN],
  ]);
  const view = {
    history: { x: new Matrix(3, 1) },
    model: { predict: () => mean },
  } as unknown as AcquisitionView;
  expect([...spreads(view)]).toEqual([1, 1, 1]);
  mean.set(2, 0, 7);
  expect(spreads(view)[0]).toBe(3);
});
