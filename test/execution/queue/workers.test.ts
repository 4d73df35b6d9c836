import { describe, expect, test } from 'vitest';
import type { Executor } from '../../../src/core/executor.ts';
import { defineSimulator } from '../../../src/core/simulator.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import { queueExecutor } from '../../../src/execution/queue/queue-executor.ts';
import { queueState } from '../../../src/execution/queue/queue-state.ts';
import { queueWorker } from '../../../src/execution/queue/queue-worker.ts';
import { refusal } from '../../../src/execution/queue/refusal.ts';
import { testRun } from '../../fixtures/chaos-tasks.ts';
import { evaluateTasks, taskAt } from '../../fixtures/evaluated.ts';
import { hasRedis, RedisServer } from '../../fixtures/redis-server.ts';

/** A simulator that waits for its y and answers its x. */
function waits(version = '1', ran: number[] = []) {
  return defineSimulator(null, {
    name: 'waits',
    version,
    parameters: { x: real(0, 1000), y: real(0, 10_000) },
    outputs: { f: {} },
    async run({ x, y }) {
      ran.push(x);
      await new Promise((resolve) => setTimeout(resolve, y));
      return { f: x };
    },
  });
}

test('a refusal says what differs', () => {
  const study = { identity: 'beam@1+a', simulator: 'beam', version: '2' };
  expect(refusal('w', study, ['beam@1+a'], '2')).toBeUndefined();
  expect(refusal('w', study, ['beam@1+a'], '1')).toBe(
    "worker w refuses 'beam': it runs imago 1, the study imago 2; install the same one on both",
  );
  expect(refusal('w', study, ['beam@1+b', 'tank@1'], '2')).toMatch(/asks for beam@1\+a, it has beam@1\+b;/);
  expect(refusal('w', study, ['tank@1'], '2')).toMatch(/it has only tank; copy the simulator into its folder/);
});

describe.runIf(hasRedis)('workers', () => {
  test('of another version refuse a study, which waits and tells the same sentence, until one comes that has it', {
    tags: ['slow'],
  }, async () => {
    await using redis = await RedisServer.start();
    const told: string[][] = [[], []];
    const place = { redis: redis.url, workers: 1 };
    await using executor = queueExecutor({ redis: redis.url, notice: (text) => told[0].push(text) });
    await using other = await queueWorker([waits('2')], { ...place, notice: (text) => told[1].push(text) });
    const answers = evaluateTasks(executor, waits(), [taskAt(waits(), { x: 7, y: 0 }, 'a')]);
    await expect.poll(() => told[0], { timeout: 60_000 }).toHaveLength(1);
    expect(told[0]).toEqual([
      `worker ${other.name} refuses 'waits': the study asks for waits@1, it has waits@2; give both the same file, version, options and packages, and start the worker again`,
    ]);
    expect(told[1]).toEqual(told[0]);
    expect((await queueState({ redis: redis.url })).simulators).toMatchObject([{ identity: 'waits@1', waiting: 1 }]);
    await using mine = await queueWorker([waits()], place);
    expect((await answers).get('a')).toMatchObject({ status: 'completed', values: Float64Array.of(7) });
    await expect.poll(() => [mine.answered, other.answered], { timeout: 60_000 }).toEqual([1, 0]);
  });

  test('take the jobs of the more urgent study first, and give back at once what they cannot end', {
    tags: ['slow'],
  }, async () => {
    await using redis = await RedisServer.start();
    const place = { redis: redis.url };
    const ran: number[] = [];
    await using low = queueExecutor({ ...place, priority: -1 });
    await using high = queueExecutor({ ...place, priority: 5 });
    const one = (x: number, y: number) => [taskAt(waits(), { x, y }, `${x}`)];
    const slow = await queueWorker([waits('1', ran)], { ...place, workers: 1, grace: 0 });
    const first = evaluateTasks(low, waits(), one(1, 3000));
    await expect.poll(() => ran, { timeout: 60_000 }).toEqual([1]);
    const rest = [evaluateTasks(low, waits(), one(2, 0)), evaluateTasks(high, waits(), one(3, 0))];
    const waiting = async () => (await queueState(place)).simulators.map((line) => line.waiting);
    await expect.poll(waiting, { timeout: 60_000 }).toEqual([2]);
    await slow[Symbol.asyncDispose]();
    await using worker = await queueWorker([waits('1', ran)], { ...place, workers: 1 });
    const all = await Promise.all([first, ...rest]);
    expect(all.map((answers) => [...answers.values()].map(({ status }) => status))).toEqual(
      Array(3).fill(['completed']),
    );
    expect(ran.indexOf(3)).toBeLessThan(ran.indexOf(2));
    await expect.poll(() => worker.answered, { timeout: 60_000 }).toBe(3);
  });

  test('that have another space under the same identity refuse it, and the study tells so', {
    tags: ['slow'],
  }, async () => {
    await using redis = await RedisServer.start();
    const told: string[] = [];
    await using executor = queueExecutor({ redis: redis.url, notice: (text) => told.push(text) });
    const wide = defineSimulator(null, {
      name: 'waits',
      version: '1',
      parameters: { x: real(0, 1000), y: real(0, 10_000), z: real(0, 1) },
      outputs: { f: {} },
      run: () => ({ f: 0 }),
    });
    const stop = new AbortController();
    const tasks = [taskAt(waits(), { x: 1, y: 0 }, 'a')];
    const answers = evaluateTasks(executor, waits(), tasks, stop.signal);
    await using worker = await queueWorker([wide], { redis: redis.url, workers: 1, notice: () => undefined });
    const refusal = `worker ${worker.name} refuses 'waits': a job of 'waits' has 2 numbers for 1 runs of 3 inputs`;
    await expect.poll(() => told, { timeout: 60_000 }).toContain(refusal);
    expect(told).not.toContain('Redis has lost jobs of the queue; they are asked again');
    stop.abort();
    expect((await answers).get('a')).toMatchObject({ cause: 'cancelled' });
  });

  test('answer the same question as often as it is asked', async () => {
    await using redis = await RedisServer.start();
    const told: string[] = [];
    await using _worker = await queueWorker([waits()], { redis: redis.url, workers: 2 });
    await using executor = queueExecutor({ redis: redis.url, notice: (text) => told.push(text) });
    const tasks = [1, 2, 3].map((x) => taskAt(waits(), { x, y: 0 }, `${x}`));
    for (let k = 0; k < 8; k++) expect((await evaluateTasks(executor, waits(), tasks)).size).toBe(3);
    expect(told).toEqual([]);
  });

  test('part short runs that travel together when one of them is slow', { tags: ['slow'] }, async () => {
    await using redis = await RedisServer.start();
    const place = { redis: redis.url };
    const ran: number[] = [];
    await using worker = await queueWorker([waits('1', ran)], { ...place, workers: 2 });
    await using executor = queueExecutor(place);
    const tasks = [...Array(60).keys()].map((i) => taskAt(waits(), { x: i, y: i === 45 ? 5000 : 1 }, `${i}`));
    const order: string[] = [];
    for await (const group of executor.evaluate(waits(), tasks, testRun())) for (const { id } of group) order.push(id);
    expect(order).toHaveLength(60);
    expect(new Set(order).size).toBe(60);
    expect(order.at(-1)).toBe('45');
    await expect.poll(() => worker.answered, { timeout: 60_000 }).toBe(60);
  });

  test('give a process that has to start anew its time, and do not end it again for that', {
    tags: ['slow'],
  }, async () => {
    await using redis = await RedisServer.start();
    let ended = 0;
    let isUp = false;
    // As a process does: it is ended with what it runs, and the next one takes longer to start than runs may travel together.
    const slowToStart = (): Executor => {
      const inner = inlineExecutor();
      return {
        name: 'slow to start',
        concurrency: 1,
        async *evaluate(simulator, tasks, run) {
          run.signal?.addEventListener('abort', () => {
            ended++;
            isUp = false;
          });
          if (!isUp) await new Promise((resolve) => setTimeout(resolve, 1500));
          if (run.signal?.aborted) return;
          isUp = true;
          // The same on any machine, so that runs travel together in the same numbers.
          for await (const group of inner.evaluate(simulator, tasks, run))
            yield group.map((one) => ({ ...one, milliseconds: 1 }));
        },
        [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
      };
    };
    await using _worker = await queueWorker([waits()], { redis: redis.url, workers: 1, executor: slowToStart });
    await using executor = queueExecutor({ redis: redis.url });
    const tasks = [...Array(600).keys()].map((i) => taskAt(waits(), { x: i, y: i === 300 ? 2500 : 0 }, `${i}`));
    expect((await evaluateTasks(executor, waits(), tasks)).size).toBe(600);
    expect(ended).toBeGreaterThan(0);
    expect(ended).toBeLessThan(4);
  });
});
