import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Evaluation } from '../../src/core/evaluation.ts';
import { type Outcome, SharedBatch } from '../../src/execution/shared-batch.ts';
import { Trust } from '../../src/execution/trust.ts';
import type { BatchMessage, BatchReply } from '../../src/execution/worker.ts';
import { WorkerEvaluation } from '../../src/execution/worker-evaluation.ts';
import chaos from '../fixtures/chaos.ts';
import { chaosTask } from '../fixtures/chaos-tasks.ts';

/** Evaluates `count` tasks with a pool of one worker whose every batch is performed by `run`, after it has waited for `queue` milliseconds. */
async function evaluateWith(
  run: (batch: SharedBatch, batchNumber: number, message: BatchMessage) => Promise<BatchReply>,
  count: number,
  queue = 0,
): Promise<Evaluation[]> {
  let batches = 0;
  const evaluation = new WorkerEvaluation(
    Array.from({ length: count }, (_, i) => chaosTask('fine', 1, String(i))),
    {
      simulator: chaos,
      source: { module: 'file:///chaos.ts' },
      workers: 1,
      timeLimit: 50,
      loadLimit: 100,
      startLimit: 150,
      retries: 3,
      trust: new Trust(() => undefined),
      signal: new AbortController().signal,
      pool: {
        noun: 'thread',
        nouns: 'threads',
        run: async (message, { end }, hand) => {
          await sleep(queue);
          hand();
          const performing = run(new SharedBatch(message.shape, message.buffer), batches++, message);
          const death = new Promise<never>((_, reject) => {
            end.addEventListener('abort', () => reject(new Error('aborted')));
          });
          return Promise.race([performing, death]);
        },
      },
    },
  );
  const outcomes: Evaluation[] = [];
  for await (const group of evaluation.groups()) outcomes.push(...group);
  return outcomes.sort((a, b) => Number(a.id) - Number(b.id));
}

const answer = (value: number): Outcome => ({
  milliseconds: 1,
  status: 'completed',
  values: Float64Array.of(value, 0),
});

function performTo(batch: SharedBatch, end: number): void {
  for (let k = 0; k < end; k++) {
    batch.begin();
    batch.finish(answer(k));
  }
}

test('threads that die before they begin are an error, and not tried for ever', async () => {
  let deaths = 0;
  const dying = evaluateWith(async () => {
    deaths++;
    throw new Error('no memory');
  }, 100);
  await expect(dying).rejects.toMatchObject({
    code: 'plugin',
    message: 'the threads die before they begin: no memory',
  });
  expect(deaths).toBe(4);
});

test('a worker that dies between two tasks now and then costs nothing', async () => {
  const outcomes = await evaluateWith(async (batch, number) => {
    performTo(batch, batch.shape.count);
    if (number % 2 === 0) throw new Error('left behind');
    return { milliseconds: batch.shape.count };
  }, 300);
  expect(outcomes.map(({ status }) => status)).toEqual(Array(300).fill('completed'));
});

test('what a worker left undone is done in a later batch', async () => {
  const outcomes = await evaluateWith(async (batch) => {
    performTo(batch, Math.ceil(batch.shape.count / 2));
    return { milliseconds: batch.shape.count };
  }, 500);
  expect(outcomes.map(({ id }) => id)).toEqual(Array.from({ length: 500 }, (_, i) => String(i)));
});

test('a task suspected of a death is tried alone, and blamed when its worker dies again', async () => {
  const alone: string[] = [];
  const outcomes = await evaluateWith(async (batch, _, { streams }) => {
    const guilty = streams.indexOf('40');
    const innocent = alone.length === 0 ? streams.indexOf('20') : -1;
    const end = Math.min(...[guilty, innocent].filter((k) => k >= 0), streams.length);
    performTo(batch, end);
    if (end === streams.length) return { milliseconds: 1 };
    batch.begin();
    batch.fresh = streams.length === 1;
    if (batch.fresh) alone.push(streams[0]);
    if (streams[0] !== '20' || streams.length > 1) throw new Error('worker exited');
    batch.finish(answer(20));
    return { milliseconds: 1 };
  }, 60);
  expect(alone).toEqual(['20', '40']);
  expect(outcomes.filter(({ status }) => status === 'failed')).toMatchObject([
    { id: '40', cause: 'crashed', reason: 'worker exited' },
  ]);
  expect(outcomes.length).toBe(60);
});

test('a worker that is to judge a suspect and is not new makes room for one that is, as often as it takes', async () => {
  const retired: number[] = [];
  const outcomes = await evaluateWith(async (batch, number, { alone }) => {
    if (alone && retired.length < 9) {
      retired.push(number);
      batch.retire();
      throw new Error('worker exited');
    }
    batch.fresh = alone;
    batch.begin();
    throw new Error('no solution');
  }, 1);
  expect(retired.length).toBe(9);
  expect(outcomes).toMatchObject([{ cause: 'crashed', reason: 'no solution' }]);
});

test('a failure that is doubted is tried again alone; when it comes again, twice as many in a row are believed', async () => {
  const patience: number[] = [];
  const outcomes = await evaluateWith(async (batch, _, { alone, patience: granted }) => {
    patience.push(granted);
    batch.fresh = alone;
    batch.begin();
    if (!alone) {
      await batch.doubt();
      throw new Error('worker exited');
    }
    batch.finish({ milliseconds: 1, status: 'failed', cause: 'threw', reason: 'no solution' });
    return { milliseconds: 1 };
  }, 3);
  expect(outcomes).toMatchObject(Array(3).fill({ cause: 'threw', reason: 'no solution' }));
  expect(patience).toEqual([1, 1, 2, 2, 4, 4]);
});

test('a plug-in whose loading never ends is a mistake of the caller, and not waited for', async () => {
  const stuck = evaluateWith(async (batch) => {
    batch.fresh = true;
    batch.loading = true;
    return new Promise(() => undefined);
  }, 3);
  await expect(stuck).rejects.toMatchObject({
    code: 'plugin',
    message: '/chaos.ts was still loading after 0.1 s; what it does at its top level must end',
  });
});

test('a worker that does not begin is tried once more, and then an error that names the file and the time', async () => {
  let batches = 0;
  const never = () => new Promise<BatchReply>(() => undefined);
  const silent = evaluateWith(() => {
    batches++;
    return never();
  }, 3);
  await expect(silent).rejects.toMatchObject({
    code: 'plugin',
    message: expect.stringMatching(
      /^the threads do not begin: the last had not for 0.15 s when it was to load or run \/chaos.ts; .*startLimit/,
    ),
  });
  expect(batches).toBe(2);
  const outcomes = await evaluateWith(async (batch, number) => {
    if (number === 1) return never();
    batch.fresh = number === 0;
    const count = Math.ceil(batch.shape.count / 2);
    performTo(batch, count);
    // It hangs after half of its tasks.
    return number % 5 === 2 ? never() : { milliseconds: count };
  }, 40);
  expect(outcomes.map(({ status }) => status)).toEqual(Array(40).fill('completed'));
});

test('a batch that waits for a worker is not late', async () => {
  const outcomes = await evaluateWith(
    async (batch) => {
      performTo(batch, batch.shape.count);
      return { milliseconds: batch.shape.count };
    },
    3,
    400,
  );
  expect(outcomes.map(({ status }) => status)).toEqual(Array(3).fill('completed'));
});

test('a task that ends at the last moment is not taken for the one that is out of time', async () => {
  const outcomes = await evaluateWith((batch, number) => {
    if (number > 0) {
      performTo(batch, batch.shape.count);
      return Promise.resolve({ milliseconds: 1 });
    }
    batch.begin();
    return new Promise(() => undefined);
  }, 3);
  expect(outcomes.map(({ status }) => status)).toEqual(['failed', 'completed', 'completed']);
  expect(outcomes[0]).toMatchObject({ cause: 'timed-out' });
});

test('many long reasons end a batch early rather than be lost', () => {
  const batch = new SharedBatch({ count: 50, inputs: 1, outputs: 1, shares: 0 });
  const reason = 'größer'.repeat(400);
  let finished = 0;
  for (; finished < 50 && !batch.full; finished++) {
    batch.begin();
    batch.finish({ milliseconds: 1, status: 'failed', cause: 'threw', reason: finished % 2 ? 'short' : reason });
  }
  expect(finished).toBeGreaterThan(2);
  expect(finished).toBeLessThan(50);
  const { outcomes, textEnd } = batch.results(0, 2, 0);
  const later = batch.results(2, finished, textEnd).outcomes;
  for (const [k, outcome] of [...outcomes, ...later].entries()) {
    const text = outcome.status === 'failed' ? outcome.reason : '';
    if (k % 2) expect(text).toBe('short');
    else expect(reason.startsWith(text) && text.length > 1400).toBe(true);
  }
});
