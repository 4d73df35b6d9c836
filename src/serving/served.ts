import type { FailureCause } from '../core/evaluation.ts';
import type { Output } from '../core/output.ts';
import type { Space } from '../core/space/space.ts';
import type { ModelDescription } from '../export/model-file.ts';
import type { Answer } from '../surrogates/point-model.ts';
import type { ReadPoint } from './point-reader.ts';

/** What is said at a point: an answer for each output, or why a run has none. */
export type Reply =
  | { readonly answers: Readonly<Record<string, Answer>> }
  | { readonly failed: FailureCause; readonly reason: string };

/** Derivatives of the outputs that {@link Served.values} has, m x d in the author's units; of whole numbers, choices and beyond a range 0. */
export interface Slopes {
  /** Rows of d numbers, one for each value. */
  jacobian(point: ReadPoint, signal: AbortSignal): Promise<readonly Float64Array[]>;
  /** The second derivative of `weights` (m numbers) times the values, times `direction` (d numbers): d numbers. */
  hessian?(point: ReadPoint, weights: readonly number[], direction: readonly number[]): Float64Array;
}

/** A model or a simulator behind a server. */
export interface Served {
  /** By which requests name it. */
  readonly name: string;
  readonly kind: 'model' | 'simulator';
  readonly description?: string;
  readonly space: Space;
  readonly outputs: readonly Output[];
  /** The outputs that a vector of numbers has: all but derivatives that are asked for by themselves. A class is the index of its name. */
  readonly values: readonly Output[];
  /** Names of the outputs whose answers have bounds. */
  readonly bounded: readonly string[];
  /** What the file of a model says of it. */
  readonly about?: ModelDescription;
  /** Equal points may be answered otherwise. */
  readonly stochastic?: boolean;
  readonly slopes?: Slopes;
  /** The replies in the order of the points, in groups; other requests get their turn between two of them. `seed` names random streams. */
  reply(points: readonly ReadPoint[], signal: AbortSignal, seed?: number): AsyncIterable<readonly Reply[]>;
}
