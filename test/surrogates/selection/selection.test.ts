import { describe, expect, test } from 'vitest';
import { isDifferentiable, isProbabilistic } from '../../../src/core/model.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { conformal } from '../../../src/surrogates/conformal/conformal.ts';
import { gaussianProcess } from '../../../src/surrogates/gaussian-process/gaussian-process.ts';
import { nearestNeighbor } from '../../../src/surrogates/nearest-neighbor.ts';
import { EnsembleModel } from '../../../src/surrogates/selection/ensemble.ts';
import { auto } from '../../../src/surrogates/selection/selection.ts';
import { stackingWeights } from '../../../src/surrogates/selection/weights.ts';
import { decisionTree } from '../../../src/surrogates/trees/decision-tree.ts';
import { PROCESS } from '../../../src/testing/capabilities.ts';
import { labeled, points, testRun } from '../../../src/testing/labeled.ts';
import { modelLaws } from '../../../src/testing/model-laws.ts';
import { surrogateLaws } from '../../../src/testing/surrogate-laws.ts';

const ENSEMBLE = ['posterior', 'observation', 'gradient', 'cross-validation'] as const;

describe('as others', { tags: ['slow'] }, () => {
  surrogateLaws('auto()', () => auto({ candidates: [nearestNeighbor()] }), {
    capabilities: PROCESS,
    ofClasses: ENSEMBLE,
    q2: 0.9,
    runs: 2,
  });
});

const space = new Space({ a: real(0, 1), b: real(0, 1), c: real(0, 1) });
const outputs = [{ name: 'f' }];
/** Plateaus, which no smooth process learns and a tree does. */
const stairs = (u: Float64Array) => (u[0] < 0.37 ? (u[1] < 0.6 ? 5 : -3) : u[2] < 0.45 ? 1 : -8);

const ensemble = async () => {
  const data = labeled(space, outputs, 160, (u) => [stairs(u)]);
  return { data, model: await auto({ candidates: [decisionTree(), nearestNeighbor()] }).fit(data, testRun('stairs')) };
};

describe('the choice', () => {
  test('of a smooth function is the Gaussian process itself, with all that it can do', async () => {
    const data = labeled(space, outputs, 40, (u) => [Math.sin(4 * u[0]) + u[1]]);
    const model = await auto().fit(data, testRun('smooth'));
    const plain = await gaussianProcess().fit(data, testRun('smooth'));
    const x = points(space, 20, new Rng('queries'));
    expect(model.predict(x).data).toEqual(plain.predict(x).data);
    expect(model.health.evidence).toMatchObject([[{ candidate: 'gaussian process', weight: 1 }]]);
    expect('joint' in model && isDifferentiable(model)).toBe(true);
  });

  test('of a staircase is another one, and the evidence says by how much', { tags: ['slow'] }, async () => {
    const { model, data } = await ensemble();
    expect(model).toBeInstanceOf(EnsembleModel);
    const [evidence] = model.health.evidence ?? [];
    expect(evidence.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
    const process = evidence.find(({ candidate }) => candidate === 'gaussian process');
    expect(evidence[0].nrmse).toBeLessThan(0.9 * (process?.nrmse ?? 0));
    const fresh = labeled(space, outputs, 500, (u) => [stairs(u)], 'fresh');
    const errorOf = (m: typeof model) =>
      m.predict(fresh.x).data.reduce((sum, value, i) => sum + (value - fresh.y.data[i]) ** 2, 0);
    const plain = await gaussianProcess().fit(data, testRun('stairs'));
    expect(errorOf(model)).toBeLessThan(errorOf(plain));
  });

  test('tries components above 20 inputs, and only there', { tags: ['slow'] }, async () => {
    const tried = async (d: number) => {
      const many = new Space(Object.fromEntries(Array.from({ length: d }, (_, j) => [`x${j}`, real(0, 1)])));
      const data = labeled(many, outputs, 60, (u) => [Math.sin(u.reduce((sum, v) => sum + v, 0))]);
      const { health } = await auto().fit(data, testRun('many'));
      return health.evidence?.[0].map(({ candidate }) => candidate);
    };
    expect(await tried(21)).toContain('KPLS');
    expect(await tried(20)).not.toContain('KPLS');
  });

  test('of a steep power law in one input is that law', async () => {
    const line = new Space({ width: real(0.01, 10) });
    const law = (u: Float64Array) => 5 * (0.01 + 9.99 * u[0]) ** -3;
    const data = labeled(line, outputs, 40, (u) => [law(u)]);
    const model = await auto().fit(data, testRun('law'));
    expect(model.health.evidence?.[0][0]).toMatchObject({ candidate: 'power law', weight: 1 });
    const fresh = labeled(line, outputs, 50, (u) => [law(u)], 'fresh');
    model.predict(fresh.x).data.forEach((value, i) => {
      expect(value).toBeCloseTo(fresh.y.data[i], 6);
    });
  });

  test('stands while the data grow little', async () => {
    const { model, data } = await ensemble();
    const more = labeled(space, outputs, 180, (u) => [stairs(u)]);
    const again = await auto({ candidates: [decisionTree(), nearestNeighbor()] }).fit(more, testRun('more'), model);
    expect(again.health.evidence).toEqual(model.health.evidence);
    expect([again.health.points, data.size]).toEqual([180, 160]);
  });

  test('without a budget is the Gaussian process', async () => {
    const data = labeled(space, outputs, 160, (u) => [stairs(u)]);
    const model = await auto({ budget: 0 }).fit(data, testRun('stairs'));
    expect(model.health.evidence?.[0]).toHaveLength(1);
  });
});

modelLaws('an ensemble', ensemble, ENSEMBLE);

test('an ensemble has conformal intervals from its own left-out rows', async () => {
  const data = labeled(space, outputs, 160, (u) => [stairs(u)]);
  const model = await conformal(auto({ candidates: [decisionTree(), nearestNeighbor()] })).fit(data, testRun('stairs'));
  expect(isProbabilistic(model)).toBe(true);
  const fresh = labeled(space, outputs, 500, (u) => [stairs(u)], 'fresh');
  const { lower, upper } = model.interval(fresh.x);
  const inside = fresh.y.data.filter((y, i) => y >= lower.data[i] && y <= upper.data[i]).length;
  expect(inside / 500).toBeGreaterThan(0.88);
});

describe('stacking weights', () => {
  const truth = Float64Array.of(1, 2, 3, 4, 5, 6);
  const off = (error: number[]) => truth.map((y, i) => y + error[i]);

  test('of two predictions with independent errors are the inverse of their variances', () => {
    const weights = stackingWeights(truth, [
      off([1, 1, 1, -1, -1, -1]),
      off([2, -2, 2, -2, 2, -2].map((e, i) => (i < 3 ? e : -e))),
    ]);
    // Variances 1 and 4, and products that add up to 0.
    expect(weights[0]).toBeCloseTo(4 / 5, 9);
    expect(weights[0] + weights[1]).toBeCloseTo(1, 12);
  });

  test('are never negative, and leave out what does not help', () => {
    const weights = stackingWeights(truth, [
      off([1, -1, 1, -1, 1, -1]),
      off([2, -2, 2, -2, 2, -2]),
      truth.map(() => 99),
    ]);
    expect(weights[0]).toBeCloseTo(1, 3);
    expect(weights[1]).toBe(0);
  });

  test('are those of the least error on a grid', () => {
    const rng = new Rng('stacking');
    for (let r = 0; r < 20; r++) {
      const y = Float64Array.from({ length: 15 }, () => rng.normal());
      const shared = Float64Array.from({ length: 15 }, () => rng.normal());
      const predictions = [0.3, 0.6, 1].map((s) => y.map((v, i) => v + s * rng.normal() + 0.5 * shared[i]));
      const error = (w: ArrayLike<number>) =>
        y.reduce((sum, v, i) => sum + (v - predictions.reduce((t, p, m) => t + w[m] * p[i], 0)) ** 2, 0);
      const found = error(stackingWeights(y, predictions));
      for (let a = 0; a <= 20; a++)
        for (let b = 0; a + b <= 20; b++)
          expect(found).toBeLessThanOrEqual(error([a / 20, b / 20, 1 - (a + b) / 20]) * (1 + 1e-9));
    }
  });
});
