import { describe, expect, test } from 'vitest';
import { Dataset } from '../../../src/core/dataset.ts';
import { isDifferentiable } from '../../../src/core/model.ts';
import { outputList } from '../../../src/core/output.ts';
import { categorical, integer, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { priorMean } from '../../../src/kriging/process/likelihood.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { latinHypercube } from '../../../src/sampling/latin-hypercube.ts';
import { gradientEnhanced } from '../../../src/surrogates/gradient-enhanced/gradient-enhanced.ts';
import { separationsOf } from '../../../src/surrogates/gradient-enhanced/kernel.ts';
import { SlopeLikelihood } from '../../../src/surrogates/gradient-enhanced/likelihood.ts';
import { SlopePair } from '../../../src/surrogates/gradient-enhanced/pair.ts';
import { SlopePosterior } from '../../../src/surrogates/gradient-enhanced/posterior.ts';
import { auto } from '../../../src/surrogates/selection/selection.ts';
import { dataset, labeled, points, testRun } from '../../../src/testing/labeled.ts';
import { modelLaws } from '../../../src/testing/model-laws.ts';
import { surrogateLaws } from '../../../src/testing/surrogate-laws.ts';
import published from '../../fixtures/gaussian-process/slopes.json' with { type: 'json' };
import { withSlopes } from '../../fixtures/slopes.ts';

const CAPABILITIES = ['posterior', 'observation', 'joint', 'gradient', 'leave-one-out'] as const;

surrogateLaws('gradient-enhanced kriging without derivatives', () => gradientEnhanced({ starts: 1 }), {
  capabilities: CAPABILITIES,
  q2: 0.9,
  runs: 6,
});

const space = new Space({
  length: real(0.5, 3),
  load: real(1, 1e3, { scale: 'log' }),
  angle: real(0, 360, { periodic: true }),
  ribs: integer(0, 4),
  material: categorical('steel', 'aluminium', 'wood'),
});
const outputs = outputList({
  mass: {},
  drag: { unit: 'N' },
  dragByLoad: { derivative: { of: 'drag', by: 'load' } },
  verdict: { classes: ['good', 'bad'] },
  dragByAngle: { derivative: { of: 'drag', by: 'angle' } },
  lift: {},
  liftByLength: { derivative: { of: 'lift', by: 'length' } },
});

/** All outputs at a point of the cube, derivatives in the units of the parameters. */
function answers(u: Float64Array): number[] {
  const { length, load, angle, ribs, material } = space.decode(u);
  const turn = (Math.PI * angle) / 180;
  const extra = material === 'wood' ? 3 : material === 'steel' ? 1 : 0;
  const drag = 1000 * (Math.log(load) ** 2 / 5 + Math.sin(turn) * length + extra * 0.2 + ribs / 4);
  const dragByLoad = (1000 * (2 * Math.log(load))) / 5 / load;
  const dragByAngle = 1000 * Math.cos(turn) * length * (Math.PI / 180);
  const lift = Math.sin(2 * length) + extra;
  return [length * ribs, drag, dragByLoad, u[0] > 0.5 ? 1 : 0, dragByAngle, lift, 2 * Math.cos(2 * length)];
}

modelLaws(
  'gradient-enhanced kriging of numbers, derivatives and a class in a mixed space',
  async () => {
    const data = labeled(space, outputs, 25, answers);
    return { data, model: await gradientEnhanced({ starts: 1 }).fit(data, testRun('7')) };
  },
  CAPABILITIES,
);

const square = new Space({ a: real(0, 1), b: real(0, 1) });
const slopes = outputList({
  f: {},
  fa: { derivative: { of: 'f', by: 'a' } },
  fb: { derivative: { of: 'f', by: 'b' } },
});
const wave = (u: Float64Array) => [
  Math.sin(5 * u[0]) * (1 + u[1]),
  5 * Math.cos(5 * u[0]) * (1 + u[1]),
  Math.sin(5 * u[0]),
];

describe.each(['squared-exponential', 'matern-5/2'] as const)('the %s process with slopes', (kernel) => {
  const mixed = separationsOf(space.columns);
  const u = [0.3, 0.6, 0.9, 0.5, 0.5];
  const v = [0.55, 0.2, 0.1, 0.3, 5 / 6];
  const weights = Float64Array.of(2, 0.7, 3, 1.5, 0.4);

  test('has correlations whose slopes are those of the correlation of values', () => {
    const pair = new SlopePair(kernel, mixed);
    const at = (x: number[], y: number[]) => {
      pair.set(Float64Array.from(x), 0, Float64Array.from(y), 0, weights);
      return pair;
    };
    const moved = (x: number[], j: number, e: number) => x.map((value, k) => (k === j ? value + e : value));
    const slope = (of: (e: number) => number) => (of(1e-5) - of(-1e-5)) / 2e-5;
    for (const j of [0, 1, 2]) {
      const byU = slope((e) => at(moved(u, j, e), v).radial.g);
      const first = at(u, v);
      expect(first.radial.g1 * first.a[j]).toBeCloseTo(byU, 8);
      for (const l of [0, 1, 2]) {
        const both = slope((e) => {
          const { radial, a } = at(u, moved(v, l, e));
          return radial.g1 * a[j];
        });
        expect(at(u, v).slopes(j, l)).toBeCloseTo(both, 8);
        const bend = slope((e) => {
          const { radial, a } = at(moved(u, l, e), v);
          return radial.g1 * a[j];
        });
        expect(at(u, v).bend(j, l)).toBeCloseTo(bend, 8);
        for (const m of [0, 1, 2]) {
          const third = slope((e) => at(moved(u, m, e), v).slopes(j, l));
          expect(at(u, v).slopesBend(j, l, m)).toBeCloseTo(third, 7);
        }
      }
    }
  });

  const data = () => {
    const x = points(square, 7, new Rng('x'));
    const y = Float64Array.from({ length: 21 }, (_, at) => wave(x.row(Math.floor(at / 3)))[at % 3] + (at % 5) / 50);
    return { kernel, separations: separationsOf(square.columns), x, coordinates: [0, 1], y };
  };

  test.each([
    [
      [0, 1],
      [-0.7, 0.2, -4, -3],
    ],
    [[1], [0.1, -0.5, -9, -1]],
  ])('has a likelihood whose gradient is that of finite differences, with slopes by %j', (coordinates, theta) => {
    const all = data();
    const width = 1 + coordinates.length;
    const y = Float64Array.from({ length: 7 * width }, (_, at) => all.y[3 * Math.floor(at / width) + (at % width)]);
    const likelihood = new SlopeLikelihood({ ...all, coordinates, y });
    const gradient = new Float64Array(4);
    likelihood.value(theta, gradient);
    theta.forEach((_, k) => {
      const at = (e: number) => likelihood.value(theta.map((value, l) => (l === k ? value + e : value)));
      const finite = (at(1e-5) - at(-1e-5)) / 2e-5;
      expect(Math.abs(gradient[k] - finite)).toBeLessThan(1e-6 * Math.max(1, Math.abs(finite)));
    });
  });

  test('has the likelihood and the posterior that the kernels of GPyTorch come to', () => {
    const rows = Matrix.from(published.x);
    const nugget = Math.log(published.nugget);
    const theta = [...published.lengthscales.map(Math.log), nugget, nugget];
    const all = { ...data(), x: rows, y: Float64Array.from(published.y) };
    const likelihood = new SlopeLikelihood(all);
    const truth = published[kernel];
    const penalty = published.lengthscales.reduce((sum, l) => sum + (Math.log(l) - priorMean(2)) ** 2 / 6, 0);
    expect(likelihood.value(theta) - penalty).toBeCloseTo(truth.objective, 7);
    const posterior = new SlopePosterior(likelihood, theta);
    expect(posterior.hyperparameters.trend).toBeCloseTo(truth.trend, 8);
    published.queries.forEach((query, i) => {
      [undefined, 0, 1].forEach((by, r) => {
        const at = posterior.at(Float64Array.from(query), by);
        expect(at.mean).toBeCloseTo(truth.mean[3 * i + r], 6);
        expect(at.variance / truth.variance[3 * i + r]).toBeCloseTo(1, 5);
      });
    });
  });

  test('leaves rows out as if they had not been there', () => {
    const all = data();
    const theta = [-0.7, -0.2, Math.log(1e-8), Math.log(1e-8)];
    const likelihood = new SlopeLikelihood(all);
    likelihood.solve(theta);
    const posterior = new SlopePosterior(likelihood, theta);
    const rest = [0, 1, 2, 4, 5, 6];
    const less = new SlopeLikelihood({
      ...all,
      x: all.x.select(rest),
      y: Float64Array.from(rest.flatMap((i) => [...all.y.slice(3 * i, 3 * i + 3)])),
    });
    less.solve(theta);
    const without = new SlopePosterior(less, theta);
    const share = posterior.hyperparameters.variance / without.hyperparameters.variance;
    [undefined, 0, 1].forEach((by, r) => {
      const at = without.at(all.x.row(3), by);
      expect(posterior.left.mean[9 + r]).toBeCloseTo(at.mean, 6);
      // The nugget of the row itself is in its variance.
      expect(posterior.left.variance[9 + r] / (at.variance * share)).toBeCloseTo(1, 4);
    });
  });

  test('interpolates exact values and slopes, and is sure of them', async () => {
    const exact = labeled(square, slopes, 9, wave);
    const model = await gradientEnhanced({ kernel, nugget: 'interpolate' }).fit(exact, testRun('7'));
    const { mean, variance } = model.posterior(exact.x);
    mean.data.forEach((value, at) => {
      expect(Math.abs(value - exact.y.data[at])).toBeLessThan(1e-4);
      expect(variance.data[at]).toBeLessThan(1e-6);
    });
    const u = Float64Array.of(0.37, 0.81);
    const { meanGradient } = model.posteriorGradient(u);
    const predicted = model.predict(new Matrix(1, 2, u));
    [0, 1].forEach((j) => {
      expect(meanGradient.get(0, j)).toBeCloseTo(predicted.get(0, 1 + j), 8);
    });
  });
});

describe('what gradient-enhanced kriging promises', () => {
  test('derivatives are in the units of the parameters, on logarithmic and periodic scales too', async () => {
    const data = labeled(space, outputs, 40, answers);
    const model = await gradientEnhanced({ starts: 1 }).fit(data, testRun('7'));
    const fresh = labeled(space, outputs, 200, answers, 'fresh');
    const prediction = model.predict(fresh.x);
    const columns = { drag: 1, dragByLoad: 2, dragByAngle: 5, lift: 6, liftByLength: 7 };
    for (const [name, column] of Object.entries(columns)) {
      const truth = fresh.y.column(outputs.findIndex((output) => output.name === name));
      const mean = truth.reduce((sum, value) => sum + value, 0) / 200;
      const squares = (of: (i: number) => number) => truth.reduce((sum, _, i) => sum + of(i) ** 2, 0);
      const q2 = 1 - squares((i) => truth[i] - prediction.get(i, column)) / squares((i) => truth[i] - mean);
      expect([name, q2 > 0.9]).toEqual([name, true]);
    }
    expect(model.health.q2Loo?.every((q2) => q2 > 0.5)).toBe(true);
  });

  test('learns from one run with its derivatives', async () => {
    const model = await gradientEnhanced().fit(labeled(square, slopes, 1, wave), testRun('7'));
    const x = labeled(square, slopes, 1, wave).x;
    expect(model.predict(x).data[0]).toBeCloseTo(wave(x.row(0))[0], 3);
    expect(model.predict(points(square, 30, new Rng('fresh'))).data.every(Number.isFinite)).toBe(true);
  });

  test('says so where derivatives contradict the values, and learns from the values', async () => {
    const wrong = labeled(square, slopes, 30, (u) => wave(u).map((value, k) => (k === 0 ? value : -value)));
    const model = await gradientEnhanced().fit(wrong, testRun('7'));
    expect(model.health.notes.join()).toMatch(
      /values of f are foretold better without its derivatives: check their signs/,
    );
    const fresh = points(square, 200, new Rng('fresh'));
    const worst = model
      .predict(fresh)
      .column(0)
      .map((value, i) => Math.abs(value - wave(fresh.row(i))[0]));
    expect(Math.max(...worst)).toBeLessThan(0.2);
    const right = await gradientEnhanced().fit(labeled(square, slopes, 30, wave), testRun('7'));
    expect(right.health.notes).toEqual([]);
  });

  test('noise of values and of derivatives is estimated', async () => {
    const rng = new Rng('noise');
    const noisy = labeled(square, slopes, 60, (u) => wave(u).map((value, k) => value + [0.1, 1, 1][k] * rng.normal()));
    const model = await gradientEnhanced({ kernel: 'squared-exponential' }).fit(noisy, testRun('7'));
    const x = points(square, 50, new Rng('fresh'));
    const [latent, observed] = [model.posterior(x).variance, model.observation(x).variance];
    for (let i = 0; i < 50; i++) {
      expect(Math.sqrt(observed.get(i, 0) - latent.get(i, 0))).toBeGreaterThan(0.05);
      expect(Math.sqrt(observed.get(i, 0) - latent.get(i, 0))).toBeLessThan(0.2);
    }
  });

  test('fits outputs by themselves where there are too many rows, and says so', async () => {
    const data = labeled(square, slopes, 20, wave);
    const model = await gradientEnhanced({ mostRows: 59 }).fit(data, testRun('7'));
    expect(model.health.notes.join()).toContain('f and its derivatives are 60 rows, more than 59');
    expect(isDifferentiable(model)).toBe(true);
    expect(model.predict(data.x).columns).toBe(3);
  });

  test.each([{ kernel: 'matern-3/2' }, { nugget: 'auto' }, { starts: 0 }, { mostRows: -1 }])(
    '%j is refused',
    (options) => {
      expect(() => gradientEnhanced(options as never)).toThrow(/gradientEnhanced: /);
    },
  );

  test.each([
    ['few', [[0.2, 0.3, 1, 2, 3]]],
    [
      'repeated and contradictory',
      [
        [0.5, 0.5, 1, 2, 3],
        [0.5, 0.5, -8.5e7, 1e300, -1e-300],
        [0.5, 0.5, 0, 0, 0],
      ],
    ],
    [
      'huge',
      [
        [0.1, 0.9, 1e300, -1e300, 1e308],
        [0.9, 0.1, -1e300, 1e308, 0],
      ],
    ],
    [
      'tiny',
      [
        [0.1, 0.9, 1e-300, -1e-300, 5e-324],
        [0.9, 0.1, -1e-300, 0, 0],
        [0.2, 0.1, 0, 0, 0],
      ],
    ],
    [
      'constant',
      [
        [0.1, 0.9, 5, 0, 0],
        [0.9, 0.1, 5, 0, 0],
      ],
    ],
    [
      'constant values with slopes',
      [
        [0.1, 0.9, 5, 1, 0],
        [0.9, 0.1, 5, -1, 0],
      ],
    ],
  ])('answers with finite numbers to data that are %s', async (_, rows) => {
    const x = Matrix.from(rows.map((row) => row.slice(0, 2)));
    const y = Matrix.from(rows.map((row) => row.slice(2)));
    const given = rows.map((_, i) => ({ id: `t/${i}`, status: 'completed' as const, milliseconds: 1 }));
    const model = await gradientEnhanced({ starts: 1 }).fit(new Dataset(square, slopes, x, y, given), testRun('7'));
    const all = points(square, 20, new Rng('all')).stack(x);
    const { mean, variance } = model.posterior(all);
    expect(mean.data.every(Number.isFinite)).toBe(true);
    expect(variance.data.every((value) => value >= 0 && Number.isFinite(value))).toBe(true);
    const left = model.leaveOneOut();
    expect(left.mean.data.every(Number.isFinite)).toBe(true);
    const { meanGradient, varianceGradient } = model.posteriorGradient(Float64Array.of(0.4, 0.6));
    expect([...meanGradient.data, ...varianceGradient.data].every(Number.isFinite)).toBe(true);
  });
});

test('auto learns from derivatives where they are declared', async () => {
  const { space, outputs, value, answers } = withSlopes('branin', 11);
  const x = latinHypercube().sample(space, 20, Dataset.empty(space, outputs), testRun('1'));
  const data = dataset(space, outputs, x, Matrix.from(Array.from({ length: 20 }, (_, i) => answers(x.row(i)))));
  const model = await auto().fit(data, testRun('7'));
  expect(model.health.q2Loo?.[0]).toBeGreaterThan(0.99);
  const fresh = points(space, 200, new Rng('fresh'));
  const truth = Float64Array.from({ length: 200 }, (_, i) => value(fresh.row(i)));
  const spread = Math.max(...truth) - Math.min(...truth);
  model
    .predict(fresh)
    .column(0)
    .forEach((f, i) => {
      expect(Math.abs(f - truth[i])).toBeLessThan(0.01 * spread);
    });
});
