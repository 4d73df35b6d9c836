import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Executor } from '../../../src/core/executor.ts';
import type { Desk } from '../../../src/execution/queue/desk.ts';
import { JobRun } from '../../../src/execution/queue/job-run.ts';
import { QueueKeys } from '../../../src/execution/queue/keys.ts';
import type { BullJob } from '../../../src/execution/queue/packages.ts';
import chaos from '../../fixtures/chaos.ts';
import { chaosTask } from '../../fixtures/chaos-tasks.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const asked = [chaosTask('fine', 1, 'a'), chaosTask('fine', 2, 'b')];

test('an executor whose runs were cancelled has its time to start anew before others part', async () => {
  const signals: AbortSignal[] = [];
  const answered = asked.map(({ id, u }) => ({
    id,
    u,
    milliseconds: 1,
    status: 'completed' as const,
    values: Float64Array.of(0),
  }));
  /** Answers the first run at once, and no more until it is stopped. */
  const executor: Executor = {
    name: 'stands still',
    concurrency: 1,
    async *evaluate(_simulator, _tasks, { signal }) {
      const own = signal as AbortSignal;
      signals.push(own);
      if (signals.length === 1) yield answered.slice(0, 1);
      if (!own.aborted) await new Promise((resolve) => own.addEventListener('abort', resolve));
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const desk = {
    keys: new QueueKeys('imago'),
    link: {
      send: async () => [],
      patiently: (work: () => Promise<unknown>) => work(),
      client: { publish: async () => 1 },
    },
  } as unknown as Desk;
  const begin = () => {
    const data = { ids: asked.map(({ id }) => id) };
    const job = { id: 'j', data, attemptsStarted: 1, moveToCompleted: async () => undefined } as unknown as BullJob;
    return new JobRun({ desk, job, asked, token: 't', simulator: chaos, executor, worker: { id: 'w', name: 'w' } });
  };
  const first = begin();
  await vi.waitUntil(() => signals.length === 1);
  first.cancel();
  expect(await first.ended).toEqual({ answered: 1 });
  const second = begin();
  await vi.waitUntil(() => signals.length === 2);
  vi.advanceTimersByTime(10_000);
  expect(signals[1].aborted).toBe(false);
  vi.advanceTimersByTime(5000);
  expect(signals[1].aborted).toBe(true);
  expect(await second.ended).toEqual({ answered: 0 });
});
