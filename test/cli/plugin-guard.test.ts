import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imagoHere } from '../fixtures/command-line.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CLI = join(ROOT, 'dist/bundle/imago.js');
const LAST_WORDS = join(ROOT, 'dist/cli/last-words.js');
const before = process.cwd();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'imago-guard-'));
  process.chdir(folder);
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules/imago'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
});

afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

/** A simulator with such a top level and such a run, a scenario in YAML that names its file, and one in JavaScript that imports it. */
function write(name: string, top: string, run = 'return { y: x };'): void {
  const simulator = `import { defineSimulator, real } from 'imago';
${top}
export default defineSimulator(import.meta.url, {
  name: '${name}', parameters: { x: real(0, 1) }, outputs: { y: {} }, run({ x }) { ${run} } });`;
  const yaml = `name: ${name}\nsimulator: ./${name}.mjs\nsearch: { on: simulator, minimize: y, budget: 4 }\n`;
  const scenario = `import { defineScenario } from 'imago';
import simulator from './${name}.mjs';
export default defineScenario({ name: '${name}', simulator, search: { on: 'simulator', minimize: 'y', budget: 4 } });`;
  writeFileSync(join(folder, `${name}.mjs`), simulator);
  writeFileSync(join(folder, `${name}.yaml`), yaml);
  writeFileSync(join(folder, `${name}.scenario.mjs`), scenario);
}

function imago(...args: string[]) {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 300_000,
  });
  return { status, signal, stdout, stderr };
}

const IMPORTED = 'a scenario that imports it';
const commands = (name: string): Readonly<Record<string, readonly string[]>> => ({
  sample: ['sample', `${name}.mjs`, '-n', '5', '-w', '1', '-o', `${name}.csv`],
  'a scenario in YAML': ['run', `${name}.yaml`, '--no-store', '-w', '1'],
  [IMPORTED]: ['run', `${name}.scenario.mjs`, '--no-store', '-w', '1'],
});

/** Where a simulator is loaded in a process of its own, this one stays. */
async function safely(kind: string, command: readonly string[]) {
  if (kind === IMPORTED) return imago(...command);
  const { code, stderr } = await imagoHere(...command);
  return { status: code, stderr };
}

describe('the top level of a simulator cannot end imago in silence', () => {
  async function ends(name: string, top: string, message: RegExp): Promise<void> {
    write(name, top);
    for (const [kind, command] of Object.entries(commands(name))) {
      const { status, stderr } = await safely(kind, command);
      const last = stderr.trimEnd().split('\n').at(-1);
      expect({ kind, status }).toEqual({ kind, status: 2 });
      expect(last, kind).toMatch(/^imago: /);
      expect(last, kind).toMatch(message);
      expect(stderr, kind).not.toMatch(/^ {4}at /m);
    }
    expect(existsSync(join(folder, `${name}.csv`))).toBe(false);
  }

  test.each([
    ['exits', 'process.exit(0);', /exit code 0|process\.exit\(0\) was called/],
    [
      'throws-later',
      "setTimeout(() => { throw new Error('too late'); });",
      /top level threw: too late|mjs:2: too late/,
    ],
    ['rejects', "Promise.reject(new Error('lost'));", /top level threw: lost|mjs:2: lost/],
    ['kills', "process.kill(process.pid, 'SIGSEGV');", /killed by SIGSEGV|process\.kill\(\d+, 'SIGSEGV'\) was called/],
  ])('%s', ends);

  test.each([
    ['exits-badly', 'process.exit(7);', /exit code 7|process\.exit\(7\) was called/],
    ['aborts', 'process.abort();', /killed by SIGABRT|process\.abort\(\) was called/],
    ['rejects-a-text', "Promise.reject('lost');", /top level threw: lost|outside of a run: lost/],
    ['moves', "process.chdir('/');", /process\.chdir\(/],
  ])('%s', { tags: ['slow'] }, ends);

  test('also where it is killed, when it is loaded in a process of its own', () => {
    write('killed', "process.kill(process.pid, 'SIGSEGV'); for (;;);");
    expect(imago('sample', 'killed.mjs', '-n', '5')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(
        /^imago: cannot load .*killed\.mjs: its top level ended the process: killed by SIGSEGV\n$/,
      ),
    });
  });

  test('also where a signal that nobody can stop kills the process that loads it', () => {
    write(
      'shot',
      "import { execFileSync } from 'node:child_process';\nexecFileSync('kill', ['-SEGV', String(process.pid)]); for (;;);",
    );
    const { status, signal, stderr } = imago(...commands('shot')[IMPORTED]);
    expect({ status, signal }).toEqual({ status: null, signal: 'SIGSEGV' });
    expect(stderr).toMatch(
      /^imago: a signal ended imago while it loaded .*shot\.scenario\.mjs: .* at its top level\n$/,
    );
  });

  test('also where that was loaded after others, and a signal between them has no such words', () => {
    const ended = (then: string) => {
      const program = `import { withLastWords } from ${JSON.stringify(pathToFileURL(LAST_WORDS).href)};
        const kill = () => process.kill(process.pid, 'SIGKILL');
        await withLastWords('first.mjs', async () => undefined);
        await withLastWords('second.mjs', () => withLastWords('third.mjs', async () => undefined));
        ${then}
        for (;;);`;
      const args = ['--input-type=module', '-e', program];
      return spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 }).stderr;
    };
    expect(ended('kill();')).toBe('');
    expect(ended("await withLastWords('fourth.mjs', async () => process.exit(3));")).toBe('');
    const words = ended("await withLastWords('fourth.mjs', async () => kill());");
    expect(words).toMatch(/^imago: a signal ended imago while it loaded fourth\.mjs: .* at its top level\n$/);
  });

  test('with one shell for all files, that does not keep imago from ending', () => {
    const program = `import { ChildProcess } from 'node:child_process';
      const { spawn } = ChildProcess.prototype;
      ChildProcess.prototype.spawn = function (...options) { console.log('a shell'); return spawn.apply(this, options); };
      const { withLastWords } = await import(${JSON.stringify(pathToFileURL(LAST_WORDS).href)});
      for (const file of ['first.mjs', 'second.mjs', 'third.mjs']) await withLastWords(file, async () => undefined);`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'a shell\n', stderr: '' });
  });

  test('and is not loaded in the process of imago at all, where that is not needed', () => {
    write(
      'told',
      "import { isMainThread } from 'node:worker_threads';\nif (isMainThread && !process.argv[1].includes('process-worker')) throw new Error('loaded by imago');",
    );
    expect(imago('sample', 'told.mjs', '-n', '3', '-w', '1')).toMatchObject({ status: 0 });
    expect(imago('sample', 'told.mjs', '-n', '3', '--inline')).toMatchObject({ status: 2 });
  });
});

test('what a simulator leaves open at its top level does not keep imago from ending', { tags: ['slow'] }, () => {
  write(
    'open',
    "import { createServer } from 'node:net';\nsetInterval(() => undefined, 1000);\ncreateServer().listen(0);",
  );
  for (const [kind, command] of Object.entries({
    ...commands('open'),
    inline: [...commands('open').sample.slice(0, 4), '--inline'],
  })) {
    const { status, signal, stdout } = imago(...command);
    expect({ kind, status, signal }).toEqual({ kind, status: 0, signal: null });
    if (kind === 'inline') expect(stdout.trim().split('\n').length).toBe(6);
  }
});

test('all that was printed arrives, however much, though the process is ended', () => {
  write('much', 'setInterval(() => undefined, 1000);');
  const { stdout } = imago('sample', 'much.mjs', '-n', '30000', '-w', '1');
  expect(stdout.trim().split('\n').length).toBe(30_001);
});

test('a run in this thread that calls process.exit is a failed run', () => {
  write('exits-in-a-run', '', 'if (x > 0.5) process.exit(3); return { y: x };');
  const { status, stdout } = imago('sample', 'exits-in-a-run.mjs', '-n', '8', '--inline');
  expect(status).toBe(0);
  expect(stdout.match(/crashed/g)?.length).toBe(4);
});
