import type { Dataset } from '../core/dataset.ts';
import { INFEASIBLE, type Problem } from '../core/problem.ts';

/** Best objective value so far after each evaluation, in the user's sense; null until something feasible is known. */
export type Curve = readonly (number | null)[];

/** The best-so-far curve of a history. */
export function bestSoFar(problem: Problem, history: Dataset): Curve {
  let best = Number.POSITIVE_INFINITY;
  return Array.from(problem.merit(history.x, history.y), (merit) => {
    if (merit < best && merit < INFEASIBLE) best = merit;
    return best === Number.POSITIVE_INFINITY ? null : inUsersSense(problem, best);
  });
}

/** A merit of a feasible point as the user asked for it: a maximised quantity gets its sign back. */
export function inUsersSense(problem: Problem, merit: number): number {
  return problem.objectives[0].sense === 'maximize' ? -merit : merit;
}
