import { ImagoError } from '../core/errors.ts';
import type { Flight } from './flight.ts';
import type { BatchMessage, BatchReply } from './worker.ts';
import type { WorkerPool } from './worker-evaluation.ts';
import { WorkerProcess } from './worker-process.ts';

/** Processes that perform batches; started as they are needed, kept warm, and replaced when they die. */
export class ProcessPool implements WorkerPool {
  readonly noun = 'process';
  readonly nouns = 'processes';
  readonly #workers: number;
  readonly #memoryLimitMegabytes?: number;
  readonly #processes = new Set<WorkerProcess>();
  readonly #idle: WorkerProcess[] = [];
  /** Batches under way, and what to call when there is room for one more. */
  #busy = 0;
  readonly #waiting: (() => void)[] = [];
  #closed = false;

  constructor(workers: number, memoryLimitMegabytes?: number) {
    this.#workers = workers;
    this.#memoryLimitMegabytes = memoryLimitMegabytes;
  }

  async run(message: BatchMessage, signals: Flight['signals']): Promise<BatchReply> {
    while (this.#busy >= this.#workers) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#busy++;
    try {
      signals.end.throwIfAborted();
      const worker = this.#idle.pop() ?? this.#start();
      const reply = await worker.perform(message, signals);
      if (worker.isAlive) this.#idle.push(worker);
      return reply;
    } finally {
      this.#busy--;
      this.#waiting.shift()?.();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#processes].map((worker) => worker.close()));
  }

  #start(): WorkerProcess {
    if (this.#closed) throw new ImagoError('invalid-argument', 'this executor has been disposed of; make another one');
    const worker = new WorkerProcess(this.#memoryLimitMegabytes);
    this.#processes.add(worker);
    void worker.ended.then(() => {
      this.#processes.delete(worker);
      const place = this.#idle.indexOf(worker);
      if (place >= 0) this.#idle.splice(place, 1);
    });
    return worker;
  }
}
