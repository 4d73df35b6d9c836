import { expect, test } from 'vitest';
import type { Dataset } from '../../../src/core/dataset.ts';
import { outputList } from '../../../src/core/output.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { isSavable } from '../../../src/core/state/model-state.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { sizeOf } from '../../../src/study/chain/size.ts';
import { inUnits } from '../../../src/surrogates/point-model.ts';
import { halfOf } from '../../../src/surrogates/restore.ts';
import { EnsembleModel } from '../../../src/surrogates/selection/ensemble.ts';
import { labeled } from '../../../src/testing/labeled.ts';

const ONE = Float64Array.of(1);

test('an ensemble with a model of the user cannot be saved, and is judged all the same', () => {
  const health = { points: 3, notes: [] };
  const data: Dataset = labeled(new Space({ a: real(0, 1) }), outputList({ y: {} }), 3, ([a]) => [a]);
  const own = { predict: (x: Matrix) => x, health };
  const left = { mean: new Matrix(3, 1), variance: new Matrix(3, 1) };
  const ensemble = new EnsembleModel([{ name: 'own', weights: ONE, errors: ONE, model: own }], health, left);
  for (const model of [ensemble, inUnits(ensemble, data)]) {
    expect(isSavable(model)).toBe(false);
    expect(sizeOf(model)).toBeNull();
    expect(halfOf(model)).toBeUndefined();
  }
});
