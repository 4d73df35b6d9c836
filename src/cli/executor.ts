import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import { type AnySimulator, type Executor, ensure } from '../index.ts';
import { inlineExecutor, processExecutor, queueExecutor, threadExecutor } from '../node.ts';
import { count, positive, whole } from './argument.ts';
import { checkSlurm, onSlurm, type SlurmChoice, withSlurmOptions } from './elsewhere/slurm.ts';

/** Where `--executor` can have evaluations run. */
const EXECUTORS = ['threads', 'processes', 'inline', 'queue', 'slurm'] as const;

/** How a command wants its evaluations run. */
export interface ExecutorOptions extends SlurmChoice {
  readonly executor?: (typeof EXECUTORS)[number];
  readonly workers?: number;
  readonly inline?: boolean;
  /** Seconds. */
  readonly timeLimit?: number;
  /** Megabytes: of heap for a thread, of memory in all for a process. */
  readonly memoryLimit?: number;
  /** Of a queue: the URL of its Redis, its name, and how urgent the study is. */
  readonly redis?: string;
  readonly queue?: string;
  readonly priority?: number;
}

/** Adds the options that say where a queue is. Programs see each other's arguments, so that a password is better kept in the variable. */
export function withQueueOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--redis <url>', 'of the queue, such as redis://host:6379 or rediss://user:password@host:6379').env(
        'IMAGO_REDIS',
      ),
    )
    .option('--queue <name>', 'the name of the queue (default: imago)');
}

/** Adds the options that {@link ExecutorOptions} holds to a command that runs many evaluations. */
export function withExecutorOptions(command: Command): Command {
  const common = withQueueOptions(command)
    .option('--priority <number>', 'of this study in the queue; greater ones come first (default: 0)', whole)
    .addOption(
      new Option(
        '--executor <kind>',
        'where the simulator runs; processes survive crashes of native code, a queue is for imago worker on other machines, slurm for clusters (default: threads)',
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
  if (kind === 'queue') return overQueue(options, { ...limit, ...shownBy });
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

function overQueue(
  { redis, queue, priority, workers, memoryLimit }: ExecutorOptions,
  shared: { readonly timeLimit?: number; readonly notice?: (text: string) => void },
): Executor {
  ensure(
    redis !== undefined,
    'invalid-argument',
    '--executor queue needs the URL of its Redis: --redis, or the variable IMAGO_REDIS',
  );
  ensure(
    workers === undefined && memoryLimit === undefined,
    'invalid-argument',
    '--workers and --memory-limit are for imago worker where the runs go over a queue',
  );
  const given = { ...(queue !== undefined && { queue }), ...(priority !== undefined && { priority }) };
  return queueExecutor({ redis, ...given, ...shared });
}
