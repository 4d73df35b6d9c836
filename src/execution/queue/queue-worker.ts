import { randomUUID } from 'node:crypto';
import { availableParallelism, hostname } from 'node:os';
import { ensure, show } from '../../core/errors.ts';
import type { Executor } from '../../core/executor.ts';
import type { AnySimulator, Json } from '../../core/simulator.ts';
import { inlineExecutor } from '../inline.ts';
import { processExecutor } from '../processes.ts';
import { Desk, placeOf, type QueuePlace } from './desk.ts';
import { Foreman } from './foreman.ts';
import { Stock } from './stock.ts';

/** Options of {@link queueWorker}. */
export interface QueueWorkerOptions extends QueuePlace {
  /** How many runs take place at once. Default: the number of cores that this process may use. */
  readonly workers?: number;
  /**
   * Where the runs of a simulator take place, one at once; called for each of `workers`, as they are needed. This thread has to be free at any
   * time to say that the worker is alive: so a thread, a process, or this thread for a simulator that waits for others. Default: a process, or
   * this thread for one without a source.
   */
  readonly executor?: (simulator: AnySimulator) => Executor;
  /** Functions that make a simulator of options, by the name of their file, or of the folder of an index: studies say the options. */
  readonly families?: Readonly<Record<string, (options: Json) => AnySimulator | Promise<AnySimulator>>>;
  /** Milliseconds for which runs may go on when the worker is disposed of; then others run them. Default 10,000. */
  readonly grace?: number;
  /** Told what goes wrong, and of studies whose jobs are refused. Default: a warning of the process. */
  readonly notice?: (text: string) => void;
}

/** A worker of a queue; ends when it is disposed of. */
export interface QueueWorker extends AsyncDisposable {
  /** Host and process id. */
  readonly name: string;
  /** What it has, as `name@version+hash`. */
  readonly simulators: readonly string[];
  /** Runs that it has answered. */
  readonly answered: number;
  /** Rejects where the worker cannot go on; fulfilled when it has been disposed of. */
  readonly closed: Promise<void>;
}

const GRACE = 10_000;

/**
 * Runs what studies with a {@link queueExecutor} ask of these simulators, and of no others: a queue carries points and no code, and jobs of a
 * simulator with another name, version or source are refused in a sentence that the study tells, too. Fulfilled when it takes jobs.
 * Throws as {@link queueExecutor}.
 */
export async function queueWorker(
  simulators: readonly AnySimulator[],
  options: QueueWorkerOptions,
): Promise<QueueWorker> {
  const { workers = availableParallelism(), grace = GRACE, families = {} } = options;
  const { notice = (text: string) => process.emitWarning(text) } = options;
  const place = placeOf(options);
  ensure(
    Number.isInteger(workers) && workers >= 1,
    'invalid-argument',
    `queueWorker: workers must be a positive integer, got ${show(workers)}`,
  );
  ensure(grace >= 0, 'invalid-argument', `queueWorker: grace must not be negative, got ${show(grace)}`);
  const executorOf =
    options.executor ?? ((simulator) => (simulator.source ? processExecutor({ workers: 1 }) : inlineExecutor()));
  const stock = new Stock(simulators, families);
  const desk = await Desk.open(place, notice);
  const name = `${hostname()}/${process.pid}`;
  const foreman = new Foreman({ desk, stock, id: randomUUID(), name, slots: workers, grace, executorOf, notice });
  try {
    await foreman.start();
  } catch (error) {
    await foreman.stop();
    throw error;
  }
  return {
    name,
    get simulators() {
      return stock.identities;
    },
    get answered() {
      return foreman.answered;
    },
    closed: foreman.closed,
    async [Symbol.asyncDispose]() {
      await foreman.stop();
    },
  };
}
