import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Evaluation } from '../../../src/core/evaluation.ts';
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

const answered = (id: string): Evaluation => ({
  ...{ id, u: Float64Array.of(0), milliseconds: 1 },
  ...{ status: 'completed', values: Float64Array.of(0) },
});
const crashed = (id: string): Evaluation => ({
  ...{ id, u: Float64Array.of(0), milliseconds: 1 },
  ...{ status: 'failed', cause: 'crashed', reason: 'its process ended' },
});

/** Begins jobs on an executor that answers these in the first of them, and no more until it is stopped. */
function standingStill(...first: Evaluation[]) {
  const signals: AbortSignal[] = [];
  let taken = 0;
  const executor: Executor = {
    name: 'stands still',
    concurrency: 1,
    async *evaluate(_simulator, _tasks, { signal }) {
      const own = signal as AbortSignal;
      signals.push(own);
      for (const one of signals.length === 1 ? first : []) {
        yield [one];
        taken++;
      }
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
  return { begin, signals, stands: () => vi.waitUntil(() => taken === first.length) };
}

test('an executor whose runs were cancelled has its time to start anew before others part', async () => {
  const { begin, signals, stands } = standingStill(answered('a'));
  const first = begin();
  await stands();
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

test('so has one whose process a run has ended, and not one that has answered since', async () => {
  const { begin, signals, stands } = standingStill(answered('a'), crashed('b'));
  const ended = begin();
  await stands();
  vi.advanceTimersByTime(10_000);
  expect(signals[0].aborted).toBe(false);
  vi.advanceTimersByTime(5000);
  expect(await ended.ended).toEqual({ answered: 2 });

  const again = standingStill(crashed('a'), answered('b'));
  const parted = again.begin();
  await again.stands();
  vi.advanceTimersByTime(1000);
  expect(await parted.ended).toEqual({ answered: 2 });
});
