import type { Study } from '../../study/study.ts';
import { type Section, text } from '../document.ts';
import { unfinishedText } from '../unfinished.ts';

/** That a study has not ended, and how far it is; undefined of one that has. */
export function unfinishedSection(study: Study): Section | undefined {
  const told = unfinishedText(study);
  if (told === undefined) return undefined;
  return { id: 'unfinished', title: 'Unfinished study', blocks: [text(`${told}.`)] };
}
