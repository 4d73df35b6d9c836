import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AnySimulator, Rng, type Run, type Store, simulatorOracle, type Task } from 'imago';
import { storedOracle } from 'imago/internal';
import { sqliteStore, threadExecutor } from 'imago/node';
import makeSpin, { spin } from './fixtures/spin.ts';
import type { Benchmark } from './harness.ts';
import { median } from './statistics.ts';

const MODULE = new URL('./fixtures/spin.ts', import.meta.url).href;
const ROUNDS = 5;

/** How long the pool takes for tasks of a given length, against as many plain processes running the same loop, in turns. */
export default {
  question: 'how near does the thread pool come to plain processes, and what does an evaluation cost?',
  columns: ['taskMilliseconds', 'workers', 'tasks', 'wallSeconds', 'efficiency', 'overheadMicroseconds'],
  async run({ quick, wants, emit, say }) {
    const workers = Math.min(2, availableParallelism());
    const perMillisecond = calibrate();
    for (const [taskMilliseconds, tasks] of [
      [10, 1000],
      [1, 4000],
      [0, 100_000],
    ] as const) {
      if (!wants(String(taskMilliseconds))) continue;
      const count = quick ? tasks / 10 : tasks;
      const simulator = makeSpin({ turns: Math.round(taskMilliseconds * perMillisecond) });
      await using executor = threadExecutor({ workers });
      const run: Run = { rng: new Rng('bench'), clock: () => performance.now() };
      await drain(executor.evaluate(simulator, tasksOf(simulator, workers * 20, 'warm'), run));
      const pool: number[] = [];
      const plain: number[] = [];
      for (let round = 0; round < (quick ? 2 : ROUNDS); round++) {
        plain.push(await plainProcesses(simulator, workers, count));
        pool.push(await pooled(simulator, executor, count, run, round));
      }
      emit({
        taskMilliseconds,
        workers,
        tasks: count,
        wallSeconds: median(pool) / 1000,
        efficiency: median(plain.map((milliseconds, i) => milliseconds / pool[i])),
        overheadMicroseconds: median(pool.map((milliseconds, i) => ((milliseconds - plain[i]) * 1000) / count)),
      });
      if (taskMilliseconds > 0) continue;
      const milliseconds = await stored(simulator, executor, count, run);
      const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
      say(
        `  with every evaluation committed to SQLite: ${(milliseconds / 1000).toFixed(2)} s; largest resident memory ${megabytes} MB`,
      );
    }
  },
} satisfies Benchmark;

async function pooled(
  simulator: AnySimulator,
  executor: ReturnType<typeof threadExecutor>,
  count: number,
  run: Run,
  round: number,
): Promise<number> {
  const start = performance.now();
  await drain(executor.evaluate(simulator, tasksOf(simulator, count, `round/${round}`), run));
  return performance.now() - start;
}

/** Milliseconds with every evaluation committed to SQLite before it is announced. */
async function stored(
  simulator: AnySimulator,
  executor: ReturnType<typeof threadExecutor>,
  count: number,
  run: Run,
): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'imago-throughput-'));
  try {
    await using store: Store = await sqliteStore(join(folder, 'store.sqlite'));
    const oracle = storedOracle(simulatorOracle(simulator, executor), store, 'spin');
    const start = performance.now();
    await drain(oracle.evaluate(tasksOf(simulator, count, 'stored'), run));
    return performance.now() - start;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function plainProcesses(simulator: AnySimulator, workers: number, count: number): Promise<number> {
  const children = Array.from({ length: workers }, () => fork(new URL('./fixtures/plain-loop.js', import.meta.url)));
  await Promise.all(
    children.map(async (child) => {
      child.send({ module: MODULE, options: simulator.source?.options, points: Math.round(count / workers) });
      await once(child, 'message');
    }),
  );
  const answers = children.map((child) => once(child, 'message'));
  for (const child of children) child.send('go');
  const times = (await Promise.all(answers)).map(([message]) => (message as { milliseconds: number }).milliseconds);
  return Math.max(...times);
}

function* tasksOf(simulator: AnySimulator, count: number, prefix: string): Generator<Task> {
  for (let i = 0; i < count; i++) {
    const id = `${prefix}/${i}`;
    yield { id, stream: id, u: simulator.space.canonical([(i + 0.5) / count, 0.5]) };
  }
}

async function drain(groups: AsyncIterable<readonly unknown[]>): Promise<number> {
  let count = 0;
  for await (const group of groups) count += group.length;
  return count;
}

/** Steps of work in a millisecond of this machine, now. */
function calibrate(): number {
  const turns = 2_000_000;
  const times = Array.from({ length: 9 }, () => {
    const start = performance.now();
    spin(turns, 0.3);
    return performance.now() - start;
  });
  return turns / Math.min(...times);
}
