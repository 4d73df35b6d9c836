import type { Study } from '../../study/study.ts';
import type { Section } from '../document.ts';
import { remarkTexts } from '../remarks.ts';

/** What users noted; undefined where they noted nothing. */
export function remarksSection(study: Study): Section | undefined {
  const items = remarkTexts(study);
  return items.length > 0 ? { id: 'notes', title: 'Notes', blocks: [{ kind: 'list', items }] } : undefined;
}
