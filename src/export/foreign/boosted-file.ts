import type { Comparison } from './thresholds.ts';

/** A node of a boosted tree, as every library can say it. */
export type BoostedNode =
  | { readonly value: number }
  | { readonly column: number; readonly threshold: number; readonly left: BoostedNode; readonly right: BoostedNode };

/** What is read of a file: sums of trees and what they mean. */
export interface BoostedFile {
  readonly library: string;
  readonly comparison: Comparison;
  /** Classes told apart, 0 for a number. */
  readonly classes: number;
  /** What each score begins with. */
  readonly start: readonly number[];
  /** How many inputs it learned, and their names, where it tells. */
  readonly inputs?: number;
  readonly features?: readonly string[];
  /** Trees by rounds, one for each score. */
  readonly rounds: readonly (readonly BoostedNode[])[];
}
