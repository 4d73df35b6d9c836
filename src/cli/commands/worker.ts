import { availableParallelism } from 'node:os';
import { ensure } from '../../index.ts';
import { queueWorker } from '../../node.ts';
import { type ExecutorOptions, executorFor } from '../executor.ts';
import { stockOf } from '../stock-folder.ts';
import type { Terminal } from '../terminal.ts';

/** Options of `imago worker`. */
export interface WorkerCommandOptions extends ExecutorOptions {
  /** Folders with simulators. */
  readonly simulators: readonly string[];
  /** Seconds. */
  readonly grace: number;
}

/** Runs what studies ask of the simulators in its folders, until Ctrl-C. */
export async function workerCommand(options: WorkerCommandOptions, terminal: Terminal): Promise<void> {
  const { redis, queue, simulators: folders, grace, workers = availableParallelism(), executor } = options;
  const { timeLimit, memoryLimit } = options;
  ensure(redis !== undefined, 'invalid-argument', 'imago worker needs --redis, or the variable IMAGO_REDIS');
  const { signal } = terminal;
  const { simulators, families } = await stockOf(folders, terminal.tell);
  ensure(
    simulators.length > 0 || Object.keys(families).length > 0,
    'invalid-argument',
    `there is no simulator in ${folders.join(', ')}; a worker runs only what lies in its own folder`,
  );
  const running: ExecutorOptions = {
    executor: executor ?? 'processes',
    workers: 1,
    ...(timeLimit !== undefined && { timeLimit }),
  };
  await using worker = await queueWorker(simulators, {
    redis,
    ...(queue !== undefined && { queue }),
    workers,
    families,
    grace: grace * 1000,
    executor: (simulator) =>
      executorFor(
        simulator,
        { ...running, ...(memoryLimit !== undefined && simulator.source && { memoryLimit }) },
        terminal.tell,
      ),
    notice: (text) => terminal.tell(`note: ${text}`),
  });
  const has = [...worker.simulators, ...Object.keys(families).map((name) => `${name} with options`)];
  terminal.print(`Worker ${worker.name} takes ${workers} run${workers === 1 ? '' : 's'} at once of ${has.join(', ')}`);
  await Promise.race([
    worker.closed,
    new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve());
    }),
  ]);
}
