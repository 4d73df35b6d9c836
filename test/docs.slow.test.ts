import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { filesOf, PAGES } from './fixtures/pages.ts';
import { compile, installAround, runsExports } from './fixtures/project.ts';

const ROOT = resolve(import.meta.dirname, '..');
const CLI = join(ROOT, 'dist/bundle/imago.js');
const JITI = join(ROOT, 'node_modules/jiti/lib/jiti-cli.mjs');
const run = promisify(execFile);

let folder: string;
/** A project as `imago init` writes it for each page, with the page's files in it; the tutorials share one. */
const projectOf = (page: string) => join(folder, basename(page, '.md').replace(/^tutorial-.*/, 'tutorials'));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'imago-docs-'));
  installAround(folder);
  for (const project of new Set(PAGES.map(projectOf))) await run(process.execPath, [CLI, 'init', project]);
  for (const page of PAGES) {
    for (const { path, code } of filesOf(page)) {
      mkdirSync(dirname(join(projectOf(page), path)), { recursive: true });
      writeFileSync(join(projectOf(page), path), code);
    }
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

test('every block of TypeScript of README and docs compiles in a project that init wrote', () => {
  const files = PAGES.flatMap((page) => filesOf(page).map(({ path }) => join(projectOf(page), path)));
  expect(files.length).toBeGreaterThan(12);
  const wrong = compile(projectOf(PAGES[0]), files).map((text) => text.replace(`${folder}/`, ''));
  expect(wrong).toEqual([]);
});

test('whoever knows no exports of packages, as notebooks of tslab, finds the types of each entry', () => {
  const from = join(projectOf('README.md'), 'cell.ts');
  const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const entries = Object.keys(exports).filter((entry) => exports[entry].types);
  expect(entries.length).toBeGreaterThan(3);
  for (const entry of entries) {
    const found = ts.resolveModuleName(
      `imago${entry.slice(1)}`,
      from,
      { moduleResolution: ts.ModuleResolutionKind.Node10 },
      ts.sys,
    );
    expect(found.resolvedModule?.resolvedFileName).toBe(join(ROOT, exports[entry].types));
  }
});

test("README's study runs as it is written there", async () => {
  const cwd = projectOf('README.md');
  const { stdout } = await run(process.execPath, [CLI, 'run', 'beam.ts', '--no-store'], { cwd });
  expect(stdout).toMatch(/^Lightest beam: minimize mass .*\nOptimum \(confirmed by the simulator\): mass = 17\.9/);
});

test('the first study of the page on shipping and its model run as printed', async () => {
  const cwd = projectOf('docs/shipping.md');
  const study = await run(process.execPath, [CLI, 'run', 'scenarios/lightest-beam.ts', '--no-store'], { cwd });
  expect(study.stdout).toMatch(/^Lightest beam: minimize mass .*\nOptimum \(confirmed by the simulator\): mass = /);
  const asked = await run(process.execPath, [JITI, 'ask.ts'], { cwd });
  expect(asked.stdout).toMatch(/^0\.0030\d+ \[ 0\.00\d+, 0\.00\d+ \] true\n$/);
});

test.skipIf(!runsExports)('its model runs in C and in Python as it is written there', async () => {
  const cwd = projectOf('docs/shipping.md');
  const text = readFileSync(join(ROOT, 'docs/shipping.md'), 'utf8');
  const [, program] = /```c\n(#include "beam\.h"[\s\S]*?)```/.exec(text) as RegExpExecArray;
  const [, commands] = /```sh\n(cc main\.c[\s\S]*?)```/.exec(text) as RegExpExecArray;
  const exports = [
    ...text.matchAll(/npx imago (export \.imago\/lightest-beam\.sqlite .*? --to beam\.(?:c|py|html))\b/g),
  ];
  expect(exports).toHaveLength(3);
  await run(process.execPath, [CLI, 'run', 'scenarios/lightest-beam.ts'], { cwd });
  for (const [, command] of exports) await run(process.execPath, [CLI, ...command.split(' ')], { cwd });
  writeFileSync(join(cwd, 'main.c'), program);
  const { stdout } = await run('sh', ['-c', commands], { cwd });
  const answers = [...stdout.matchAll(/(?:^|'value': )(0\.00\d+)/gm)].map(([, value]) => Number(value));
  expect(answers).toHaveLength(2);
  for (const value of answers) expect(Math.abs(value - 0.003048)).toBeLessThan(2e-5);
});

test.each([
  ['study.ts', /length: 1[,.]/],
  ['model.ts', /^0\.00\d+ \[[^\]]+\] true 19\.\d+\n/],
  ['materials.ts', /Matrix/],
  [
    'ask-and-tell.ts',
    /^\{ temperature: 6[12]\..*, minutes: 1[12].* \} (?:29\.9\d*|30)\n[\s\S]*threw: the joint was not clean/,
  ],
])('%s of the page on code runs', async (file, words) => {
  const { stdout } = await run(process.execPath, [JITI, file], { cwd: projectOf('docs/in-code.md') });
  expect(stdout).toMatch(words);
});

test('what the page on shipping saves is served', async () => {
  const cwd = projectOf('docs/shipping.md');
  for (const [file, words] of [
    ['save.ts', /deflection/],
    ['serve.ts', /^\{ output: \[ \[ 0\.00\d+, 19\.\d+ \] \] \}\n$/],
  ] as const)
    expect((await run(process.execPath, [JITI, file], { cwd })).stdout).toMatch(words);
});
