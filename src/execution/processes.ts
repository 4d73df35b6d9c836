import { availableParallelism } from 'node:os';
import { ensure } from '../core/errors.ts';
import type { Executor } from '../core/executor.ts';
import { ProcessPool } from './process-pool.ts';
import { type WorkerOptions, workerExecutor } from './worker-executor.ts';

/** Options of {@link processExecutor}. */
export interface ProcessOptions extends WorkerOptions {
  /** Megabytes of memory in all for each process, buffers and native code included, at least 128. Default: no limit. */
  readonly memoryLimitMegabytes?: number;
}

/** Megabytes. Node, the loader of TypeScript and the warden take about 80. */
const SMALLEST_MEMORY = 128;

/**
 * Runs a simulator in processes of its own, each of which loads it from its `source`: what threads do, at about the same price for
 * evaluations of more than a millisecond, and beyond it a crash in native code, `process.abort` or too much memory in all cost only
 * the evaluation that did it. What a simulator writes to its standard output and standard error is shown only in the reason of a crash.
 */
export function processExecutor(options: ProcessOptions = {}): Executor {
  const { workers = availableParallelism(), memoryLimitMegabytes } = options;
  ensure(
    memoryLimitMegabytes === undefined || memoryLimitMegabytes >= SMALLEST_MEMORY,
    'invalid-argument',
    `processExecutor: memoryLimitMegabytes must be at least ${SMALLEST_MEMORY}, got ${memoryLimitMegabytes}`,
  );
  return workerExecutor(new ProcessPool(workers, memoryLimitMegabytes), 'processExecutor', workers, options);
}
