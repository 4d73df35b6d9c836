import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compile, installAround } from '../../fixtures/project.ts';

const CLI = new URL('../../../dist/bundle/imago.js', import.meta.url).pathname;
const run = promisify(execFile);

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'imago-init-'));
  installAround(folder);
});

afterAll(() => rmSync(folder, { recursive: true }));

const init = (name: string, ...more: string[]) => run(process.execPath, [CLI, 'init', ...more, join(folder, name)]);
const read = (path: string) => JSON.parse(readFileSync(join(folder, path), 'utf8'));

test('init writes a project that compiles at once, and in which a forgotten output does not', {
  tags: ['slow'],
}, async () => {
  await init('new');
  expect(read('new/package.json')).toMatchObject({
    type: 'module',
    dependencies: { imago: expect.stringMatching(/^file:/) },
    devDependencies: { typescript: expect.any(String), '@types/node': expect.any(String) },
  });
  expect(compile(join(folder, 'new'))).toEqual([]);
  const simulator = join(folder, 'new/simulators/cantilever-beam.ts');
  writeFileSync(simulator, readFileSync(simulator, 'utf8').replace('return { deflection:', 'return { bending:'));
  expect(compile(join(folder, 'new')).join()).toContain("Property 'deflection' is missing");
});

test('what it advises begins with a check of the first study', async () => {
  const { stderr } = await init('advised');
  expect(stderr).toMatch(
    /\n {2}npx imago check scenarios\/lightest-struck-beam\.ts\n {2}npx imago run scenarios\/lightest/,
  );
});

test('with --yaml it writes a study around a program, which runs and is read', async () => {
  const { stderr } = await init('program', '--yaml');
  expect(stderr).toMatch(
    /npx imago check scenarios\/cheapest-oven-wall\.yaml\n {2}npx imago run .* --report oven-wall\.html\n$/,
  );
  expect(read('program/package.json')).toEqual({ private: true, dependencies: { imago: expect.any(String) } });
  const cwd = join(folder, 'program');
  const { stdout } = await run(process.execPath, [CLI, 'check', 'scenarios/cheapest-oven-wall.yaml'], { cwd });
  expect(stdout).toMatch(/warming = 8\.0\d+ K\nheat = 18\.\d+ kWh\nprice = 257\.7 EUR/);
  await expect(init('program', '--yaml')).rejects.toThrow('is there already; nothing was written');
});

test('it compiles in a package without a type too, which is left as it is', { tags: ['slow'] }, async () => {
  const own = '{ "name": "mine", "dependencies": { "imago": "file:../imago.tgz" } }\n';
  mkdirSync(join(folder, 'own'));
  writeFileSync(join(folder, 'own/package.json'), own);
  const { stderr } = await init('own');
  expect(stderr).toContain('npm install --save-dev typescript @types/node');
  expect(readFileSync(join(folder, 'own/package.json'), 'utf8')).toBe(own);
  expect(compile(join(folder, 'own'))).toEqual([]);
});

test("settings of the user's own are left, and those that imago's files need are told", async () => {
  mkdirSync(join(folder, 'strict'));
  writeFileSync(join(folder, 'strict/tsconfig.json'), '{}');
  const { stderr } = await init('strict');
  expect(stderr).toContain('tsconfig.json is yours and was left');
  expect(readFileSync(join(folder, 'strict/tsconfig.json'), 'utf8')).toBe('{}');
});

test('imago itself needs the types of neither Node nor the DOM', { tags: ['slow'] }, () => {
  writeFileSync(
    join(folder, 'bare.ts'),
    `import { defineSimulator, real } from 'imago';
export default defineSimulator(null, {
  name: 'x', parameters: { a: real(0, 1) }, outputs: { y: {} },
  run: ({ a }, { signal }) => ({ y: signal.aborted ? 0 : a }),
});\n`,
  );
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
    types: [],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    strict: true,
    noEmit: true,
    skipLibCheck: false,
  };
  const program = ts.createProgram([join(folder, 'bare.ts')], options);
  expect(ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText)).toEqual([]);
});
