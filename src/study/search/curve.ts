import type { Dataset } from '../../core/dataset.ts';
import { INFEASIBLE, type Problem } from '../../core/problem.ts';
import { hypervolume } from '../../numerics/minimize/hypervolume.ts';
import { nonDominated } from '../../numerics/minimize/non-dominated.ts';

/** Best objective value so far after each evaluation, in the user's sense, null until something feasible is known; or the hypervolume, null while there is none. */
export type Curve = readonly (number | null)[];

/** The best-so-far curve of a history: of the objective, or with several of the hypervolume up to `reference` (minimized units). */
export function bestSoFar(problem: Problem, history: Dataset, reference?: readonly number[]): Curve {
  if (reference) return hypervolumeSoFar(problem, history, reference);
  let best = Number.POSITIVE_INFINITY;
  return Array.from(problem.merit(history.x, history.y), (merit) => {
    if (merit < best && merit < INFEASIBLE) best = merit;
    return best === Number.POSITIVE_INFINITY ? null : inUsersSense(problem, best);
  });
}

function hypervolumeSoFar(problem: Problem, history: Dataset, reference: readonly number[]): Curve {
  const { objectives, violation } = problem.score(history.x, history.y);
  let front: number[] = [];
  let volume = 0;
  return Array.from(violation, (own, row) => {
    if (own === 0) {
      const rows = [...front, row];
      front = nonDominated(objectives.select(rows)).map((k) => rows[k]);
      if (front.includes(row)) volume = hypervolume(objectives.select(front), reference);
    }
    return volume > 0 ? volume : null;
  });
}

/** All objectives of a point as the user asked for them. */
export function objectivesInUsersSense({ objectives }: Problem, values: ArrayLike<number>): number[] {
  return objectives.map(({ sense }, k) => (sense === 'maximize' ? -values[k] : values[k]));
}

/** A merit of a feasible point as the user asked for it: a maximized quantity gets its sign back. */
export function inUsersSense(problem: Problem, merit: number): number {
  return problem.objectives[0].sense === 'maximize' ? -merit : merit;
}
