import { describe, expect, test } from 'vitest';
import { multiply } from '../../../src/core/graph/term.ts';
import { type CoordinateFeatures, FeatureMap } from '../../../src/core/space/feature-map.ts';
import { categorical, integer, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { points } from '../../../src/testing/labeled.ts';

const space = new Space({
  a: real(0, 1),
  on: categorical('yes', 'no'),
  kind: categorical('p', 'q', 'r'),
  angle: real(0, 1, { periodic: true }),
  turn: real(0, 1, { periodic: true, activeWhen: { on: 'yes' } }),
  side: categorical('left', 'right', { activeWhen: { on: 'yes' } }),
  coat: categorical('u', 'v', 'w', { activeWhen: { on: 'yes' } }),
  ribs: integer(0, 4, { activeWhen: { on: 'yes' } }),
});
const at = { a: 0, on: 0.25, kind: 0.5, angle: 0, turn: 0, side: 0.25, coat: 1 / 6, ribs: 0.1 };
const map = new FeatureMap(space.columns, { space });

/** The distance between the features of a point and of one that differs in these coordinates. */
function distance(change: Partial<typeof at>, from: Partial<typeof at> = {}, of = map): number {
  const [one, other] = [Object.values({ ...at, ...from }), Object.values({ ...at, ...from, ...change })];
  const [p, q] = [of.at(Float64Array.from(one)), of.at(Float64Array.from(other))];
  return Math.hypot(...p.map((value, f) => value - q[f]));
}

describe('the distance of features', () => {
  test('is that of numbers, a chord of a periodic coordinate, and 1 for any two categories', () => {
    expect(distance({ a: 0.3 })).toBeCloseTo(0.3, 14);
    expect(distance({ angle: 0.9 })).toBeCloseTo(Math.sin(0.1 * Math.PI) / Math.PI, 14);
    for (const kind of [1 / 6, 5 / 6]) expect(distance({ kind })).toBeCloseTo(1, 14);
    expect(distance({ kind: 1 / 6 }, { kind: 5 / 6 })).toBeCloseTo(1, 14);
  });

  test('of an inactive coordinate is the same to all that is on a circle or a corner', () => {
    const off = (from: Partial<typeof at>) =>
      distance({ on: 0.75, turn: 0.5, side: 0.5, coat: 0.5, ribs: 0.5 }, { ribs: 0.5, ...from });
    const all = [{}, { turn: 0.3 }, { side: 0.75 }, { coat: 0.5 }, { coat: 5 / 6 }].map(off);
    // The switch itself, the radius of a circle of circumference 1, and half a squared edge for each category.
    for (const one of all) expect(one).toBeCloseTo(Math.sqrt(1 + 1 / (4 * Math.PI ** 2) + 0.5 + 0.5), 14);
  });

  test('of two inactive points is 0 whatever stands there, as in canonical form', () => {
    expect(distance({ coat: 5 / 6, side: 0.75 }, { on: 0.75 })).toBe(0);
  });

  test('without the space, an inactive category is the level in the middle', () => {
    const plain = new FeatureMap(space.columns);
    expect(distance({ on: 0.75 }, { coat: 0.5 }, plain)).toBe(1);
    expect(distance({ on: 0.75, coat: 0.5 }, {}, plain)).toBeCloseTo(Math.SQRT2, 14);
  });
});

test('derivatives by coordinates are those of finite differences, 0 where a coordinate is inactive', () => {
  const rng = new Rng('feature-map');
  const scales = Float64Array.from({ length: space.dimension }, () => 0.5 + rng.uniform());
  const weights = Float64Array.from({ length: map.width }, () => rng.normal());
  const value = (u: Float64Array) => {
    const out = new Float64Array(map.width);
    map.write(u, 0, out, 0, scales);
    return out.reduce((sum, feature, f) => sum + weights[f] * feature, 0);
  };
  const x = points(space, 20, rng);
  for (let i = 0; i < x.rows; i++) {
    const u = x.row(i).slice();
    const gradient = new Float64Array(u.length);
    map.pullBack(u, weights, scales, gradient);
    space.columns.forEach(({ kind }, j) => {
      if (kind !== 'real') return;
      const step = (h: number) => value(u.map((v, k) => (k === j ? v + h : v)));
      expect(gradient[j]).toBeCloseTo((step(1e-6) - step(-1e-6)) / 2e-6, 6);
    });
  }
});

test('features of a coordinate can be replaced', () => {
  const square: CoordinateFeatures = {
    width: 1,
    write: (u, out, to, scale) => {
      out[to] = scale * u * u;
    },
    slope: (u, byFeature, from, scale) => 2 * u * scale * byFeature[from],
    terms: (u, scale) => [multiply(scale, multiply(u, u))],
  };
  const replaced = new FeatureMap(space.columns, { replaced: new Map([[0, square]]) });
  expect(distance({ a: 0.3 }, { a: 0.1 }, replaced)).toBeCloseTo(0.08, 14);
  expect(replaced.start(2)).toBe(2);
});
