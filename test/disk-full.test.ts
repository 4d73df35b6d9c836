import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandSimulator } from '../src/bridges/command.ts';
import type { Evaluation } from '../src/core/evaluation.ts';
import { type AnySimulator, defineSimulator } from '../src/core/simulator.ts';
import { real } from '../src/core/space/parameter.ts';
import { memoryStore } from '../src/core/store.ts';
import { inlineExecutor } from '../src/execution/inline.ts';
import { latinHypercube } from '../src/sampling/latin-hypercube.ts';
import { runStudy } from '../src/study/run-study.ts';
import { defineScenario } from '../src/study/scenario/define-scenario.ts';
import { decisionTree } from '../src/surrogates/trees/decision-tree.ts';
import { testRun } from './fixtures/chaos-tasks.ts';

const CLI = fileURLToPath(new URL('../dist/bundle/imago.js', import.meta.url));
const SLOW = fileURLToPath(new URL('./fixtures/cli/slow.ts', import.meta.url));
/** A device whose disk is always full. */
const FULL = '/dev/full';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'imago-full-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function answer(simulator: AnySimulator, retries: number): Promise<Evaluation> {
  const tasks = [{ id: 'a', u: Float64Array.of(0.5), stream: 'a' }];
  for await (const [evaluation] of inlineExecutor({ retries }).evaluate(simulator, tasks, testRun())) return evaluation;
  throw new Error('no answer');
}

/** Runs the slow study on one store, with files no longer than so many blocks. */
async function study(store: string, blocks: number | 'unlimited') {
  const script = 'ulimit -f "$1"; shift; exec "$@"';
  const args = ['-c', script, 'sh', String(blocks), process.execPath, CLI, 'run', SLOW, '-w', '2'];
  const output = join(folder, `${store}.json`);
  const child: ChildProcess = spawn('sh', [...args, '--store', join(folder, store), '--json', output], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [[code], said] = await Promise.all([once(child, 'exit'), text(child.stderr as NodeJS.ReadableStream)]);
  return { code: code as number, said, results: () => JSON.parse(readFileSync(output, 'utf8')).results as unknown };
}

describe.runIf(existsSync(FULL))('where a disk is full', () => {
  const writing = (attempts: string[]) =>
    defineSimulator(null, {
      name: 'writes',
      parameters: { x: real(0, 1) },
      outputs: { f: {} },
      run({ x }) {
        const path = attempts.shift();
        if (path !== undefined) writeFileSync(path, 'a mesh');
        return { f: x };
      },
    });

  test('a simulator that cannot write is not to blame, and is tried again', async () => {
    expect(await answer(writing([FULL, FULL]), 2)).toMatchObject({ status: 'completed' });
    expect(await answer(writing([FULL, FULL]), 1)).toMatchObject({
      cause: 'infrastructure',
      reason: expect.stringContaining('ENOSPC'),
    });
    expect(await answer(writing([join(folder, 'no/such/folder')]), 1)).toMatchObject({ cause: 'threw' });
  });

  test("a program's own words say it", async () => {
    const program = commandSimulator({
      name: 'fills',
      parameters: { x: real(0, 1) },
      outputs: { f: { pattern: '(.*)' } },
      command: ['dd', 'if=/dev/zero', `of=${FULL}`, 'count=1', 'conv=notrunc'],
      environment: { X: '{{x}}' },
      keepFailed: false,
    });
    expect(await answer(program, 0)).toMatchObject({
      cause: 'threw',
      reason: expect.stringMatching(/No space left on device/i),
    });
  });
});

test('a study of a program whose folders cannot be made is given up soon, and nothing of it is stored', async () => {
  const simulator = commandSimulator({
    name: 'homeless',
    parameters: { x: real(0, 1) },
    outputs: { f: { pattern: '(.*)' } },
    command: ['echo', '{{x}}'],
  });
  const chain = [{ name: 'surrogate', transfer: latinHypercube(), size: 40, student: decisionTree() }];
  const store = memoryStore();
  const before = process.env.TMPDIR;
  process.env.TMPDIR = join(folder, 'nowhere');
  try {
    const run = runStudy(
      defineScenario({ name: 'Homeless', simulator, chain }),
      { executor: inlineExecutor({ retries: 0 }), store },
      { clock: () => performance.now() },
    );
    await expect(run).rejects.toMatchObject({
      code: 'no-data',
      message: expect.stringMatching(/through no fault of the simulator.*infrastructure.*nowhere/),
    });
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
  expect([...store.all()]).toEqual([]);
});

test.runIf(process.platform === 'linux')(
  'a store that can grow no more stops the study, which goes on from there',
  { tags: ['slow'] },
  async () => {
    const whole = study('whole.sqlite', 'unlimited');
    const cut = await study('cut.sqlite', 300);
    expect(cut).toMatchObject({ code: 4, said: expect.stringMatching(/the store .*cut.sqlite failed: /) });
    const rest = await study('cut.sqlite', 'unlimited');
    expect(rest.code).toBe(0);
    expect(rest.said).toMatch(/\d+ recalled from the store/);
    await whole;
    expect(rest.results()).toEqual((await whole).results());
  },
);

/** Runs the command line where a folder `small` holds 120 kB, in a name space of its own that others do not see. */
function onSmallDisk(...args: string[]) {
  const small = join(folder, 'small');
  const script = 'mkdir -p "$1" && mount -t tmpfs -o size=120k none "$1" || exit 99; shift; exec "$@"';
  return spawnSync('unshare', ['-rm', 'sh', '-c', script, 'sh', small, process.execPath, CLI, ...args], {
    encoding: 'utf8',
    cwd: folder,
    timeout: 300_000,
  });
}
const hasSmallDisks =
  spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { timeout: 60_000 }).status === 0;

test.runIf(hasSmallDisks)(
  'a full disk under the store is told as that, whichever command ran into it',
  { tags: ['slow'] },
  () => {
    const names = Array.from({ length: 20 }, (_, i) => `x${i}`);
    const lib = new URL('../dist/bundle/index.js', import.meta.url).href;
    writeFileSync(
      join(folder, 'wide.mjs'),
      `import { defineSimulator, real } from '${lib}';
     const names = ${JSON.stringify(names)};
     export default defineSimulator(import.meta.url, {
       name: 'wide',
       parameters: Object.fromEntries(names.map((name) => [name, real(0, 1)])),
       outputs: Object.fromEntries(names.map((name) => [name.replace('x', 'y'), {}])),
       run: (point) => Object.fromEntries(names.map((name) => [name.replace('x', 'y'), point[name]])),
     });`,
    );
    writeFileSync(
      join(folder, 'wide.yaml'),
      'name: wide\nsimulator: ./wide.mjs\nchain: [{ name: surrogate, transfer: latinHypercube, size: 900, student: decisionTree }]\n',
    );
    for (const command of [
      ['sample', 'wide.mjs', '-n', '900', '-o', 'wide.csv'],
      ['run', 'wide.yaml'],
    ]) {
      const { status, stderr } = onSmallDisk(...command, '--inline', '--store', 'small/s.sqlite');
      expect(stderr).toMatch(/imago: the store small\/s.sqlite failed: database or disk is full\n$/);
      expect(status).toBe(4);
    }
  },
);
