import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Evaluation, Task } from '../../../src/core/evaluation.ts';
import { loadSimulator } from '../../../src/execution/plugin.ts';
import { slurmExecutor } from '../../../src/execution/slurm/slurm.ts';
import { testRun } from '../../fixtures/chaos-tasks.ts';
import { noSlurm, type OneNodeSlurm, startSlurm, until } from '../../fixtures/slurm.ts';

const BUNDLE = fileURLToPath(new URL('../../../dist/bundle/', import.meta.url));

describe.skipIf(noSlurm)(`what dies on a real Slurm${noSlurm ? `: ${noSlurm}` : ''}`, () => {
  let slurm: OneNodeSlurm;
  const folder = mkdtempSync(join(tmpdir(), 'imago-faults-'));
  const file = join(folder, 'noting.mjs');
  const log = join(folder, 'begun.log');
  /** The processes of the worker and of the simulator, for each begin of a run. */
  const begun = () =>
    existsSync(log)
      ? readFileSync(log, 'utf8')
          .trim()
          .split('\n')
          .map((line) => line.split(' '))
      : [];

  beforeAll(async () => {
    writeFileSync(
      file,
      `import { appendFileSync } from 'node:fs';
import { defineSimulator, real } from ${JSON.stringify(pathToFileURL(join(BUNDLE, 'index.js')).href)};
export default defineSimulator(import.meta.url, {
  name: 'noting', stochastic: true, parameters: { x: real(0, 1) }, outputs: { y: {} },
  async run({ x }, { rng }) {
    appendFileSync(${JSON.stringify(log)}, [x, process.ppid, process.pid].join(' ') + '\\n');
    await new Promise((resolve) => setTimeout(resolve, 400));
    return { y: x + rng.uniform() };
  },
});
`,
    );
    slurm = await startSlurm();
  });
  afterAll(async () => {
    await slurm.stop();
    rmSync(folder, { recursive: true });
  });

  async function ask(
    name: string,
    count: number,
    meanwhile: (answered: () => number, notes: readonly string[]) => Promise<void>,
  ) {
    rmSync(log, { force: true });
    const notes: string[] = [];
    const simulator = await loadSimulator({ module: pathToFileURL(file).href });
    await using executor = slurmExecutor({
      directory: join(folder, name),
      jobs: 2,
      lateness: 500,
      cancel: true,
      notice: (text) => notes.push(text),
    });
    const tasks = Array.from({ length: count }, (_, i): Task => {
      return { id: `${name}/${i}`, u: Float64Array.of(i / count), stream: `${name}/${i}` };
    });
    const outcomes: Evaluation[] = [];
    const fault = meanwhile(() => outcomes.length, notes);
    for await (const group of executor.evaluate(simulator, tasks, testRun())) outcomes.push(...group);
    await fault;
    expect(new Set(outcomes.map(({ id }) => id)).size).toBe(count);
    expect(outcomes.filter(({ status }) => status === 'completed').length).toBe(count);
    expect(outcomes.length).toBe(count);
    return notes;
  }

  test('a worker: its run is begun again by another, the others once', async () => {
    await ask('worker', 12, async () => {
      await until(() => begun().length >= 3);
      process.kill(Number(begun().at(-1)?.[1]), 'SIGKILL');
    });
    expect(begun().length).toBe(13);
  });

  test('the controller: the study says so, and goes on when it is back', async () => {
    const away = async (answered: () => number, told: readonly string[]) => {
      await until(() => answered() > 2);
      await slurm.killController();
      await until(() => told.length > 0);
      await slurm.startController();
    };
    const notes = await ask('controller', 160, away);
    expect(notes[0]).toMatch(/^(squeue|sbatch) says: .*; the study waits for it, and its tasks go on$/);
    // A controller that is back lists its tasks a little later, too late for some here: they are begun again, and answer once.
    expect(new Set(begun().map(([x]) => x)).size).toBe(160);
  });

  test('the daemon of the node: its tasks go on', async () => {
    await ask('node', 40, async (answered) => {
      await until(() => answered() > 2);
      await slurm.killNode();
      await pause(2000);
      await slurm.startNode();
    });
    expect(begun().length).toBe(40);
  });

  test('the study, again and again: resumed it has every answer once, the same as on threads', async () => {
    rmSync(log, { force: true });
    const common = ['sample', file, '-n', '40', '--seed', '3'];
    const on = ['--executor', 'slurm', '--slurm-directory', join(folder, 'study'), '--slurm-jobs', '2'];
    const csv = (name: string) => ['-o', join(folder, name)];
    const start = (...args: string[]) => {
      const child = spawn(process.execPath, [join(BUNDLE, 'imago.js'), ...args], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      onTestFinished(() => void child.kill('SIGKILL'));
      return child;
    };
    const store = ['--store', join(folder, 'study.sqlite')];
    for (const count of [4, 12, 20]) {
      const child = start(...common, ...on, ...store, ...csv('on-slurm.csv'));
      const ended = once(child, 'exit');
      await until(() => begun().length >= count);
      child.kill('SIGKILL');
      await ended;
    }
    expect(await once(start(...common, ...on, ...store, ...csv('on-slurm.csv')), 'exit')).toEqual([0, null]);
    expect(begun().length).toBe(40);
    expect(await once(start(...common, ...csv('on-threads.csv')), 'exit')).toEqual([0, null]);
    expect(readFileSync(join(folder, 'on-slurm.csv'), 'utf8')).toBe(
      readFileSync(join(folder, 'on-threads.csv'), 'utf8'),
    );
  });

  test('an external program that a file describes, with a formula beside it', async () => {
    const scenario = join(folder, 'sums.yaml');
    writeFileSync(
      scenario,
      `name: Sums
seed: 1
simulator:
  name: sums
  parameters: { a: { real: [0, 1] }, b: { real: [0, 1] } }
  command: [awk, 'BEGIN { print {{a}} + {{b}} }']
  outputs: { sum: { pattern: '^(.+)$' } }
  formulas: { double: { value: 2 * a } }
`,
    );
    const rows = (...args: string[]) => {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [join(BUNDLE, 'imago.js'), 'sample', scenario, '-n', '6', ...args],
        { encoding: 'utf8', timeout: 120_000 },
      );
      expect([status, stderr]).toEqual([0, expect.any(String)]);
      return stdout;
    };
    const here = rows();
    expect(here).toContain('double');
    expect(rows('--executor', 'slurm', '--slurm-directory', join(folder, 'program'))).toBe(here);
  });
});
