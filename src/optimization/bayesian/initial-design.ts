import type { Dataset } from '../../core/dataset.ts';
import type { Expression, Names, Problem } from '../../core/problem.ts';
import { violationOf } from '../../core/problem.ts';
import type { Run } from '../../core/run.ts';
import { nearestRow, type PointSet } from '../../core/space/point-set.ts';
import type { Space } from '../../core/space/space.ts';
import { quasiRandomPoints, unseenPoint } from '../../core/space/space-points.ts';
import { contrastOf, ownRows } from '../failures/answer-model.ts';
import { BAYESIAN_POLICY } from './policy.ts';

/** Whether objectives that are closed forms of the inputs have a value at a point, and such constraints hold: a simulation elsewhere is wasted. */
export function admission({ space, objectives, constraints }: Problem): (u: Float64Array) => boolean {
  const isExact = ({ reads }: Expression) => reads.length === 0;
  const [wanted, bounding] = [objectives.filter(isExact), constraints.filter(isExact)];
  if (wanted.length + bounding.length === 0) return () => true;
  return (u) => {
    const point = space.decode(u) as Names;
    return (
      wanted.every((objective) => Number.isFinite(objective.evaluate(point, {}))) &&
      bounding.every((constraint) => violationOf(constraint, constraint.evaluate(point, {})) === 0)
    );
  };
}

/**
 * A new point of a space-filling sequence: the first of the scrambled Sobol sequence from `index` on that is unseen and
 * admitted; failing that, a random unseen one. Where most rows of the history failed, every second point is drawn toward an answer: a
 * region that is hard to hit by chance is explored from inside. Undefined when a finite space is exhausted.
 */
export function designPoint(
  problem: Problem,
  seen: PointSet,
  index: number,
  run: Run,
  known?: { readonly history: Dataset; readonly answered: Dataset },
): Float64Array | undefined {
  const { space } = problem;
  const rng = run.rng.child('initial');
  const admits = admission(problem);
  const fresh = (u: Float64Array) => !seen.has(u) && admits(u);
  const draw = known && index % 2 === 1 ? drawnToAnswers(space, known.history, known.answered) : undefined;
  if (draw) {
    const x = quasiRandomPoints(space, BAYESIAN_POLICY.design.drawn, rng, index);
    for (let i = 0; i < BAYESIAN_POLICY.design.drawn; i++) {
      const u = draw(x.row(i));
      if (fresh(u)) return u;
    }
  }
  for (
    let from = index, block = 1;
    from < index + BAYESIAN_POLICY.design.attempts;
    from += block, block = Math.min(256, 2 * block)
  ) {
    const x = quasiRandomPoints(space, block, rng, from);
    for (let i = 0; i < block; i++) if (fresh(x.row(i))) return x.row(i).slice();
  }
  const random = rng.child(`random/${index}`);
  return unseenPoint(space, seen, random, admits) ?? unseenPoint(space, seen, random);
}

/** Draws a point toward its nearest answer until it is nearer to it than to a failure; undefined unless most rows of the history failed. */
function drawnToAnswers(
  space: Space,
  history: Dataset,
  answered: Dataset,
): ((u: Float64Array) => Float64Array) | undefined {
  if (2 * answered.size >= ownRows(history).length) return undefined;
  const contrast = contrastOf(history, answered);
  if (!contrast) return undefined;
  return (u) => {
    const point = answered.x.row(nearestRow(answered.x, u).row);
    let drawn = u;
    for (let share = 1; share > BAYESIAN_POLICY.design.leastShare; share *= BAYESIAN_POLICY.design.shrink) {
      drawn = space.canonical(u.map((v, j) => point[j] + share * (v - point[j])));
      if (contrast(drawn).value < 0) break;
    }
    return drawn;
  };
}

/** A random new point when nothing else is left, an admitted one if there is any; undefined when a finite space is exhausted. */
export function lastResort(problem: Problem, seen: PointSet, { rng }: Pick<Run, 'rng'>): Float64Array | undefined {
  const { space } = problem;
  return (
    unseenPoint(space, seen, rng.child('unseen'), admission(problem)) ?? unseenPoint(space, seen, rng.child('any'))
  );
}
