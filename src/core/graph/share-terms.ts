import { choose, divide, max, min, type Term, total } from './term.ts';

/** Shares cut to [0, 1] and divided by their sum, equal where nothing is left; what `toShares` does. */
export function shareTerms(columns: readonly Term[]): Term[] {
  const cut = columns.map((one) => min(1, max(0, one)));
  const sum = total(cut);
  return cut.map((one) => choose(0, 'less', sum, divide(one, sum), 1 / columns.length));
}
