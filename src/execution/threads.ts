import { availableParallelism } from 'node:os';
import { ensure } from '../core/errors.ts';
import type { Executor } from '../core/executor.ts';
import { ThreadPool } from './thread-pool.ts';
import { type WorkerOptions, workerExecutor } from './worker-executor.ts';

/** Options of {@link threadExecutor}. */
export interface ThreadOptions extends WorkerOptions {
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
  const { workers = availableParallelism(), heapLimitMegabytes } = options;
  ensure(
    heapLimitMegabytes === undefined || heapLimitMegabytes >= SMALLEST_HEAP,
    'invalid-argument',
    `threadExecutor: heapLimitMegabytes must be at least ${SMALLEST_HEAP}, got ${heapLimitMegabytes}`,
  );
  return workerExecutor(new ThreadPool(workers, heapLimitMegabytes), 'threadExecutor', workers, options);
}
