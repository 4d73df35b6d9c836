import { ImagoError } from '../core/errors.ts';
import type { Evaluation, Task } from '../core/evaluation.ts';
import { reasonOf } from '../core/perform.ts';
import type { AnySimulator, SimulatorSource } from '../core/simulator.ts';
import { Flight } from './flight.ts';
import { fileName } from './plugin.ts';
import { TaskQueue } from './task-queue.ts';
import type { ThreadPool } from './thread-pool.ts';
import type { BatchReply } from './worker.ts';

/** What an evaluation on threads needs beside its tasks. */
export interface ThreadSetting {
  readonly simulator: AnySimulator;
  readonly source: SimulatorSource;
  readonly workers: number;
  /** Milliseconds for one evaluation. */
  readonly timeLimit: number;
  readonly pool: Pick<ThreadPool, 'run'>;
  /** Cancels the evaluation. */
  readonly signal: AbortSignal;
}

/** Milliseconds between two looks at what the workers have finished. */
const FLUSH = 4;
/** Milliseconds in which an asynchronous simulator may obey its signal before its worker is ended. */
const GRACE = 100;
/** Workers that may die in a row before they begin anything; one may have been killed by what an earlier evaluation left behind. */
const PATIENCE = 5;

/** One call of `evaluate`: keeps every worker busy and turns whatever happens to one into outcomes of the right tasks. */
export class ThreadEvaluation {
  readonly #setting: ThreadSetting;
  readonly #queue: TaskQueue;
  readonly #flights = new Set<Flight>();
  #ready: Evaluation[] = [];
  #failure?: ImagoError;
  #fruitless = 0;
  #wake: () => void = () => undefined;

  constructor(tasks: Iterable<Task>, setting: ThreadSetting) {
    this.#setting = setting;
    this.#queue = new TaskQueue(tasks, setting.workers);
  }

  /** The outcomes in groups; new batches start only when the next group is asked for. */
  async *groups(): AsyncGenerator<readonly Evaluation[]> {
    const { signal } = this.#setting;
    const look = setInterval(() => this.#look(), FLUSH);
    let graceTimer: NodeJS.Timeout | undefined;
    const cancel = () => {
      for (const { batch } of this.#flights) batch.cancel();
      graceTimer = setTimeout(() => this.#endAll(), GRACE);
    };
    signal.addEventListener('abort', cancel, { once: true });
    try {
      while (!signal.aborted || this.#flights.size > 0 || this.#ready.length > 0) {
        if (!signal.aborted && !this.#failure) this.#launch();
        if (this.#ready.length > 0) {
          yield this.#ready.splice(0);
        } else if (this.#flights.size > 0) {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        } else break;
      }
      const unfinished = this.#queue.close();
      if (this.#failure) throw this.#failure;
      if (unfinished.length > 0) yield unfinished.map(cancelled);
    } finally {
      signal.removeEventListener('abort', cancel);
      clearInterval(look);
      clearTimeout(graceTimer);
      this.#endAll();
      this.#queue.close();
    }
  }

  #launch(): void {
    const { workers, simulator, source, timeLimit, pool } = this.#setting;
    while (this.#flights.size < workers) {
      const next = this.#queue.next();
      if (!next) return;
      const flight = new Flight(next.tasks, next.alone, simulator.space.dimension, simulator.outputs.length);
      const { shape, buffer } = flight.batch;
      const message = { source, shape, buffer, streams: next.tasks.map((task) => task.stream), timeLimit };
      this.#flights.add(flight);
      pool.run(message, flight.signal).then(
        (reply) => this.#land(flight, reply),
        (error) => this.#crash(flight, error),
      );
    }
  }

  /** Takes what is finished, and ends the workers whose task has had its time. */
  #look(): void {
    const { timeLimit } = this.#setting;
    for (const flight of this.#flights) {
      this.#take(flight);
      if (flight.runningFor(performance.now()) > timeLimit + GRACE) flight.end('timed-out');
    }
    if (this.#ready.length > 0) this.#wake();
  }

  #take(flight: Flight): void {
    const evaluations = flight.take();
    if (evaluations.length === 0) return;
    this.#fruitless = 0;
    for (const evaluation of evaluations) this.#ready.push(evaluation);
  }

  #endAll(): void {
    for (const flight of this.#flights) flight.end('cancelled');
  }

  /** The worker has answered; it may have left tasks undone, so that others can share them. */
  #land(flight: Flight, reply: BatchReply): void {
    this.#flights.delete(flight);
    this.#take(flight);
    if ('unloadable' in reply) this.#failure = new ImagoError('plugin', reply.unloadable);
    else this.#queue.learn(flight.tasks.length - flight.rest.length, reply.milliseconds);
    this.#queue.putBack(flight.rest);
    this.#wake();
  }

  #crash(flight: Flight, error: unknown): void {
    this.#flights.delete(flight);
    if (this.#setting.signal.aborted) flight.end('cancelled');
    this.#take(flight);
    if (flight.rest.length > 0) this.#recover(flight, error);
    this.#wake();
  }

  /** Lets the rest of a dead worker's batch be done again, all but the task that killed it. */
  #recover(flight: Flight, error: unknown): void {
    const [first, ...others] = flight.rest;
    switch (flight.fate) {
      case 'cancelled':
        this.#ready.push(...flight.rest.map(cancelled));
        return;
      case 'timed-out':
        this.#ready.push(flight.failure('timed-out', `longer than ${this.#setting.timeLimit} ms`));
        this.#queue.putBack(others);
        return;
      case 'killed':
        // Only the task that ran can be to blame; when others ran before it in that worker, it is tried alone first.
        if (!flight.certain) this.#queue.putBackSuspect(first);
        else this.#ready.push(flight.failure(isOutOfMemory(error) ? 'out-of-memory' : 'crashed', reasonOf(error)));
        this.#queue.putBack(others);
        return;
      case 'idle':
        this.#suspectMachine(flight, error);
    }
    this.#queue.putBack(flight.rest);
  }

  /** A worker died without a task: a few times this can be chance. */
  #suspectMachine({ batch }: Flight, error: unknown): void {
    if (error instanceof ImagoError) this.#failure = error;
    else if (batch.loading && batch.fresh)
      this.#fail(`the thread died while it loaded ${fileName(this.#setting.source.module)}`, error);
    else if (++this.#fruitless > PATIENCE) this.#fail('the threads die before they begin', error);
  }

  #fail(what: string, cause: unknown): void {
    this.#failure = new ImagoError('plugin', `${what}: ${reasonOf(cause)}`, { cause });
  }
}

function cancelled({ id, u }: Task): Evaluation {
  return { id, u, milliseconds: 0, status: 'failed', cause: 'cancelled', reason: 'cancelled' };
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}
