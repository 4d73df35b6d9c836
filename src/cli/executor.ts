import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import { type AnySimulator, type Executor, ensure } from '../index.ts';
import { inlineExecutor, processExecutor, threadExecutor } from '../node.ts';
import { count, positive } from './number.ts';
import { checkSlurm, onSlurm, type SlurmChoice, withSlurmOptions } from './slurm.ts';

/** Where `--executor` can have evaluations run. */
const EXECUTORS = ['threads', 'processes', 'inline', 'slurm'] as const;

/** How a command wants its evaluations run. */
export interface ExecutorOptions extends SlurmChoice {
  readonly executor?: (typeof EXECUTORS)[number];
  readonly workers?: number;
  readonly inline?: boolean;
  /** Seconds. */
  readonly timeLimit?: number;
  /** Megabytes: of heap for a thread, of memory in all for a process. */
  readonly memoryLimit?: number;
}

/** Adds the options that {@link ExecutorOptions} holds to a command that runs many evaluations. */
export function withExecutorOptions(command: Command): Command {
  const common = command
    .addOption(
      new Option(
        '--executor <kind>',
        'where the simulator runs; processes survive crashes of native code, slurm is for clusters (default: threads)',
      ).choices([...EXECUTORS]),
    )
    .option('-w, --workers <count>', 'threads or processes (default: as many as there are cores)', count)
    .addOption(
      new Option(
        '--inline',
        'run the simulator in this thread: for debugging; Ctrl-C waits for the evaluation',
      ).conflicts(['workers', 'executor']),
    )
    .option('--memory-limit <MB>', 'of heap for each thread, of memory in all for each process', count)
    .option('--time-limit <seconds>', 'an evaluation that takes longer fails as timed-out', positive);
  return withSlurmOptions(common);
}

/**
 * Threads or processes, or this thread for a simulator without a source: one that works in other processes, of which `workers` run at
 * once. `tell` gets notes, line by line.
 */
export function executorFor(
  simulator: AnySimulator | undefined,
  options: ExecutorOptions,
  tell?: (line: string) => void,
): Executor {
  const { inline = false, executor: kind = inline ? 'inline' : 'threads', memoryLimit } = options;
  const limit = options.timeLimit === undefined ? {} : { timeLimit: options.timeLimit * 1000 };
  const shownBy = tell && { notice: (text: string) => tell(`note: ${text}`) };
  checkSlurm(options, kind === 'slurm');
  if (kind === 'slurm') return onSlurm(options, { ...limit, ...shownBy });
  const workers =
    options.workers ?? (simulator?.isRemote ? simulator.concurrency : undefined) ?? availableParallelism();
  ensure(
    memoryLimit === undefined || (kind !== 'inline' && (simulator?.source || !simulator)),
    'invalid-argument',
    '--memory-limit is for simulators that run on threads or in processes',
  );
  if (kind === 'inline') return inlineExecutor(limit);
  if (simulator && !simulator.source)
    return inlineExecutor({ ...limit, concurrency: Math.min(workers, simulator.concurrency ?? workers) });
  const shared = { ...limit, workers, ...shownBy };
  if (kind === 'threads')
    return threadExecutor({ ...shared, ...(memoryLimit !== undefined && { heapLimitMegabytes: memoryLimit }) });
  return processExecutor({
    ...shared,
    ...(memoryLimit !== undefined && { memoryLimitMegabytes: memoryLimit }),
  });
}
