import { describe, expect, test } from 'vitest';
import { integer, ordinal, real } from '../../src/core/space/parameter.ts';
import { spacedTicks, spanOf, ticksAlong } from '../../src/explorer/drawing/axis.ts';
import { contourLines } from '../../src/explorer/drawing/contour.ts';
import { roundValueAt, shareOf, valueAt } from '../../src/explorer/drawing/coordinate.ts';
import { extentOf, linearTicks, placeOn, scaleOf, ticksOf } from '../../src/explorer/drawing/scale.ts';
import { forbiddenPath, type Sample } from '../../src/explorer/drawing/slice-paths.ts';

const grid = (columns: number, rows: number, of: (x: number, y: number) => number) => ({
  ...{ columns, rows },
  values: Float64Array.from({ length: columns * rows }, (_, k) => of(k % columns, Math.floor(k / columns))),
});

describe('contours', () => {
  test('a plane has one straight line from rim to rim', () => {
    const lines = contourLines(
      grid(9, 7, (x, y) => x + 2 * y),
      7.3,
    );
    expect(lines).toHaveLength(1);
    for (const [x, y] of lines[0]) expect(x + 2 * y).toBeCloseTo(7.3, 12);
    expect([lines[0][0][1], lines[0].at(-1)![1]].sort()).toEqual([0, expect.closeTo(3.65, 9)]);
  });

  test('a hill has a closed one, and two hills have two', () => {
    const round = grid(41, 41, (x, y) => Math.hypot(x - 20, y - 20));
    const [circle, ...others] = contourLines(round, 12);
    expect(others).toEqual([]);
    expect(circle[0]).toEqual(circle.at(-1));
    for (const [x, y] of circle) expect(Math.hypot(x - 20, y - 20)).toBeCloseTo(12, 1);
    const two = grid(41, 41, (x, y) => Math.min(Math.hypot(x - 10, y - 20), Math.hypot(x - 30, y - 20)));
    expect(contourLines(two, 6)).toHaveLength(2);
  });

  test('a saddle is crossed by lines that do not meet, and what is not finite has none', () => {
    expect(contourLines({ columns: 2, rows: 2, values: Float64Array.of(1, 0, 0, 1) }, 0.5)).toHaveLength(2);
    expect(contourLines({ columns: 2, rows: 2, values: Float64Array.of(1, 0, Number.NaN, 1) }, 0.5)).toEqual([]);
  });
});

describe('scales', () => {
  test('ticks are round and inside', () => {
    expect(linearTicks(0.13, 0.87, 4)).toEqual([0.2, 0.4, 0.6, 0.8]);
    expect(linearTicks(-3, 3, 3)).toEqual([-2, 0, 2]);
    expect(ticksOf({ isLog: true, low: -2.1, high: 1 })).toEqual([0.01, 0.03, 0.1, 0.3, 1, 3, 10]);
  });

  test('what spans decades is logarithmic, and an axis that shows the values well rests', () => {
    expect(scaleOf([0.01, 5])).toMatchObject({ isLog: true });
    expect(scaleOf([-0.01, 5])).toMatchObject({ isLog: false });
    const before = scaleOf([0, 10]);
    expect(scaleOf([1, 9], before)).toBe(before);
    expect(scaleOf([4, 6], before)).not.toBe(before);
    expect(scaleOf([0, 11], before).high).toBeGreaterThan(11);
    expect(placeOn(scaleOf([3, 3]), 3)).toBeCloseTo(0.5, 12);
    expect(extentOf([Number.NaN, 2, Number.POSITIVE_INFINITY, -1])).toEqual([-1, 2]);
  });
});

test('a slider has round values that are in the range, and every value its place', () => {
  const log = real(1e-6, 1e3, { scale: 'log' });
  const wide = real(-1e5, 3e5);
  for (const spec of [log, wide, real(0.5, 3), integer(-2, 9), ordinal([1, 10, 1000])])
    for (let share = 0; share <= 1; share += 0.013) {
      const value = roundValueAt(spec, share);
      expect(value).toBeGreaterThanOrEqual(valueAt(spec, 0) as number);
      expect(value).toBeLessThanOrEqual(valueAt(spec, 1) as number);
      expect(Math.abs(shareOf(spec, value) - share)).toBeLessThanOrEqual(spec.kind === 'real' ? 0.001 : 0.2);
    }
  expect(roundValueAt(real(0.5, 3), 0.301)).toBe(1.2525);
  // Midway the upper, as in what is exported.
  expect(valueAt(ordinal([1, 2, 4]), shareOf(ordinal([1, 2, 4]), 3))).toBe(4);
});

test('what is forbidden begins where the limit is passed', () => {
  const samples = [-1, -0.5, 0.5, 1].map(
    (violation, k): Sample => ({ share: k / 3, value: 0, isKnown: true, violation }),
  );
  const spans = [...forbiddenPath(samples, false, (share) => 300 * share, 0, 10).matchAll(/M([\d.]+) 0H([\d.]+)/g)];
  expect(spans.map(([, from, to]) => [Number(from), Number(to)])).toEqual([
    [150, 250],
    [250, 300],
  ]);
});

test('texts along an axis do not touch, and its ends are written', () => {
  const specs = [
    real(0, 0.06),
    real(0, 300),
    real(0.3, 0.6),
    real(-2, 10),
    real(1e6, 1e7, { scale: 'log' }),
    real(-0.00125, 0),
  ];
  for (const spec of specs)
    for (let width = 90; width < 400; width += 10) {
      const all = ticksAlong(spec, width / 48, 12);
      const kept = spacedTicks(all, width);
      const spans = kept.map((one) => spanOf(one, width));
      for (const [k, [from]] of spans.slice(1).entries()) expect(from - spans[k][1]).toBeGreaterThan(0);
      expect(kept.at(-1)?.text).toBe(all.at(-1)?.text);
      expect(kept.length).toBeGreaterThan(1);
    }
});
