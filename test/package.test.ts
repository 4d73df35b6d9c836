import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { posix, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

/** What `npm pack` puts into the package. */
function packed(): string[] {
  const text = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: 300_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ files }] = JSON.parse(text) as [{ files: readonly { path: string }[] }];
  return files.map(({ path }) => path);
}

test('the package carries its documentation, and every link of README and docs leads to what it carries', () => {
  const files = packed();
  const pages = files.filter((path) => path === 'README.md' || /^docs\/[\w-]+\.md$/.test(path));
  expect(pages.length).toBeGreaterThan(8);
  const dead = pages.flatMap((page) =>
    [...readFileSync(resolve(ROOT, page), 'utf8').matchAll(/\]\(([^)\s#]+)(?:#([^)\s]+))?\)/g)].flatMap(
      ([, target, anchor]) => {
        if (/^[a-z]+:/.test(target)) return [];
        const path = posix.join(posix.dirname(page), target);
        if (!files.includes(path)) return [`${page}: ${target}`];
        return anchor === undefined || anchors(path).includes(anchor) ? [] : [`${page}: ${target}#${anchor}`];
      },
    ),
  );
  expect(dead).toEqual([]);
});

/** The anchors of a page's headings. */
function anchors(page: string): string[] {
  const headings = readFileSync(resolve(ROOT, page), 'utf8').matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, title]) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .trim()
      .replace(/\s/g, '-'),
  );
}
