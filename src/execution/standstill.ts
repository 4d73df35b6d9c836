import { setInterval } from 'node:timers';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { now } from './own.ts';
import { workerFile } from './worker-file.ts';

/** Milliseconds between two looks. */
const LOOK = 50;

/** Milliseconds that a look may be late on a busy machine; one that is later comes after a standstill. */
export const LATE = 250;

/** Milliseconds in which a standstill that is over is certainly known. */
export const SETTLED = 4 * LOOK;

const Cell = { milliseconds: 0, looks: 1 } as const;

/**
 * For how long this process has stood still, as after SIGSTOP or in a virtual machine that was suspended: what a thread sees that does
 * nothing but look at the clock. Threads share it by its `buffer`.
 */
export class Standstill {
  readonly buffer: SharedArrayBuffer;
  readonly #cells: Int32Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(8)) {
    this.buffer = buffer;
    this.#cells = new Int32Array(buffer);
  }

  /** Milliseconds of all standstills that are known. */
  get milliseconds(): number {
    return Atomics.load(this.#cells, Cell.milliseconds);
  }

  /** Fulfilled when every standstill up to now is known. */
  async settled(): Promise<void> {
    const looks = Atomics.load(this.#cells, Cell.looks);
    const end = now() + 10 * SETTLED;
    while (Atomics.load(this.#cells, Cell.looks) < looks + 2 && now() < end) await pause(LOOK);
  }

  /** Looks at the clock for ever: in a thread that does nothing else for long. */
  watch(): void {
    let last = now();
    setInterval(() => {
      const time = now();
      const late = time - last - LOOK;
      if (late > LATE) Atomics.add(this.#cells, Cell.milliseconds, Math.round(late));
      Atomics.add(this.#cells, Cell.looks, 1);
      last = time;
    }, LOOK);
  }
}

/** A thread that watches for standstills of this process, and does not keep it from ending. */
export class StandstillWatch {
  readonly standstill = new Standstill();
  readonly #thread = new Worker(workerFile('standstill-watch'), { workerData: this.standstill.buffer });

  /** Fulfilled when it watches, or when the system has no thread for it: then standstills count as time. */
  readonly ready: Promise<void>;

  constructor() {
    this.ready = new Promise((resolve) => {
      for (const event of ['message', 'error', 'exit']) this.#thread.once(event, resolve);
    });
    void this.ready.then(() => this.#thread.unref());
  }

  async close(): Promise<void> {
    await this.#thread.terminate();
  }
}
