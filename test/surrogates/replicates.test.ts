import { describe, expect, test } from 'vitest';
import { hasLeaveOneOut, type Surrogate } from '../../src/core/model.ts';
import { outputList } from '../../src/core/output.ts';
import { real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { distinctPoints, meansOf } from '../../src/kriging/response/distinct.ts';
import { RadialBasis } from '../../src/numerics/interpolation/radial-basis.ts';
import { RadialInterpolant } from '../../src/numerics/interpolation/radial-interpolant.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { Rng } from '../../src/numerics/random.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';
import { vecchia } from '../../src/surrogates/gaussian-process/vecchia.ts';
import { gradientEnhanced } from '../../src/surrogates/gradient-enhanced/gradient-enhanced.ts';
import { polynomialChaos } from '../../src/surrogates/polynomial/polynomial-chaos.ts';
import { responseSurface } from '../../src/surrogates/polynomial/response-surface.ts';
import { RadialColumn } from '../../src/surrogates/radial-basis/column.ts';
import { radialBasis } from '../../src/surrogates/radial-basis/radial-basis.ts';
import { standardize } from '../../src/surrogates/standardize.ts';
import { dataset, points, testRun } from '../../src/testing/labeled.ts';

const POINTS = 16;
const REPLICATES = 4;
const space = new Space({ a: real(0, 1), b: real(0, 1) });
const wave = (u: Float64Array) => Math.sin(5 * u[0]) + u[1] ** 2;

/** Each of 16 points four times in a row, with noise. */
function noisy(withSlope: boolean) {
  const rng = new Rng('replicates');
  const x = points(space, POINTS, new Rng('points')).select(
    Array.from({ length: POINTS * REPLICATES }, (_, i) => Math.floor(i / REPLICATES)),
  );
  const noise = () => 0.2 * rng.normal();
  const y = Array.from({ length: x.rows }, (_, i) => {
    const u = x.row(i);
    return withSlope ? [wave(u) + noise(), 5 * Math.cos(5 * u[0]) + noise()] : [wave(u) + noise()];
  });
  const outputs = withSlope
    ? outputList({ f: {}, slope: { derivative: { of: 'f', by: 'a' } } })
    : outputList({ f: {} });
  return dataset(space, outputs, x, Matrix.from(y));
}

const SURROGATES: readonly (readonly [string, Surrogate, boolean])[] = [
  ['gaussianProcess', gaussianProcess(), false],
  ['vecchia, exact', vecchia({ neighbors: 64 }), false],
  ['vecchia', vecchia({ neighbors: 5, inducing: 6 }), false],
  ['gradientEnhanced', gradientEnhanced(), true],
  ['responseSurface', responseSurface(), false],
  ['polynomialChaos', polynomialChaos(), false],
  ['radialBasis', radialBasis(), false],
];

describe.each(SURROGATES)('replicates, left out of %s', (_, surrogate, withSlope) => {
  test('are told by other points alone, and so all the same', async () => {
    const data = noisy(withSlope);
    const model = await surrogate.fit(data, testRun('replicates'));
    if (!hasLeaveOneOut(model)) throw new Error('has no leave-one-out');
    const { mean, variance } = model.leaveOneOut();
    for (let i = 0; i < data.size; i++) {
      const first = i - (i % REPLICATES);
      expect(mean.get(i, 0)).toBeCloseTo(mean.get(first, 0), 6);
      expect(variance.get(i, 0) / variance.get(first, 0)).toBeCloseTo(1, 6);
    }
  });
});

test('scaled Vecchia with all rows as neighbors tells them as an exact process does', async () => {
  const data = noisy(false);
  const options = { kernel: 'matern-5/2', transform: 'none', trend: 'constant', calibrate: false } as const;
  const exact = await gaussianProcess(options).fit(data, testRun('exact'));
  const all = await vecchia({ ...options, neighbors: 64, inducing: 0 }).fit(data, testRun('exact'));
  const [told, expected] = [all.leaveOneOut(), exact.leaveOneOut()];
  for (let i = 0; i < data.size; i++) {
    expect(told.mean.get(i, 0)).toBeCloseTo(expected.mean.get(i, 0), 4);
    expect(told.variance.get(i, 0) / expected.variance.get(i, 0)).toBeCloseTo(1, 3);
  }
});

test('radial basis functions learn from replicates what their means say', async () => {
  const [rng, few, fresh] = [
    new Rng('scales'),
    points(space, POINTS, new Rng('points')),
    points(space, 200, new Rng('fresh')),
  ];
  const x = few.select(Array.from({ length: POINTS * REPLICATES }, (_, i) => Math.floor(i / REPLICATES)));
  const y = Array.from({ length: x.rows }, (_, i) => [wave(x.row(i)) + 0.001 * rng.normal()]);
  const means = Array.from({ length: POINTS }, (_, p) => {
    const own = y.slice(p * REPLICATES, (p + 1) * REPLICATES);
    return [own.reduce((sum, [value]) => sum + value, 0) / REPLICATES];
  });
  const error = async (at: Matrix, answers: readonly number[][]) => {
    const data = dataset(space, outputList({ f: {} }), at, Matrix.from(answers));
    const told = (await radialBasis().fit(data, testRun('scales'))).predict(fresh).data;
    return Math.hypot(...told.map((value, i) => value - wave(fresh.row(i))));
  };
  expect(await error(x, y)).toBeLessThan(1.3 * (await error(few, means)));
});

test('a single answer left out of radial basis functions has its whole noise, however often its point was asked', () => {
  const few = points(space, POINTS, new Rng('points'));
  const asked = Array.from({ length: POINTS }, (_, p) => Array<number>(1 + (p % 4) ** 2).fill(p)).flat();
  const x = few.select(asked);
  const rng = new Rng('answers');
  const y = Float64Array.from({ length: x.rows }, (_, i) => wave(x.row(i)) + 0.2 * rng.normal());
  const standardized = standardize(y);
  const settings = { kernel: 'cubic', tail: 'linear', ridge: 0.1, scales: Float64Array.of(1, 1) } as const;
  const places = distinctPoints(x);
  const column = new RadialColumn({ z: few, coordinates: [0, 1], dimension: 2 }, standardized, places, settings);
  const { mean, variance } = column.leaveOneOut();
  const means = meansOf(places, y);
  const expected = Array.from({ length: POINTS }, (_, p) => {
    const kept = [...means.keys()].filter((one) => one !== p);
    const known = { ...settings, counts: Float64Array.from(kept, (one) => places.counts[one]) };
    const { noise } = column.basis;
    const unit = new RadialBasis(few.select(kept), { ...known, ridge: 1 }).noise;
    const rest = new RadialBasis(few.select(kept), { ...known, ridge: noise / unit });
    const answer = new Float64Array(1);
    const fit = rest.fit(Float64Array.from(kept, (one) => means[one]));
    new RadialInterpolant(rest, [fit]).evaluate(few.row(p), answer);
    return { mean: answer[0], variance: rest.power(few.row(p)) + noise };
  });
  for (const [row, p] of asked.entries()) {
    expect(mean[row]).toBeCloseTo(expected[p].mean, 8);
    expect(variance[row] / variance[0]).toBeCloseTo(expected[p].variance / expected[0].variance, 6);
  }
});

test('polynomial chaos chooses terms by points that were left out whole', async () => {
  const rng = new Rng('chance');
  const few = points(space, POINTS, new Rng('points'));
  const x = few.select(Array.from({ length: POINTS * REPLICATES }, (_, i) => Math.floor(i / REPLICATES)));
  const chance = Float64Array.from({ length: POINTS }, () => rng.normal());
  const y = Array.from({ length: x.rows }, (_, i) => [chance[Math.floor(i / REPLICATES)] + 0.01 * rng.normal()]);
  const { columns } = await polynomialChaos().fit(
    dataset(space, outputList({ f: {} }), x, Matrix.from(y)),
    testRun('c'),
  );
  // What differs from point to point by chance is foretold by no other: each term of it would be one too many.
  expect(columns[0].terms.length).toBeLessThan(3);
});

test('a response surface tells them as one does that never saw their point', async () => {
  const data = noisy(false);
  const whole = await responseSurface({ degree: 1 }).fit(data, testRun('whole'));
  if (!hasLeaveOneOut(whole)) throw new Error('has no leave-one-out');
  const told = whole.leaveOneOut().mean;
  for (let point = 0; point < POINTS; point++) {
    const rows = Array.from({ length: data.size }, (_, i) => i);
    const own = Math.floor(point * REPLICATES);
    const others = rows.filter((i) => i < own || i >= own + REPLICATES);
    const model = await responseSurface({ degree: 1 }).fit(data.select(others), testRun('rest'));
    expect(told.get(own, 0)).toBeCloseTo(model.predict(data.x.select([own])).get(0, 0), 8);
  }
});
