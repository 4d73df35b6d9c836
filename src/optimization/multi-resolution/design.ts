import type { ResolutionSlice } from './slice.ts';

/** In the initial design, rows of the level that counts: from so many on co-kriging estimates a ratio. */
const FEWEST_ROWS = 4;

/** In the initial design, rows of a level for each of the next finer one, and for each input and one more, at most. */
const MOST_RATIO = 4;
const MOST_FOR_INPUT = 5;

/** Rows of the initial design at each level, coarsest first. */
export function designSizes(slice: ResolutionSlice): number[] {
  const { problem, levels } = slice;
  const d = problem.space.dimension;
  let size = Math.max(FEWEST_ROWS, Math.ceil((d + 2) / 2));
  const sizes = [size];
  for (let t = levels.length - 2; t >= 0; t--) {
    const ratio = Math.min(MOST_RATIO, slice.cost(levels[t + 1]) / slice.cost(levels[t]));
    size = Math.max(size, Math.min(MOST_FOR_INPUT * (d + 1), Math.floor(size * ratio)));
    sizes.unshift(size);
  }
  return sizes;
}
