import type { Matrix } from '../numerics/matrix.ts';
import type { Rng } from '../numerics/random.ts';
import type { Dataset } from './dataset.ts';
import type { Described } from './options.ts';
import type { Run } from './run.ts';
import type { Space } from './space/space.ts';

/** Chooses where to ask. */
export interface Sampler extends Described {
  /** The most inputs that it knows points for; without it there is no limit. */
  readonly mostInputs?: number;
  /** Whether its points are like those seen, so that it throws `no-data` where there are none. Default false. */
  readonly fromRows?: boolean;
  /**
   * `count` x d canonical points of the unit cube. `seen` holds what was asked before, for samplers that extend a design or learn from
   * data: in a chain the rows that its teachers were made of, those without a label with NaN for answers, and the rows that are to be avoided
   * ({@link Row.avoided}).
   */
  sample(space: Space, count: number, seen: Dataset, run: Run): Matrix;
}

/** A sampler of points like those seen that also knows another version of a given point, which has the same answer: of an image, one that is turned a little. */
export interface Augmentation extends Sampler {
  /** Another version of the point `u`, d numbers: a canonical point of the unit cube. Throws `invalid-argument` in a space that it is not made for. */
  varied(space: Space, u: Float64Array, rng: Rng): Float64Array;
}
