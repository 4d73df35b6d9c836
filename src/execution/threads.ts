import { availableParallelism } from 'node:os';
import { ensure } from '../core/errors.ts';
import type { Executor } from '../core/executor.ts';
import { ThreadEvaluation } from './thread-evaluation.ts';
import { ThreadPool } from './thread-pool.ts';

/** Options of {@link threadExecutor}. */
export interface ThreadOptions {
  /** How many threads. Default: the number of cores that this process may use. */
  readonly workers?: number;
  /** Milliseconds for one evaluation; an asynchronous simulator is told first, then its thread is ended. Default: no limit. */
  readonly timeLimit?: number;
  /** Megabytes of heap for each thread, typed arrays not counted, at least 16. Default: what Node gives. */
  readonly heapLimitMegabytes?: number;
}

/** Megabytes. Where the heap of a thread cannot even hold Node, Node ends the whole process. */
const SMALLEST_HEAP = 16;

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
  ensure(
    heapLimitMegabytes === undefined || heapLimitMegabytes >= SMALLEST_HEAP,
    'invalid-argument',
    `threadExecutor: heapLimitMegabytes must be at least ${SMALLEST_HEAP}, got ${heapLimitMegabytes}`,
  );
  const pool = new ThreadPool(workers, heapLimitMegabytes);
  const closing = new AbortController();
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
      yield* new ThreadEvaluation(tasks, { simulator, source, workers, timeLimit, pool, signal }).groups();
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      await pool.close();
    },
  };
}
