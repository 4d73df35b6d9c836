import { mostProbable } from '../../core/columns.ts';
import type { Dataset } from '../../core/dataset.ts';
import { type Test, testAt } from '../../core/structure.ts';

/** A point with what the teacher says of it. */
export interface Example {
  readonly u: Float64Array;
  /** The likeliest class. */
  readonly label: number;
  /** The shares of the classes. */
  readonly shares: Float64Array;
  readonly weight: number;
}

/** The question of a node: whether at least `atLeast` of the tests hold. */
export interface Question {
  readonly atLeast: number;
  readonly tests: readonly Test[];
}

/** The completed rows of a data set with one class. */
export function examplesOf(data: Dataset): Example[] {
  const targets = data.targets();
  return Array.from({ length: data.size }, (_, i) => {
    const shares = targets.row(i).slice();
    return { u: data.x.row(i).slice(), shares, label: mostProbable(shares), weight: data.weights?.[i] ?? 1 };
  });
}

/** Whether the question is answered by yes at a point; `levels` as of {@link testAt}. */
export function isYes({ atLeast, tests }: Question, u: Float64Array, levels: Int32Array): boolean {
  let held = 0;
  for (const test of tests) if (testAt(test, u[test.column], levels[test.column])) held++;
  return held >= atLeast;
}

/** The test that holds where this one does not. */
export function opposite(test: Test, levels: Int32Array): Test {
  if (test.is !== 'among') return { ...test, is: test.is === 'above' ? 'at most' : 'above' };
  const others = Array.from({ length: levels[test.column] }, (_, level) => level);
  return { ...test, levels: others.filter((level) => !test.levels.includes(level)) };
}

/** The weighted mean of the shares of some examples, at least one. */
export function meanShares(examples: readonly Example[]): Float64Array {
  const mean = new Float64Array(examples[0].shares.length);
  const total = weightOf(examples);
  for (const { shares, weight } of examples)
    for (let k = 0; k < mean.length; k++) mean[k] += (weight / total) * shares[k];
  return mean.map((share) => Math.min(1, share));
}

/** What the examples weigh together. */
export function weightOf(examples: readonly Example[]): number {
  return examples.reduce((sum, { weight }) => sum + weight, 0);
}
