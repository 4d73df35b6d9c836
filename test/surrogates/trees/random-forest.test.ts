import { describe, expect, test } from 'vitest';
import { outputList } from '../../../src/core/output.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { randomForest } from '../../../src/surrogates/trees/random-forest.ts';
import { dataset, labeled, points, testRun } from '../../../src/testing/labeled.ts';
import { surrogateLaws } from '../../../src/testing/surrogate-laws.ts';
import { deviation, reference, referenceData, referenceTest } from '../../fixtures/surrogates/tree-reference.ts';

surrogateLaws('random forest', () => randomForest(), { capabilities: ['posterior'] });
surrogateLaws('random forest of few shallow trees', () => randomForest({ trees: 3, maxDepth: 4, minLeaf: 2 }), {
  capabilities: ['posterior'],
  q2: 0.3,
  accuracy: 0.7,
});

const plane = new Space({ a: real(0, 1), b: real(0, 1) });
const number = outputList({ y: {} });

describe('forests against scikit-learn (test/fixtures/surrogates/tree-reference.py, ten seeds)', () => {
  const { x, y, label } = referenceTest();

  async function meanError(target: 'y' | 'label', columnsPerSplit: number): Promise<number> {
    let sum = 0;
    for (let seed = 0; seed < 10; seed++) {
      const model = await randomForest({ columnsPerSplit }).fit(referenceData(target), testRun(`${seed}`));
      const answer = model.predict(x);
      if (target === 'y') {
        const squares = y.reduce((total, value, i) => total + (value - answer.get(i, 0)) ** 2, 0);
        sum += Math.sqrt(squares / y.length) / deviation(y);
      } else {
        const wrong = label.filter((k, i) => answer.row(i).indexOf(Math.max(...answer.row(i))) !== k);
        sum += wrong.length / label.length;
      }
    }
    return sum / 10;
  }

  test.each([
    ['two of five columns a split', 'y', 2, reference.forestThird],
    ['all columns', 'y', 5, reference.forestAll],
    ['classes, three columns', 'label', 3, reference.forestClass],
  ] as const)(
    '%s: the mean error is the same within four standard errors',
    { tags: ['slow'] },
    async (_, target, columns, expected) => {
      // Two means of ten: the standard error of their difference is deviation * sqrt(2 / 10).
      const error = await meanError(target, columns);
      expect(Math.abs(error - expected.mean)).toBeLessThan(4 * expected.deviation * Math.sqrt(0.2));
    },
  );
});

describe('what a forest promises', () => {
  test('many rows at once are answered as one at a time, to the last bit', async () => {
    const outputs = outputList({ y: {}, k: { classes: ['low', 'high'] } });
    const data = labeled(plane, outputs, 60, ([a, b]) => [a * b, a > b ? 1 : 0]);
    const model = await randomForest({ trees: 7 }).fit(data, testRun('rows'));
    // More than go through the trees together.
    const x = points(plane, 1100, new Rng('many'));
    const all = model.posterior(x);
    expect(model.predict(x)).toEqual(all.mean);
    for (const i of [0, 1, 511, 512, 1023, 1024, 1099]) {
      const one = model.posterior(x.select([i]));
      expect([...all.mean.row(i)]).toEqual([...one.mean.row(0)]);
      expect([...all.variance.row(i)]).toEqual([...one.variance.row(0)]);
    }
  });

  test('the out-of-bag q2 tells the q2 on new points', async () => {
    const model = await randomForest().fit(referenceData('y'), testRun('7'));
    const { x, y } = referenceTest();
    const answer = model.predict(x);
    const squares = y.reduce((sum, value, i) => sum + (value - answer.get(i, 0)) ** 2, 0);
    const q2 = 1 - squares / (y.length * deviation(y) ** 2);
    expect(Math.abs((model.health.q2Loo?.[0] ?? Number.NaN) - q2)).toBeLessThan(0.08);
  });

  test('has a figure for a class, and none for a constant', async () => {
    const outputs = outputList({ flat: {}, side: { classes: ['left', 'right'] } });
    const data = labeled(plane, outputs, 80, (u) => [3, u[0] > 0.5 ? 1 : 0]);
    const { q2Loo } = (await randomForest().fit(data, testRun('7'))).health;
    expect(q2Loo?.[0]).toBeNaN();
    expect(q2Loo?.[1]).toBeGreaterThan(0.8);
  });

  test('the total variance is that of the data where the trees cannot split', async () => {
    const rng = new Rng('noise');
    const data = labeled(plane, number, 200, () => [2 * rng.normal()]);
    const { variance } = (await randomForest({ maxDepth: 0, trees: 400 }).fit(data, testRun('7'))).posterior(data.x);
    // Each tree answers with the mean of its sample; its leaf holds the sample's variance, (1 - 1/n) of the data's on average.
    const expected = deviation(Array.from(data.y.data)) ** 2;
    expect(variance.get(0, 0) / expected).toBeGreaterThan(0.97);
    expect(variance.get(0, 0) / expected).toBeLessThan(1.03);
  });

  test('is surer where there are data than where there are none', async () => {
    const rng = new Rng('left');
    const x = Matrix.from(Array.from({ length: 100 }, () => [rng.uniform() * 0.5, rng.uniform()]));
    const y = Matrix.from(Array.from({ length: 100 }, (_, i) => [Math.sin(8 * x.get(i, 0)) + x.get(i, 1)]));
    const model = await randomForest().fit(dataset(plane, number, x, y), testRun('7'));
    const meanVariance = (shift: number) => {
      const at = points(plane, 200, new Rng('at'));
      for (let i = 0; i < 200; i++) at.set(i, 0, 0.5 * at.get(i, 0) + shift);
      return model.posterior(at).variance.data.reduce((sum, v) => sum + v, 0) / 200;
    };
    expect(meanVariance(0.5)).toBeGreaterThan(meanVariance(0));
  });

  test('stops in the middle when the run is cancelled', async () => {
    let now = 0;
    const controller = new AbortController();
    const run = testRun('7', {
      clock: () => now++,
      signal: controller.signal,
      progress: ({ done }) => done === 20 && controller.abort(),
    });
    const data = labeled(plane, number, 50, (u) => [u[0]]);
    await expect(randomForest({ trees: 1000 }).fit(data, run)).rejects.toMatchObject({ code: 'cancelled' });
  });

  test.each([{ trees: 0 }, { trees: 2.5 }, { columnsPerSplit: 0 }, { minLeaf: 0 }])('refuses %o', (options) => {
    expect(() => randomForest(options)).toThrow(/whole number/);
  });
});
