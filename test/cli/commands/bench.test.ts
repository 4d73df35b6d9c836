import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Contest } from '../../../src/study/contest/contest.ts';
import { imagoHere } from '../../fixtures/command-line.ts';

const CLI = new URL('../../../dist/bundle/imago.js', import.meta.url).pathname;
const fixture = (name: string) => new URL(`../../fixtures/cli/${name}.ts`, import.meta.url).pathname;
type Stream = NonNullable<ChildProcess['stdout']>;

const before = process.cwd();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'imago-bench-'));
  process.chdir(folder);
});
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

const start = (...args: string[]): ChildProcess =>
  spawn(process.execPath, [CLI, 'bench', ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });

async function ended(child: ChildProcess) {
  const [[code], stdout, stderr] = await Promise.all([
    once(child, 'exit'),
    text(child.stdout as Stream),
    text(child.stderr as Stream),
  ]);
  return { code: code as number, stdout, stderr };
}

const contestsIn = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Contest[];

test('sets the search against direct optimizers, seed by seed, and writes what came of it', async () => {
  const { code, stdout, stderr } = await ended(
    start(fixture('raced'), '--seeds', '2', '--budget', '24', '--inline', '--json', 'raced.json'),
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('.imago/raced.bench.sqlite') });
  expect(stdout.match(/^Seed \d+: minimize height; equal quality: /gm)).toEqual([
    'Seed 3: minimize height; equal quality: ',
    'Seed 4: minimize height; equal quality: ',
  ]);
  expect(stdout).toMatch(/^ {2}sampling: random +\S/m);
  expect(stdout).toMatch(/^ {2}direct: CMA-ES +\S/m);
  expect(stdout.match(/^ {2}Simulation costs .* per run/gm)).toHaveLength(2);
  expect(stdout).toMatch(/^Over 2 seeds the sampling search needed /m);
  expect(contestsIn('raced.json').map(({ seed, contenders }) => [seed, contenders.length])).toEqual([
    [3, 4],
    [4, 4],
  ]);
});

/** What of a contest does not depend on how long anything took. */
const untimed = (file: string) =>
  contestsIn(file).map(({ target, contenders }) => ({
    target,
    contenders: contenders.map(({ name, runs, failed, best, evaluations }) => ({
      name,
      runs,
      failed,
      best,
      evaluations,
    })),
  }));

test('comes to the same on threads, in processes and inline', { tags: ['slow'] }, async () => {
  for (const kind of ['threads', 'processes', 'inline']) {
    const args = ['--no-store', '--budget', '24', '--executor', kind, '-w', '2', '--json', `${kind}.json`];
    const { code, stderr } = await imagoHere('bench', fixture('raced'), ...args);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain({ threads: 'on 2 threads', processes: 'on 2 processes', inline: 'on this thread' }[kind]);
    expect(untimed(`${kind}.json`)).toEqual(untimed('threads.json'));
  }
});

test.each(['threads', 'processes'])(
  'ends on %s what takes longer than its time limit',
  { tags: ['slow'] },
  async (kind) => {
    const args = ['--no-store', '--budget', '2', '--executor', kind, '--time-limit', '0.02', '--json', 'late.json'];
    const { code, stderr } = await imagoHere('bench', fixture('raced-slowly'), ...args);
    expect(code, stderr).toBe(0);
    for (const { runs, failed } of contestsIn('late.json')[0].contenders) expect(failed).toBe(runs);
  },
);

test('stopped by Ctrl-C ends with 130 and goes on where it was', { tags: ['slow'] }, async () => {
  const args = [fixture('raced-slowly'), '-w', '2', '--budget', '16', '--json', 'slow.json'];
  const child = start(...args);
  const end = ended(child);
  while (!existsSync(join(folder, '.imago/raced-slowly.bench.sqlite')))
    await new Promise((resolve) => setTimeout(resolve, 20));
  await new Promise((resolve) => setTimeout(resolve, 600));
  child.kill('SIGINT');
  expect(await end).toMatchObject({ code: 130, stderr: expect.stringContaining('run the same command to go on') });
  expect((await ended(start(...args))).code).toBe(0);
  const [{ contenders }] = contestsIn('slow.json');
  expect(contenders.filter(({ kind }) => kind === 'direct').map(({ runs }) => runs)).toEqual([16, 16, 16]);
});

test('needs a search with a goal, and says so', async () => {
  const { code, stderr } = await imagoHere('bench', fixture('slow'), '--no-store');
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringContaining("a contest needs a search with a goal; scenario 'Slow study' has none"),
  });
});
