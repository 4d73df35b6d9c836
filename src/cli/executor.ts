import { availableParallelism } from 'node:os';
import type { AnySimulator, Executor } from '../index.ts';
import { inlineExecutor, threadExecutor } from '../node.ts';

/** How a command wants its evaluations run. */
export interface ExecutorOptions {
  readonly workers?: number;
  readonly inline?: boolean;
  /** Seconds. */
  readonly timeLimit?: number;
}

/** Threads, or this thread for a simulator without a source: one that works in other processes, of which `workers` run at once. */
export function executorFor(simulator: AnySimulator | undefined, options: ExecutorOptions): Executor {
  const limit = options.timeLimit === undefined ? {} : { timeLimit: options.timeLimit * 1000 };
  const workers = options.workers ?? availableParallelism();
  if (options.inline) return inlineExecutor(limit);
  if (simulator && !simulator.source)
    return inlineExecutor({ ...limit, concurrency: Math.min(workers, simulator.concurrency ?? workers) });
  return threadExecutor({ ...limit, workers });
}
