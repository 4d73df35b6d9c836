import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { VitestPluginContext } from 'vitest/node';
import { builtSources, fromBuild } from '../vitest.built.ts';

const TSC = resolve(import.meta.dirname, '../node_modules/typescript/bin/tsc');
const CONFIG = {
  include: ['src'],
  compilerOptions: {
    ...{ rootDir: 'src', outDir: 'dist', incremental: true, tsBuildInfoFile: 'dist/.tsbuildinfo' },
    ...{ module: 'NodeNext', target: 'ES2023', lib: ['ES5'], types: [] },
  },
};

/** What is built, of which each test has a copy of its own. */
let first: string;
let root: string;

beforeAll(() => {
  first = mkdtempSync(join(tmpdir(), 'imago-built-'));
  root = first;
  mkdirSync(join(root, 'src'));
  writeFileSync(join(root, 'tsconfig.json'), JSON.stringify(CONFIG));
  write('a', 1);
  write('b', 1);
  build();
});

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'imago-built-'));
  cpSync(first, root, { recursive: true });
});

afterEach(() => rmSync(root, { recursive: true }));

afterAll(() => rmSync(first, { recursive: true }));

function write(name: string, value: number): void {
  writeFileSync(join(root, `src/${name}.ts`), `export const ${name} = ${value};\n`);
}

function build(): void {
  const { status, stdout } = spawnSync(process.execPath, [TSC, '-p', root], { encoding: 'utf8', timeout: 300_000 });
  expect([status, stdout]).toEqual([0, '']);
}

/** Which of the files imports are led to `dist`, and what is added to the keys of what is kept; undefined where none could be. */
function ledTo(names: readonly string[], watch = false) {
  const sources = builtSources(root);
  if (!sources) return undefined;
  const { configureVitest, resolveId } = fromBuild(root, sources) as unknown as {
    configureVitest(context: VitestPluginContext): void;
    resolveId(id: string, importer: string): { readonly id: string } | undefined;
  };
  let key: unknown;
  configureVitest({
    vitest: { config: { watch } },
    experimental_defineCacheKeyGenerator: (make: () => unknown) => {
      key = make();
    },
  } as unknown as VitestPluginContext);
  const led = names.filter((name) => {
    const file = resolveId(`../src/${name}.ts`, join(root, 'test/some.test.ts'));
    if (file) expect(file.id).toBe(join(root, `dist/${name}.js`));
    return file;
  });
  return { led, key };
}

test('tests load what was compiled of the sources as they are', () => {
  expect(ledTo(['a', 'b'])?.led).toEqual(['a', 'b']);
  write('a', 2);
  expect(ledTo(['a', 'b'])).toBeUndefined();
  build();
  expect(ledTo(['a', 'b'])?.led).toEqual(['a', 'b']);
});

test('tests do not load what is left in dist of a source that is gone', () => {
  rmSync(join(root, 'src/b.ts'));
  expect(ledTo(['a', 'b'])).toBeUndefined();
  build();
  expect(ledTo(['a', 'b'])?.led).toEqual(['a']);
});

test('a source that was not built yet is loaded itself, and what was kept until then is forgotten once it is', () => {
  write('c', 1);
  const before = ledTo(['a', 'c']);
  expect(before?.led).toEqual(['a']);
  build();
  const after = ledTo(['a', 'c']);
  expect(after?.led).toEqual(['a', 'c']);
  expect(after?.key).not.toBe(before?.key);
});

test('sources that are watched are loaded themselves', () => {
  const watched = ledTo(['a', 'b'], true);
  expect(watched?.led).toEqual([]);
  expect(watched?.key).not.toBe(ledTo(['a', 'b'])?.key);
});
