import type { Space } from '../../core/space/space.ts';
import type { SearchResults } from '../search/results.ts';

/** The point that slices and maps of a study go through. */
export interface Center {
  readonly u: readonly number[];
  readonly name: 'best point' | 'middle of the front';
  /** Whether the simulator has said that it meets all limits. */
  readonly isAllowed: boolean;
}

/** The best point, or the middle of the front of several objectives; undefined where there is neither, as in older studies of several objectives. */
export function centerOf(search: Pick<SearchResults, 'best' | 'front'> | null): Center | undefined {
  const best = search?.best;
  if (best) return { u: best.u, name: 'best point', isAllowed: best.feasible && best.confirmed };
  const middle = search?.front?.points[search.front.middle ?? -1];
  return middle && { u: middle.u, name: 'middle of the front', isAllowed: true };
}

/** The place of a center in the unit cube; without one the middle of the space. */
export function placeOf(center: Center | undefined, space: Space): Float64Array {
  return center ? Float64Array.from(center.u) : space.canonical(new Float64Array(space.dimension).fill(0.5));
}
