import type { Criterion, Knowledge, Minimizer, Minimum, Optimizer, Suggestion } from '../../core/optimizer.ts';
import { count, option } from '../../core/options.ts';
import type { Problem } from '../../core/problem.ts';
import { type Run, throwIfCancelled } from '../../core/run.ts';
import { PointSet } from '../../core/space/point-set.ts';
import type { Space } from '../../core/space/space.ts';
import { unseenPoint } from '../../core/space/space-points.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { DIRECT_POLICY } from './policy.ts';
import { Replay, ranked } from './replay.ts';
import { type Begin, Trajectory } from './trajectory.ts';

/** What the options of all that minimize by evaluations share. */
export const EVALUATIONS = {
  evaluations: option(count, 'Evaluations of a criterion that a minimizer may spend.', 10_000),
};

/**
 * A derivative-free algorithm with restarts, both as a minimizer of criteria and as an optimizer of problems. The optimizer is a
 * function of its arguments: it replays the algorithm over the merits in the history up to the first points without an answer.
 * So the caller passes the same run at each call. The last replay is kept to save time.
 */
export function replayedSearch(name: string, begin: Begin, evaluations: number): Minimizer & Optimizer {
  let kept: Replay | undefined;
  const replay = (problem: Problem, { history }: Knowledge, run: Run): Replay => {
    if (!kept?.precedes(problem, history, run)) kept = new Replay(problem, history, begin, run);
    kept.extend(history);
    return kept;
  };
  return {
    name,
    minimize: async (criterion, space, starts, run) => minimize(criterion, space, starts, begin, evaluations, run),
    async suggest(problem, knowledge, count, run) {
      const wanted = Math.min(count, knowledge.remaining);
      if (wanted <= 0) return { x: new Matrix(0, problem.space.dimension) };
      return suggest(problem.space, replay(problem, knowledge, run), knowledge, wanted, run);
    },
  };
}

function minimize(
  criterion: Criterion,
  space: Space,
  starts: Matrix,
  begin: Begin,
  evaluations: number,
  run: Run,
): Minimum {
  const values = starts.rows > 0 ? criterion.value(starts) : new Float64Array();
  const seeds = starts.select(ranked(values).slice(0, DIRECT_POLICY.restart.seeds));
  const trajectory = new Trajectory(space, seeds, begin, run.rng);
  let best: Minimum | undefined;
  let used = 0;
  const look = (x: Matrix, told: Float64Array) => {
    used += x.rows;
    told.forEach((value, i) => {
      if (!best || value < best.value || Number.isNaN(best.value))
        best = { u: x.row(i).slice(), value, evaluations: 0 };
    });
  };
  look(starts, values);
  while (used < evaluations && !trajectory.isFruitless) {
    throwIfCancelled(run);
    const x = trajectory.ask();
    const told = criterion.value(x);
    look(x, told);
    trajectory.tell(x, told);
  }
  return { ...(best as Minimum), evaluations: used };
}

function suggest(space: Space, replay: Replay, { history, pending }: Knowledge, wanted: number, run: Run): Suggestion {
  const flying = PointSet.of(pending);
  const open = replay.next(run);
  if (open) {
    const fresh = open.filter((u) => !flying.has(u));
    return { x: Matrix.from(fresh.slice(0, wanted), space.dimension) };
  }
  const seen = { has: (u: Float64Array) => flying.has(u) || replay.answers.has(u) };
  const chosen: Float64Array[] = [];
  while (chosen.length < wanted) {
    const u = unseenPoint(space, seen, run.rng.child(`left/${history.size + pending.rows + chosen.length}`));
    if (!u) return { x: Matrix.from(chosen, space.dimension), stop: 'exhausted' };
    flying.add(u);
    chosen.push(u);
  }
  return { x: Matrix.from(chosen, space.dimension) };
}
