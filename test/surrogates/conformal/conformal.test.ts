import { describe, expect, test } from 'vitest';
import { ImagoError } from '../../../src/core/errors.ts';
import {
  hasIntervals,
  hasLeaveOneOut,
  isProbabilistic,
  type ProbabilisticModel,
  type Surrogate,
} from '../../../src/core/model.ts';
import { partsOf } from '../../../src/core/parts.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { type ConformalOptions, conformal } from '../../../src/surrogates/conformal/conformal.ts';
import { gaussianProcess } from '../../../src/surrogates/gaussian-process/gaussian-process.ts';
import { decisionTree } from '../../../src/surrogates/trees/decision-tree.ts';
import { dataset, labeled, points, testRun } from '../../../src/testing/labeled.ts';
import { surrogateLaws } from '../../../src/testing/surrogate-laws.ts';

surrogateLaws('conformal(decisionTree())', () => conformal(decisionTree()), {
  capabilities: ['structure', 'interval'],
  runs: 4,
});

const space = new Space({ a: real(0, 1), b: real(0, 1) });
const wave = (u: Float64Array) => Math.sin(5 * u[0]) + u[1] ** 2;
const outputs = [{ name: 'f' }];
const mean = (values: Float64Array) => values.reduce((sum, y) => sum + y, 0) / values.length;

/** Predicts the mean of what it saw, everywhere. */
const average: Surrogate = {
  name: 'average',
  fit: async (data) => {
    const level = mean(data.y.column(0));
    return {
      health: { points: data.size, notes: [] },
      predict: (x) => new Matrix(x.rows, 1, new Float64Array(x.rows).fill(level)),
    };
  },
};

/** n exponential answers, whatever the point. */
function skewed(n: number, stream: string) {
  const rng = new Rng(stream);
  return labeled(space, outputs, n, () => [-Math.log(1 - rng.uniform())], stream);
}

/** Mean coverage over many data sets of exchangeable rows. */
async function coverage(options: ConformalOptions, n: number, level: number, repeats = 400): Promise<number> {
  let inside = 0;
  const queries = 20;
  for (let r = 0; r < repeats; r++) {
    const model = await conformal(average, options).fit(skewed(n, `train/${r}`), testRun(`conformal/${r}`));
    const fresh = skewed(queries, `test/${r}`);
    const { lower, upper } = model.interval(fresh.x, level);
    for (let i = 0; i < queries; i++)
      if (fresh.y.data[i] >= lower.data[i] && fresh.y.data[i] <= upper.data[i]) inside++;
  }
  return inside / (queries * repeats);
}

describe('coverage of exchangeable rows', () => {
  test('by a split of m rows is ceil(level (m + 1)) / (m + 1)', { tags: ['slow'] }, async () => {
    // 2 parts of 40 rows: 20 scores; 95 % of 21 is rank 20, 80 % is rank 17.
    expect(await coverage({ method: 'split', folds: 2 }, 40, 0.95)).toBeCloseTo(20 / 21, 1.7);
    const observed = await coverage({ method: 'split', folds: 2 }, 40, 0.8);
    expect(Math.abs(observed - 17 / 21)).toBeLessThan(0.02);
  });

  test.each(['jackknife+', 'cv+'] as const)(
    'by %s is about the level, and never below 1 - 2 (1 - level)',
    async (method) => {
      const observed = await coverage({ method, folds: 5 }, 30, 0.8, 200);
      expect(observed).toBeGreaterThan(0.6);
      expect(Math.abs(observed - 0.8)).toBeLessThan(0.035);
    },
  );
});

test('jackknife+ intervals are those of its definition', async () => {
  const data = skewed(19, 'hand');
  const model = await conformal(average, { method: 'jackknife+' }).fit(data, testRun('hand'));
  const y = data.y.column(0);
  const without = Array.from(y, (_, i) => mean(y.filter((__, j) => j !== i)));
  const { lower, upper } = model.interval(new Matrix(1, 2));
  // Of 19 rows the 95 % bounds are the smallest and the largest end.
  expect(lower.data[0]).toBeCloseTo(Math.min(...without.map((m, i) => m - Math.abs(y[i] - m))), 12);
  expect(upper.data[0]).toBeCloseTo(Math.max(...without.map((m, i) => m + Math.abs(y[i] - m))), 12);
});

describe('around a Gaussian process', () => {
  test('intervals come from its own cross-validation, and its capabilities stay', async () => {
    const data = labeled(space, outputs, 40, (u) => [wave(u)]);
    const plain = await gaussianProcess().fit(data, testRun('gp'));
    const model = await conformal(gaussianProcess()).fit(data, testRun('gp'));
    const x = points(space, 50, new Rng('queries'));
    expect(model.predict(x).data).toEqual(plain.predict(x).data);
    expect([isProbabilistic(model), hasLeaveOneOut(model), hasIntervals(model)]).toEqual([true, true, true]);
    expect(model.posteriorGradient(x.row(0))).toEqual(plain.posteriorGradient(x.row(0)));
    const left = plain.crossValidation();
    const least = 0.05 * Math.sqrt(mean(left.mean.data.map((m, i) => (data.y.data[i] - m) ** 2)));
    const scores = left.mean.data.map(
      (m, i) => Math.abs(data.y.data[i] - m) / Math.max(least, Math.sqrt(left.variance.data[i])),
    );
    const sorted = scores.slice().sort();
    const rank = sorted[37] + 0.95 * (sorted[38] - sorted[37]);
    const parts = partsOf(data.x, space.columns, 4);
    const sizes = [0, 1, 2, 3].map((part) =>
      Math.sqrt(mean(scores.filter((_, i) => parts[i] === part).map((r) => r * r))),
    );
    expect(Math.min(...sizes)).toBeGreaterThan(0.1 * Math.max(...sizes));
    const size = (sizes[0] * sizes[1] * sizes[2] * sizes[3]) ** 0.25;
    // The 97.5 % point of Student's t with 5 degrees of freedom is 2.5706, that of the normal distribution 1.9600.
    const reach = (2.5706 * size) ** 0.7 * ((2.5706 / 1.96) * rank) ** 0.3;
    const { upper } = model.interval(x);
    const { mean: m, variance } = plain.observation(x);
    upper.data.forEach((bound, i) => {
      expect((bound - m.data[i]) / Math.max(least, Math.sqrt(variance.data[i])) / reach).toBeCloseTo(1, 3);
    });
    const [adequacy] = model.health.adequacy ?? [];
    expect(adequacy?.residuals).toHaveLength(40);
    expect(adequacy?.variance).toBeCloseTo(Math.abs(Math.log(mean(scores.map((r) => r * r)))), 6);
  });

  test('of noisy answers they cover the noise', async () => {
    const rng = new Rng('noise');
    const data = labeled(space, outputs, 80, (u) => [wave(u) + 0.3 * rng.normal()]);
    const model = await conformal(gaussianProcess()).fit(data, testRun('noisy'));
    const fresh = labeled(space, outputs, 400, (u) => [wave(u) + 0.3 * rng.normal()], 'fresh');
    const { lower, upper } = model.interval(fresh.x);
    const inside = fresh.y.data.filter((y, i) => y >= lower.data[i] && y <= upper.data[i]).length;
    expect(inside / 400).toBeGreaterThan(0.88);
  });
});

describe('with too few rows', () => {
  /** Mean share of fresh answers inside, over designs. */
  const coverage = async (make: () => Surrogate, n: number, designs: number) => {
    let inside = 0;
    for (let draw = 0; draw < designs; draw++) {
      const data = labeled(space, outputs, n, (u) => [wave(u)], `few/${draw}`);
      const model = await conformal(make()).fit(data, testRun(`few/${draw}`));
      const fresh = labeled(space, outputs, 200, (u) => [wave(u)], 'fresh');
      const { lower, upper } = model.interval(fresh.x);
      inside += fresh.y.data.filter((y, i) => y >= lower.data[i] && y <= upper.data[i]).length / 200;
    }
    return inside / designs;
  };

  test.each([5, 7, 10, 14, 18])(
    'such as %d intervals are wide enough, and the health record says that they are a guess',
    async (n) => {
      expect(await coverage(gaussianProcess, n, 12)).toBeGreaterThan(0.85);
      const data = labeled(space, outputs, n, (u) => [wave(u)]);
      const model = await conformal(gaussianProcess()).fit(data, testRun('few'));
      expect(model.health.notes.join()).toContain(`a guess from the size of errors: ${n} rows are too few`);
      expect(model.health.adequacy?.[0]?.residuals).toHaveLength(n);
    },
  );

  test('a model without a variance has finite intervals', async () => {
    expect(await coverage(decisionTree, 10, 8)).toBeGreaterThan(0.85);
    const { lower, upper } = (await conformal(average).fit(skewed(10, 'few'), testRun('few'))).interval(
      new Matrix(2, 2),
    );
    expect([...lower.data, ...upper.data].every(Number.isFinite)).toBe(true);
  });

  test('below four of them nothing is promised beyond the own interval of a model that has one', async () => {
    const few = labeled(space, outputs, 3, (u) => [1000 + u[0]]);
    const model = await conformal(gaussianProcess()).fit(few, testRun('few'));
    expect(model.health.notes.join()).toContain("the model's own and too narrow: 3 rows");
    const own = model.interval(few.x);
    expect(own.upper.data[0] - own.lower.data[0]).toBeLessThan(10);
    const { lower, upper } = (await conformal(average).fit(skewed(3, 'few'), testRun('few'))).interval(
      new Matrix(1, 2),
    );
    expect([lower.data[0], upper.data[0]]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });
});

test('a variance of nothing at some left-out rows does not widen the intervals of all', async () => {
  // It is sure of the left half, where it is as wrong as anywhere.
  const sure: Surrogate<ProbabilisticModel> = {
    name: 'sure',
    async fit(data) {
      const posterior = (x: Matrix) => ({
        mean: new Matrix(x.rows, 1),
        variance: new Matrix(
          x.rows,
          1,
          x.column(0).map((a) => (a < 0.5 ? 0 : 1)),
        ),
      });
      return { health: { points: data.size, notes: [] }, posterior, predict: (x) => posterior(x).mean };
    },
  };
  const rng = new Rng('errors');
  const data = labeled(space, outputs, 60, () => [rng.normal()]);
  for (const method of ['cv+', 'jackknife+', 'split'] as const) {
    const { lower, upper } = (await conformal(sure, { method }).fit(data, testRun('sure'))).interval(data.x);
    const widths = upper.data.map((high, i) => high - lower.data[i]).sort();
    expect(widths[59]).toBeLessThan(100);
  }
});

test('probabilities of classes stay in [0, 1]', async () => {
  const classes = [{ name: 'side', classes: ['left', 'right'] }];
  const data = labeled(space, classes, 60, (u) => [u[0] > 0.5 ? 1 : 0]);
  const model = await conformal(decisionTree()).fit(data, testRun('classes'));
  const { lower, upper } = model.interval(points(space, 30, new Rng('queries')));
  expect([...lower.data, ...upper.data].every((p) => p >= 0 && p <= 1)).toBe(true);
});

test('bad options are refused', async () => {
  expect(() => conformal(average, { method: 'cv' as 'cv+' })).toThrow(/method must be one of auto/);
  expect(() => conformal(average, { folds: 1 })).toThrow(ImagoError);
  const model = await conformal(average).fit(dataset(space, outputs, new Matrix(1, 2), new Matrix(1, 1)), testRun('x'));
  expect(() => model.interval(new Matrix(1, 2), 1)).toThrow(/level must be in/);
});
