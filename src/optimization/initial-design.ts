import type { Names, Problem } from '../core/problem.ts';
import { violationOf } from '../core/problem.ts';
import type { Run } from '../core/run.ts';
import type { PointSet } from './point-set.ts';
import { quasiRandomPoints, unseenPoint } from './space-points.ts';

/** Points of the sequence looked at before falling back on random ones. */
const ATTEMPTS = 2000;

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
 * admitted; failing that, a random unseen one. Undefined when a finite space is exhausted.
 */
export function designPoint(problem: Problem, seen: PointSet, index: number, run: Run): Float64Array | undefined {
  const { space } = problem;
  const rng = run.rng.child('initial');
  const admits = admission(problem);
  for (let from = index, block = 1; from < index + ATTEMPTS; from += block, block = Math.min(256, 2 * block)) {
    const x = quasiRandomPoints(space, block, rng, from);
    for (let i = 0; i < block; i++) if (!seen.has(x.row(i)) && admits(x.row(i))) return x.row(i).slice();
  }
  const random = rng.child(`random/${index}`);
  return unseenPoint(space, seen, random, admits) ?? unseenPoint(space, seen, random);
}
