import { ImagoError } from '../core/errors.ts';
import type { Flight } from './flight.ts';
import { Room } from './task-queue.ts';
import type { BatchMessage, BatchReply } from './worker.ts';
import type { WorkerPool } from './worker-evaluation.ts';
import { WorkerProcess } from './worker-process.ts';

/** Processes that perform batches; started as they are needed, kept warm, and replaced when they die. */
export class ProcessPool implements WorkerPool {
  readonly noun = 'process';
  readonly nouns = 'processes';
  readonly #room: Room;
  readonly #memoryLimitMegabytes?: number;
  readonly #processes = new Set<WorkerProcess>();
  readonly #idle: WorkerProcess[] = [];
  #closed = false;

  constructor(workers: number, memoryLimitMegabytes?: number) {
    this.#room = new Room(workers);
    this.#memoryLimitMegabytes = memoryLimitMegabytes;
  }

  run(message: BatchMessage, signals: Flight['signals'], hand: () => void): Promise<BatchReply> {
    return this.#room.within(signals.end, async () => {
      const worker = this.#idle.pop() ?? this.#start();
      hand();
      const reply = await worker.perform(message, signals);
      if (worker.isAlive) this.#idle.push(worker);
      return reply;
    });
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
