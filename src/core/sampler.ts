import type { Matrix } from '../numerics/matrix.ts';
import type { Rng } from '../numerics/random.ts';
import type { Dataset } from './dataset.ts';
import type { Surrogate } from './model.ts';
import type { Described } from './options.ts';
import type { Oracle } from './oracle.ts';
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

/** What a hop of a chain is to be made of. */
export interface HopParts {
  readonly teacher: Oracle;
  readonly student: Surrogate;
  /** Points of the transfer set. */
  readonly size: number;
  /** As in {@link Sampler.sample}. */
  readonly seen: Dataset;
}

/** What one sampler was worth in a hop. */
export interface TransferEvidence {
  /** The sampler with its options. */
  readonly candidate: string;
  /** Points of it that the student learned, and rows seen that it was judged on. */
  readonly points: number;
  readonly judged: number;
  /**
   * Root mean square difference between what the student and its teacher say of those rows, over the standard deviation of the latter; over all
   * prediction columns, so that a class counts by its shares.
   */
  readonly error: number;
  readonly chosen: boolean;
}

/** A sampler that is chosen for a hop by what it teaches the student. */
export interface ChoosingSampler extends Sampler {
  choose(
    hop: HopParts,
    run: Run,
  ): Promise<{ readonly sampler: Sampler; readonly evidence: readonly TransferEvidence[] }>;
}

/** Whether a sampler chooses among others. */
export function isChoosing(sampler: Sampler): sampler is ChoosingSampler {
  return 'choose' in sampler && typeof sampler.choose === 'function';
}
