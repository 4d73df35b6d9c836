import { type Factory, factory } from '../../core/factory.ts';
import type { Knowledge, Minimizer, Optimizer, Suggestion } from '../../core/optimizer.ts';
import { count, type OptionsOf, option } from '../../core/options.ts';
import type { Problem } from '../../core/problem.ts';
import { type Run, throwIfCancelled } from '../../core/run.ts';
import { isRow, PointSet } from '../../core/space/point-set.ts';
import type { Space } from '../../core/space/space.ts';
import { randomPoint, unseenPoint } from '../../core/space/space-points.ts';
import { Matrix } from '../../numerics/matrix.ts';

const OPTIONS = {
  evaluations: option(count, 'Points that the minimizer looks at, beside the starts.', 10_000),
};

/** Options of {@link random}. */
export type RandomOptions = OptionsOf<typeof OPTIONS>;

/** Points looked at between two looks at the signal. */
const BATCH = 1024;

/** Random search: uniform in the unit cube, as a minimizer of criteria and as an optimizer; the baseline of all others. */
export const random: Factory<RandomOptions, Minimizer & Optimizer> = factory('random', OPTIONS, ({ evaluations }) => {
  return {
    name: 'random',
    suggest: async (problem, knowledge, count, run) => suggestRandom(problem, knowledge, count, run),
    async minimize(criterion, space, starts, run) {
      let best = { u: randomPoint(space, run.rng.child('first')), value: Number.POSITIVE_INFINITY };
      let used = 0;
      const look = (x: Matrix) => {
        throwIfCancelled(run);
        used += x.rows;
        criterion.value(x).forEach((value, i) => {
          if (value < best.value) best = { u: x.row(i).slice(), value };
        });
      };
      if (starts.rows > 0) look(starts);
      const rng = run.rng.child('points');
      for (let left = evaluations; left > 0; left -= BATCH) look(randomRows(space, Math.min(BATCH, left), rng));
      return { ...best, evaluations: used };
    },
  };
});

function randomRows(space: Space, count: number, rng: Run['rng']): Matrix {
  return Matrix.from(
    Array.from({ length: count }, () => randomPoint(space, rng)),
    space.dimension,
  );
}

function suggestRandom(
  problem: Problem,
  { history, pending, remaining }: Knowledge,
  count: number,
  run: Run,
): Suggestion {
  const flying = PointSet.of(pending);
  const seen = { has: (u: Float64Array) => flying.has(u) || isRow(u, history.x) };
  const wanted = Math.min(count, remaining);
  const chosen: Float64Array[] = [];
  for (let index = history.size + pending.rows; chosen.length < wanted; index++) {
    const u = unseenPoint(problem.space, seen, run.rng.child(index));
    if (!u) break;
    flying.add(u);
    chosen.push(u);
  }
  const x = Matrix.from(chosen, problem.space.dimension);
  return x.rows < wanted ? { x, stop: 'exhausted' } : { x };
}
