import { typeset } from './typeset.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it may stand in HTML, in an attribute or outside; control characters are dropped. */
export function escapeText(text: string): string {
  return text.replace(/[^\P{Cc}\t\n\r]/gu, '').replace(/[&<>"']/g, (one) => ENTITIES[one]);
}

/** Text for readers: set as in print, then escaped. */
export function shownText(text: string): string {
  return escapeText(typeset(text));
}
