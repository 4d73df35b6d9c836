import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/numerics/random.ts';
import { sliceSampling } from '../../../src/numerics/sequences/slice-sampling.ts';

const OPTIONS = { width: 1, mostWidths: 8 };

/** Points of the chain after each of `count` sweeps. */
function pointsOf(logDensity: (point: Float64Array) => number, start: number[], count: number, options = OPTIONS) {
  const chain = sliceSampling(logDensity, start, options);
  const rng = new Rng('slice');
  return Array.from({ length: count }, () => {
    chain.sweep(rng);
    return chain.point.slice();
  });
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('slice sampling', () => {
  it('has the moments of two normal variables that go together', () => {
    const rho = 0.6;
    const points = pointsOf(([x, y]) => -(x * x - 2 * rho * x * y + y * y) / (2 * (1 - rho * rho)), [3, -3], 40_000);
    const [x, y] = [0, 1].map((j) => points.map((point) => point[j]));
    expect(mean(x)).toBeCloseTo(0, 1);
    expect(mean(x.map((value) => value * value))).toBeCloseTo(1, 1);
    expect(mean(x.map((value, i) => value * y[i]))).toBeCloseTo(rho, 1);
  });

  it('has the quantiles of an exponential variable, which is zero below 0', () => {
    const points = pointsOf(([x]) => (x < 0 ? Number.NEGATIVE_INFINITY : -x), [1], 40_000).map(([x]) => x);
    for (const quantile of [0.1, 0.5, 0.9, 0.99]) {
      const share = mean(points.map((x) => (x <= -Math.log(1 - quantile) ? 1 : 0)));
      expect(share).toBeGreaterThan(quantile - 0.015);
      expect(share).toBeLessThan(quantile + 0.015);
    }
    expect(Math.min(...points)).toBeGreaterThanOrEqual(0);
  });

  it('visits two wells by their weights when an interval spans both', () => {
    const well = (x: number, center: number) => Math.exp(-0.5 * ((x - center) / 0.3) ** 2);
    const points = pointsOf(([x]) => Math.log(3 * well(x, -1) + well(x, 1)), [1], 40_000, { width: 4, mostWidths: 2 });
    const left = mean(points.map(([x]) => (x < 0 ? 1 : 0)));
    expect(left).toBeGreaterThan(0.72);
    expect(left).toBeLessThan(0.78);
  });

  it('is the same for the same stream, and stays where only one point is possible', () => {
    const normal = ([x]: Float64Array) => -0.5 * x * x;
    expect(pointsOf(normal, [0], 5)).toEqual(pointsOf(normal, [0], 5));
    const point = ([x]: Float64Array) => (x === 2 ? 0 : Number.NEGATIVE_INFINITY);
    expect(pointsOf(point, [2], 1)).toEqual([Float64Array.of(2)]);
  });

  it('refuses to start where the density is zero', () => {
    expect(() => sliceSampling(() => Number.NEGATIVE_INFINITY, [0], OPTIONS)).toThrow('not zero');
    expect(() => sliceSampling(() => Number.NaN, [0], OPTIONS)).toThrow('not zero');
  });
});
