import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { filesOf } from './fixtures/pages.ts';

const ROOT = resolve(import.meta.dirname, '..');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imago-own-'));
  const own = filesOf('docs/in-code.md').filter(({ path }) => path.startsWith('inverse-distance'));
  expect(own).toHaveLength(2);
  for (const { path, code } of own) await writeFile(join(folder, path), code);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'own', type: 'module' }));
  await mkdir(join(folder, 'node_modules'));
  await symlink(ROOT, join(folder, 'node_modules/imago'));
  for (const name of ['vitest', 'fast-check'])
    await symlink(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
});

afterAll(() => rm(folder, { recursive: true }));

interface Outcome {
  readonly numPassedTests: number;
  readonly testResults: readonly { readonly assertionResults: readonly { status: string; fullName: string }[] }[];
}

/** What the package's own tests say. */
async function tested(): Promise<Outcome> {
  const report = join(folder, 'report.json');
  const program = join(folder, 'node_modules/vitest/vitest.mjs');
  const args = [program, 'run', '--root', folder, '--reporter=json', `--outputFile=${report}`];
  // Laws that fail end the program with 1; the report tells which.
  await promisify(execFile)(process.execPath, args, { cwd: folder }).catch(() => undefined);
  return JSON.parse(await readFile(report, 'utf8'));
}

const failedOf = ({ testResults }: Outcome) =>
  testResults
    .flatMap((file) => file.assertionResults.filter(({ status }) => status === 'failed'))
    .map((one) => one.fullName);

test("a surrogate of a package of one's own passes the laws, and one that breaks them is told which", async () => {
  const sound = await tested();
  expect(failedOf(sound)).toEqual([]);
  expect(sound.numPassedTests).toBeGreaterThan(20);

  const file = join(folder, 'inverse-distance.ts');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('const known = data.finite();', 'const known = data;'));
  expect(failedOf(await tested())).toContainEqual(expect.stringContaining('failed rows make no difference'));
});
