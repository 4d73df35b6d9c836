import { ensure, show } from '../../core/errors.ts';
import { decodeValue } from '../../core/space/coordinate.ts';
import type { Space } from '../../core/space/space.ts';

/** What a program elsewhere compares: a number as it is or rounded to four bytes, and whether an equal one goes left. */
export interface Comparison {
  readonly single: boolean;
  readonly equal: boolean;
}

/** Whether what a file has for a column is one of the space. */
export function isColumn(space: Space, column: unknown): column is number {
  return Number.isInteger(column) && (column as number) >= 0 && (column as number) < space.dimension;
}

/** Halvings after which two doubles of [0, 1] are neighbors, whatever they are. */
const HALVINGS = 1100;

/**
 * The largest coordinate of input j whose number goes left of a threshold in the author's unit; below 0 where none does. Found by halving with the very
 * comparison of the program that grew the tree, so that no point near the threshold changes sides. Refuses inputs that are no numbers.
 */
export function thresholdOf(space: Space, j: number, threshold: number, { single, equal }: Comparison): number {
  const { kind, conditional, name } = space.columns[j];
  ensure(
    kind !== 'categorical' && !conditional,
    'invalid-data',
    () =>
      `a tree splits input '${name}' at ${threshold}, and it is ${conditional ? 'inactive at times' : 'a category'}: only splits of numbers can be read`,
  );
  ensure(Number.isFinite(threshold), 'invalid-data', () => `input '${name}' is split at ${show(threshold)}`);
  const parameter = space.parameters[name];
  const goesLeft = (u: number) => {
    const value = decodeValue(parameter, u) as number;
    const compared = single ? Math.fround(value) : value;
    return equal ? compared <= threshold : compared < threshold;
  };
  if (!goesLeft(0)) return -1;
  if (goesLeft(1)) return 1;
  let [low, high] = [0, 1];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = low + (high - low) / 2;
    if (middle === low || middle === high) break;
    if (goesLeft(middle)) low = middle;
    else high = middle;
  }
  return low;
}
