import type { Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { reasonOf } from '../core/thrown.ts';
import { StandstillWatch } from './standstill.ts';
import { Room } from './task-queue.ts';
import type { BatchMessage, BatchReply } from './worker.ts';
import type { WorkerPool } from './worker-evaluation.ts';
import { workerFile } from './worker-file.ts';

/** Threads that perform batches; opened by the first batch and kept warm. */
export class ThreadPool implements WorkerPool {
  readonly noun = 'thread';
  readonly nouns = 'threads';
  readonly #workers: number;
  readonly #room: Room;
  readonly #heapLimitMegabytes?: number;
  #pool?: Piscina;
  #watch?: StandstillWatch;
  /** Those that have not exited; the pool forgets a thread as soon as it asks it to end. */
  readonly #threads = new Map<Worker, Promise<void>>();
  /** Why a pool has no threads left and starts no more. */
  readonly #deathReasons = new WeakMap<Piscina, Error>();

  constructor(workers: number, heapLimitMegabytes?: number) {
    this.#workers = workers;
    this.#room = new Room(workers);
    this.#heapLimitMegabytes = heapLimitMegabytes;
  }

  run(message: BatchMessage, { end }: { readonly end: AbortSignal }, hand: () => void): Promise<BatchReply> {
    return this.#room.within(end, async () => {
      this.#pool ??= this.#open();
      const pool = this.#pool;
      const standstill = await this.#standstillFor(message);
      hand();
      try {
        return await pool.run({ ...message, ...(standstill && { standstill }) }, { signal: end, name: 'performBatch' });
      } catch (error) {
        throw this.#deathReasons.get(pool) ?? error;
      }
    });
  }

  async close(): Promise<void> {
    await this.#watch?.close();
    const pool = this.#pool;
    if (!pool) return;
    // A thread that was ended earlier and exits later has Piscina start others, even in a pool that has been destroyed.
    do {
      this.#follow(pool);
      await Promise.all([pool.destroy(), ...this.#threads.values()]);
    } while (pool.threads.length > 0);
  }

  async #standstillFor({ timeLimit }: BatchMessage): Promise<SharedArrayBuffer | undefined> {
    if (timeLimit === Number.POSITIVE_INFINITY) return undefined;
    this.#watch ??= new StandstillWatch();
    await this.#watch.ready;
    return this.#watch.standstill.buffer;
  }

  #follow({ threads }: Piscina): void {
    for (const thread of threads) {
      if (this.#threads.has(thread)) continue;
      const exit = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
      this.#threads.set(
        thread,
        exit.then(() => void this.#threads.delete(thread)),
      );
    }
  }

  #open(): Piscina {
    const pool = new Piscina({
      filename: workerFile('worker'),
      minThreads: this.#workers,
      maxThreads: this.#workers,
      idleTimeout: Number.POSITIVE_INFINITY,
      // With atomics an idle thread sleeps and its timers with it, so that what a simulator left behind would hit a later evaluation.
      atomics: 'disabled',
      recordTiming: false,
      ...(this.#heapLimitMegabytes !== undefined && {
        resourceLimits: { maxOldGenerationSizeMb: this.#heapLimitMegabytes },
      }),
    });
    pool.on('workerCreate', () => this.#follow(pool));
    pool.on('error', (error) => this.#onThreadDeath(pool, error));
    return pool;
  }

  /** A thread died without a batch: of what a simulator left behind, or in its own start; after the latter no other is started. */
  #onThreadDeath(pool: Piscina, error: Error): void {
    if (pool.threads.length > 0) {
      process.emitWarning(`a thread died between two evaluations: ${reasonOf(error)}`);
      return;
    }
    this.#deathReasons.set(pool, error);
    if (this.#pool === pool) this.#pool = undefined;
    void pool.destroy();
  }
}
