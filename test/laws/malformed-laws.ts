import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FILES } from '../cli/malformed-files.ts';
import { GOOD_SCENARIO, type Malformed, SCENARIOS } from '../cli/malformed-scenarios.ts';
import { COMMANDS, GOOD_COMMAND, GOOD_SIMULATOR, SIMULATORS } from '../cli/malformed-simulators.ts';
import { imagoHere } from '../fixtures/command-line.ts';
import { GOOD, MALFORMED } from '../study/malformed-yaml.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const before = process.cwd();
let root: string;

/** What a command said and how it ended, run by the real entry in this process. */
async function imago(...args: string[]) {
  const { code, stdout, stderr } = await imagoHere(...args);
  return { code, printed: stdout, told: stderr.trimEnd() };
}

let folders = 0;

/** Writes files into a folder of their own, which becomes the working folder. */
function place(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = join(root, String(folders++));
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  process.chdir(folder);
  return folder;
}

const KEPT = 'evaluations of another study';
const hash = (folder: string) =>
  readdirSync(folder)
    .map(
      (name) =>
        `${name} ${createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex')}`,
    )
    .join('\n');

/** Runs the command in a folder of these files: it must end with 2 and one message, and leave the folder as it is. */
async function expectRefusal(files: Readonly<Record<string, string | Uint8Array>>, args: string[], message: RegExp) {
  const folder = place({ ...files, 'kept.txt': KEPT });
  const found = hash(folder);
  const { code, printed, told } = await imago(...args);
  expect.soft(told).toMatch(message);
  expect.soft(told).toMatch(/^(imago: [^\n]+(\n {2}[^\n]+)*|error: [^\n]+\n\(--help.*)$/);
  expect.soft(told).not.toMatch(/TypeError|RangeError|Cannot read prop|\[object|internal error/);
  expect.soft({ code, printed }).toEqual({ code: 2, printed: '' });
  expect(hash(folder)).toBe(found);
}

const broken = (good: string, [, from, to]: Malformed) => {
  expect(good).toContain(from);
  return good.replace(from, () => to);
};
const titled = (list: readonly Malformed[]) => list.map((one) => [one[0], one] as const);
const named = (file: string, message: RegExp) => new RegExp(`${file}.*${message.source}`, 's');

/** Every mistake that is known is refused by the command line: with exit code 2 and one message that names the place. */
export function malformedLaws(): void {
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'imago-malformed-'));
    mkdirSync(join(root, 'node_modules'));
    symlinkSync(ROOT, join(root, 'node_modules/imago'));
  });

  afterAll(() => {
    process.chdir(before);
    rmSync(root, { recursive: true });
  });

  describe('what is good runs', () => {
    test.each([
      ['a simulator', GOOD_SIMULATOR],
      ['a program', GOOD_COMMAND],
    ])('%s', async (_, text) => {
      place({ 'simulator.ts': text });
      expect(await imago('simulators', 'describe', './simulator.ts')).toMatchObject({ code: 0, told: '' });
    });
  });

  test.each(titled(SCENARIOS))('a scenario with %s is refused', async (_, one) => {
    const files = { 'simulator.ts': GOOD_SIMULATOR, 'study.ts': broken(GOOD_SCENARIO, one) };
    await expectRefusal(files, ['run', 'study.ts', '--store', 'new.sqlite'], named('study\\.ts', one[3]));
  });

  test.each(titled(SIMULATORS))('a simulator with %s is refused', async (_, one) => {
    const files = { 'simulator.ts': broken(GOOD_SIMULATOR, one) };
    await expectRefusal(
      files,
      ['sample', './simulator.ts', '-n', '2', '--store', 'new.sqlite'],
      named('simulator\\.ts', one[3]),
    );
  });

  test.each(titled(COMMANDS))('a program with %s is refused', async (_, one) => {
    const files = { 'simulator.ts': broken(GOOD_COMMAND, one) };
    await expectRefusal(files, ['sample', './simulator.ts', '-n', '2', '--store', 'new.sqlite'], one[3]);
  });

  test.each(titled(MALFORMED))('a scenario in YAML with %s is refused', async (_, one) => {
    const lines = one[3].source.replace(/^\^/, '');
    await expectRefusal(
      { 'study.yaml': broken(GOOD, one) },
      ['run', 'study.yaml', '--store', 'new.sqlite'],
      new RegExp(lines, 's'),
    );
  });

  test.each(FILES)('%s is refused', async (_, files, args, message) => {
    await expectRefusal({ 'simulator.ts': GOOD_SIMULATOR, ...files }, [...args, '--store', 'new.sqlite'], message);
  });

  test.each([
    ['run', 'folder'],
    ['run', 'folder.ts'],
    ['run', 'folder.yaml'],
    ['sample', './folder.ts', '-n', '2'],
  ])('a folder given to imago %s as %s is refused', async (...args) => {
    const folder = place({});
    mkdirSync(join(folder, args[1]));
    expect(await imago(...args)).toMatchObject({
      code: 2,
      told: expect.stringMatching(/^imago: .*folder.* (is not a file|it is a folder)/),
    });
  });

  test('links that lead nowhere or in a circle, and devices, are refused', async () => {
    const folder = place({});
    symlinkSync('absent.ts', join(folder, 'a.ts'));
    symlinkSync('b.ts', join(folder, 'b.ts'));
    for (const name of ['a.ts', 'b.ts'])
      expect(await imago('run', name)).toMatchObject({
        code: 2,
        told: expect.stringContaining(`there is no scenario file ${join(folder, name)}`),
      });
    expect(await imago('run', '/dev/null')).toMatchObject({
      code: 2,
      told: 'imago: /dev/null is not a file; name the scenario file in it',
    });
  });

  test.each([
    ['with broken syntax in JavaScript', 'study.mjs', 'export default {', /cannot load .*study\.mjs: SyntaxError/],
    ['that throws at import', 'study.ts', "\nthrow new Error('no licence');", /cannot load .*study\.ts:2: no licence/],
    [
      'with a wrong unit',
      'study.ts',
      GOOD_SCENARIO.replace('1 cm', '1 kg'),
      /search\.subjectTo\[0\]: .*units do not match/,
    ],
  ])('a scenario %s ends a process of its own with 2', async (_, name, text, message) => {
    const folder = place({ [name]: text, 'simulator.ts': GOOD_SIMULATOR });
    const child = spawnSync(process.execPath, [join(ROOT, 'dist/bundle/imago.js'), 'run', name], {
      encoding: 'utf8',
      timeout: 300_000,
    });
    expect(child).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(message) });
    expect(child.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(readdirSync(folder).sort()).toEqual(['simulator.ts', name]);
  });

  test.skipIf(!existsSync('/proc/self'))(
    'a report that is to lie in /proc is refused, and not waited for',
    async () => {
      const message = /cannot write \/proc\/self\/a\/b\/report\.html: ENOENT/;
      const files = { 'simulator.ts': GOOD_SIMULATOR, 'study.ts': GOOD_SCENARIO };
      await expectRefusal(files, ['run', 'study.ts', '--report', '/proc/self/a/b/report.html'], message);
    },
  );

  test('there are more than 250 of them', () => {
    expect(SCENARIOS.length + SIMULATORS.length + COMMANDS.length + MALFORMED.length + FILES.length).toBeGreaterThan(
      250,
    );
  });
}
