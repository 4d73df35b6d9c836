import type { Parameters, Point, Scalar } from '../../core/space/parameter.ts';
import type { ViewOptions } from './subject.ts';

/** Where a model is cut; a study is cut through its best point, of several objectives the middle of its front. */
export interface SliceViewOptions extends ViewOptions {
  /** What is held, in the author's units; what is left out is in the middle of its range. */
  readonly at?: Partial<Point<Parameters>>;
}

/** Where a model is cut, and along what. */
export interface MapViewOptions extends SliceViewOptions {
  /** Names of two inputs; of a study those of its map, in any order. Default those with the largest total effects. */
  readonly over?: readonly [string, string];
}

/** A model along one input. */
export interface InputSlice {
  readonly input: string;
  /** In the author's units. */
  readonly values: readonly (Scalar | undefined)[];
  readonly means: readonly number[];
  /** Bounds of an answer with 95 %, of a number and a model that knows how unsure it is. */
  readonly intervals?: readonly (readonly [lower: number, upper: number])[];
  /** Of a study with limits: how far the worst one is exceeded there, in its unit; above 0 is not allowed. */
  readonly excess?: readonly number[];
}

/** A model over two inputs: `means[r][c]` where the first input has `values[0][c]` and the second `values[1][r]`, in the author's units. */
export interface InputMap {
  readonly inputs: readonly [string, string];
  readonly values: readonly [readonly (Scalar | undefined)[], readonly (Scalar | undefined)[]];
  readonly means: readonly (readonly number[])[];
  /** Of a study with limits, at the same places: how far the worst one is exceeded; above 0 is not allowed. */
  readonly excess?: readonly (readonly number[])[];
}
