import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../src/core/dataset.ts';
import { real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { KrigingPosterior } from '../../src/kriging/process/posterior.ts';
import { kriging, logParameters } from '../../src/kriging/process/search.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { Rng } from '../../src/numerics/random.ts';
import { conformal } from '../../src/surrogates/conformal/conformal.ts';
import { domainOf } from '../../src/surrogates/domain.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';
import { mergedRows } from '../../src/surrogates/merging.ts';
import { nearestNeighbor } from '../../src/surrogates/nearest-neighbor.ts';
import { randomForest } from '../../src/surrogates/trees/random-forest.ts';
import { PROCESS } from '../../src/testing/capabilities.ts';
import { dataset, labeled, points, testRun } from '../../src/testing/labeled.ts';
import { modelLaws } from '../../src/testing/model-laws.ts';

const space = new Space({ a: real(0, 1), b: real(0, 1), c: real(0, 1) });
const outputs = [{ name: 'f' }];
const wave = (u: Float64Array) => Math.sin(6 * u[0]) * Math.cos(4 * u[1]) + u[2];
const single = () => labeled(space, outputs, 30, (u) => [wave(u)]);
const times = (data: Dataset, count: number) =>
  data.select(Array.from({ length: count * data.size }, (_, i) => i % data.size));

modelLaws(
  'a Gaussian process of rows that were written down twice',
  async () => {
    const data = times(single(), 2);
    return { data, model: await gaussianProcess().fit(data, testRun('twice')) };
  },
  PROCESS,
);

describe('rows that repeat others', () => {
  test('are merged when they say the same, by what their numbers have in common when they do not', () => {
    const x = new Matrix(7, 3);
    x.row(6).fill(1);
    const merged = (y: number[]) =>
      mergedRows(dataset(space, outputs, x, new Matrix(7, 1, Float64Array.from(y))))?.kept;
    expect(merged([1, 1, 1, 1, 1, 1, 5])).toEqual([0, 6]);
    expect(merged([1, 2, 1, 2, 1, 2, 5])).toEqual([0, 1, 6]);
    expect(merged([1, 2, 1, 1, 1, 2, 5])).toEqual([0, 1, 2, 6]);
    expect(merged([1, 2, 3, 4, 5, 6, 5])).toBeUndefined();
  });

  test('leave a process as it is, and its assessments are of all rows', async () => {
    const once = await conformal(gaussianProcess()).fit(single(), testRun('one'));
    const often = await conformal(gaussianProcess()).fit(times(single(), 4), testRun('one'));
    const x = points(space, 50, new Rng('queries'));
    expect(often.predict(x).data).toEqual(once.predict(x).data);
    expect(often.interval(x)).toEqual(once.interval(x));
    expect(often.health.points).toBe(120);
    expect(often.health.notes.join()).toContain('90 of 120 rows repeat others');
    expect(often.health.adequacy?.[0]?.nrmse).toBe(once.health.adequacy?.[0]?.nrmse);
    expect(often.health.adequacy?.[0]?.residuals.filter((r) => !Number.isNaN(r))).toHaveLength(30);
    for (const [left, all] of [
      [once.leaveOneOut(), often.leaveOneOut()],
      [once.crossValidation(), often.crossValidation()],
    ]) {
      expect(all.mean.rows).toBe(120);
      expect(all.mean.row(65)).toEqual(left.mean.row(5));
      expect(all.variance.row(119)).toEqual(left.variance.row(29));
    }
  });

  test('let a process be extended by rows at new points alone', async () => {
    const data = times(single(), 2);
    const model = await gaussianProcess().fit(data, testRun('twice'));
    const more = labeled(space, outputs, 3, (u) => [wave(u)], 'more');
    const longer = model.extended(data.concat(more));
    expect(longer?.health.points).toBe(63);
    expect(longer?.leaveOneOut().mean.rows).toBe(63);
    const plain = (await gaussianProcess().fit(single(), testRun('twice'))).extended(single().concat(more));
    expect(longer?.predict(more.x).data).toEqual(plain?.predict(more.x).data);
    expect(model.extended(data.concat(data.select([4])))).toBeUndefined();
    expect(model.extended(more)).toBeUndefined();
  });

  test('do not teach those who answer by what is near', async () => {
    const x = points(space, 20, new Rng('queries'));
    const once = await nearestNeighbor().fit(single(), testRun('near'));
    const often = await nearestNeighbor().fit(times(single(), 5), testRun('near'));
    expect(often.predict(x).data).toEqual(once.predict(x).data);
    expect(domainOf(often, times(single(), 2)).novelty(x)).toEqual(domainOf(once, single()).novelty(x));
  });

  test('are out of a bag together', async () => {
    const q2 = async (data: Dataset) => (await randomForest().fit(data, testRun('bags'))).health.q2Loo?.[0] ?? 1;
    expect(await q2(times(single(), 4))).toBeLessThan((await q2(single())) + 0.15);
  });
});

describe('replicates, which differ', () => {
  test('are left out together', async () => {
    const rng = new Rng('noise');
    const sites = single().x;
    const x = sites.select([...Array(30).keys(), ...Array(20).keys(), 3, 3]);
    const y = new Matrix(
      52,
      1,
      Float64Array.from({ length: 52 }, (_, i) => wave(x.row(i)) + 0.2 * rng.normal()),
    );
    const model = await gaussianProcess({ transform: 'none', calibrate: false }).fit(
      dataset(space, outputs, x, y),
      testRun('replicates'),
    );
    const { kriging: fitted } = model.columns[0];
    if (!(fitted instanceof KrigingPosterior)) throw new Error('an exact process was expected');
    const { mean, variance } = fitted.leaveOneOut();
    const s2 = fitted.hyperparameters.variance;
    for (const left of [[3, 33, 50, 51], [7, 37], [25]]) {
      const kept = [...Array(52).keys()].filter((i) => !left.includes(i));
      const { parts } = fitted;
      const part = { ...parts, x: parts.x.select(kept), y: Float64Array.from(kept, (i) => parts.y[i]) };
      const without = kriging(part, fitted.hyperparameters.kernel, logParameters(fitted));
      const [m, v] = [new Float64Array(1), new Float64Array(1)];
      without.evaluate(x.select([left[0]]), m, v, 0, 1);
      for (const row of left) {
        expect(mean[row]).toBeCloseTo(m[0], 6);
        const latent = (v[0] * s2) / without.hyperparameters.variance;
        expect(variance[row]).toBeCloseTo(latent + s2 * fitted.hyperparameters.nugget, 6);
      }
    }
  });
});
