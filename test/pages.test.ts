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

test('every picture is shown by a page, and the package has it', () => {
  const pages = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)];
  const shown = pages
    .filter((page) => page.endsWith('.md'))
    .flatMap((page) =>
      [
        ...readFileSync(join(ROOT, page), 'utf8').matchAll(/(?:\]\(|src(?:set)?=")([\w./-]+\.(?:png|svg|webp))[)"]/g),
      ].map(([, path]) => join(dirname(page), path)),
    );
  const pictures = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /^(?!site).*\.(?:png|svg|webp)$/.test(path))
    .map((path) => `docs/${path}`);
  expect([...new Set(shown)].sort()).toEqual(pictures.sort());
  const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly files: string[] };
  const shipped = files.map((glob) => new RegExp(`^${glob.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`));
  expect(pictures.filter((path) => !shipped.some((glob) => glob.test(path)))).toEqual([]);
});

test('the page of benchmarks has each of them, with the columns of its rows', () => {
  const page = readFileSync(join(ROOT, 'docs/benchmarks.md'), 'utf8');
  const files = readdirSync(join(ROOT, 'benchmarks')).filter((file) => file.endsWith('.ts'));
  const untold = files.flatMap((file) => {
    const text = readFileSync(join(ROOT, 'benchmarks', file), 'utf8');
    const [, columns] = /\n {2}columns: \[([\s\S]*?)\],\n {2}\w/.exec(text) ?? [];
    if (columns === undefined) return [];
    const name = file.replace('.ts', '');
    const [part] = new RegExp(`^\\| \`${name}\` \\|.*$|^### \`${name}\`\\n[^]*?(?=\\n##)`, 'm').exec(page) ?? [];
    const names = [...columns.matchAll(/'(\w+)'/g)].map(([, column]) => column).join(' ');
    return part?.includes(`\`${names}\``) ? [] : [`${name}: ${names}`];
  });
  expect(untold).toEqual([]);
});

test('every page of docs is in the menu of the site', () => {
  const menu = readFileSync(join(ROOT, 'docs/site/.vitepress/config.ts'), 'utf8');
  const pages = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  expect(pages.filter((page) => !menu.includes(`'${page.replace('.md', '')}')`))).toEqual([]);
});

test('the gallery has an entry with a small picture for light and dark of each shipped scenario', () => {
  const entries = readFileSync(join(ROOT, 'docs/gallery.md'), 'utf8');
  const files = readdirSync(join(ROOT, 'scenarios')).filter((name) => /\.(?:ts|yaml)$/.test(name));
  expect(files.length).toBeGreaterThan(20);
  const drawn = entries
    .split('\n## ')
    .slice(1)
    .flatMap((entry) => {
      const commands = [...entry.matchAll(/\nnpx imago run scenarios\/([\w.-]+)(?=\n)/g)].map(([, file]) => file);
      expect(commands.length, entry).toBeGreaterThan(0);
      const [, picture] = /!\[[^\]]+\]\((gallery\/[\w-]+\.svg)\)/.exec(entry) ?? [];
      const svg = readFileSync(join(ROOT, 'docs', picture), 'utf8');
      expect(svg.length, picture).toBeLessThan(40_000);
      expect(svg, picture).toContain('prefers-color-scheme: dark');
      return commands;
    });
  expect(files.filter((file) => !drawn.includes(file))).toEqual([]);
});

/** Figures of the gallery that are no result which a run prints, by scenario: a speed or time by the clock, a size, rows of one class, a run in the kept study. */
const NOT_PRINTED: Readonly<Record<string, readonly string[]>> = {
  'cheapest-network.ts': ['0.2', '1.5', '126', '174'],
  'farthest-yagi.ts': ['60'],
  'fastest-reactor.ts': ['90'],
  'lift-to-drag-on-surrogate.ts': ['10,600'],
  'lightest-bracket.ts': ['27', '6', '60', '90'],
  'soft-targets.ts': ['1,010', '593', '95'],
};

test('each figure that the gallery tells of a run was printed by that run', () => {
  const printed = JSON.parse(readFileSync(join(ROOT, 'docs/gallery/printed.json'), 'utf8')) as Record<string, string[]>;
  const numbers = (text: string) => text.match(/\d[\d,]*(?:\.\d+)?/g) ?? [];
  const value = (text: string) => Number(text.replaceAll(',', ''));
  const isOf = (figure: string, one: string) =>
    figure === one || value(one).toFixed(figure.split('.')[1]?.length ?? 0) === figure.replaceAll(',', '');
  const entries = readFileSync(join(ROOT, 'docs/gallery.md'), 'utf8').split('\n## ').slice(1);
  const untold = entries.flatMap((entry) => {
    const file = [...entry.matchAll(/\nnpx imago run scenarios\/([\w.-]+)/g)]
      .map(([, name]) => name)
      .find((name) => printed[name]);
    const [, told] = /\nSeed \d+[^:,]*[:,]([\s\S]*?)\n\n/.exec(entry) ?? [];
    const known = numbers((printed[file ?? ''] ?? []).join('\n'));
    const figures = numbers((told ?? '').replaceAll(/\[[^\]]*\]\([^)]*\).*|\[\w+\]/g, ''));
    expect(file === undefined || figures.length > 0, entry).toBe(true);
    return file
      ? figures.filter((figure) => !known.some((one) => isOf(figure, one))).map((figure) => `${file}: ${figure}`)
      : [];
  });
  const expected = Object.entries(NOT_PRINTED).flatMap(([file, figures]) =>
    figures.map((figure) => `${file}: ${figure}`),
  );
  expect(untold.sort()).toEqual(expected.sort());
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
