import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

/** Keys such as `[Jones1998]`: capitalized names and a year. */
const KEY = /\[([A-Z][A-Za-z]*\d{4}(?:, [A-Z][A-Za-z]*\d{4})*)\]/g;

test('every key cited in a comment is listed in docs/references.md', () => {
  const listed = new Set(
    [...readFileSync(join(ROOT, 'docs/references.md'), 'utf8').matchAll(/\*\*\[(\w+)\]\*\*/g)].map(([, key]) => key),
  );
  const missing = ['src', 'simulators', 'test'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) =>
        [...readFileSync(join(ROOT, folder, file), 'utf8').matchAll(KEY)].flatMap(([, keys]) =>
          keys.split(', ').map((key) => `${folder}/${file}: ${key}`),
        ),
      ),
  );
  expect(missing.filter((entry) => !listed.has(entry.slice(entry.lastIndexOf(' ') + 1)))).toEqual([]);
});
