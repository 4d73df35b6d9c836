import { INFEASIBLE } from '../../core/problem.ts';

/** Share of the scale of gains from which on an improvement is an advance. */
export const ADVANCE = 1e-3;

/** What is gained is held against this share of the rows, the best of them ... */
const BEST_SHARE = 0.5;

/** ... and never against less than this share of what was gained from the first rows on: below it are last digits. */
const LEAST_SCALE = 1e-3;

/** The median of the first so many feasible rows, from which gains are counted; NaN where there is none. */
export function typicalMerit(merits: Float64Array, first: number): number {
  const feasible = merits.filter((merit) => merit < INFEASIBLE).subarray(0, first);
  return feasible.length > 0 ? feasible.sort()[feasible.length >> 1] : Number.NaN;
}

/**
 * For each number of rows what counts as a large difference after them: how far the better half of the feasible ones reaches above the best. It shrinks
 * with what there is left to gain, for the first rows of an objective with a long tail are farther from the best than all that is left. NaN
 * before a row is feasible; `typical` is the {@link typicalMerit}.
 */
export function gainScales(merits: Float64Array, typical: number): Float64Array {
  const sorted: number[] = [];
  const scale = () => {
    if (sorted.length === 0) return Number.NaN;
    const reach = sorted[Math.floor(BEST_SHARE * sorted.length)] - sorted[0];
    return Math.max(reach, LEAST_SCALE * (typical - sorted[0]));
  };
  const scales = Float64Array.from(merits, (merit) => {
    const before = scale();
    if (merit < INFEASIBLE) {
      const at = sorted.findIndex((other) => other > merit);
      sorted.splice(at < 0 ? sorted.length : at, 0, merit);
    }
    return before;
  });
  return Float64Array.of(...scales, scale());
}

/** Whether a row of this merit advances a search that had come to the `best`. */
export function isAdvance(merit: number, best: number, scale: number): boolean {
  return best - merit > ADVANCE * scale;
}
