import type { Study } from '../../study/study.ts';
import type { Section } from '../document.ts';

/** Rows and analyses that the results are without, and why. */
export function leftOutSection({ results: { notes = [] } }: Study): Section | undefined {
  if (notes.length === 0) return undefined;
  return { id: 'left-out', title: 'Left out', blocks: [{ kind: 'list', items: notes }] };
}
