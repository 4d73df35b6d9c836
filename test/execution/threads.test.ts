import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { threadExecutor } from '../../src/execution/threads.ts';
import { chaosTask, evaluateAll } from '../fixtures/chaos-tasks.ts';
import { executorLaws } from '../laws/executor-laws.ts';
import { workerLaws } from '../laws/worker-laws.ts';

executorLaws('threadExecutor', (wishes) => threadExecutor({ workers: 2, ...wishes }));
describe('at work', { tags: ['slow'] }, () => {
  workerLaws('threadExecutor', 'thread', 'threads', ({ little, ...wishes } = {}) =>
    threadExecutor({ workers: 2, ...wishes, ...(little && { heapLimitMegabytes: 64 }) }),
  );
});

test('once disposed of, threads let the process end by itself', () => {
  const script = fileURLToPath(new URL('../fixtures/dispose.js', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, 'threadExecutor'], {
    timeout: 300_000,
    encoding: 'utf8',
  });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '100 answers\n', stderr: '' });
});

test('no thread outlives the executor, nor takes the place of one that was slow to end', {
  tags: ['slow'],
}, async () => {
  const alive = new Set<Worker>();
  const count = (thread: Worker) => {
    alive.add(thread);
    thread.once('exit', () => alive.delete(thread));
  };
  process.on('worker', count);
  const executor = threadExecutor({ workers: 2, timeLimit: 50 });
  // A thread that waits for a program cannot be ended before the program has.
  const outcomes = await evaluateAll(executor, [chaosTask('blocks', 75, 'blocks')]);
  expect(outcomes.get('blocks')).toMatchObject({ status: 'failed', cause: 'timed-out' });
  await executor[Symbol.asyncDispose]();
  expect(alive.size).toBe(0);
  await sleep(200);
  process.off('worker', count);
  expect(alive.size).toBe(0);
});

test('options are checked', () => {
  expect(() => threadExecutor({ workers: 0 })).toThrow('workers must be a positive integer, got 0');
  expect(() => threadExecutor({ heapLimitMegabytes: 1 })).toThrow('heapLimitMegabytes must be at least 16, got 1');
  expect(() => threadExecutor({ timeLimit: -1 })).toThrow('timeLimit must be positive, got -1');
  expect(() => threadExecutor({ loadLimit: 0 })).toThrow('loadLimit must be positive, got 0');
  expect(() => threadExecutor({ startLimit: 0 })).toThrow('startLimit must be positive, got 0');
  expect(() => threadExecutor({ retries: 0.5 })).toThrow('retries must be a whole number of at least 0, got 0.5');
});
