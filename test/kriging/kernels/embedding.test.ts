import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { categorical, integer, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Arc } from '../../../src/kriging/kernels/arc.ts';
import { Embedding, type FittedFeatures } from '../../../src/kriging/kernels/embedding.ts';
import { featuresOf } from '../../../src/kriging/kernels/features.ts';
import { Hypersphere } from '../../../src/kriging/kernels/hypersphere.ts';
import { KERNELS } from '../../../src/kriging/kernels/kernel.ts';
import { shapePriors } from '../../../src/kriging/kernels/structured.ts';
import { Warp } from '../../../src/kriging/kernels/warp.ts';
import { EmbeddedLikelihood } from '../../../src/kriging/process/embedded.ts';
import { embedded, kriging, likelihoodOf } from '../../../src/kriging/process/search.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { points } from '../../../src/testing/labeled.ts';

const mixed = new Space({
  a: real(0, 1),
  angle: real(0, 1, { periodic: true }),
  kind: categorical('p', 'q', 'r', 's'),
  ribs: integer(0, 4),
  rib: real(0, 1, { activeWhen: { ribs: { min: 1 } } }),
  coat: categorical('u', 'v', 'w', { activeWhen: { kind: ['p', 'q'] } }),
});
const everything = { categories: 'hypersphere', conditions: 'arc', warping: 'kumaraswamy' } as const;

function featuresAt(features: FittedFeatures, u: number, scale = 1): Float64Array {
  const out = new Float64Array(features.width);
  features.write(u, out, 0, scale);
  return out;
}

function distance(features: FittedFeatures, u: number, v: number): number {
  const [p, q] = [featuresAt(features, u), featuresAt(features, v)];
  return Math.hypot(...p.map((value, f) => value - q[f]));
}

function random(rng: Rng, count: number, [low, high]: readonly [number, number]): Float64Array {
  return Float64Array.from({ length: count }, () => low + (high - low) * rng.uniform());
}

const rng = new Rng('embedding');
const examples: [string, FittedFeatures, readonly number[]][] = [
  ['hypersphere', new Hypersphere(4, random(rng, 6, [0.3, 2.8])), [0.125, 0.375, 0.625, 0.875]],
  ['hypersphere at right angles', new Hypersphere(5), [0.1, 0.3, 0.5, 0.7, 0.9]],
  ['arc', new Arc(Float64Array.of(0.7)), [0, 0.3, 0.5, 1]],
  ['warp', new Warp(Float64Array.of(0.8, -0.6)), [0.01, 0.3, 0.5, 0.97]],
];

describe.each(examples)('features on a %s', (_, features, where) => {
  const weights = random(new Rng('weights'), features.width, [-1, 1]);
  const value = (of: FittedFeatures, u: number) =>
    featuresAt(of, u, 1.7).reduce((sum, feature, f) => sum + feature * weights[f], 0);

  test('have the derivatives by parameters of finite differences', () => {
    for (const u of where) {
      const slopes = new Float64Array(features.parameters.length);
      features.addParameterSlopes(u, weights, 0, 1.7, slopes, 0);
      slopes.forEach((slope, i) => {
        const at = (h: number) => value(features.with(features.parameters.map((p, k) => (k === i ? p + h : p))), u);
        expect(slope).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 8);
      });
    }
  });

  test('have the derivatives by the coordinate of finite differences', () => {
    for (const u of where.filter((v) => v > 0 && v < 1)) {
      const difference = (value(features, u + 1e-6) - value(features, u - 1e-6)) / 2e-6;
      expect(features.slope(u, weights, 0, 1.7)).toBeCloseTo(difference, 6);
    }
  });
});

describe('a hypersphere', () => {
  test('at right angles has all levels at distance 1, as the corners of a simplex', () => {
    for (let a = 0; a < 5; a++)
      for (let b = 0; b < a; b++) expect(distance(new Hypersphere(5), (a + 0.5) / 5, (b + 0.5) / 5)).toBeCloseTo(1, 14);
  });

  test('has the correlations of the decomposition, and chords of length sqrt(1 - correlation)', () => {
    const [t21, t31, t32] = [0.4, 1.1, 2];
    const sphere = new Hypersphere(3, Float64Array.of(t21, t31, t32));
    const { similarity } = sphere;
    expect(similarity.get(0, 1)).toBeCloseTo(Math.cos(t21), 14);
    expect(similarity.get(0, 2)).toBeCloseTo(Math.cos(t31), 14);
    const last = Math.cos(t21) * Math.cos(t31) + Math.sin(t21) * Math.sin(t31) * Math.cos(t32);
    expect(similarity.get(1, 2)).toBeCloseTo(last, 14);
    for (let a = 0; a < 3; a++) {
      expect(similarity.get(a, a)).toBeCloseTo(1, 14);
      for (let b = 0; b < a; b++)
        expect(distance(sphere, (a + 0.5) / 3, (b + 0.5) / 3) ** 2).toBeCloseTo(1 - similarity.get(a, b), 14);
    }
  });

  test('has the posterior of the exponential homoscedastic hypersphere kernel of SMT', () => {
    const file = new URL('../../fixtures/gaussian-process/smt-mixed.json', import.meta.url);
    const smt = JSON.parse(readFileSync(file, 'utf8')) as Record<
      'lengthscales' | 'angles' | 'y' | 'mean' | 'variance',
      number[]
    > &
      Record<'x' | 'test', number[][]> & { nugget: number };
    const space = new Space({ c: categorical('a', 'b', 'c', 'd'), p: real(0, 1), q: real(0, 1) });
    const cube = (rows: number[][]) => Matrix.from(rows.map(([c, ...rest]) => [(c + 0.5) / 4, ...rest]));
    const embedding = new Embedding(space.columns, new Map([[0, new Hypersphere(4, Float64Array.from(smt.angles))]]));
    const [x, y] = [cube(smt.x), Float64Array.from(smt.y)];
    const data = { map: embedding.map, basis: { constant: true, coordinates: [] }, x, y };
    const posterior = kriging(data, 'squared-exponential', [...smt.lengthscales, smt.nugget].map(Math.log));
    const [mean, variance] = [new Float64Array(8), new Float64Array(8)];
    posterior.evaluate(cube(smt.test), mean, variance, 0, 1);
    // They divide the sum of squares by n, we by n - 1, and they multiply correlations of different levels by exp(-1e-6).
    smt.mean.forEach((value, i) => {
      expect(Math.abs(mean[i] - value)).toBeLessThan(1e-5);
      expect(Math.abs((variance[i] * 29) / 30 - smt.variance[i])).toBeLessThan(1e-5);
    });
  });
});

test.each([-3, 0, 3])('an arc of log odds %d has the distances of the arc kernel, in units of its radius', (odds) => {
  const arc = new Arc(Float64Array.of(odds));
  const part = 1 / (1 + Math.exp(-odds));
  const radius = 1 / (Math.PI * part);
  for (const [u, v] of [
    [0, 1],
    [0.2, 0.25],
    [0.9, 0.3],
  ]) {
    const published = radius * Math.SQRT2 * Math.sqrt(1 - Math.cos(Math.PI * part * (u - v)));
    expect(distance(arc, u, v)).toBeCloseTo(published, 10);
    // Inactive points are at the origin.
    expect(Math.hypot(...featuresAt(arc, u))).toBeCloseTo(radius, 12);
  }
});

describe('a warp', () => {
  const warp = (a: number, b: number) => (u: number) =>
    featuresAt(new Warp(Float64Array.of(Math.log(a), Math.log(b))), u)[0];

  test('is the distribution function of Kumaraswamy, none at all for a = b = 1', () => {
    expect(warp(1, 1)(0.37)).toBeCloseTo(0.37, 14);
    expect(warp(2, 5)((1 - 2 ** (-1 / 5)) ** (1 / 2))).toBeCloseTo(0.5, 14);
    expect(warp(0.5, 0.3)((1 - 2 ** (-1 / 0.3)) ** (1 / 0.5))).toBeCloseTo(0.5, 14);
  });

  test('never falls, and is finite at both ends', () => {
    const values = Array.from({ length: 101 }, (_, i) => warp(0.2, 7)(i / 100));
    expect(values).toEqual(values.toSorted((p, q) => p - q));
    const slopes = [0, 1].map((u) => new Warp(Float64Array.of(-2, -2)).slope(u, Float64Array.of(1), 0, 1));
    expect(slopes.every(Number.isFinite)).toBe(true);
  });
});

describe.each(KERNELS)('the likelihood of embedded points with %s', (kernel) => {
  test('has the derivatives of finite differences', () => {
    const x = points(mixed, 26, new Rng('embedded'));
    const y = Float64Array.from({ length: 26 }, (_, i) => Math.sin(5 * x.get(i, 0)) + x.get(i, 2) * x.get(i, 4));
    const stream = new Rng('embedded/parameters');
    const { embedding } = featuresOf(mixed, everything);
    const parameters = embedding!.parameters.map((p) => p + 0.4 * (stream.uniform() - 0.5));
    const data = embedded({ map: embedding!.map, basis: { constant: true, coordinates: [] }, x, y }, embedding!);
    const features = new Float64Array(26 * data.map.width);
    const likelihood = new EmbeddedLikelihood(likelihoodOf(data, kernel, 2, features), features, embedding!, x);
    const shape = shapePriors(kernel, 6).map((_, i) => 0.4 + 0.2 * i);
    const all = Float64Array.of(
      ...[0.6, 0.4, 1.3, 0.8, 0.5, 1.1].map(Math.log),
      ...shape,
      Math.log(1e-2),
      ...parameters,
    );
    const gradient = new Float64Array(all.length);
    likelihood.value(all, gradient);
    all.forEach((_, j) => {
      const at = (step: number) =>
        likelihood.value(
          all.map((t, k) => (k === j ? t + step : t)),
          new Float64Array(all.length),
        );
      const h = 1e-3;
      const difference = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
      expect(Math.abs(gradient[j] - difference)).toBeLessThan(1e-6 * Math.max(1, Math.abs(difference)));
    });
  });
});

test('an embedding names its coordinates, keeps its numbers in their order, and can be joined with another', () => {
  const { embedding } = featuresOf(mixed, everything);
  expect(embedding!.coordinates.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    'kind hypersphere',
    'coat hypersphere',
    'rib arc',
    'a warp',
    'ribs warp',
  ]);
  const numbers = embedding!.parameters.map((_, i) => i);
  expect(embedding!.with(numbers).parameters).toEqual(numbers);
  expect(embedding!.priors).toHaveLength(6 + 3 + 1 + 2 + 2);
  expect(featuresOf(mixed, { categories: 'exchangeable', conditions: 'plain', warping: 'none' }).richer).toEqual([]);
});
