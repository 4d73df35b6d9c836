import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { Evaluation } from '../../src/core/evaluation.ts';
import { processExecutor } from '../../src/execution/processes.ts';
import { chaosTask, evaluateAll, type Mode } from '../fixtures/chaos-tasks.ts';
import { executorLaws } from '../laws/executor-laws.ts';
import { workerLaws } from '../laws/worker-laws.ts';

executorLaws('processExecutor', (wishes) => processExecutor({ workers: 2, ...wishes }));
describe('at work', { tags: ['slow'] }, () => {
  workerLaws('processExecutor', 'process', 'processes', ({ little, ...wishes } = {}) =>
    processExecutor({ workers: 2, ...wishes, ...(little && { memoryLimitMegabytes: 200 }) }),
  );
});

const onLinux = existsSync('/proc/self/environ');

/** Ids of the living processes that were started with this mark in their environment, wherever they stand in the tree of processes. */
function processes(mark: string): string[] {
  return readdirSync('/proc').filter((id) => {
    if (!/^\d+$/.test(id) || Number(id) === process.pid) return false;
    try {
      return readFileSync(`/proc/${id}/environ`, 'utf8').includes(`MARK=${mark}\0`);
    } catch (error) {
      if (['ENOENT', 'ESRCH', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
      throw error;
    }
  });
}

describe('a simulator that takes its process with it', { tags: ['slow'] }, () => {
  const executor = processExecutor({ workers: 2, memoryLimitMegabytes: 300, timeLimit: 3000 });
  afterAll(() => executor[Symbol.asyncDispose]());

  test.each<[Mode, number, string, RegExp]>([
    ['segfaults', 1, 'crashed', /^killed by SIGSEGV$/],
    ['aborts', 1, 'crashed', /^killed by SIGABRT/],
    ['ends-itself', 1, 'crashed', /^killed by SIGKILL$/],
    ['hoards', 1, 'out-of-memory', /^more than 300 MB of memory in use$/],
    ['floods', 60, 'crashed', /^killed by SIGABRT; it last said: x+ \/ the end/],
    ['spawns', 60, 'crashed', /^killed by SIGABRT/],
    ['stubborn', 1, 'timed-out', /^longer than 3000 ms$/],
  ])('%s: costs only that evaluation', async (mode, x, cause, reason) => {
    const tasks = Array.from({ length: 40 }, (_, i) =>
      i === 25 ? chaosTask(mode, x, 'bad') : chaosTask('waits', 1, String(i)),
    );
    const outcomes = await evaluateAll(executor, tasks);
    const bad = outcomes.get('bad') as Evaluation;
    expect(bad).toMatchObject({ status: 'failed', cause, reason: expect.stringMatching(reason) });
    expect('reason' in bad && bad.reason.length).toBeLessThan(500);
    outcomes.delete('bad');
    for (const evaluation of outcomes.values()) expect(evaluation).toMatchObject({ status: 'completed' });
    expect(outcomes.size).toBe(39);
  });

  test('a flood on standard error without a death is no failure and fills no memory', async () => {
    const before = process.memoryUsage().rss;
    const outcomes = await evaluateAll(
      executor,
      [1, 2].map((x) => chaosTask('floods', x, String(x))),
    );
    expect([...outcomes.values()].map(({ status }) => status)).toEqual(['completed', 'completed']);
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });

  test('that hangs is timed, though this process was too busy to hear of what came before it', async () => {
    await using limited = processExecutor({ workers: 1, timeLimit: 600 });
    await evaluateAll(limited, [chaosTask('fine', 1, 'warm')]);
    const tasks = Array.from({ length: 3000 }, (_, i) => chaosTask(i === 2500 ? 'spins' : 'fine', 1, String(i)));
    const busy = setInterval(() => {
      const end = performance.now() + 800;
      while (performance.now() < end);
    }, 810);
    const outcomes = await evaluateAll(limited, tasks).finally(() => clearInterval(busy));
    expect(outcomes.get('2500')).toMatchObject({ status: 'failed', cause: 'timed-out' });
    expect([...outcomes.values()].filter(({ status }) => status === 'completed').length).toBe(2999);
  });

  test.runIf(onLinux)('leaves no process behind, nor one that it has started', async () => {
    process.env.MARK = `leak-${process.pid}`;
    const other = processExecutor({ workers: 2 });
    await evaluateAll(other, [chaosTask('spawns', 1, 'a'), chaosTask('spawns', 60, 'b'), chaosTask('fine', 1, 'c')]);
    expect(processes(process.env.MARK).length).toBeGreaterThan(0);
    await other[Symbol.asyncDispose]();
    await expect.poll(() => processes(process.env.MARK as string), { timeout: 60_000 }).toEqual([]);
  });
});

describe('the processes', { tags: ['slow'] }, () => {
  const script = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

  test('once disposed of, let this process end by itself', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [script('dispose.js'), 'processExecutor'], {
      timeout: 300_000,
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '100 answers\n', stderr: '' });
  });

  test.runIf(onLinux).each<[NodeJS.Signals, Mode]>([
    ['SIGKILL', 'spins'],
    ['SIGKILL', 'stubborn'],
    ['SIGTERM', 'spins'],
  ])('end when this process is ended by %s, though a simulator %s', async (signal, mode) => {
    const mark = `orphan-${process.pid}-${signal}-${mode}`;
    const parent: ChildProcess = spawn(process.execPath, [script('orphans.js'), mode], {
      env: { ...process.env, MARK: mark },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => parent.stdout?.once('data', resolve));
    expect(processes(mark).length).toBeGreaterThanOrEqual(4);
    parent.kill(signal);
    await expect.poll(() => processes(mark), { timeout: 60_000 }).toEqual([]);
  });

  test.runIf(onLinux).each([
    ['patient', ['completed', 'completed']],
    ['impatient', [expect.stringMatching(/^plugin: the processes die before they begin: .*EMFILE/)]],
  ])('are started a little later where the system has no means just now, if the executor is %s', (mood, answers) => {
    const command = ['-c', 'ulimit -n 500; exec "$@"', 'sh', process.execPath, script('no-files-left.js'), mood];
    const { stdout, stderr } = spawnSync('sh', command, { timeout: 300_000, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual(['EMFILE', answers]);
  });

  test('that hang before they load anything are told with the file and the time', async () => {
    const before = process.env.NODE_OPTIONS;
    process.env.NODE_OPTIONS = '--import=data:text/javascript,for(;;);';
    try {
      await using hanging = processExecutor({ workers: 2, startLimit: 500 });
      await expect(evaluateAll(hanging, [chaosTask('fine', 1, 'a'), chaosTask('fine', 1, 'b')])).rejects.toMatchObject({
        code: 'plugin',
        message: expect.stringMatching(
          /^the processes do not begin: the last had not for 0.5 s .*chaos.ts; .*NODE_OPTIONS/,
        ),
      });
    } finally {
      if (before === undefined) delete process.env.NODE_OPTIONS;
      else process.env.NODE_OPTIONS = before;
    }
  });

  test('are named and checked', () => {
    expect(processExecutor({ workers: 3 }).name).toBe('3 processes');
    expect(processExecutor({ workers: 1 }).name).toBe('1 process');
    expect(() => processExecutor({ workers: 0 })).toThrow('processExecutor: workers must be a positive integer, got 0');
    expect(() => processExecutor({ memoryLimitMegabytes: 9 })).toThrow(
      'memoryLimitMegabytes must be at least 128, got 9',
    );
  });
});
