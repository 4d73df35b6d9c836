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
  surrogates: ['core', 'numerics', 'import(ml-regression)'],
  optimization: ['core', 'numerics'],
  study: [
    'sampling',
    'surrogates',
    'optimization',
    'core',
    'numerics',
    'import(mathjs/lib/browser/math.js)',
    'zod',
    'yaml',
  ],
  report: ['study', 'core', 'numerics', 'd3-scale', 'd3-contour'],
  bridges: ['core', 'numerics', 'node:'],
  execution: ['core', 'numerics', 'node:', 'piscina', 'jiti'],
  storage: ['core', 'node:', 'import(node:sqlite)', 'import(@photostructure/sqlite)'],
  'index.ts': ['numerics', 'core', 'sampling', 'surrogates', 'optimization', 'study', 'report'],
  'node.ts': ['index.ts', 'bridges', 'execution', 'storage', 'study'],
  cli: ['index.ts', 'node.ts', 'node:', 'commander'],
};

interface Import {
  readonly file: string;
  readonly target: string;
  readonly dynamic: boolean;
}

/** Sources of the kernels in AssemblyScript, which is another language. */
const ASSEMBLY = 'numerics/kernels/assembly/';

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.startsWith(ASSEMBLY),
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

/** `study/loop.ts` -> `study`, `index.ts` -> `index.ts`. */
const roomOf = (file: string) => (file.includes('/') ? file.slice(0, file.indexOf('/')) : file);

const all = files.flatMap(importsOf);
const local = all
  .filter(({ target }) => target.startsWith('.'))
  .map((one) => ({ ...one, to: relative(SRC, resolve(SRC, dirname(one.file), one.target)) }));

describe('layers', () => {
  test('every folder imports only what the design lists for it', () => {
    const offences = all.flatMap(({ file, target, dynamic }) => {
      const allowed = ALLOWED[roomOf(file)];
      if (!allowed) return [`${file}: the folder has no rule`];
      if (target.startsWith('.')) {
        const to = roomOf(relative(SRC, resolve(SRC, dirname(file), target)));
        return to === roomOf(file) || allowed.includes(to) ? [] : [`${file} imports ${target}`];
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

  test('local imports name their .ts file', () => {
    expect(
      local.filter(({ target }) => !target.endsWith('.ts')).map(({ file, target }) => `${file}: ${target}`),
    ).toEqual([]);
  });

  test('no file imports itself in a circle, type imports included', () => {
    const edges = new Map(files.map((file) => [file, local.filter((one) => one.file === file).map((one) => one.to)]));
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, trail: string[]) => {
      if (trail.includes(file)) circles.push([...trail.slice(trail.indexOf(file)), file].join(' -> '));
      if (done.has(file) || trail.includes(file)) return;
      for (const next of edges.get(file) ?? []) visit(next, [...trail, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(circles).toEqual([]);
  });

  test('chance and the clock come in through arguments', () => {
    const forbidden = /\bMath\.random\b|\bDate\.now\b|\bperformance\.now\b|\bnew Date\(/;
    // It gives the code of others a stream in place of Math.random.
    const exempt = 'core/foreign-random.ts';
    const offenders = files.filter(
      (file) =>
        file !== exempt &&
        !['execution', 'cli'].includes(roomOf(file)) &&
        forbidden.test(readFileSync(join(SRC, file), 'utf8')),
    );
    expect(offenders).toEqual([]);
  });

  test('folders are at most three levels deep and files have kebab-case names', () => {
    const isNamed = (file: string) => /^([a-z0-9-]+\/)*[a-z0-9-]+(\.d)?\.ts$/.test(file);
    expect(files.filter((file) => file.split('/').length > 3 || !isNamed(file))).toEqual([]);
  });
});
