import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { threadExecutor } from '../../src/execution/threads.ts';
import { executorLaws } from '../laws/executor-laws.ts';
import { workerLaws } from '../laws/worker-laws.ts';

executorLaws('threadExecutor', (wishes) => threadExecutor({ workers: 2, ...wishes }));
workerLaws('threadExecutor', 'thread', 'threads', ({ little, ...wishes } = {}) =>
  threadExecutor({ workers: 2, ...wishes, ...(little && { heapLimitMegabytes: 64 }) }),
);

test('once disposed of, threads let the process end by itself', () => {
  const script = fileURLToPath(new URL('../fixtures/dispose.js', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, 'threadExecutor'], {
    timeout: 20_000,
    encoding: 'utf8',
  });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '100 answers\n', stderr: '' });
});

test('options are checked', () => {
  expect(() => threadExecutor({ workers: 0 })).toThrow('workers must be a positive integer, got 0');
  expect(() => threadExecutor({ heapLimitMegabytes: 1 })).toThrow('heapLimitMegabytes must be at least 16, got 1');
  expect(() => threadExecutor({ timeLimit: -1 })).toThrow('timeLimit must be positive, got -1');
  expect(() => threadExecutor({ loadLimit: 0 })).toThrow('loadLimit must be positive, got 0');
  expect(() => threadExecutor({ retries: 0.5 })).toThrow('retries must be a whole number of at least 0, got 0.5');
});
