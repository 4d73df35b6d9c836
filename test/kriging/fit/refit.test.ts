import { expect, test } from 'vitest';
import type { Dataset } from '../../../src/core/dataset.ts';
import { outputList } from '../../../src/core/output.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { MarginalPosterior } from '../../../src/kriging/process/marginal.ts';
import type { GaussianProcessModel } from '../../../src/kriging/process/model.ts';
import { KrigingPosterior } from '../../../src/kriging/process/posterior.ts';
import { likelihoodOf, logParameters } from '../../../src/kriging/process/search.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { gaussianProcess } from '../../../src/surrogates/gaussian-process/gaussian-process.ts';
import { dataset, labeled, testRun } from '../../../src/testing/labeled.ts';

const plane = new Space({ a: real(0, 1), b: real(0, 1) });
const one = outputList({ y: {} });
const wave = (u: Float64Array) => Math.sin(9 * u[0]) * (1 + u[1]) + u[1] ** 2;
const all = labeled(plane, one, 60, (u) => [wave(u)]);
const first = (n: number, data = all) => data.select(Array.from({ length: n }, (_, i) => i));
const surrogate = gaussianProcess();

function estimateOf({ columns: [{ kriging }] }: GaussianProcessModel): KrigingPosterior {
  const estimate = kriging instanceof MarginalPosterior ? kriging.estimate : kriging;
  if (!(estimate instanceof KrigingPosterior)) throw new Error('not exact');
  return estimate;
}

/** Minus the penalized log likelihood of all rows under the hyper-parameters of a fit. */
function objective(model: GaussianProcessModel, data: Dataset): number {
  const estimate = estimateOf(model);
  const { targets } = model.columns[0].response;
  expect(targets.length).toBe(data.size);
  const parts = { ...estimate.parts, x: data.x, y: targets };
  return likelihoodOf(parts, estimate.hyperparameters.kernel).value(logParameters(estimate));
}

test('another search from where the earlier fit was makes all rows likelier, under the same structure', async () => {
  const before = await surrogate.fit(first(20), testRun('before'));
  const again = await surrogate.refit!(all, testRun('again'), before);
  const extended = before.extended(all)!;
  expect(again.hyperparameters[0]!.kernel).toBe(before.hyperparameters[0]!.kernel);
  expect(again.transforms).toEqual(before.transforms);
  expect(again.columns[0].calibration).toBe(before.columns[0].calibration);
  const known = { ...estimateOf(extended).parts, y: again.columns[0].response.targets };
  const { kernel } = before.hyperparameters[0]!;
  const stayed = likelihoodOf(known, kernel).value(logParameters(estimateOf(extended)));
  expect(objective(again, all)).toBeLessThan(stayed - 1);
  // Nearly as likely as after a search from everywhere.
  const whole = await gaussianProcess({ kernel, transform: before.transforms[0], trend: 'constant' }).fit(
    all,
    testRun('w'),
  );
  expect(objective(again, all)).toBeLessThan(objective(whole, all) + 1);
});

test('the answers at the earlier points may be others', async () => {
  const exact = gaussianProcess({ kernel: 'matern-5/2', nugget: 'interpolate', transform: 'none' });
  const before = await exact.fit(first(40), testRun('before'));
  const other = labeled(plane, one, 60, (u) => [Math.exp(wave(u))]);
  const mean = (await exact.refit!(other, testRun('again'), before)).predict(other.x);
  for (let i = 0; i < 60; i++) expect(mean.data[i]).toBeCloseTo(other.y.data[i], 4);
});

test('hyper-parameters are averaged over as in a fit', async () => {
  const averaging = gaussianProcess({ draws: 4 });
  const before = await averaging.fit(first(30), testRun('before'));
  const { kriging } = (await averaging.refit!(first(40), testRun('again'), before)).columns[0];
  expect(kriging).toBeInstanceOf(MarginalPosterior);
});

test('few rows are drawn to the mode of the prior as in a fit, and so are those that are averaged over', async () => {
  const five = labeled(plane, one, 5, (u) => [u[0]]);
  const shortest = async (prior: 'median' | 'mode') => {
    const process = gaussianProcess({ kernel: 'matern-5/2', transform: 'none', draws: 8, prior });
    const before = await process.fit(five, testRun('prior'));
    const models = [before, await process.refit!(five, testRun('prior'), before)];
    const x = Matrix.from([Float64Array.of(0.5, 0.5)]);
    return models.map((model) => ({
      length: estimateOf(model).hyperparameters.lengthscales[1],
      variance: model.posterior(x).variance.get(0, 0),
    }));
  };
  const [long, short] = [await shortest('median'), await shortest('mode')];
  short.forEach(({ length, variance }, k) => {
    expect(length / long[k].length).toBeLessThan(0.3);
    expect(variance / long[k].variance).toBeGreaterThan(2);
  });
});

test('a kernel of effects, found from a plain fit, keeps its prior', async () => {
  const sum = labeled(plane, one, 40, (u) => [Math.sin(9 * u[0]) + Math.cos(8 * u[1])]);
  const model = await gaussianProcess({ prior: 'mode', transform: 'none' }).fit(sum, testRun('keeps'));
  const { parts, hyperparameters } = estimateOf(model);
  expect(hyperparameters.kernel).toMatch(/^anova/);
  expect(parts.prior).toBe('mode');
});

test('what admits no further search is fitted whole', async () => {
  const before = await surrogate.fit(first(30), testRun('before'));
  const constant = await surrogate.fit(
    labeled(plane, one, 30, () => [1]),
    testRun('constant'),
  );
  const narrow = new Space({ c: real(0, 1) });
  const line = labeled(narrow, one, 30, (u) => [Math.sin(5 * u[0])]);
  const twice = dataset(
    plane,
    one,
    all.x.stack(all.x),
    new Matrix(
      120,
      1,
      Float64Array.from({ length: 120 }, (_, i) => i),
    ),
  );
  for (const [data, previous] of [
    [all, constant],
    [line, before],
    [twice, before],
  ] as const) {
    const again = await surrogate.refit!(data, testRun('same'), previous);
    const whole = await surrogate.fit(data, testRun('same'), previous);
    expect(again.predict(data.x).data).toEqual(whole.predict(data.x).data);
  }
});
