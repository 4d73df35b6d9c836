import type { Space } from '../core/space/space.ts';
import type { Matrix } from '../numerics/matrix.ts';
import { centeredL2Discrepancy } from './discrepancy.ts';
import { minimumDistance } from './distance.ts';
import { emptyStrata } from './strata.ts';

/** How evenly a design fills the unit cube. */
export interface DesignQuality {
  /** The smallest distance between two points, larger is better; Infinity below two points. */
  readonly minimumDistance: number;
  /** CL2, smaller is better [Hickernell1998]; NaN without points. */
  readonly centeredL2Discrepancy: number;
  /** For each coordinate, the strata or levels without a point; all 0 for a Latin hypercube. */
  readonly emptyStrata: readonly number[];
}

/**
 * The quality of an n x d design; with the space, distances go round periodic coordinates, categories are equally far
 * apart, and inactive coordinates are not counted as empty. Costs n^2 d.
 */
export function designQuality(x: Matrix, space?: Space): DesignQuality {
  return {
    minimumDistance: minimumDistance(x, space),
    centeredL2Discrepancy: centeredL2Discrepancy(x),
    emptyStrata: emptyStrata(x, space),
  };
}
