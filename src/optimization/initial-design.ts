import type { Dataset } from '../core/dataset.ts';
import type { Names, Problem } from '../core/problem.ts';
import { violationOf } from '../core/problem.ts';
import type { Run } from '../core/run.ts';
import type { Space } from '../core/space.ts';
import { Matrix } from '../numerics/matrix.ts';
import type { PointSet } from './point-set.ts';
import { quasiRandomPoints, unseenPoint } from './space-points.ts';
import { nearest, successModel } from './success-model.ts';

/** Points of the sequence looked at before falling back on random ones. */
const ATTEMPTS = 2000;

/** A point is drawn toward an answer in steps of this factor, down to this share of the distance. */
const SHRINK = 0.8;
const LEAST_SHARE = 1e-3;

/** Whether the constraints that are closed forms of the inputs hold at a point: a simulation elsewhere is wasted. */
export function admission({ space, constraints }: Problem): (u: Float64Array) => boolean {
  const exact = constraints.filter(({ reads }) => reads.length === 0);
  if (exact.length === 0) return () => true;
  return (u) => {
    const point = space.decode(u) as Names;
    return exact.every((constraint) => violationOf(constraint, constraint.evaluate(point, {})) === 0);
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
  history?: Dataset,
): Float64Array | undefined {
  const { space } = problem;
  const rng = run.rng.child('initial');
  const admits = admission(problem);
  const draw = history && index % 2 === 1 ? drawnToAnswers(space, history) : undefined;
  for (let from = index, block = 1; from < index + ATTEMPTS; from += block, block = Math.min(256, 2 * block)) {
    const x = quasiRandomPoints(space, block, rng, from);
    for (let i = 0; i < block; i++) {
      const u = draw ? draw(x.row(i)) : x.row(i).slice();
      if (!seen.has(u) && admits(u)) return u;
    }
  }
  const random = rng.child(`random/${index}`);
  return unseenPoint(space, seen, random, admits) ?? unseenPoint(space, seen, random);
}

/** Draws a point toward its nearest answer until it is likely to be answered; undefined unless most rows of the history failed. */
function drawnToAnswers(space: Space, history: Dataset): ((u: Float64Array) => Float64Array) | undefined {
  const answered = history.finite();
  if (2 * answered.size >= history.size) return undefined;
  const success = successModel(history, answered);
  if (!success) return undefined;
  const isLikely = (u: Float64Array) => success.predict(Matrix.from([u])).data[0] < 0;
  return (u) => {
    const { point } = nearest(u, answered.x);
    let drawn = u;
    for (let share = 1; share > LEAST_SHARE; share *= SHRINK) {
      drawn = space.canonical(u.map((v, j) => point[j] + share * (v - point[j])));
      if (isLikely(drawn)) break;
    }
    return drawn;
  };
}
