import { predictionColumns } from '../../core/columns.ts';
import type { Dataset } from '../../core/dataset.ts';
import { ensure, show } from '../../core/errors.ts';

/**
 * The rows whose answers are sure: in every class output the largest share is at least `share`, a number above 0 and at most 1. Numbers are always sure.
 * Throws `invalid-argument` for another share.
 */
export function confident(share: number): (answers: Dataset) => number[] {
  ensure(
    typeof share === 'number' && share > 0 && share <= 1,
    'invalid-argument',
    `confident: a share is a number above 0 and at most 1, got ${show(share)}`,
  );
  const keep = (answers: Dataset): number[] => {
    const targets = answers.targets();
    const groups = predictionColumns(answers.outputs).filter((_, k) => answers.outputs[k].classes);
    const isSure = (i: number) =>
      groups.every(({ start, width }) => {
        const own = targets.row(i).subarray(start, start + width);
        return own.some((value) => value >= share);
      });
    return Array.from({ length: answers.size }, (_, i) => i).filter(isSure);
  };
  return Object.defineProperty(keep, 'name', { value: `confident(${share})` });
}
