import { expect, test } from 'vitest';
import { Dataset } from '../../src/core/dataset.ts';
import { evaluateTerms } from '../../src/core/graph/evaluate.ts';
import { outputList } from '../../src/core/output.ts';
import { real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { exportedModel } from '../../src/export/exported.ts';
import { termsOf } from '../../src/export/terms.ts';
import { rawPoint, testPoints } from '../../src/export/vectors.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { differenceOf } from '../../src/shipping/difference.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';
import { labeled, testRun } from '../../src/testing/labeled.ts';

const space = new Space(Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [name, real(0, 1)])));
const answer = ([a, b, c, d, e]: Float64Array) => Math.exp(a) * Math.cos(b) + c * d + 0.1 * e ** 2;

/** Rows of a design, and as many that a search has put ever closer to a point. */
function searched(): Dataset {
  const design = labeled(space, outputList({ f: {} }), 40, (u) => [answer(u)]);
  const x = new Matrix(40, 5, design.x.data.slice());
  for (let i = 20; i < 40; i++)
    for (let j = 0; j < 5; j++) x.set(i, j, 0.4 + (x.get(i, j) - 0.5) * 10 ** -((i - 20) / 6));
  const y = Matrix.from(Array.from({ length: 40 }, (_, i) => [answer(x.row(i))]));
  return new Dataset(space, design.outputs, x, y, design.rows);
}

test('bounds of a process of nearly dependent rows are those of the model', async () => {
  const data = searched();
  const recipe = gaussianProcess({ kernel: 'squared-exponential', nugget: 'interpolate', starts: 1 });
  const model = await recipe.fit(data, testRun('ill'));
  const exported = exportedModel(model, { name: 'smooth', data });
  const terms = termsOf(exported.outputs);
  const points = testPoints(space);
  const answers = points.map((point) => [...evaluateTerms(terms, rawPoint(space, point))]);
  const { promised, bounds } = differenceOf(exported, model, data, points, answers);
  expect(promised).toBeLessThanOrEqual(1);
  expect(bounds).toBeLessThanOrEqual(1e-7);
});
