import type { Study } from '../study/study.ts';
import { plural } from './format.ts';

/** How far a study is that has not ended, in a sentence without its full stop; undefined of one that has. */
export function unfinishedText({ results: { unfinished } }: Study): string | undefined {
  if (!unfinished) return undefined;
  const { runs, failed, planned, phase } = unfinished;
  const known = planned === null ? plural(runs, 'run') : `${runs} of at most ${plural(planned, 'run')}`;
  const failures = failed > 0 ? ` (${failed} failed)` : '';
  return `Unfinished: ${known} known${failures}, up to ${phase}; nothing below is final`;
}
