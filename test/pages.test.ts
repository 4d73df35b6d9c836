import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { imagoHere } from './fixtures/command-line.ts';

const ROOT = resolve(import.meta.dirname, '..');

test('every file and page that README, CONTRIBUTING and docs name is there', () => {
  const pages = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)];
  const lost = pages
    .filter((page) => page.endsWith('.md'))
    .flatMap((page) => {
      const text = readFileSync(join(ROOT, page), 'utf8');
      const paths = [
        ...text.matchAll(
          /`((?:src|test|benchmarks|api|simulators|scenarios)\/[\w./-]+|docs\/[\w./-]+\.\w+|\.ci\/\w+)`/g,
        ),
      ].map(([, path]) => join(ROOT, path));
      const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link]) =>
        join(ROOT, dirname(page), link),
      );
      return [...paths, ...links].filter((path) => !existsSync(path)).map((path) => `${page}: ${path}`);
    });
  expect(lost).toEqual([]);
});

test('every page of docs is in the menu of the site', () => {
  const menu = readFileSync(join(ROOT, 'docs/site/.vitepress/config.ts'), 'utf8');
  const pages = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  expect(pages.filter((page) => !menu.includes(`'${page.replace('.md', '')}')`))).toEqual([]);
});

test('the gallery has each shipped scenario, and small pictures for light and dark', () => {
  const text = readFileSync(join(ROOT, 'docs/gallery.md'), 'utf8');
  const named = [...text.matchAll(/\bscenarios\/([\w-]+)\.(?:ts|yaml)\b/g)].map(([, stem]) => stem);
  const files = readdirSync(join(ROOT, 'scenarios')).filter((name) => /\.(?:ts|yaml)$/.test(name));
  const stems = [...new Set(files.map((file) => file.slice(0, file.lastIndexOf('.'))))];
  expect(stems.length).toBeGreaterThan(20);
  expect(stems.filter((stem) => !named.includes(stem))).toEqual([]);
  for (const entry of text.split('\n## ').slice(1)) {
    expect(entry).toMatch(/\nnpx imago run scenarios\/[\w-]+\.(?:ts|yaml)\n/);
    const [, picture] = /!\[[^\]]+\]\((gallery\/[\w-]+\.svg)\)/.exec(entry) ?? [];
    const svg = readFileSync(join(ROOT, 'docs', picture), 'utf8');
    expect(svg.length, picture).toBeLessThan(40_000);
    expect(svg, picture).toContain('prefers-color-scheme: dark');
  }
});

test('no entry of the changelog is there twice', () => {
  const openings = readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('- '))
    .map((line) => line.slice(0, 100));
  expect(openings.length).toBeGreaterThan(100);
  expect(openings.filter((opening, i) => openings.indexOf(opening) !== i)).toEqual([]);
});

test('the page of the command line has every command', async () => {
  const { stdout } = await imagoHere('--help');
  const commands = [...stdout.slice(stdout.indexOf('Commands:')).matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
  expect(commands.length).toBeGreaterThan(15);
  const page = readFileSync(join(ROOT, 'docs/command-line.md'), 'utf8');
  expect(commands.filter((name) => !['help', 'imago'].includes(name) && !page.includes(`| \`imago ${name}`))).toEqual(
    [],
  );
});
