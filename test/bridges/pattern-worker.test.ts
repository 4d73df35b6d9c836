import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { lastMatch } from '../../src/bridges/pattern-worker.ts';

const started = vi.hoisted((): Worker[] => []);
vi.mock('node:worker_threads', async (importOriginal) => {
  const original = await importOriginal<typeof import('node:worker_threads')>();
  class Counted extends original.Worker {
    constructor(...given: ConstructorParameters<typeof original.Worker>) {
      super(...given);
      started.push(this);
    }
  }
  return { ...original, Worker: Counted };
});

// The time after which a thread ends passes when the test says so, whatever else the machine does.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const match = (text: string) => lastMatch('f=(\\S+)', text, new AbortController().signal);

test('a thread in steady use goes on, and one that is not used ends', async () => {
  for (let k = 0; k < 20; k++) {
    expect(await match(`f=${k}`)).toBe(String(k));
    vi.advanceTimersByTime(60);
  }
  expect(started).toHaveLength(1);

  const gone = once(started[0], 'exit');
  vi.advanceTimersByTime(60);
  await gone;
  expect(await match('f=7')).toBe('7');
  expect(started).toHaveLength(2);
});
