import { ImagoError } from '../core/errors.ts';
import type { Evaluation, Task } from '../core/evaluation.ts';
import { reasonOf } from '../core/perform.ts';
import type { AnySimulator, SimulatorSource } from '../core/simulator.ts';
import { Flight } from './flight.ts';
import { fileName } from './plugin.ts';
import { TaskQueue } from './task-queue.ts';
import type { BatchMessage, BatchReply } from './worker.ts';

/** Sends a batch to a worker; rejects when the worker dies, and ends it when the signal is aborted. */
export type Send = (message: BatchMessage, signal: AbortSignal) => Promise<BatchReply>;

/** What an evaluation on threads needs beside its tasks. */
export interface ThreadSetting {
  readonly simulator: AnySimulator;
  readonly source: SimulatorSource;
  readonly workers: number;
  /** Milliseconds for one evaluation. */
  readonly timeLimit: number;
  readonly send: Send;
  /** Cancels the evaluation. */
  readonly signal: AbortSignal;
}

/** Milliseconds between two looks at what the workers have finished. */
const FLUSH = 4;
/** Milliseconds in which an asynchronous simulator may obey its signal before its worker is ended. */
const GRACE = 100;
/** Workers that may die in a row before their first task, before the machine is held to be broken. */
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
    const { workers, simulator, source, timeLimit, send } = this.#setting;
    while (this.#flights.size < workers) {
      const next = this.#queue.next();
      if (!next) return;
      const flight = new Flight(next.tasks, next.alone, simulator.space.dimension, simulator.outputs.length);
      const { shape, buffer } = flight.batch;
      const message = { source, shape, buffer, streams: next.tasks.map((task) => task.stream), timeLimit };
      this.#flights.add(flight);
      send(message, flight.worker.signal).then(
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
      if (flight.runningFor(performance.now()) > timeLimit + GRACE) end(flight, 'timed-out');
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
    for (const flight of this.#flights) end(flight, 'cancelled');
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

  /** The worker is dead. Only the task that ran can be to blame; when others ran before it in that worker, it is tried alone first. */
  #crash(flight: Flight, error: unknown): void {
    const { source, timeLimit, signal } = this.#setting;
    this.#flights.delete(flight);
    if (signal.aborted) flight.ended ??= 'cancelled';
    this.#take(flight);
    const [first, ...others] = flight.rest;
    const blame = (cause: 'timed-out' | 'crashed' | 'out-of-memory' | 'infrastructure', reason: string) =>
      this.#ready.push(flight.failure(first, cause, reason, performance.now()));
    if (first && flight.ended === 'cancelled') {
      for (const task of flight.rest)
        this.#ready.push(flight.failure(task, 'cancelled', 'cancelled', performance.now()));
    } else if (first && flight.interrupted) {
      this.#queue.putBack(others);
      if (flight.ended === 'timed-out') blame('timed-out', `longer than ${timeLimit} ms`);
      else if (!flight.certain) this.#queue.putBackSuspect(first);
      else blame(isOutOfMemory(error) ? 'out-of-memory' : 'crashed', reasonOf(error));
    } else if (first && flight.batch.loading) {
      const message = `the worker died while it loaded ${fileName(source.module)}: ${reasonOf(error)}`;
      this.#failure = new ImagoError('plugin', message, { cause: error });
    } else if (first) {
      if (this.#fruitless++ >= PATIENCE) blame('infrastructure', `no worker stays alive: ${reasonOf(error)}`);
      else this.#queue.putBack([first]);
      this.#queue.putBack(others);
    }
    this.#wake();
  }
}

function end(flight: Flight, why: 'timed-out' | 'cancelled'): void {
  flight.ended ??= why;
  flight.worker.abort();
}

function cancelled({ id, u }: Task): Evaluation {
  return { id, u, milliseconds: 0, status: 'failed', cause: 'cancelled', reason: 'cancelled' };
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}
