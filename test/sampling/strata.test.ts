import fc from 'fast-check';
import { expect, test } from 'vitest';
import { integer } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { Rng } from '../../src/numerics/random.ts';
import { fillStrata, stratumOf } from '../../src/sampling/strata.ts';

test('strata share the unit interval evenly; the last one has both its ends', () => {
  expect([0, 0.2, 0.25, 0.5, 0.99, 1].map((u) => stratumOf(u, 4))).toEqual([0, 0, 1, 2, 3, 3]);
});

test('a finer stratum lies in the coarser one also where rounding puts a point on either side of the edge', () => {
  // Centres of n strata are edges of 2 n, 6 n, ...: (1 + 1/2) / 11 is found left of the edge 15 / 110 and right of 3 / 22 without care.
  for (let n = 1; n <= 60; n++)
    for (let i = 0; i < n; i++)
      for (const coarse of [2, 3, 4, 6])
        for (const fine of [2, 3, 5, 7]) {
          const u = (i + 0.5) / n;
          const inner = stratumOf(u, n * coarse * fine);
          if (Math.floor(inner / fine) !== stratumOf(u, n * coarse))
            expect.fail(`n ${n}, i ${i}, x ${coarse} x ${fine}`);
        }
});

test('a level keeps its stratum: with as many levels as strata or more, new values are different levels', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 500 }), fc.nat(), fc.nat(), fc.string(), (levels, a, b, path) => {
      const column = new Space({ p: integer(1, levels) }).columns[0];
      const seen = 1 + (a % (levels - 1));
      const more = b % (levels - seen + 1);
      const rng = new Rng(path);
      const first = fillStrata(column, [], seen, 'random', rng);
      const rest = fillStrata(column, [...first], more, 'random', rng);
      const values = [...first, ...rest];
      expect(new Set([...first].map((u) => stratumOf(u, seen))).size).toBe(seen);
      for (const u of values) expect((u * levels + 0.5) % 1).toBeCloseTo(Math.round((u * levels + 0.5) % 1), 9);
      // Of the strata that the seen levels leave free, each new one takes its own.
      const total = values.length;
      const taken = new Set([...first].map((u) => stratumOf(u, total)));
      for (const u of rest) {
        expect(taken.has(stratumOf(u, total))).toBe(false);
        taken.add(stratumOf(u, total));
      }
    }),
  );
});

test('levels that were used too often are left out until the others have caught up', () => {
  const column = new Space({ p: integer(1, 3) }).columns[0];
  const seen = [0.5, 1.5, 0.5, 0.5, 0.5].map((level) => level / 3);
  const next = (count: number) =>
    [...fillStrata(column, seen, count, 'centered', new Rng('levels'))].map((u) => Math.floor(u * 3));
  expect(next(1)).toEqual([2]);
  expect(next(3).sort()).toEqual([1, 2, expect.any(Number)].sort());
  expect(next(7).sort()).toEqual([1, 1, 1, 2, 2, 2, 2]);
});
