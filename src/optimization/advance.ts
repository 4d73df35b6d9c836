import { INFEASIBLE } from '../core/problem.ts';

/** Share of all that was gained from which on an improvement is an advance. */
const ADVANCE = 1e-3;

/** The median of the first so many feasible rows, from which gains are counted; NaN where there is none. */
export function typicalMerit(merits: Float64Array, first: number): number {
  const feasible = merits.filter((merit) => merit < INFEASIBLE).subarray(0, first);
  return feasible.length > 0 ? feasible.sort()[feasible.length >> 1] : Number.NaN;
}

/** Whether a row of this merit advances a search that has come from the `typical` merit to the `best`. */
export function isAdvance(merit: number, best: number, typical: number): boolean {
  return best - merit > ADVANCE * (typical - best);
}
