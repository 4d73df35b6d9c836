import type { Dataset } from '../core/dataset.ts';

/** How many times the distance from the median that three quarters of the values keep is out of the question. */
const FAR = 1000;
/** Fewest values among which one can stand out. */
const FEWEST = 8;
/** Rows that a note names at most. */
const NAMED = 3;

/**
 * A note for each numeric output in which a few values, at most one of ten, are a thousand times further from the median than three quarters of them are:
 * a wrong unit, a run that did not converge, a placeholder such as 1e9. They are fitted like all others.
 */
export function outlierNotes({ outputs, y, rows, size }: Dataset): string[] {
  if (size < FEWEST) return [];
  return outputs.flatMap(({ name, classes }, k) => {
    if (classes) return [];
    // In units of the largest, for differences that would overflow.
    const values = y.column(k);
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
    const sorted = values.map((value) => value / scale).sort();
    const median = sorted[size >> 1];
    const distances = values.map((value) => Math.abs(value / scale - median));
    const usual = distances.slice().sort()[Math.floor(0.75 * size)];
    const far = Array.from(distances.keys()).filter((i) => usual > 0 && distances[i] > FAR * usual);
    if (far.length === 0 || far.length > size / 10) return [];
    const named = far.slice(0, NAMED).map((i) => `row ${i} (${rows[i].id}) is ${values[i]}`);
    const more = far.length > NAMED ? ` and ${far.length - NAMED} more` : '';
    return [
      `${name}: ${named.join(', ')}${more}, over ${FAR} times as far from the median as most values: errors and intervals are told in units of it; leave it out if it is a mistake`,
    ];
  });
}
