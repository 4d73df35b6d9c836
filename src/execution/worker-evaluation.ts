import { clearInterval, clearTimeout, setImmediate, setInterval, setTimeout } from 'node:timers';
import { ImagoError } from '../core/errors.ts';
import type { Evaluation, Task } from '../core/evaluation.ts';
import type { AnySimulator, SimulatorSource } from '../core/simulator.ts';
import { reasonOf } from '../core/thrown.ts';
import { Flight } from './flight.ts';
import { now } from './own.ts';
import { fileName } from './plugin.ts';
import { cancelled, pauseBefore } from './retries.ts';
import { SETTLED } from './standstill.ts';
import { TaskQueue } from './task-queue.ts';
import type { Trust } from './trust.ts';
import type { BatchMessage, BatchReply } from './worker.ts';

/** Workers that perform batches: threads, or processes. */
export interface WorkerPool {
  /** What a worker is called, and several: `thread`, `threads`. */
  readonly noun: string;
  readonly nouns: string;
  /**
   * Has a worker perform the batch; rejects when the worker dies. One signal ends the worker, the other asks it to stop. `hand` is called when a
   * worker is given the batch, which may have waited for one.
   */
  run(message: BatchMessage, signals: Flight['signals'], hand: () => void): Promise<BatchReply>;
  /** Ends the workers; batches on their way are rejected. */
  close(): Promise<void>;
}

/** What an evaluation on workers needs beside its tasks. */
export interface WorkerSetting {
  readonly simulator: AnySimulator;
  readonly source: SimulatorSource;
  readonly workers: number;
  /** Milliseconds for one evaluation. */
  readonly timeLimit: number;
  /** Milliseconds for the loading of the plug-in. */
  readonly loadLimit: number;
  /** Milliseconds in which a worker begins with what it is given. */
  readonly startLimit: number;
  /** How far throws are believed. */
  readonly trust: Trust;
  /** How many times in a row, for each worker, a worker may die before it begins anything. */
  readonly retries: number;
  readonly pool: Omit<WorkerPool, 'close'>;
  /** Cancels the evaluation. */
  readonly signal: AbortSignal;
}

/** Milliseconds between two looks at what the workers have finished. */
const FLUSH = 4;
/** Milliseconds in which an asynchronous simulator may obey its signal before its worker is ended. */
const GRACE = 100;
/** Milliseconds in which a worker that ends itself may do what its simulator has it do at its end, such as giving a licence back. */
const LEAVE = 5000;

/** One call of `evaluate`: keeps every worker busy and turns whatever happens to one into outcomes of the right tasks. */
export class WorkerEvaluation {
  readonly #setting: WorkerSetting;
  readonly #queue: TaskQueue;
  readonly #flights = new Set<Flight>();
  #ready: Evaluation[] = [];
  #failure?: ImagoError;
  #fruitless = 0;
  /** Workers that did not begin, since something was answered. */
  #silent = 0;
  /** When the next worker may be tried after one that died before it began. */
  #resumption = 0;
  #wake: () => void = () => undefined;

  constructor(tasks: Iterable<Task>, setting: WorkerSetting) {
    this.#setting = setting;
    this.#queue = new TaskQueue(tasks, setting.workers);
  }

  /** The outcomes in groups; new batches start only when the next group is asked for. */
  async *groups(): AsyncGenerator<readonly Evaluation[]> {
    const { signal } = this.#setting;
    // After what has arrived is read: where this process was busy for long, the workers have gone on meanwhile.
    const look = setInterval(() => setImmediate(() => this.#look()), FLUSH);
    let graceTimer: NodeJS.Timeout | undefined;
    const cancel = () => {
      for (const flight of this.#flights) flight.cancel();
      this.#wake();
      graceTimer = setTimeout(() => this.#endAll(), GRACE);
    };
    signal.addEventListener('abort', cancel, { once: true });
    try {
      while (!signal.aborted || this.#flights.size > 0 || this.#ready.length > 0) {
        if (!signal.aborted && !this.#failure && this.#resumption === 0) this.#launch();
        if (this.#ready.length > 0) {
          yield this.#ready.splice(0);
        } else if (this.#failure) {
          throw this.#failure;
        } else if (this.#flights.size > 0 || (this.#resumption > 0 && !signal.aborted)) {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        } else break;
      }
      const unfinished = this.#queue.close();
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
    const { workers, simulator, source, timeLimit, pool, trust } = this.#setting;
    while (this.#flights.size < workers) {
      const next = this.#queue.next();
      if (!next) return;
      const flight = new Flight(next.tasks, next.alone, simulator);
      const { shape, buffer } = flight.batch;
      const streams = next.tasks.map((task) => task.stream);
      const given = next.tasks.some(({ point }) => point) && { given: next.tasks.map(({ point }) => point) };
      this.#flights.add(flight);
      const { patience } = trust;
      pool
        .run(
          { source, shape, buffer, streams, timeLimit, alone: next.alone, patience, ...given },
          flight.signals,
          flight.hand,
        )
        .then(
          (reply) => this.#land(flight, reply),
          (error) => this.#crash(flight, error),
        );
    }
  }

  /** Takes what is finished, and ends the workers whose task has had its time. */
  #look(): void {
    const { timeLimit, loadLimit, startLimit } = this.#setting;
    const time = now();
    for (const flight of this.#flights) {
      this.#take(flight);
      if (flight.runningFor(time) > timeLimit + GRACE + SETTLED) flight.end('timed-out');
      if (flight.loadingFor(time) > loadLimit) flight.end('stuck');
      if (flight.pausingFor(time) > startLimit) flight.end('silent');
      if (flight.leavingFor(time) > LEAVE) flight.dismiss();
    }
    const isOver = this.#resumption > 0 && time >= this.#resumption;
    if (isOver) this.#resumption = 0;
    if (isOver || this.#ready.length > 0) this.#wake();
  }

  #take(flight: Flight): void {
    const evaluations = flight.take();
    if (evaluations.length === 0) return;
    this.#fruitless = 0;
    this.#silent = 0;
    for (const evaluation of evaluations) {
      this.#setting.trust.learn(evaluation);
      this.#ready.push(evaluation);
    }
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
    const { source, loadLimit } = this.#setting;
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
      case 'doubtful':
        this.#setting.trust.doubt(first.id);
        this.#queue.putBackSuspect(first);
        this.#queue.putBack(others);
        return;
      case 'stuck':
        this.#failure = new ImagoError(
          'plugin',
          `${fileName(source.module)} was still loading after ${loadLimit / 1000} s; what it does at its top level must end`,
        );
        break;
      case 'silent':
        // Once it may be of what an earlier run has left behind in that worker.
        if (++this.#silent > 1) this.#failure = silence(this.#setting);
        break;
      case 'idle':
        this.#suspectMachine(flight, error);
    }
    if (flight.alone) this.#queue.putBackSuspect(first);
    else this.#queue.putBack(flight.rest);
  }

  /** A worker died without a task, of what an earlier evaluation left behind or for want of memory: a few times this can be chance. */
  #suspectMachine({ batch }: Flight, error: unknown): void {
    const { pool, source, retries, workers } = this.#setting;
    if (error instanceof ImagoError) this.#failure = error;
    else if (batch.loading && batch.fresh)
      this.#fail(`the ${pool.noun} died while it loaded ${fileName(source.module)}`, error);
    else if (++this.#fruitless > retries * workers) this.#fail(`the ${pool.nouns} die before they begin`, error);
    else if (this.#fruitless > workers)
      this.#resumption = now() + pauseBefore(Math.floor((this.#fruitless - 1) / workers));
  }

  #fail(what: string, cause: unknown): void {
    this.#failure = new ImagoError('plugin', `${what}: ${reasonOf(cause)}`, { cause });
  }
}

function silence({ pool, source, startLimit }: WorkerSetting): ImagoError {
  return new ImagoError(
    'plugin',
    `the ${pool.nouns} do not begin: the last had not for ${startLimit / 1000} s when it was to load or run ${fileName(source.module)}; look at what Node loads before it (NODE_OPTIONS), or give a longer startLimit`,
  );
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}
