import { INFEASIBLE } from '../../core/problem.ts';
import { BASINS_POLICY } from './policy.ts';

/** The median merit of the `first` feasible rows, from which gains are counted; NaN where there is none. */
export function typicalMerit(merits: Float64Array, first: number): number {
  const feasible = merits.filter((merit) => merit < INFEASIBLE).subarray(0, first);
  return feasible.length > 0 ? feasible.sort()[feasible.length >> 1] : Number.NaN;
}

/**
 * The scale of gains after each number of rows: how far the better half of the feasible rows reaches above the best. It shrinks with what is left to gain,
 * since the first rows of an objective with a long tail are farther from the best than all that is left. NaN before a row is feasible; `typical` is the
 * {@link typicalMerit}.
 */
export function gainScales(merits: Float64Array, typical: number): Float64Array {
  const { comparedShare, leastScale } = BASINS_POLICY.advance;
  const sorted: number[] = [];
  const scale = () => {
    if (sorted.length === 0) return Number.NaN;
    const reach = sorted[Math.floor(comparedShare * sorted.length)] - sorted[0];
    return Math.max(reach, leastScale * (typical - sorted[0]));
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
  return best - merit > BASINS_POLICY.advance.leastShare * scale;
}
