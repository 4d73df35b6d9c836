// The style of a page: what all pages share, and what is its own.
import { readFileSync } from 'node:fs';

/** The rules of `base.css` and of a file, without what only people need. */
export function styleWith(file) {
  return [new URL('./base.css', import.meta.url), file]
    .map((one) => readFileSync(one, 'utf8'))
    .join('')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1');
}
