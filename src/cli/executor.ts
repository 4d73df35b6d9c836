import { availableParallelism } from 'node:os';
import { type AnySimulator, type Executor, ensure } from '../index.ts';
import { inlineExecutor, processExecutor, threadExecutor } from '../node.ts';

/** Where `--executor` can have evaluations run. */
export const EXECUTORS = ['threads', 'processes', 'inline'] as const;

/** How a command wants its evaluations run. */
export interface ExecutorOptions {
  readonly executor?: (typeof EXECUTORS)[number];
  readonly workers?: number;
  readonly inline?: boolean;
  /** Seconds. */
  readonly timeLimit?: number;
  /** Megabytes: of heap for a thread, of memory in all for a process. */
  readonly memoryLimit?: number;
}

/** Threads or processes, or this thread for a simulator without a source: one that works in other processes, of which `workers` run at once. */
export function executorFor(simulator: AnySimulator | undefined, options: ExecutorOptions): Executor {
  const { inline = false, executor: kind = inline ? 'inline' : 'threads', memoryLimit } = options;
  const limit = options.timeLimit === undefined ? {} : { timeLimit: options.timeLimit * 1000 };
  const workers = options.workers ?? availableParallelism();
  ensure(
    memoryLimit === undefined || (kind !== 'inline' && (simulator?.source || !simulator)),
    'invalid-argument',
    '--memory-limit is for simulators that run on threads or in processes',
  );
  if (kind === 'inline') return inlineExecutor(limit);
  if (simulator && !simulator.source)
    return inlineExecutor({ ...limit, concurrency: Math.min(workers, simulator.concurrency ?? workers) });
  if (kind === 'threads')
    return threadExecutor({ ...limit, workers, ...(memoryLimit !== undefined && { heapLimitMegabytes: memoryLimit }) });
  return processExecutor({
    ...limit,
    workers,
    ...(memoryLimit !== undefined && { memoryLimitMegabytes: memoryLimit }),
  });
}
