import { expect, test } from 'vitest';
import { Dataset } from '../../../src/core/dataset.ts';
import type { Model } from '../../../src/core/model.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { latinHypercube } from '../../../src/sampling/latin-hypercube.ts';
import { gaussianProcess } from '../../../src/surrogates/gaussian-process/gaussian-process.ts';
import { gradientEnhanced } from '../../../src/surrogates/gradient-enhanced/gradient-enhanced.ts';
import { dataset, points, testRun } from '../../../src/testing/labeled.ts';
import { withSlopes } from '../../fixtures/slopes.ts';

test.each([
  ['branin', 20, 0.02],
  ['hartmann-3', 30, 0.2],
  ['borehole', 16, 0.12],
])(
  'with derivatives the error on %s of %d runs is a fraction of that without, in the median of ten',
  async (name, n, bound) => {
    const ratios: number[] = [];
    for (let k = 1; k <= 10; k++) {
      const { space, outputs, value, answers } = withSlopes(name, k);
      const x = latinHypercube().sample(space, n, Dataset.empty(space, outputs), testRun(`${name}/${k}`));
      const rich = dataset(space, outputs, x, Matrix.from(Array.from({ length: n }, (_, i) => answers(x.row(i)))));
      const plain = dataset(space, outputs.slice(0, 1), x, Matrix.from(Array.from(rich.y.column(0), (v) => [v])));
      const fresh = points(space, 500, new Rng('fresh'));
      const error = (model: Model) =>
        model
          .predict(fresh)
          .column(0)
          .reduce((sum, f, i) => sum + (f - value(fresh.row(i))) ** 2, 0);
      const run = testRun('7');
      ratios.push(
        Math.sqrt(error(await gradientEnhanced().fit(rich, run)) / error(await gaussianProcess().fit(plain, run))),
      );
    }
    ratios.sort((a, b) => a - b);
    expect((ratios[4] + ratios[5]) / 2).toBeLessThan(bound);
  },
);
