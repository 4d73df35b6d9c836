import { predictionColumns } from '../core/columns.ts';
import type { Dataset } from '../core/dataset.ts';

/** What a student cannot have learned of its answers: an output that is the same in all of them, and classes that none of them is. */
export function answerNotes(data: Dataset): string[] {
  const known = data.finite();
  const columns = predictionColumns(known.outputs);
  const targets = known.targets();
  return known.outputs.flatMap(({ name, classes }, k): string[] => {
    const { start, width } = columns[k];
    const own = Array.from({ length: width }, (_, c) => targets.column(start + c));
    if (own.every((column) => column.every((value) => value === column[0])))
      return [
        `${name} is ${classes?.[known.y.get(0, k)] ?? own[0][0]} in all ${known.size} answers: there is nothing to learn of it`,
      ];
    const missing = classes?.filter((_, c) => own[c].every((share) => share === 0)) ?? [];
    return missing.length > 0 ? [`no answer of ${name} is ${missing.join(', ')}: nothing was learned of that`] : [];
  });
}
