import { ensure } from '../core/errors.ts';
import type { Criterion, Knowledge, Minimizer, Minimum, Optimizer, Suggestion } from '../core/optimizer.ts';
import type { Problem } from '../core/problem.ts';
import { type Run, throwIfCancelled } from '../core/run.ts';
import type { Space } from '../core/space.ts';
import { Matrix } from '../numerics/matrix.ts';
import { PointSet } from './point-set.ts';
import { unseenPoint } from './space-points.ts';
import { type Begin, Trajectory } from './trajectory.ts';

/** Points given from outside of which a search is told at most this many. */
const MOST_SEEDS = 10;

/**
 * A derivative-free algorithm with restarts, both as a minimizer of criteria and as an optimizer of problems. The optimizer keeps no
 * state: at each call it replays the algorithm over the merits in the history up to the first points without an answer.
 * So the caller passes the same run at each call.
 */
export function replayedSearch(name: string, begin: Begin, evaluations: number): Minimizer & Optimizer {
  ensure(
    Number.isInteger(evaluations) && evaluations > 0,
    'invalid-argument',
    `${name}: evaluations must be a positive integer, got ${evaluations}`,
  );
  return {
    name,
    minimize: async (criterion, space, starts, run) => minimize(criterion, space, starts, begin, evaluations, run),
    suggest: async (problem, knowledge, count, run) => suggest(problem, knowledge, count, begin, run),
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
  const seeds = starts.select(ranked(values).slice(0, MOST_SEEDS));
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

/** The indices of the values below Infinity, least first. */
function ranked(values: Float64Array): number[] {
  return [...values.keys()]
    .filter((i) => values[i] < Number.POSITIVE_INFINITY)
    .sort((a, b) => values[a] - values[b] || a - b);
}

function suggest(problem: Problem, knowledge: Knowledge, count: number, begin: Begin, run: Run): Suggestion {
  const { history, pending, remaining } = knowledge;
  const wanted = Math.min(count, remaining);
  const { space } = problem;
  const answers = new PointSet();
  const merit = problem.merit(history.x, history.y);
  merit.forEach((value, i) => {
    answers.add(history.x.row(i), value);
  });
  const seen = PointSet.of(history.x, pending);
  if (wanted === 0) return { x: new Matrix(0, space.dimension) };
  const chosen = unanswered(replayable(space, knowledge, merit, begin, run), answers, run);
  if (chosen) {
    const isNew = chosen.filter((u) => !seen.has(u));
    return { x: Matrix.from(isNew.slice(0, wanted), space.dimension) };
  }
  return leftovers(space, seen, wanted, run.rng.child(`left/${history.size + pending.rows}`));
}

/** Replays the search over the answers; the first points without one, each once, or undefined when it brings nothing new. */
function unanswered(trajectory: Trajectory, answers: PointSet, run: Run): Float64Array[] | undefined {
  while (!trajectory.isFruitless) {
    throwIfCancelled(run);
    const x = trajectory.ask();
    const open = new Map<string, Float64Array>();
    const values = new Float64Array(x.rows);
    for (let i = 0; i < x.rows; i++) {
      const value = answers.get(x.row(i));
      if (value === undefined) open.set(x.row(i).join(), x.row(i));
      else values[i] = value;
    }
    if (open.size > 0) return [...open.values()];
    trajectory.tell(x, values);
  }
  return undefined;
}

/**
 * The search that this history belongs to. Its first rows may be other people's: the search begins after the fewest rows p such
 * that row p is among the first points that it asks for when seeded with the best of the p rows before.
 */
function replayable(space: Space, { history }: Knowledge, merit: Float64Array, begin: Begin, run: Run): Trajectory {
  let seeds = '';
  let trajectory: Trajectory | undefined;
  let first = new PointSet();
  for (let p = 0; ; p++) {
    const rows = ranked(merit.subarray(0, p)).slice(0, MOST_SEEDS);
    if (!trajectory || rows.join() !== seeds) {
      seeds = rows.join();
      trajectory = new Trajectory(space, history.x.select(rows), begin, run.rng);
      first = PointSet.of(trajectory.ask());
    }
    if (p >= history.size || first.has(history.x.row(p))) return trajectory;
  }
}

/** What a search in a finite space has not come across. */
function leftovers(space: Space, seen: PointSet, wanted: number, rng: Run['rng']): Suggestion {
  const chosen: Float64Array[] = [];
  while (chosen.length < wanted) {
    const u = unseenPoint(space, seen, rng.child(chosen.length));
    if (!u) return { x: Matrix.from(chosen, space.dimension), stop: 'exhausted' };
    seen.add(u);
    chosen.push(u);
  }
  return { x: Matrix.from(chosen, space.dimension) };
}
