import { MULTI_RESOLUTION_POLICY } from './policy.ts';
import type { ResolutionSlice } from './slice.ts';

/** Rows of the initial design at each level, coarsest first. */
export function designSizes(slice: ResolutionSlice): number[] {
  const { problem, levels } = slice;
  const d = problem.space.dimension;
  let size = Math.max(MULTI_RESOLUTION_POLICY.design.fewestRows, Math.ceil((d + 2) / 2));
  const sizes = [size];
  for (let t = levels.length - 2; t >= 0; t--) {
    const ratio = Math.min(MULTI_RESOLUTION_POLICY.design.mostRatio, slice.cost(levels[t + 1]) / slice.cost(levels[t]));
    size = Math.max(size, Math.min(MULTI_RESOLUTION_POLICY.design.mostForInput * (d + 1), Math.floor(size * ratio)));
    sizes.unshift(size);
  }
  return sizes;
}
