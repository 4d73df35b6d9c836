import type { Study } from '../study/study.ts';
import { listing, plural } from './format.ts';

/** What was changed by hand while the search ran, in a sentence without its full stop; undefined where nothing was. */
export function byHandText({ results: { search } }: Study): string | undefined {
  if (!search?.byHand) return undefined;
  const changes = search.byHand.map(({ after, budget, added }) => {
    const what = budget === null ? `${plural(added, 'point')} added` : `budget set to ${plural(budget, 'run')}`;
    return `${what} after ${plural(after, 'run')} of the search`;
  });
  const added = search.steps.filter(({ phase }) => phase === 'added').map(({ id }) => id);
  return `Changed by hand: ${listing(changes)}${added.length > 0 ? ` (${listing(added)})` : ''}`;
}
