import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { Task } from '../../src/core/evaluation.ts';
import type { Executor } from '../../src/core/executor.ts';
import { real } from '../../src/core/parameter.ts';
import { defineSimulator } from '../../src/core/simulator.ts';
import { threadExecutor } from '../../src/execution/threads.ts';
import { chaosTask, evaluateAll, type Mode, testRun } from '../fixtures/chaos-tasks.ts';
import { executorLaws } from '../laws/executor-laws.ts';

executorLaws('threadExecutor', (wishes) => threadExecutor({ workers: 2, ...wishes }));

const executor = threadExecutor({ workers: 2, heapLimitMegabytes: 64 });
const limited = threadExecutor({ workers: 2, timeLimit: 400 });
const folder = mkdtempSync(join(tmpdir(), 'imago-threads-'));
afterAll(async () => {
  await executor[Symbol.asyncDispose]();
  await limited[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** `mode` at the given places among many fine tasks. */
function among(count: number, mode: Mode, places: readonly number[]): Task[] {
  return Array.from({ length: count }, (_, i) => chaosTask(places.includes(i) ? mode : 'fine', 1, String(i)));
}

describe('a simulator that kills its thread', () => {
  test.each<[Mode, string, RegExp]>([
    ['exits', 'crashed', /code: 3/],
    ['late-throw', 'crashed', /too late/],
    ['out-of-memory', 'out-of-memory', /memory/],
    ['spins', 'timed-out', /longer than 400 ms/],
    ['never', 'timed-out', /longer than 400 ms/],
  ])('%s: costs only the evaluation that did it, with cause %s', async (mode, cause, reason) => {
    const places = [0, 700];
    const outcomes = await evaluateAll(cause === 'timed-out' ? limited : executor, among(1500, mode, places));
    expect(outcomes.size).toBe(1500);
    for (const [id, evaluation] of outcomes)
      if (places.includes(Number(id)))
        expect(evaluation).toMatchObject({ status: 'failed', cause, reason: expect.stringMatching(reason) });
      else expect(evaluation).toMatchObject({ status: 'completed' });
  });

  test('an evaluation is not blamed for what an earlier one left behind', async () => {
    const tasks = Array.from({ length: 60 }, (_, i) =>
      chaosTask(i % 20 === 10 ? 'left-behind' : 'waits', 2, String(i)),
    );
    const outcomes = await evaluateAll(executor, tasks);
    expect([...outcomes.values()].filter(({ status }) => status === 'completed').length).toBe(60);
  });

  test('what was finished before the death is not done again and arrives while others run', async () => {
    const arrivals: number[] = [];
    let answered = 0;
    for await (const group of executor.evaluate(
      (await import('../fixtures/chaos.ts')).default,
      Array.from({ length: 100 }, (_, i) => chaosTask('slow', 2, String(i))),
      testRun(),
    )) {
      answered += group.length;
      arrivals.push(group.length);
    }
    expect(answered).toBe(100);
    expect(Math.max(...arrivals)).toBeLessThan(30);
  });
});

describe('sharing out', () => {
  test('few long tasks run at the same time', async () => {
    await evaluateAll(limited, among(50, 'fine', []));
    const start = performance.now();
    const outcomes = await evaluateAll(limited, among(8, 'obeys', [0, 1, 2, 3, 4, 5, 6, 7]));
    expect(outcomes.size).toBe(8);
    expect(performance.now() - start).toBeLessThan(7 * 400);
  });

  test('a surprise does not leave a worker idle behind a long batch', async () => {
    const tasks = Array.from({ length: 3000 }, (_, i) => chaosTask(i < 2940 ? 'fine' : 'waits', 50, String(i)));
    const start = performance.now();
    await evaluateAll(executor, tasks);
    expect(performance.now() - start).toBeLessThan(0.9 * 60 * 50);
  });
});

describe('a simulator that threads cannot load', () => {
  const asked = async (module: string, on: Executor = executor) => {
    const lost = defineSimulator(module, {
      name: 'lost',
      parameters: { x: real(0, 1) },
      outputs: { f: {} },
      run: ({ x }) => ({ f: x }),
    });
    const tasks = [{ id: 'a', u: Float64Array.of(0.5), stream: 'a' }];
    for await (const group of on.evaluate(lost, tasks, testRun())) expect(group).toBeUndefined();
  };
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return pathToFileURL(join(folder, name)).href;
  };

  test('is a mistake of the caller, named with its file', async () => {
    const missing = pathToFileURL(join(folder, 'missing.js')).href;
    await expect(asked(missing)).rejects.toMatchObject({
      code: 'plugin',
      message: expect.stringContaining('missing.js'),
    });
    await expect(asked(file('throws.mjs', 'throw new Error("at the top")'))).rejects.toThrow(/throws.mjs: at the top/);
    await expect(asked(file('exits.mjs', 'process.exit(1)'))).rejects.toThrow(
      /thread died while it loaded .*exits.mjs/,
    );
    await expect(asked(new URL('../fixtures/chaos.ts', import.meta.url).href)).rejects.toThrow(
      /2 inputs and 2 outputs/,
    );
  });

  test('leaves the executor usable', async () => {
    const outcomes = await evaluateAll(executor, [chaosTask('fine', 1, 'a')]);
    expect(outcomes.get('a')).toMatchObject({ status: 'completed' });
  });

  test('for want of a source is told what to do', async () => {
    const nowhere = defineSimulator(null, {
      name: 'nowhere',
      parameters: { x: real(0, 1) },
      outputs: { f: {} },
      run: ({ x }) => ({ f: x }),
    });
    const groups = executor.evaluate(nowhere, [], testRun())[Symbol.asyncIterator]();
    await expect(groups.next()).rejects.toThrow(/'nowhere' cannot run on threads.*import\.meta\.url.*inlineExecutor/);
  });
});

describe('disposing', () => {
  test('ends what runs as cancelled, and the executor', async () => {
    const other = threadExecutor({ workers: 2 });
    const tasks = Array.from({ length: 4 }, (_, i) => chaosTask('never', 1, String(i)));
    setTimeout(() => other[Symbol.asyncDispose](), 500);
    const outcomes = await evaluateAll(other, tasks);
    for (const evaluation of outcomes.values()) expect(evaluation).toMatchObject({ cause: 'cancelled' });
    await expect(evaluateAll(other, tasks)).rejects.toThrow(/disposed/);
  });

  test('lets the process end by itself', () => {
    const script = fileURLToPath(new URL('../fixtures/dispose.js', import.meta.url));
    const { status, stdout, stderr } = spawnSync(process.execPath, [script], { timeout: 20_000, encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '100 answers\n', stderr: '' });
  });
});

test('options are checked', () => {
  expect(() => threadExecutor({ workers: 0 })).toThrow('workers must be a positive integer, got 0');
  expect(() => threadExecutor({ heapLimitMegabytes: 1 })).toThrow('heapLimitMegabytes must be at least 16, got 1');
  expect(() => threadExecutor({ timeLimit: -1 })).toThrow('timeLimit must be positive, got -1');
});
