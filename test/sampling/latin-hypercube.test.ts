import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Dataset } from '../../src/core/dataset.ts';
import { categorical, integer, ordinal, real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { centeredL2Discrepancy } from '../../src/sampling/discrepancy.ts';
import { minimumDistance } from '../../src/sampling/distance.ts';
import { type LatinHypercubeOptions, latinHypercube } from '../../src/sampling/latin-hypercube.ts';
import { spacing } from '../../src/sampling/spacing.ts';
import { emptyStrata } from '../../src/sampling/strata.ts';
import { testRun } from '../../src/testing/labeled.ts';
import { cube } from '../../src/testing/problems.ts';
import { samplerLaws, seenOf } from '../../src/testing/sampler-laws.ts';
import { anySpace, unconditionalSpace, vectors } from '../../src/testing/space-laws.ts';

const kinds = ['random', 'centered', 'maximin', 'ese'] as const;
for (const [kind, cases] of [
  ['random', 100],
  ['centered', 100],
  ['maximin', 40],
] as const)
  samplerLaws(`latinHypercube ${kind}`, () => latinHypercube({ kind }), { cases });
describe('by exchanges', { tags: ['slow'] }, () => {
  samplerLaws('latinHypercube ese', () => latinHypercube({ kind: 'ese' }), { cases: 15 });
  samplerLaws('latinHypercube ese discrepancy', () => latinHypercube({ criterion: 'discrepancy' }), { cases: 15 });
});

const design = (space: Space, count: number, options: LatinHypercubeOptions, path: string | number = 'design') =>
  latinHypercube(options).sample(space, count, Dataset.empty(space, []), testRun(path));

/** The sizes of the values' classes in one column. */
function usesOf(x: Matrix, column: number): number[] {
  const uses = new Map<number, number>();
  for (const u of x.column(column)) uses.set(u, (uses.get(u) ?? 0) + 1);
  return [...uses.values()];
}

describe.each(kinds.filter((kind) => kind !== 'ese'))('the %s kind', kindLaws);
describe('the ese kind', { tags: ['slow'] }, () => kindLaws('ese'));

function kindLaws(kind: (typeof kinds)[number]): void {
  const numRuns = { random: 200, centered: 200, maximin: 25, ese: 8 }[kind];
  const cheap = kind === 'random' || kind === 'centered';
  const sampler = latinHypercube({ kind });

  test('puts one point into each stratum of each coordinate', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 5 }), fc.string(), (n, d, path) => {
        const x = design(cube(d), n, { kind }, path);
        // Counted here from scratch, not by the function under test.
        for (let j = 0; j < d; j++) {
          const strata = [...x.column(j)].map((u) => Math.floor(u * n)).sort((a, b) => a - b);
          expect(strata).toEqual(Array.from({ length: n }, (_, i) => i));
        }
      }),
      { numRuns },
    );
  });

  test('extended from n to c n points, again and again, it stays a Latin hypercube', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.integer({ min: 2, max: cheap ? 4 : 3 }), { minLength: 1, maxLength: cheap ? 3 : 2 }),
        fc.integer({ min: 1, max: 4 }),
        fc.string(),
        (n, factors, d, path) => {
          const space = cube(d);
          let x = design(space, n, { kind }, path);
          for (const c of factors) {
            const added = sampler.sample(space, (c - 1) * x.rows, seenOf(space, x), testRun(path));
            x = x.stack(added);
            expect(emptyStrata(x)).toEqual(new Array(d).fill(0));
          }
        },
      ),
      { numRuns },
    );
  });

  test('beside any points it leaves as few strata empty as there can be', () => {
    const situation = fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.nat(15))
      .chain(([d, count]) => vectors(d, 0, 15).map((rows) => ({ d, count, rows })));
    fc.assert(
      fc.property(situation, fc.string(), ({ d, count, rows }, path) => {
        const space = cube(d);
        const seen = seenOf(space, rows);
        const x = seen.x.stack(sampler.sample(space, count, seen, testRun(path)));
        // The points seen occupy some strata; the new ones can at best occupy one more each.
        const least = Array.from({ length: d }, (_, j) => {
          const total = x.rows;
          const occupied = new Set(
            [...seen.x.column(j)].map((u) => Math.min(total - 1, Math.floor((u + 2 ** -50) * total))),
          );
          return total - occupied.size - count;
        });
        expect(emptyStrata(x)).toEqual(least);
      }),
      { numRuns },
    );
  });

  test('in a mixed space every level occurs floor or ceil of n / levels times, extended or not', () => {
    fc.assert(
      fc.property(unconditionalSpace, fc.nat(25), fc.nat(25), fc.string(), (space, count, more, path) => {
        const first = design(space, count, { kind }, path);
        const x = first.stack(sampler.sample(space, more, seenOf(space, first), testRun(path)));
        for (const part of [first, x])
          space.columns.forEach(({ levels }, j) => {
            if (levels === Number.POSITIVE_INFINITY) return;
            const uses = usesOf(part, j);
            expect(uses).toHaveLength(Math.min(levels, part.rows));
            if (uses.length > 0) expect(Math.max(...uses)).toBe(Math.ceil(part.rows / levels));
            if (part.rows >= levels) expect(Math.min(...uses)).toBe(Math.floor(part.rows / levels));
          });
      }),
      { numRuns },
    );
  });

  test('a conditional coordinate is a Latin hypercube over the points where it is active', () => {
    const space = new Space({
      method: categorical('a', 'b', 'c'),
      size: integer(1, 4),
      rate: real(0, 1, { activeWhen: { method: ['a', 'b'] } }),
      depth: integer(0, 2, { activeWhen: { method: 'c', size: { min: 2 } } }),
    });
    for (const count of [1, 7, 24, 60]) {
      const x = design(space, count, { kind });
      expect(emptyStrata(x, space)).toEqual([0, 0, 0, 0]);
      const active = [...x.column(2)].filter((_, i) => space.active(x.row(i))[2]);
      expect(new Set(active).size).toBe(active.length);
    }
  });

  test('an unconditional coordinate stays stratified whatever else is conditional', () => {
    fc.assert(
      fc.property(anySpace, fc.integer({ min: 1, max: 20 }), fc.string(), (space, count, path) => {
        expect(emptyStrata(design(space, count, { kind }, path), space)).toEqual(space.names.map(() => 0));
      }),
      { numRuns },
    );
  });

  test('points of a finite space differ from each other and from those seen', () => {
    const space = new Space({ a: integer(1, 5), b: ordinal([1, 2, 4, 8]), c: categorical('x', 'y', 'z') });
    for (let path = 0; path < (cheap ? 20 : 3); path++) {
      const first = design(space, 20, { kind }, path);
      const x = first.stack(sampler.sample(space, 20, seenOf(space, first), testRun(path)));
      expect(new Set(Array.from({ length: 40 }, (_, i) => x.row(i).join())).size).toBe(40);
    }
  });
}

test('the kinds are improvements: centered points are centers, maximin is better spaced than random, ESE than maximin', {
  tags: ['slow'],
}, () => {
  const space = cube(3);
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];
  const least = (kind: (typeof kinds)[number]) =>
    median(Array.from({ length: 11 }, (_, path) => minimumDistance(design(space, 20, { kind }, path))));
  expect([...design(space, 20, { kind: 'centered' }).data].every((u) => Math.abs(((u * 20) % 1) - 0.5) < 1e-9)).toBe(
    true,
  );
  const [random, maximin, ese] = [least('random'), least('maximin'), least('ese')];
  expect(maximin).toBeGreaterThan(1.3 * random);
  expect(ese).toBeGreaterThan(1.2 * maximin);
});

function* permutations(n: number, taken: number[] = []): Generator<number[]> {
  if (taken.length === n) yield taken;
  else for (let i = 0; i < n; i++) if (!taken.includes(i)) yield* permutations(n, [...taken, i]);
}

test.each(['spacing', 'discrepancy'] as const)(
  'ESE finds the best of all 5040 Latin hypercubes of 7 points by %s',
  (criterion) => {
    const measure = (x: Matrix) => (criterion === 'spacing' ? spacing(x).value : centeredL2Discrepancy(x));
    let best = Number.POSITIVE_INFINITY;
    for (const order of permutations(7))
      best = Math.min(best, measure(Matrix.from(order.map((to, i) => [(i + 0.5) / 7, (to + 0.5) / 7]))));
    for (let path = 0; path < 5; path++) {
      const x = design(cube(2), 7, { criterion }, path);
      expect(measure(x)).toBeCloseTo(best, 12);
    }
  },
);

test('a design too large to improve is still a Latin hypercube', () => {
  const x = design(cube(3), 5000, {});
  expect(emptyStrata(x)).toEqual([0, 0, 0]);
});

test('a run that is cancelled stops', () => {
  const space = cube(2);
  const run = { ...testRun('cancelled'), signal: AbortSignal.abort() };
  expect(() => latinHypercube().sample(space, 10, Dataset.empty(space, []), run)).toThrow(/cancelled/);
});

test('a kind or criterion that does not exist is named', () => {
  expect(() => latinHypercube({ kind: 'centred' as 'centered' })).toThrow(/kind must be one of random, .*'centred'/);
  expect(() => latinHypercube({ criterion: 'phi' as 'spacing' })).toThrow(/criterion must be .*'phi'/);
});
