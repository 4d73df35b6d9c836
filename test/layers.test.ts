import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const SRC = join(ROOT, 'src');

/** What a folder of src (or a file directly in it) may import beside its own files: folders, packages, `node:`. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  numerics: [],
  core: ['numerics'],
  sampling: ['core', 'numerics'],
  data: ['core', 'numerics'],
  kriging: ['core', 'numerics'],
  surrogates: ['kriging', 'core', 'numerics', 'import(ml-regression)'],
  optimization: ['core', 'numerics'],
  study: [
    'export',
    'sampling',
    'surrogates',
    'optimization',
    'kriging',
    'data',
    'core',
    'numerics',
    'import(mathjs/lib/browser/math.js)',
    'zod',
    'yaml',
  ],
  report: ['study', 'core', 'numerics', 'd3-scale', 'd3-contour'],
  export: ['surrogates', 'data', 'core', 'numerics'],
  explorer: ['report', 'study', 'export', 'core', 'numerics'],
  shipping: ['explorer', 'export', 'surrogates', 'core', 'node:'],
  bridges: ['core', 'numerics', 'node:'],
  serving: ['export', 'surrogates', 'execution', 'data', 'core', 'numerics', 'node:'],
  dashboard: [
    'control',
    'serving',
    'execution',
    'storage',
    'report',
    'explorer',
    'study',
    'data',
    'core',
    'numerics',
    'node:',
    'preact',
    'preact/hooks',
    '@preact/signals',
  ],
  execution: ['core', 'numerics', 'node:', 'piscina', 'jiti', 'import(bullmq)', 'import(ioredis)'],
  control: ['study', 'storage', 'core'],
  storage: ['core', 'node:', 'import(node:sqlite)', 'import(@photostructure/sqlite)'],
  'index.ts': [
    'numerics',
    'core',
    'bridges',
    'data',
    'sampling',
    'kriging',
    'surrogates',
    'optimization',
    'study',
    'report',
    'explorer',
    'export',
  ],
  'node.ts': ['index.ts', 'bridges', 'control', 'dashboard', 'serving', 'shipping', 'execution', 'storage', 'study'],
  'internal.ts': ['core', 'optimization', 'bridges', 'execution', 'study', 'report'],
  testing: ['study', 'export', 'surrogates', 'core', 'numerics', 'vitest', 'fast-check'],
  'testing.ts': ['testing'],
  cli: ['index.ts', 'node.ts', 'internal.ts', 'node:', 'commander'],
};

interface Import {
  readonly file: string;
  readonly target: string;
  readonly dynamic: boolean;
}

/** Sources of the kernels in AssemblyScript, which is another language. */
const ASSEMBLY = 'numerics/kernels/assembly/';

/** What runs in a browser: the page of an exported model, which measures its own frames, the same as text, and the dashboard. */
const PAGE = ['explorer/page/', 'explorer/page-code.ts', 'dashboard/live/'];

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.tsx?$/.test(file) && !file.startsWith(ASSEMBLY),
);

function importsOf(file: string): Import[] {
  const text = readFileSync(join(SRC, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const fixed = [...text.matchAll(/(?:^|\n)(?:(?:import|export)\b[^;'"]*?\bfrom|import)\s*['"]([^'"]+)['"]/g)].map(
    ([, target]) => ({ file, target, dynamic: false }),
  );
  const dynamic = [...text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g)].map(([, target]) => ({
    file,
    target,
    dynamic: true,
  }));
  return [...fixed, ...dynamic];
}

/** `study/search/loop.ts` -> `study`, `index.ts` -> `index.ts`. */
const layerOf = (file: string) => (file.includes('/') ? file.slice(0, file.indexOf('/')) : file);

/** A folder inside a layer is one room; a file directly in a layer is a room of its own. */
const roomOf = (file: string) => (file.split('/').length > 2 ? dirname(file) : file);

/** What a layer's folder may hold side by side; others at most MOST_FILES. */
const ROOMY = ['core', 'execution'];
const MOST_FILES = 20;
const MOST_FILES_OF_ROOMY = 30;

const all = files.flatMap(importsOf);
const local = all
  .filter(({ target }) => target.startsWith('.'))
  .map((one) => ({ ...one, to: relative(SRC, resolve(SRC, dirname(one.file), one.target)) }));

/** The circles of imports between nodes, of which each file is, or is part of, one. */
function circlesOf(nodeOf: (file: string) => string): string[] {
  const edges = new Map<string, Set<string>>();
  for (const { file, to } of local) {
    const [from, target] = [nodeOf(file), nodeOf(to)];
    if (from !== target || file === to) edges.set(from, (edges.get(from) ?? new Set()).add(target));
  }
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (node: string, trail: string[]) => {
    if (trail.includes(node)) circles.push([...trail.slice(trail.indexOf(node)), node].join(' -> '));
    if (done.has(node) || trail.includes(node)) return;
    for (const next of edges.get(node) ?? []) visit(next, [...trail, node]);
    done.add(node);
  };
  for (const node of edges.keys()) visit(node, []);
  return circles;
}

describe('layers', () => {
  test('every folder imports only what the design lists for it', () => {
    const offences = all.flatMap(({ file, target, dynamic }) => {
      const allowed = ALLOWED[layerOf(file)];
      if (!allowed) return [`${file}: the folder has no rule`];
      if (target.startsWith('.')) {
        const to = layerOf(relative(SRC, resolve(SRC, dirname(file), target)));
        return to === layerOf(file) || allowed.includes(to) ? [] : [`${file} imports ${target}`];
      }
      const name =
        dynamic && allowed.includes(`import(${target})`)
          ? `import(${target})`
          : target.startsWith('node:')
            ? 'node:'
            : target;
      return allowed.includes(name) ? [] : [`${file} imports ${target}`];
    });
    expect(offences).toEqual([]);
  });

  test('local imports name their .ts or .tsx file', () => {
    expect(
      local.filter(({ target }) => !/\.tsx?$/.test(target)).map(({ file, target }) => `${file}: ${target}`),
    ).toEqual([]);
  });

  test('no file imports itself in a circle, type imports included', () => {
    expect(circlesOf((file) => file)).toEqual([]);
  });

  test('no room imports itself in a circle', () => {
    expect(circlesOf(roomOf)).toEqual([]);
  });

  test('no room is crowded', () => {
    const counts = new Map<string, number>();
    for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
    const crowded = [...counts].filter(
      ([room, count]) => count > (ROOMY.includes(room) ? MOST_FILES_OF_ROOMY : MOST_FILES),
    );
    expect(crowded).toEqual([]);
  });

  test('chance and the clock come in through arguments', () => {
    const forbidden = /\bMath\.random\b|\bDate\.now\b|\bperformance\.now\b|\bnew Date\(/;
    // It gives the code of others a stream in place of Math.random.
    const exempt = 'core/platform/foreign-random.ts';
    const offenders = files.filter(
      (file) =>
        file !== exempt &&
        !['execution', 'cli'].includes(layerOf(file)) &&
        !PAGE.some((page) => file.startsWith(page)) &&
        forbidden.test(readFileSync(join(SRC, file), 'utf8')),
    );
    expect(offenders).toEqual([]);
  });

  test('only what the architecture names remembers by an object, and no model does', () => {
    const told = [...readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8').matchAll(/`([\w/-]+\.ts)`: by/g)];
    const remembering = files.filter((file) => /new Weak(?:Map|Set)\b/.test(readFileSync(join(SRC, file), 'utf8')));
    expect(remembering.sort()).toEqual(told.map(([, file]) => file).sort());
  });

  test('folders are at most three levels deep and files have kebab-case names', () => {
    const isNamed = (file: string) => /^([a-z0-9-]+\/)*[a-z0-9-]+(\.d)?\.tsx?$/.test(file);
    expect(files.filter((file) => file.split('/').length > 3 || !isNamed(file))).toEqual([]);
  });

  test('whoever stands still for a program gives it up after a while', () => {
    const waiting = ['src', 'test', 'benchmarks'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.[jt]sx?$/.test(file))
        .flatMap((file) => {
          const text = readFileSync(join(ROOT, folder, file), 'utf8');
          const calls = [...text.matchAll(/\b(?:spawn|exec|execFile)Sync\(/g)];
          return calls.flatMap(({ index }) => {
            const call = text.slice(index, endOfCall(text, index));
            return call.includes('timeout: ') ? [] : [`${folder}/${file}: ${call}`];
          });
        }),
    );
    expect(waiting).toEqual([]);
  });
});

/** Where the arguments of a call end. */
function endOfCall(text: string, from: number): number {
  let depth = 0;
  for (let at = text.indexOf('(', from); at < text.length; at++) {
    if (text[at] === '(') depth++;
    if (text[at] === ')' && --depth === 0) return at + 1;
  }
  return text.length;
}
