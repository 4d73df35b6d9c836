import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { ensure } from '../core/errors.ts';
import type { Executor } from '../core/executor.ts';
import { reasonOf } from '../core/perform.ts';
import { type Send, ThreadEvaluation } from './thread-evaluation.ts';

/** Options of {@link threadExecutor}. */
export interface ThreadOptions {
  /** How many threads. Default: the number of cores that this process may use. */
  readonly workers?: number;
  /** Milliseconds for one evaluation; an asynchronous simulator is told first, then its thread is ended. Default: no limit. */
  readonly timeLimit?: number;
  /** Megabytes of heap for each thread, typed arrays not counted. Default: what Node gives. */
  readonly heapLimitMegabytes?: number;
}

/**
 * Runs a simulator on a pool of threads, each of which loads it from its `source`. Short evaluations travel in batches; whatever
 * kills a thread costs only the evaluation that did it. The threads stay warm until the executor is disposed of.
 */
export function threadExecutor(options: ThreadOptions = {}): Executor {
  const { workers = availableParallelism(), timeLimit = Number.POSITIVE_INFINITY, heapLimitMegabytes } = options;
  ensure(
    Number.isInteger(workers) && workers >= 1,
    'invalid-argument',
    `threadExecutor: workers must be a positive integer, got ${workers}`,
  );
  ensure(timeLimit > 0, 'invalid-argument', `threadExecutor: timeLimit must be positive, got ${timeLimit}`);
  let pool: Piscina | undefined;
  const closing = new AbortController();
  const send: Send = (message, signal) => {
    pool ??= makePool(workers, heapLimitMegabytes);
    return pool.run(message, { signal, name: 'performBatch' });
  };
  return {
    name: workers === 1 ? '1 thread' : `${workers} threads`,
    concurrency: workers,
    async *evaluate(simulator, tasks, run) {
      const { source, name } = simulator;
      ensure(!closing.signal.aborted, 'invalid-argument', 'this executor has been disposed of; make another one');
      ensure(
        source,
        'invalid-simulator',
        `simulator '${name}' cannot run on threads, since a thread cannot find it: give defineSimulator import.meta.url and make it the module's default export, or run it with inlineExecutor()`,
      );
      const signal = run.signal ? AbortSignal.any([run.signal, closing.signal]) : closing.signal;
      yield* new ThreadEvaluation(tasks, { simulator, source, workers, timeLimit, send, signal }).groups();
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      await pool?.destroy();
    },
  };
}

function makePool(workers: number, heapLimitMegabytes: number | undefined): Piscina {
  const pool = new Piscina({
    filename: workerFile(),
    minThreads: workers,
    maxThreads: workers,
    idleTimeout: Number.POSITIVE_INFINITY,
    // With atomics an idle thread sleeps and its timers with it, so that what a simulator left behind would hit a later evaluation.
    atomics: 'disabled',
    recordTiming: false,
    ...(heapLimitMegabytes !== undefined && { resourceLimits: { maxOldGenerationSizeMb: heapLimitMegabytes } }),
  });
  pool.on('error', (error) =>
    process.emitWarning(`a thread died of what a simulator left behind after it had answered: ${reasonOf(error)}`),
  );
  return pool;
}

/** The compiled worker: beside this file, or in `dist` when this runs from the TypeScript sources. */
function workerFile(): string {
  const beside = fileURLToPath(new URL('./worker.js', import.meta.url));
  return existsSync(beside) ? beside : fileURLToPath(new URL('../../dist/execution/worker.js', import.meta.url));
}
