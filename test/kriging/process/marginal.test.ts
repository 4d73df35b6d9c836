import { describe, expect, test } from 'vitest';
import { outputList } from '../../../src/core/output.ts';
import { FeatureMap } from '../../../src/core/space/feature-map.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { MarginalPosterior } from '../../../src/kriging/process/marginal.ts';
import { kriging, LONG, likelihoodOf, logParameters, searchFrom } from '../../../src/kriging/process/search.ts';
import { trendBasis } from '../../../src/kriging/process/trend.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { gaussianProcess } from '../../../src/surrogates/gaussian-process/gaussian-process.ts';
import { PROCESS } from '../../../src/testing/capabilities.ts';
import { dataset, labeled, points, testRun } from '../../../src/testing/labeled.ts';
import { surrogateLaws } from '../../../src/testing/surrogate-laws.ts';

surrogateLaws('gaussianProcess over 4 draws', () => gaussianProcess({ draws: 4 }), {
  capabilities: PROCESS,
  refits: true,
  q2: 0.99,
  accuracy: 0.9,
  runs: 6,
});

const line = new Space({ a: real(0, 1) });
const plane = new Space({ a: real(0, 1), b: real(0, 1) });
const one = outputList({ y: {} });
const wave = (u: Float64Array) => Math.sin(6 * u[0]) + u[1] ** 2;

/** One coordinate, five rows. */
function few() {
  const x = Matrix.from([[0.05], [0.3], [0.45], [0.7], [0.95]].map((row) => Float64Array.from(row)));
  const raw = [0.3, 1.2, 0.1, -1.4, -0.2];
  const mean = raw.reduce((sum, v) => sum + v, 0) / 5;
  const deviation = Math.sqrt(raw.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 5);
  const y = Float64Array.from(raw, (v) => (v - mean) / deviation);
  return { map: new FeatureMap(line.columns), basis: trendBasis('constant', x, line.columns), x, y };
}

describe('a mixture over hyper-parameters', () => {
  test('has the mean and variance that integrating over the lengthscale gives', async () => {
    const data = few();
    const estimate = await searchFrom(data, 'matern-5/2', 'interpolate', Float64Array.of(-1, -30), LONG, () =>
      Promise.resolve(),
    );
    const query = Matrix.from([Float64Array.of(0.58)]);
    const answer = (member: { evaluate: MarginalPosterior['evaluate'] }) => {
      const [mean, variance] = [new Float64Array(1), new Float64Array(1)];
      member.evaluate(query, mean, variance, 0, 1);
      return { mean: mean[0], variance: variance[0] };
    };
    const likelihood = likelihoodOf(data, 'matern-5/2');
    const [, nugget] = logParameters(estimate);
    let [weight, first, second] = [0, 0, 0];
    for (let t = Math.log(0.01); t < Math.log(300); t += 0.01) {
      const w = Math.exp(-likelihood.value(Float64Array.of(t, nugget)));
      const { mean, variance } = answer(kriging(data, 'matern-5/2', [t, nugget]));
      weight += w;
      first += w * mean;
      second += w * (variance + mean * mean);
    }
    const integral = { mean: first / weight, variance: second / weight - (first / weight) ** 2 };
    const mixture = answer(MarginalPosterior.of(estimate, 3000, new Rng('integral')));
    expect(Math.abs(mixture.mean - integral.mean)).toBeLessThan(0.02);
    expect(mixture.variance / integral.variance).toBeGreaterThan(0.93);
    expect(mixture.variance / integral.variance).toBeLessThan(1.07);
    // The estimate alone would not pass.
    const alone = answer(estimate);
    expect(Math.abs(alone.variance / integral.variance - 1)).toBeGreaterThan(0.15);
  });

  test('answers through the model with mixture moments, joint covariances and gradients that agree', async () => {
    // With noise, so that no variance is a difference of numbers that cancel.
    const rng = new Rng('moments/noise');
    const data = labeled(plane, one, 15, (u) => [wave(u) + 0.1 * rng.normal()]);
    const model = await gaussianProcess({ draws: 6, nugget: 'estimate' }).fit(data, testRun('moments'));
    const queries = points(plane, 5, new Rng('moments/queries'));
    const { mean, variance } = model.posterior(queries);
    const joint = model.joint(queries);
    for (let i = 0; i < 5; i++) {
      expect(joint.mean.get(i, 0)).toBeCloseTo(mean.get(i, 0), 10);
      expect(joint.covariance[0].get(i, i) / variance.get(i, 0)).toBeCloseTo(1, 8);
      const u = queries.row(i);
      const slopes = model.posteriorGradient(u);
      expect(slopes.variance[0] / variance.get(i, 0)).toBeCloseTo(1, 8);
      for (let j = 0; j < 2; j++) {
        const moved = (step: number) => model.posterior(Matrix.from([u.map((v, k) => (k === j ? v + step : v))]));
        const [above, below] = [moved(1e-5), moved(-1e-5)];
        const byMean = (above.mean.get(0, 0) - below.mean.get(0, 0)) / 2e-5;
        const byVariance = (above.variance.get(0, 0) - below.variance.get(0, 0)) / 2e-5;
        expect(slopes.meanGradient.get(0, j)).toBeCloseTo(byMean, 4);
        expect(Math.abs(slopes.varianceGradient.get(0, j) - byVariance)).toBeLessThan(1e-3 * variance.get(i, 0) + 1e-6);
      }
    }
  });

  test('is less sure than the estimate between rows, and as sure at them', async () => {
    const data = labeled(plane, one, 10, (u) => [wave(u)]);
    const [plain, mixed] = await Promise.all(
      [1, 16].map((draws) => gaussianProcess({ draws, nugget: 'interpolate' }).fit(data, testRun('sure'))),
    );
    const queries = points(plane, 200, new Rng('sure/queries'));
    const total = (x: Matrix, model: typeof plain) => model.posterior(x).variance.data.reduce((sum, v) => sum + v, 0);
    expect(total(queries, mixed)).toBeGreaterThan(1.1 * total(queries, plain));
    expect(total(data.x, mixed)).toBeLessThan(1e-8);
  });

  test('takes in rows in every member: extended and conditioned models agree with each other', async () => {
    const all = labeled(plane, one, 14, (u) => [wave(u)]);
    const first = all.select([...Array(12).keys()]);
    const model = await gaussianProcess({ draws: 5 }).fit(first, testRun('grow'));
    const grown = model.extended(all)!;
    const told = model.conditioned(all.x.select([12, 13]), all.y.select([12, 13]));
    const { mean, variance } = grown.posterior(all.x);
    for (let i = 0; i < 14; i++) {
      expect(mean.get(i, 0)).toBeCloseTo(all.y.get(i, 0), 5);
      expect(variance.get(i, 0)).toBeLessThan(1e-6);
    }
    const queries = points(plane, 20, new Rng('grow/queries'));
    const [a, b] = [grown.predict(queries), told.predict(queries)];
    for (let i = 0; i < 20; i++) expect(a.get(i, 0)).toBeCloseTo(b.get(i, 0), 8);
  });

  test('beyond 80 rows is the estimate alone', async () => {
    const data = labeled(plane, one, 81, (u) => [wave(u)]);
    const [plain, mixed] = await Promise.all(
      [1, 4].map((draws) => gaussianProcess({ draws }).fit(data, testRun('many'))),
    );
    expect(mixed.posterior(data.x)).toEqual(plain.posterior(data.x));
  });

  test('leaves the rows that an approximation learns from to the estimate', async () => {
    const data = labeled(plane, one, 60, (u) => [wave(u)]);
    const [plain, mixed] = await Promise.all(
      [1, 4].map((draws) => gaussianProcess({ draws, exactRows: 20 }).fit(data, testRun('approximate'))),
    );
    expect(mixed.health.notes.join()).toContain('approximated');
    expect(mixed.posterior(data.x)).toEqual(plain.posterior(data.x));
  });

  test('refuses a number of draws that is none', () => {
    for (const draws of [0, 1.5, Number.NaN])
      expect(() => gaussianProcess({ draws })).toThrow(`draws must be a whole number from 1, got ${draws}`);
  });

  test('survives answers that say nothing of the lengthscale', async () => {
    const x = points(plane, 3, new Rng('flat'));
    const data = dataset(plane, one, x, new Matrix(3, 1, Float64Array.of(1, 1, 1 + 1e-12)));
    const model = await gaussianProcess({ draws: 4 }).fit(data, testRun('flat'));
    expect(model.posterior(points(plane, 4, new Rng('q'))).mean.data.every(Number.isFinite)).toBe(true);
  });
});
