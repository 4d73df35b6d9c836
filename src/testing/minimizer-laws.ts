import { describe, expect, test } from 'vitest';
import type { Criterion, Minimizer } from '../core/optimizer.ts';
import { categorical, integer, ordinal, real } from '../core/space/parameter.ts';
import { Space } from '../core/space/space.ts';
import { Matrix } from '../numerics/matrix.ts';
import { points, testRun } from './labeled.ts';
import { cube } from './problems.ts';

const mixed = new Space({
  length: real(0, 1),
  angle: real(0, 360, { periodic: true }),
  count: integer(0, 99),
  size: ordinal([1, 2, 5, 10]),
  material: categorical('steel', 'wood', 'glass'),
  finish: real(0, 1, { activeWhen: { material: 'glass' } }),
});
const spaces = [
  ['a square', cube(2)],
  ['five dimensions', cube(5)],
  ['a mixed space', mixed],
] as const;

/** A wavy bowl with its gradient, that remembers whether it was asked for a point that is not canonical. */
export function wavyBowl(space: Space): Criterion & { readonly strangers: number } {
  let strangers = 0;
  const center = (j: number) => 0.37 + 0.05 * j;
  const at = (u: Float64Array) =>
    u.reduce((sum, v, j) => sum + (v - center(j)) ** 2 + 0.02 * (1 - Math.cos(25 * (v - center(j)))), 0);
  return {
    get strangers() {
      return strangers;
    },
    value(x) {
      return Float64Array.from({ length: x.rows }, (_, i) => {
        const u = x.row(i);
        if (space.canonical(u).some((v, j) => v !== u[j])) strangers++;
        return at(u);
      });
    },
    gradient: (u) => ({
      value: at(u),
      gradient: u.map((v, j) => 2 * (v - center(j)) + 0.5 * Math.sin(25 * (v - center(j)))),
    }),
  };
}

/** What every minimizer promises. */
export function minimizerLaws(name: string, minimizer: Minimizer): void {
  describe(`${name} as a minimizer`, () => {
    test.each(spaces)(
      'ends at a canonical point with its value, having asked for canonical ones only, in %s',
      async (_, space) => {
        const criterion = wavyBowl(space);
        const { u, value, evaluations } = await minimizer.minimize(
          criterion,
          space,
          new Matrix(0, space.dimension),
          testRun('laws'),
        );
        expect(space.canonical(u)).toEqual(u);
        expect(value).toBe(criterion.value(Matrix.from([u]))[0]);
        expect(evaluations).toBeGreaterThan(0);
        expect(criterion.strangers).toBe(0);
      },
    );

    test.each(spaces)('is never worse than the best start, in %s', async (_, space) => {
      const criterion = wavyBowl(space);
      const starts = points(space, 4, testRun('laws').rng);
      const best = space.canonical(Float64Array.from({ length: space.dimension }, (_, j) => 0.37 + 0.05 * j));
      for (const x of [starts, starts.stack(Matrix.from([best]))]) {
        const { value } = await minimizer.minimize(criterion, space, x, testRun('laws'));
        expect(value).toBeLessThanOrEqual(Math.min(...criterion.value(x)));
      }
    });

    test('gives the same answer again, and leaves the starts as they were', async () => {
      const space = cube(3);
      const starts = points(space, 2, testRun('laws').rng);
      const before = starts.data.slice();
      const [one, two] = [
        await minimizer.minimize(wavyBowl(space), space, starts, testRun('laws')),
        await minimizer.minimize(wavyBowl(space), space, starts, testRun('laws')),
      ];
      expect(one).toEqual(two);
      expect(starts.data).toEqual(before);
    });

    test('walks around points where the criterion is NaN or infinite', async () => {
      const space = cube(2);
      const { value, gradient } = wavyBowl(space);
      const hole = (u: ArrayLike<number>) => (u[0] < 0.2 ? Number.NaN : u[1] < 0.2 ? Number.POSITIVE_INFINITY : 0);
      const criterion: Criterion = {
        value: (x) => value(x).map((v, i) => v + hole(x.row(i))),
        gradient: (u) => {
          const answer = gradient!(u);
          return { value: answer.value + hole(u), gradient: answer.gradient };
        },
      };
      const found = await minimizer.minimize(criterion, space, new Matrix(0, 2), testRun('laws'));
      expect(found.value).toBeLessThan(0.05);
    });

    test('stops when it is told to', async () => {
      const controller = new AbortController();
      controller.abort();
      const space = cube(2);
      const run = testRun('laws', { signal: controller.signal });
      await expect(minimizer.minimize(wavyBowl(space), space, new Matrix(0, 2), run)).rejects.toThrow('cancelled');
    });
  });
}
