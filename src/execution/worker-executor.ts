import { ensure } from '../core/errors.ts';
import type { Executor } from '../core/executor.ts';
import { retriesOf, withRetries } from './retries.ts';
import { limitFor } from './time-limit.ts';
import { Trust } from './trust.ts';
import { WorkerEvaluation, type WorkerPool } from './worker-evaluation.ts';

/** What threads and processes have in common. */
export interface WorkerOptions {
  /** How many workers. Default: the number of cores that this process may use. */
  readonly workers?: number;
  /** Milliseconds for one evaluation; an asynchronous simulator is asked to stop first, then its worker is ended. Default: no limit. */
  readonly timeLimit?: number;
  /** Milliseconds for the loading of the simulator's file in a worker, its `setup` included. Default 60,000. */
  readonly loadLimit?: number;
  /** Milliseconds in which a worker, once started, begins with what it is given, or goes on with it; a second one that does not is an error. Default 300,000. */
  readonly startLimit?: number;
  /**
   * How many times what fails through no fault of the simulator is tried again, on the same random stream: an evaluation that
   * fails with cause `infrastructure`, and, in a row, a worker that dies before it begins anything. Default 3.
   */
  readonly retries?: number;
  /** Told once of each simulator whose engine was found to be spoiled. Default: a warning of the process. */
  readonly notice?: (text: string) => void;
}

const LOAD_LIMIT = 60_000;
const START_LIMIT = 300_000;

/** The message for a simulator whose engine was spoiled in a worker. */
function spoiled(name: string, noun: string): string {
  return `the engine of '${name}' was spoiled: a run that failed in a ${noun} which had run others before did not in a new one; such ${noun === 'thread' ? 'threads' : 'processes'} are replaced, and the run that failed is tried once more`;
}

const warn = (text: string) => process.emitWarning(text);

/** An executor whose pool of workers loads a simulator from its `source`; `factory` is its name in messages. */
export function workerExecutor(pool: WorkerPool, factory: string, workers: number, options: WorkerOptions): Executor {
  const { timeLimit = Number.POSITIVE_INFINITY, loadLimit = LOAD_LIMIT, notice = warn } = options;
  const { startLimit = START_LIMIT } = options;
  ensure(
    Number.isInteger(workers) && workers >= 1,
    'invalid-argument',
    `${factory}: workers must be a positive integer, got ${workers}`,
  );
  ensure(timeLimit > 0, 'invalid-argument', `${factory}: timeLimit must be positive, got ${timeLimit}`);
  ensure(loadLimit > 0, 'invalid-argument', `${factory}: loadLimit must be positive, got ${loadLimit}`);
  ensure(startLimit > 0, 'invalid-argument', `${factory}: startLimit must be positive, got ${startLimit}`);
  const retries = retriesOf(factory, options.retries);
  const { noun, nouns } = pool;
  const closing = new AbortController();
  const trusts = new Map<string, Trust>();
  return {
    name: workers === 1 ? `1 ${noun}` : `${workers} ${nouns}`,
    concurrency: workers,
    async *evaluate(simulator, tasks, run) {
      const { source, name } = simulator;
      ensure(!closing.signal.aborted, 'invalid-argument', 'this executor has been disposed of; make another one');
      ensure(
        source,
        'invalid-simulator',
        `simulator '${name}' cannot run on ${nouns}, since a ${noun} cannot find it: give defineSimulator import.meta.url and make it the module's default export, or run it with inlineExecutor()`,
      );
      const signal = run.signal ? AbortSignal.any([run.signal, closing.signal]) : closing.signal;
      const key = JSON.stringify(source);
      const trust = trusts.get(key) ?? new Trust(() => notice(spoiled(name, noun)));
      trusts.set(key, trust);
      const limit = limitFor(simulator, timeLimit);
      const setting = {
        simulator,
        source,
        workers,
        timeLimit: limit,
        loadLimit,
        startLimit,
        retries,
        pool,
        signal,
        trust,
      };
      yield* withRetries((asked) => new WorkerEvaluation(asked, setting).groups(), tasks, retries, signal);
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      await pool.close();
    },
  };
}
