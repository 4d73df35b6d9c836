import { expect, test } from 'vitest';
import { sizedTerms } from '../../../src/core/graph/evaluate.ts';
import { sqrt } from '../../../src/core/graph/term.ts';
import { outputList } from '../../../src/core/output.ts';
import { categorical, integer, real } from '../../../src/core/space/parameter.ts';
import { pointTerms } from '../../../src/core/space/point-terms.ts';
import { Space } from '../../../src/core/space/space.ts';
import { rawPoint, testPoints } from '../../../src/export/vectors.ts';
import { KERNELS } from '../../../src/kriging/kernels/kernel.ts';
import type { GaussianProcessModel } from '../../../src/kriging/process/model.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { gaussianProcess } from '../../../src/surrogates/gaussian-process/gaussian-process.ts';
import { labeled, testRun } from '../../../src/testing/labeled.ts';

const space = new Space({
  length: real(0.5, 3),
  load: real(1, 1e4, { scale: 'log' }),
  angle: real(0, 360, { periodic: true }),
  ribs: integer(0, 4),
  material: categorical('steel', 'aluminium', 'wood'),
  rib: real(0, 1, { activeWhen: { ribs: { min: 1 } } }),
});
const outputs = outputList({ height: {} });
const answer = (u: Float64Array) =>
  u[0] + Math.cos(2 * Math.PI * u[2]) + 0.3 * u[3] + (u[4] > 0.6 ? 0.7 * u[1] : u[1]) + u[5] ** 2;

/** Largest difference of means and deviations from those of the model, in units of what they are sums of or of the spread. */
function differences(model: GaussianProcessModel, spread: number) {
  const terms = pointTerms(space);
  const columns = model.terms(terms);
  const all = columns.flatMap(({ mean, variance, observed }) => [mean, sqrt(variance!), sqrt(observed!)]);
  const worst = [0, 0, 0];
  for (const point of testPoints(space, 60)) {
    const raw = rawPoint(space, point);
    const x = Matrix.from([space.encode(point)]);
    const expected = [
      model.predict(x).data[0],
      Math.sqrt(model.posterior(x).variance.data[0]),
      Math.sqrt(model.observation(x).variance.data[0]),
    ];
    sizedTerms(all, raw).forEach(({ value, size }, k) => {
      worst[k] = Math.max(worst[k], Math.abs(value - expected[k]) / Math.max(spread, size));
    });
  }
  return { mean: worst[0], variance: Math.max(worst[1], worst[2]) };
}

const TERMS = 'the terms of a process with a %s kernel are what it computes';
/** Kernels with a number for each input more, or whose fit takes most of a second. */
const SLOW = ['anova', 'anova-matern-5/2', 'power-exponential', 'rational-quadratic', 'matern-3/2'] as const;
test.each(KERNELS.filter((kernel) => !SLOW.some((slow) => slow === kernel)))(TERMS, termsAgree);
test.each(SLOW)(TERMS, { tags: ['slow'] }, termsAgree);

async function termsAgree(kernel: (typeof KERNELS)[number]): Promise<void> {
  const data = labeled(space, outputs, 60, (u) => [answer(u)]);
  const model = await gaussianProcess({ kernel, trend: 'quadratic', conditions: 'arc', categories: 'hypersphere' }).fit(
    data,
    testRun('terms'),
  );
  const { mean, variance } = differences(model, 1);
  expect(mean).toBeLessThan(1e-12);
  expect(variance).toBeLessThan(1e-10);
}

test.each(['log', 'shifted-log', 'bilog'] as const)('so are those of one with a %s transform', async (transform) => {
  const data = labeled(space, outputs, 60, (u) => [Math.exp(answer(u))]);
  const model = await gaussianProcess({ transform, warping: 'kumaraswamy' }).fit(data, testRun('terms'));
  const { mean, variance } = differences(model, 10);
  expect(mean).toBeLessThan(1e-12);
  expect(variance).toBeLessThan(1e-10);
});

test('and of a mixture over hyper-parameters', async () => {
  const data = labeled(space, outputs, 40, (u) => [answer(u) + ((u[1] * 977) % 0.1)]);
  const model = await gaussianProcess({ draws: 3, nugget: 'estimate' }).fit(data, testRun('terms'));
  const { mean, variance } = differences(model, 1);
  expect(mean).toBeLessThan(1e-12);
  expect(variance).toBeLessThan(1e-10);
});
