import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Dataset } from '../core/dataset.ts';
import { ImagoError } from '../core/errors.ts';
import type { Sampler } from '../core/sampler.ts';
import type { Space } from '../core/space/space.ts';
import { Matrix } from '../numerics/matrix.ts';
import { holdoutPoints } from '../study/chain/holdout.ts';
import { points, testRun } from './labeled.ts';
import { cube } from './problems.ts';
import { anySpace, vectors } from './space-laws.ts';

/** Rows as points seen, without answers. */
export function seenOf(space: Space, rows: Matrix | readonly ArrayLike<number>[]): Dataset {
  const x = rows instanceof Matrix ? rows : Matrix.from(rows.map(space.canonical, space), space.dimension);
  const known = Array.from({ length: x.rows }, (_, i) => ({
    id: `seen/${i}`,
    status: 'completed' as const,
    milliseconds: 1,
  }));
  return new Dataset(space, [], x, new Matrix(x.rows, 0), known);
}

/** What is particular to a sampler, as far as the laws must know. */
export interface SamplerLawOptions {
  /** Whether other streams give other points. Default true. */
  readonly random?: boolean;
  /** The numbers of points that it can give in a space. Default 0 .. 20. */
  readonly counts?: (space: Space) => fc.Arbitrary<number>;
  /** Makes a space of the laws one that the sampler is for. */
  readonly lift?: (space: Space) => Space;
  /** How many random cases each law tries. Default 100. */
  readonly cases?: number;
}

/** What must hold for every sampler. */
export function samplerLaws(name: string, make: () => Sampler, options: SamplerLawOptions = {}): void {
  const { random = true, counts = () => fc.nat(20), cases = 100, lift = (space: Space) => space } = options;
  const cubeOf = (dimension: number) => lift(cube(dimension));
  const { fromRows = false } = make();
  /** The least that a sampler is given. */
  const told = (space: Space, path = 'told') =>
    fromRows ? seenOf(space, points(space, 8, testRun(path).rng)) : Dataset.empty(space, []);
  const situation = anySpace.map(lift).chain((space) =>
    fc.record({
      space: fc.constant(space),
      count: counts(space),
      seen: vectors(space.dimension, fromRows ? 1 : 0, 8).map((rows) => seenOf(space, rows)),
      path: fc.string(),
    }),
  );

  describe(`${name}: sampler laws`, () => {
    test('it gives count x d canonical points of the unit cube and leaves the points seen alone', () => {
      fc.assert(
        fc.property(situation, ({ space, count, seen, path }) => {
          const before = seen.x.data.slice();
          const x = make().sample(space, count, seen, testRun(path));
          expect([x.rows, x.columns]).toEqual([count, space.dimension]);
          for (let i = 0; i < count; i++) expect(space.canonical(x.row(i))).toEqual(Float64Array.from(x.row(i)));
          expect(seen.x.data).toEqual(before);
        }),
        { numRuns: cases },
      );
    });

    test('its points are a function of its arguments and the path of the stream', () => {
      fc.assert(
        fc.property(situation, ({ space, count, seen, path }) => {
          const run = testRun(path);
          const first = make().sample(space, count, seen, run);
          run.rng.uniform();
          expect(make().sample(space, count, seen, run).data).toEqual(first.data);
          if (!random) expect(make().sample(space, count, seen, testRun('other')).data).toEqual(first.data);
        }),
        { numRuns: cases },
      );
    });

    if (random)
      test('other streams give other points, also when it extends', () => {
        const space = cubeOf(3);
        const of = (path: string, seen: Dataset) => make().sample(space, 8, seen, testRun(path));
        const none = told(space);
        const first = of('a', none);
        expect(of('b', none).data).not.toEqual(first.data);
        const seen = fromRows ? told(space, 'others') : seenOf(space, first);
        expect(of('b', seen).data).not.toEqual(of('a', seen).data);
        expect(of('a', seen).data).not.toEqual(first.data);
      });

    test('no points and one point are no special cases', () => {
      const space = cubeOf(2);
      for (const count of [0, 1]) {
        const x = make().sample(space, count, told(space), testRun('few'));
        expect([x.rows, x.columns]).toEqual([count, space.dimension]);
        expect([...x.data].every(Number.isFinite)).toBe(true);
      }
    });

    test('what a student is measured on is none of what it or, with a label, its teacher learned', () => {
      fc.assert(
        fc.property(situation, fc.nat(8), ({ space, count, seen, path }, wanted) => {
          const x = make().sample(space, count, seen, testRun(`${path}/transfer`));
          const rowsOf = (rows: Matrix) => Array.from({ length: rows.rows }, (_, i) => rows.row(i).join());
          const learned = new Set([...rowsOf(x), ...rowsOf(seen.x)]);
          const fresh = holdoutPoints(make(), wanted, seenOf(space, x), testRun(`${path}/holdout`), seen);
          expect(fresh.rows).toBeLessThanOrEqual(wanted);
          for (let i = 0; i < fresh.rows; i++) {
            expect(space.canonical(fresh.row(i))).toEqual(Float64Array.from(fresh.row(i)));
            expect(learned).not.toContain(fresh.row(i).join());
          }
          if (!fromRows && space.columns.some(({ kind, conditional }) => kind === 'real' && !conditional))
            expect(fresh.rows).toBe(wanted);
        }),
        { numRuns: Math.min(cases, 20) },
      );
    });

    if (fromRows)
      test('without rows it says so', () => {
        const space = cubeOf(2);
        const none = Dataset.empty(space, []);
        expect(() => make().sample(space, 1, none, testRun(''))).toThrow(expect.objectContaining({ code: 'no-data' }));
      });

    test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('asked for %s points it says what is wrong', (count) => {
      const space = cubeOf(2);
      expect(() => make().sample(space, count, told(space), testRun(''))).toThrow(ImagoError);
      expect(() => make().sample(space, count, told(space), testRun(''))).toThrow(`got ${count}`);
    });

    test('points seen in another space are refused', () => {
      const [space, other] = [cubeOf(2), cubeOf(3)];
      expect(() => make().sample(space, 1, Dataset.empty(other, []), testRun(''))).toThrow(
        `${other.dimension} coordinates, the space has ${space.dimension}`,
      );
    });
  });
}
