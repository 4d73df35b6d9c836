import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outputList } from '../../../src/core/output.ts';
import { categorical, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { PackedHistograms } from '../../../src/numerics/kernels/packed-histograms.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { type Bins, binned } from '../../../src/surrogates/gradient-boosting/bins.ts';
import { gradientBoosting } from '../../../src/surrogates/gradient-boosting/gradient-boosting.ts';
import { type Histograms, histograms, PlainHistograms } from '../../../src/surrogates/gradient-boosting/histogram.ts';
import { logisticLoss, squaredLoss } from '../../../src/surrogates/gradient-boosting/loss.ts';
import { bestSplit } from '../../../src/surrogates/gradient-boosting/split.ts';
import { growBoosted } from '../../../src/surrogates/gradient-boosting/tree.ts';
import { leafOf } from '../../../src/surrogates/trees/nodes.ts';
import { dataset, labeled, points, testRun } from '../../../src/testing/labeled.ts';
import { surrogateLaws } from '../../../src/testing/surrogate-laws.ts';

surrogateLaws('gradient boosting', () => gradientBoosting({ rounds: 150 }), { capabilities: ['posterior'] });
surrogateLaws('one boosted sum of trees', () => gradientBoosting({ rounds: 40, folds: 1, patience: 5, bins: 16 }), {
  capabilities: ['posterior'],
  q2: 0.4,
  accuracy: 0.75,
});
surrogateLaws(
  'boosting without held-out rows',
  () => gradientBoosting({ rounds: 30, folds: 1, patience: Number.POSITIVE_INFINITY, ridge: 0.1 }),
  {
    capabilities: ['posterior'],
    exactly: () => gradientBoosting({ rounds: 30, folds: 1, patience: Number.POSITIVE_INFINITY, minLeaf: 1 }),
  },
);

const mixed = new Space({ a: real(0, 1), kind: categorical('p', 'q', 'r', 's', 't'), c: real(0, 1) });
const number = outputList({ y: {} });
const rules = { minLeaf: 2, ridge: 0.5 };

/** Points, gradients and curvatures that know nothing of each other. */
function random(n: number, path: string, most = 8) {
  const rng = new Rng(path);
  const x = points(mixed, n, rng);
  const gradients = Float64Array.from({ length: n }, () => rng.normal());
  const curvatures = Float64Array.from({ length: n }, () => 0.1 + rng.uniform());
  const rows = rng.permutation(n);
  return { x, bins: binned(mixed.columns, x, most), gradients, curvatures, rows };
}

describe('bins', () => {
  test('have one value each where there are few, and are ordered like the numbers', () => {
    const x = Matrix.from([0.3, 0.1, 0.1, 0.9, 0.3].map((u) => [u, 0.1, 0.5]));
    const bins = binned(mixed.columns, x, 255);
    expect(Array.from(bins.index.subarray(0, 5))).toEqual([1, 0, 0, 2, 1]);
    expect(Array.from(bins.edges[0])).toEqual([0.2, 0.6].map((u) => expect.closeTo(u, 12)));
    expect(Array.from(bins.counts)).toEqual([3, 5, 1]);
  });

  test('have about equally many rows where values are many, and every row is on its side of every edge', () => {
    const { x, bins } = random(1000, 'bins', 10);
    const counts = new Int32Array(10);
    for (let i = 0; i < 1000; i++) {
      const bin = bins.index[i];
      counts[bin]++;
      if (bin > 0) expect(x.get(i, 0)).toBeGreaterThan(bins.edges[0][bin - 1]);
      if (bin < 9) expect(x.get(i, 0)).toBeLessThanOrEqual(bins.edges[0][bin]);
    }
    expect(Array.from(counts)).toEqual(new Array(10).fill(100));
  });
});

/** The largest gain of any threshold between bins and of any set of levels, by trying them all. */
function exhaustive(
  bins: Bins,
  rows: Int32Array,
  gradients: Float64Array,
  curvatures: Float64Array | undefined,
): number {
  const sums = (chosen: readonly number[]) => {
    const gradient = chosen.reduce((sum, row) => sum + gradients[row], 0);
    const curvature = chosen.reduce((sum, row) => sum + (curvatures ? curvatures[row] : 1), 0);
    return (gradient * gradient) / (curvature + rules.ridge);
  };
  let best = 0;
  for (let j = 0; j < bins.inputs; j++) {
    const bin = (row: number) => bins.index[j * bins.rows + row];
    const isLeft = bins.levels[j]
      ? Array.from({ length: 2 ** bins.counts[j] }, (_, set) => (row: number) => ((set >> bin(row)) & 1) === 1)
      : Array.from({ length: bins.counts[j] - 1 }, (_, cut) => (row: number) => bin(row) <= cut);
    for (const side of isLeft) {
      const left = Array.from(rows).filter(side);
      const right = Array.from(rows).filter((row) => !side(row));
      if (left.length < rules.minLeaf || right.length < rules.minLeaf) continue;
      best = Math.max(best, sums(left) + sums(right) - sums(Array.from(rows)));
    }
  }
  return best;
}

describe('splits', () => {
  const shapes = fc.tuple(fc.integer({ min: 4, max: 40 }), fc.integer({ min: 2, max: 12 }), fc.nat(1e6));

  test('of numbers are the best of all thresholds; with unit curvatures and no smoothing of levels, of all sets too', () => {
    fc.assert(
      fc.property(shapes, fc.boolean(), ([n, most, seed], isFlat) => {
        const { bins, rows, gradients, curvatures } = random(n, `splits/${seed}`, most);
        // Levels are ranked with a smoothed mean, which is not the optimum: they are left to the next test.
        bins.levels.fill(0);
        const own = isFlat ? undefined : curvatures;
        const counters = histograms(bins);
        counters.begin(rows, gradients, own);
        const sums = {
          gradient: gradients.reduce((sum, g) => sum + g, 0),
          curvature: own ? own.reduce((sum, h) => sum + h, 0) : n,
          count: n,
        };
        const split = bestSplit(
          { ...bins, edges: bins.edges.map(() => new Float64Array(8)) },
          counters,
          counters.fill(0, n),
          sums,
          rules,
        );
        expect(split?.gain ?? 0).toBeCloseTo(exhaustive(bins, rows, gradients, own), 9);
      }),
      { numRuns: 40, seed: 3 },
    );
  });

  test('of levels with equally many rows are the best of all sets', () => {
    const n = 50;
    const x = Matrix.from(Array.from({ length: n }, (_, i) => [0.5, ((i % 5) + 0.5) / 5, 0.5]));
    const rng = new Rng('levels');
    for (let round = 0; round < 20; round++) {
      const gradients = Float64Array.from({ length: n }, () => rng.normal());
      const bins = binned(mixed.columns, x, 8);
      const rows = Int32Array.from({ length: n }, (_, i) => i);
      const counters = histograms(bins);
      counters.begin(rows, gradients);
      const sums = { gradient: gradients.reduce((sum, g) => sum + g, 0), curvature: n, count: n };
      const split = bestSplit(bins, counters, counters.fill(0, n), sums, rules);
      expect(split?.gain ?? 0).toBeCloseTo(exhaustive(bins, rows, gradients, undefined), 9);
    }
  });
});

describe('histograms in WebAssembly', () => {
  test('grow the same trees as their twin, to the last bit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 300 }), fc.nat(1e6), fc.boolean(), (n, seed, isFlat) => {
        const { bins, rows, gradients, curvatures } = random(n, `twins/${seed}`, 30);
        const grown = [new PackedHistograms(bins), new PlainHistograms(bins)].map((counters: Histograms) => {
          const scores = new Float64Array(n);
          const limits = { ...rules, maxLeaves: 12, maxDepth: 6 };
          const derivatives = isFlat ? { gradients } : { gradients, curvatures };
          const used = rows.slice(0, Math.ceil(n * 0.8));
          const nodes = growBoosted(bins, counters, used, derivatives, limits, 0.5, scores);
          return { nodes, scores };
        });
        expect(grown[0]).toEqual(grown[1]);
      }),
      { numRuns: 40, seed: 5 },
    );
  });

  test('are not mistaken for those of another fit', () => {
    const { bins, rows, gradients } = random(20, 'owners');
    const [first, second] = [new PackedHistograms(bins), new PackedHistograms(bins)];
    first.begin(rows, gradients);
    second.begin(rows, gradients);
    expect(() => first.fill(0, 20)).toThrow(/call begin again/);
  });
});

describe('trees', () => {
  const { x, bins, gradients, curvatures, rows } = random(400, 'trees', 64);
  const scores = new Float64Array(400);
  const limits = { ...rules, maxLeaves: 9, maxDepth: Number.POSITIVE_INFINITY };
  const nodes = growBoosted(bins, histograms(bins), rows, { gradients, curvatures }, limits, 1, scores);

  test('answer every leaf with its Newton step, and have told it to their rows', () => {
    const sums = new Map<number, { gradient: number; curvature: number; count: number }>();
    for (let i = 0; i < 400; i++) {
      const leaf = leafOf(nodes, x, i);
      const sum = sums.get(leaf) ?? { gradient: 0, curvature: 0, count: 0 };
      sums.set(leaf, {
        gradient: sum.gradient + gradients[i],
        curvature: sum.curvature + curvatures[i],
        count: sum.count + 1,
      });
      expect(scores[i]).toBe(nodes.value[leaf]);
    }
    expect(sums.size).toBe(9);
    for (const [leaf, { gradient, curvature, count }] of sums) {
      expect(nodes.value[leaf]).toBeCloseTo(-gradient / (curvature + rules.ridge), 10);
      expect(nodes.count[leaf]).toBe(count);
      expect(count).toBeGreaterThanOrEqual(rules.minLeaf);
    }
  });

  test('keep to the depth and to the number of leaves', () => {
    for (const [maxDepth, maxLeaves, expected] of [
      [0, 9, 1],
      [1, 9, 2],
      [2, 9, 4],
      [9, 3, 3],
    ]) {
      const grown = growBoosted(
        bins,
        histograms(bins),
        rows,
        { gradients },
        { ...rules, maxDepth, maxLeaves },
        1,
        scores.slice(),
      );
      expect(grown.column.filter((column) => column < 0)).toHaveLength(expected);
    }
  });
});

describe('losses', () => {
  const sharesOf = (labels: readonly number[], classes: number) =>
    Array.from({ length: classes }, (_, c) => Float64Array.from(labels, (label) => (label === c ? 1 : 0)));
  const unsure = [
    Float64Array.of(0.7, 0.1, 0, 0.2, 1),
    Float64Array.of(0.2, 0.9, 1, 0.3, 0),
    Float64Array.of(0.1, 0, 0, 0.5, 0),
  ];
  const weights = Float64Array.of(1, 2, 0.5, 3, 1);
  const losses = {
    squares: squaredLoss(Float64Array.of(0.3, -2, 1, 0, 5)),
    'weighted squares': squaredLoss(Float64Array.of(0.3, -2, 1, 0, 5), weights),
    'two classes': logisticLoss(sharesOf([0, 1, 1, 0, 1], 2)),
    'three classes': logisticLoss(sharesOf([2, 1, 0, 0, 2], 3)),
    'weighted shares of three classes': logisticLoss(unsure, weights),
    'weighted shares of two classes': logisticLoss([unsure[0], unsure[0].map((share) => 1 - share)], weights),
  };
  test.each(Object.entries(losses))('%s: derivatives are those of the sum', (_, loss) => {
    const rng = new Rng('losses');
    const scores = Array.from({ length: loss.scores }, () => Float64Array.from({ length: 5 }, () => rng.normal()));
    const [gradients, curvatures] = [scores, scores].map((each) => each.map(() => new Float64Array(5)));
    const rows = Int32Array.of(0, 1, 2, 3, 4);
    loss.differentiate(scores, rows, gradients, curvatures);
    const h = 1e-4;
    for (let k = 0; k < loss.scores; k++)
      for (let i = 0; i < 5; i++) {
        const at = (shift: number) => {
          const moved = scores.map((each) => each.slice());
          moved[k][i] += shift;
          return loss.sum(moved, rows);
        };
        expect(gradients[k][i]).toBeCloseTo((at(h) - at(-h)) / (2 * h), 6);
        if (!loss.isFlat) expect(curvatures[k][i]).toBeCloseTo((at(h) - 2 * at(0) + at(-h)) / (h * h), 5);
      }
  });

  test('start from the mean, the logarithm of the odds and those of the shares', () => {
    const rows = Int32Array.of(1, 2, 3, 4);
    expect(losses.squares.start(rows)[0]).toBe(1);
    expect(losses['two classes'].start(rows)[0]).toBeCloseTo(Math.log(3.5 / 1.5), 12);
    expect(Array.from(losses['three classes'].start(rows), Math.exp)).toEqual(
      [2.5, 1.5, 1.5].map((c) => expect.closeTo(c / 5.5, 12)),
    );
  });
});

describe('what boosting promises', () => {
  const cube = new Space({ a: real(0, 1), b: real(0, 1) });

  test('learns by heart what it may, and stops early where there is only noise', async () => {
    const smooth = labeled(cube, number, 200, (u) => [Math.sin(6 * u[0]) + u[1]]);
    const heart = gradientBoosting({
      rounds: 400,
      folds: 1,
      patience: Number.POSITIVE_INFINITY,
      minLeaf: 1,
      maxLeaves: 31,
    });
    const answer = (await heart.fit(smooth, testRun('7'))).predict(smooth.x);
    expect(Math.max(...answer.data.map((value, i) => Math.abs(value - smooth.y.data[i])))).toBeLessThan(0.02);
    const rng = new Rng('noise');
    const noise = labeled(cube, number, 200, () => [rng.normal()]);
    const { mean, variance } = (await gradientBoosting().fit(noise, testRun('7'))).posterior(noise.x);
    const size = (values: Float64Array) => values.reduce((sum, value) => sum + value * value, 0) / values.length;
    expect(size(mean.data)).toBeLessThan(0.3 * size(noise.y.data));
    const middle = variance.data.reduce((sum, value) => sum + value, 0) / 200;
    expect(middle / size(noise.y.data)).toBeGreaterThan(0.8);
    expect(middle / size(noise.y.data)).toBeLessThan(1.3);
  });

  test('tells its q2 on new points, and intervals that hold about what they say', async () => {
    const f = (u: Float64Array) => Math.sin(6 * u[0]) + u[1] * u[1];
    const model = await gradientBoosting().fit(
      labeled(cube, number, 150, (u) => [f(u)]),
      testRun('7'),
    );
    const x = points(cube, 500, new Rng('fresh'));
    const { mean, variance } = model.posterior(x);
    const truth = Float64Array.from({ length: 500 }, (_, i) => f(x.row(i)));
    const middle = truth.reduce((sum, value) => sum + value, 0) / 500;
    const [press, total, inside] = [
      truth.reduce((sum, value, i) => sum + (value - mean.data[i]) ** 2, 0),
      truth.reduce((sum, value) => sum + (value - middle) ** 2, 0),
      truth.reduce(
        (sum, value, i) => sum + (Math.abs(value - mean.data[i]) < 1.96 * Math.sqrt(variance.data[i]) ? 1 : 0),
        0,
      ),
    ];
    expect(Math.abs((model.health.q2Loo?.[0] ?? Number.NaN) - (1 - press / total))).toBeLessThan(0.05);
    expect(inside / 500).toBeGreaterThan(0.88);
  });

  test('sends a level that it never saw somewhere, and tells known ones apart', async () => {
    const data = labeled(mixed, number, 120, (u) => [[3, -1, 2, 0][Math.floor(5 * u[1])] ?? 0]);
    const known = data.select(Array.from({ length: 120 }, (_, i) => i).filter((i) => data.x.get(i, 1) < 0.8));
    const model = await gradientBoosting({ minLeaf: 2 }).fit(known, testRun('7'));
    const levels = Matrix.from([0, 1, 2, 3, 4].map((k) => [0.5, (k + 0.5) / 5, 0.5]));
    const answers = model.predict(levels).data;
    for (const [k, value] of [3, -1, 2, 0].entries()) expect(Math.abs(answers[k] - value)).toBeLessThan(0.2);
    expect(answers[4]).toBeGreaterThan(-1.2);
    expect(answers[4]).toBeLessThan(3.2);
  });

  test('says that an output is constant, that rows failed and that it held none out', async () => {
    const y = Matrix.from([[4], [Number.NaN], [4]]);
    const surrogate = gradientBoosting({ folds: 1, patience: Number.POSITIVE_INFINITY });
    const { health, predict } = await surrogate.fit(
      dataset(cube, number, points(cube, 3, new Rng('7')), y),
      testRun('7'),
    );
    expect(health.notes.join('; ')).toMatch(/'y' is the same in every row.*1 of 3 rows failed.*no row was held out/);
    expect(predict(new Matrix(1, 2)).get(0, 0)).toBe(4);
  });

  test('stops in the middle when the run is cancelled', async () => {
    let now = 0;
    const controller = new AbortController();
    const run = testRun('7', { clock: () => now++, signal: controller.signal, progress: () => controller.abort() });
    const data = labeled(cube, number, 50, (u) => [u[0]]);
    await expect(gradientBoosting({ rounds: 1000 }).fit(data, run)).rejects.toMatchObject({ code: 'cancelled' });
  });

  test.each([
    [{ rounds: 0 }, /rounds/],
    [{ folds: 1.5 }, /folds/],
    [{ bins: 256 }, /bins/],
    [{ learningRate: 0 }, /learningRate/],
    [{ ridge: -1 }, /ridge/],
    [{ maxLeaves: 1 }, /maxLeaves/],
    [{ minLeaf: 0 }, /minLeaf/],
  ])('refuses %o', (options, message) => {
    expect(() => gradientBoosting(options)).toThrow(message);
  });
});
