import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Response } from '../../../src/kriging/response/response.ts';
import {
  candidateTransforms,
  type GaussianProcessTransform,
  transformNamed,
} from '../../../src/kriging/response/transform.ts';
import { Rng } from '../../../src/numerics/random.ts';

const names: GaussianProcessTransform[] = ['none', 'log', 'shifted-log', 'bilog'];
const rng = new Rng('response');
const positive = Float64Array.from({ length: 41 }, () => Math.exp(2 * rng.normal()));

/** Derivative of `f` at `at` by a central difference. */
const difference = (f: (x: number) => number, at: number, h = 1e-5) => (f(at + h) - f(at - h)) / (2 * h);

describe.each(names)('the transform %s', (name) => {
  const transform = transformNamed(name, positive)!;

  test('increases, and its inverse brings the values back', () => {
    const t = positive.slice().sort().map(transform.apply);
    for (let i = 1; i < t.length; i++) expect(t[i]).toBeGreaterThan(t[i - 1]);
    for (const y of positive) expect(transform.inverse(transform.apply(y))).toBeCloseTo(y, 10);
  });

  test('knows its slope and that of its inverse', () => {
    for (const y of positive) {
      const slope = difference(transform.apply, y, 1e-5 * y);
      expect(Math.exp(transform.logSlope(y)) / slope).toBeCloseTo(1, 6);
      expect(transform.inverseSlope(transform.apply(y)) * slope).toBeCloseTo(1, 6);
    }
  });

  test('gives a response whose moments have the slopes it tells', () => {
    const response = new Response(positive, transform);
    for (const [m, v] of [
      [0.3, 0.2],
      [-1.2, 1.5],
      [0.9, 1e-6],
    ]) {
      const { meanByMean, varianceByMean, varianceByVariance } = response.slopes(m, v);
      expect(meanByMean).toBeCloseTo(
        difference((x) => response.mean(x), m),
        6,
      );
      const scale = Math.max(1, response.variance(m, v));
      expect(varianceByMean / scale).toBeCloseTo(difference((x) => response.variance(x, v), m) / scale, 6);
      const byVariance = difference((x) => response.variance(m, x), v, 1e-4 * v);
      expect(varianceByVariance / byVariance).toBeCloseTo(1, 5);
    }
  });

  test('answers a latent normal with its median, and with the central 68 % interval', () => {
    const response = new Response(positive, transform);
    const draws = Float64Array.from({ length: 20_001 }, () => response.mean(0.4 + 0.7 * rng.normal())).sort();
    expect(draws[10_000] / response.mean(0.4)).toBeCloseTo(1, 1);
    const half = (draws[Math.round(0.8413 * 20_000)] - draws[Math.round(0.1587 * 20_000)]) / 2;
    expect(half / Math.sqrt(response.variance(0.4, 0.49))).toBeCloseTo(1, 1);
  });
});

test('the sum of log slopes is the Jacobian between standardized values and standardized transformed ones', () => {
  const plain = new Response(positive);
  const response = new Response(positive, transformNamed('log', positive));
  // Both are affine in y and in ln y: two points give each factor.
  const perUnit = (plain.targets[1] - plain.targets[0]) / (positive[1] - positive[0]);
  const perLog = (response.targets[1] - response.targets[0]) / Math.log(positive[1] / positive[0]);
  const expected = positive.reduce((sum, y) => sum + Math.log(perLog / y / perUnit), 0);
  expect(response.logSlope).toBeCloseTo(expected, 8);
  expect(plain.logSlope).toBe(0);
});

test('the shifted logarithm draws in the longer tail, on whichever side it is', () => {
  const spread = (values: Float64Array) => {
    const sorted = new Response(values, transformNamed('shifted-log', values)).targets.slice().sort();
    const [low, middle, high] = [sorted[0], sorted[20], sorted[40]];
    return (high - middle) / (middle - low);
  };
  const sorted = positive.slice().sort();
  const before = (sorted[40] - sorted[20]) / (sorted[20] - sorted[0]);
  expect(before).toBeGreaterThan(10);
  expect(spread(positive)).toBeLessThan(before / 5);
  expect(spread(positive.map((y) => -y))).toBeCloseTo(1 / spread(positive), 8);
});

test('values that do not admit a transform are not offered it', () => {
  expect(transformNamed('log', Float64Array.of(1, 0, 3))).toBeUndefined();
  expect(transformNamed('bilog', Float64Array.of(0, 0, 0, 5))).toBeUndefined();
  expect(transformNamed('shifted-log', Float64Array.of(2, 2, 2, 5))).toBeUndefined();
  const offered = (values: number[]) => candidateTransforms(Float64Array.from(values)).map(({ name }) => name);
  expect(offered([1, 2, 3, 40])).toEqual(['log', 'shifted-log', 'bilog']);
  expect(offered([-1, 2, 3, 40])).toEqual(['shifted-log', 'bilog']);
  expect(offered([10, 11, 12, 13])).not.toContain('log');
});

test('a transform is offered only if it keeps the digits of the values, whatever their size', () => {
  const size = fc.constantFrom(1, 1e-300, 1e300, -8e7, Number.MIN_VALUE);
  const value = fc.tuple(size, fc.double({ min: -10, max: 10, noNaN: true })).map(([scale, x]) => scale * x);
  fc.assert(
    fc.property(fc.array(value, { minLength: 3, maxLength: 12 }), (list) => {
      const values = Float64Array.from(list);
      for (const transform of candidateTransforms(values)) {
        const response = new Response(values, transform);
        expect(response.targets.every(Number.isFinite)).toBe(true);
        for (const m of [-30, 0, 30]) {
          expect(Number.isFinite(response.mean(m))).toBe(true);
          expect(response.variance(m, 9)).toBeGreaterThanOrEqual(0);
          expect(Object.values(response.slopes(m, 9)).every(Number.isFinite)).toBe(true);
        }
      }
    }),
    { seed: 3, numRuns: 200 },
  );
});
