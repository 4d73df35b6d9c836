import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imagoHere } from '../fixtures/command-line.ts';

const CLI = new URL('../../dist/bundle/imago.js', import.meta.url).pathname;
const fixture = (name: string) => new URL(`../fixtures/cli/${name}.ts`, import.meta.url).pathname;
const onLinux = existsSync('/proc/self/environ');

const before = process.cwd();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'imago-executor-'));
  process.chdir(folder);
});
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

const start = (...args: string[]): ChildProcess =>
  spawn(process.execPath, [CLI, ...args], {
    cwd: folder,
    env: { ...process.env, MARK: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

async function ended(child: ChildProcess) {
  const [[code], stdout, stderr] = await Promise.all([
    once(child, 'exit'),
    text(child.stdout as NodeJS.ReadableStream),
    text(child.stderr as NodeJS.ReadableStream),
  ]);
  return { code: code as number, stdout, stderr };
}

const resultsOf = (name: string) =>
  (JSON.parse(readFileSync(join(folder, name), 'utf8')) as { results: unknown }).results;

/** The processes that this test has started. */
function processes(): string[] {
  return readdirSync('/proc').filter((id) => {
    if (!/^\d+$/.test(id)) return false;
    try {
      return readFileSync(`/proc/${id}/environ`, 'utf8').split('\0').includes(`MARK=${folder}`);
    } catch (error) {
      if (['ENOENT', 'ESRCH', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
      throw error;
    }
  });
}

test('a study has the same results on threads, in processes and inline', { tags: ['slow'] }, async () => {
  for (const kind of ['threads', 'processes', 'inline']) {
    const args = ['--no-store', '--executor', kind, '-w', '2', '--json', `${kind}.json`];
    const { code, stderr } = await imagoHere('run', fixture('quick'), ...args);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain({ threads: 'on 2 threads', processes: 'on 2 processes', inline: 'on this thread' }[kind]);
    expect(resultsOf(`${kind}.json`)).toEqual(resultsOf('threads.json'));
  }
});

test.each([
  ['an executor that there is not', ['--executor', 'cloud'], 'Allowed choices are threads, processes, inline, queue'],
  ['a limit of memory for this thread', ['--executor', 'inline', '--memory-limit', '100'], '--memory-limit is for'],
  [
    'too little memory for a process',
    ['--executor', 'processes', '--memory-limit', '9'],
    'must be at least 128, got 9',
  ],
])('%s ends with 2', async (_, args, words) => {
  const { code, stderr } = await imagoHere('run', fixture('quick'), '--no-store', ...args);
  expect(stderr).toContain(words);
  expect(code).toBe(2);
});

test.each([
  ['run', fixture('quick')],
  ['bench', fixture('raced')],
  ['fit', fixture('quick')],
  ['sample', fixture('quick-simulator'), '-n', '4'],
])('%s takes the options of the executor', async (...command) => {
  const args = ['--executor', 'processes', '-w', '1', '--time-limit', '60', '--memory-limit', '9'];
  const { code, stderr } = await imagoHere(...command, ...args);
  expect(stderr).toContain('must be at least 128, got 9');
  expect(code).toBe(2);
});

test.each(['threads', 'processes'])(
  'a hopeless study on %s is given up with 3, says why, and again',
  { tags: ['slow'] },
  async (kind) => {
    const run = () => imagoHere('run', fixture('licence'), '--executor', kind, '-w', '2', '--store', `${kind}.sqlite`);
    const [first, second] = [await run(), await run()];
    for (const { code, stderr } of [first, second]) {
      expect(code).toBe(3);
      expect(stderr).toMatch(
        /imago: stage .surrogate.: stopped, since 10 of the first 10 evaluations failed: 10 threw; .* threw: no licence\. Mend the simulator/,
      );
    }
  },
);

describe.runIf(onLinux)('Ctrl-C', { tags: ['slow'] }, () => {
  test.each(['threads', 'processes'])(
    'ends a study on %s that never answers, and all that it has started',
    async (kind) => {
      const child = start('run', fixture('stuck'), '--executor', kind, '-w', '2', '--no-store');
      await once(child.stderr as NodeJS.ReadableStream, 'data');
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const end = ended(child);
      child.kill('SIGINT');
      const { code } = await end;
      expect(code).toBe(130);
      await expect.poll(processes, { timeout: 60_000 }).toEqual([]);
    },
  );

  test('ends what does not end loading', async () => {
    writeFileSync(join(folder, 'endless.mjs'), 'console.error("loading");\nfor (;;);\n');
    const child = start('run', 'endless.mjs', '--no-store');
    await once(child.stderr as NodeJS.ReadableStream, 'data');
    child.kill('SIGINT');
    const [code, signal] = await once(child, 'exit');
    expect({ code, signal }).toEqual({ code: null, signal: 'SIGINT' });
  });
});
