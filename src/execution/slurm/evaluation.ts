import type { Evaluation, Task } from '../../core/evaluation.ts';
import { cancelled } from '../retries.ts';
import { TaskQueue } from '../task-queue.ts';
import type { Batch, Slot, Waiting } from './batch.ts';
import type { Desk } from './desk.ts';
import { type BatchOrder, keyOf } from './order.ts';

/** What an evaluation on Slurm needs beside its tasks. */
export interface SlurmSetting {
  readonly desk: Desk;
  readonly order: BatchOrder;
  readonly timeLimit: number;
  /** Parcels that may be under way. */
  readonly width: number;
  /** Runs in a parcel at most. */
  readonly most: number;
  /** Whether unfinished runs are given up when the evaluation is cancelled, in place of going on. */
  readonly cancel: boolean;
  readonly signal: AbortSignal;
}

/** Tasks that the queue has handed out together. */
interface Flight {
  left: number;
  readonly count: number;
  milliseconds: number;
}

/** One call of `evaluate`: has its tasks posted, and hands out what comes of them. */
export class SlurmEvaluation {
  readonly #setting: SlurmSetting;
  readonly #queue: TaskQueue;
  readonly #waiting = new Set<Waiting>();
  readonly #again: Waiting[] = [];
  #batch?: Batch;
  #flights = 0;
  #ready: { readonly evaluation: Evaluation; readonly slot: Slot }[] = [];

  constructor(tasks: Iterable<Task>, setting: SlurmSetting) {
    this.#setting = setting;
    this.#queue = new TaskQueue(tasks, setting.width);
  }

  async *groups(): AsyncGenerator<readonly Evaluation[]> {
    const { desk, signal } = this.#setting;
    desk.enter();
    try {
      while (!signal.aborted || this.#ready.length > 0) {
        if (!signal.aborted) this.#post();
        if (this.#ready.length > 0) {
          const group = this.#ready.splice(0);
          yield group.map(({ evaluation }) => evaluation);
          // Who asks for more has kept what there was.
          for (const { slot } of group) desk.deliver(slot);
        } else if (this.#waiting.size > 0 && !signal.aborted) await this.#news();
        else break;
      }
      const unfinished = [...[...this.#waiting].map(({ task }) => task), ...this.#queue.close()];
      if (unfinished.length > 0) yield unfinished.map(cancelled);
    } finally {
      this.#queue.close();
      this.#letGo();
      await desk.leave();
    }
  }

  /** Fulfilled when there may be something new, or when the evaluation is cancelled. */
  async #news(): Promise<void> {
    const { desk, signal } = this.#setting;
    let wake: () => void = () => undefined;
    const stopped = new Promise<void>((resolve) => {
      wake = resolve;
      signal.addEventListener('abort', wake, { once: true });
    });
    try {
      await Promise.race([desk.next(), stopped]);
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }

  #post(): void {
    for (const waiting of this.#again.splice(0)) this.#postParcel([waiting]);
    while (this.#flights < this.#setting.width) {
      const next = this.#queue.next();
      if (!next) return;
      this.#flights++;
      const flight: Flight = { left: next.tasks.length, count: next.tasks.length, milliseconds: 0 };
      const asked = next.tasks.map((task) => this.#waitingFor(task, flight));
      const fresh = asked.filter((waiting) => !this.#setting.desk.adopt(waiting));
      for (let k = 0; k < fresh.length; k += this.#setting.most)
        this.#postParcel(fresh.slice(k, k + this.#setting.most));
    }
  }

  #postParcel(list: readonly Waiting[]): void {
    // Its folder may have been deleted by hand.
    if (this.#batch?.open() === undefined) this.#batch = this.#setting.desk.newBatch(this.#setting.order);
    this.#batch.post(list);
  }

  #waitingFor(task: Task, flight: Flight): Waiting {
    const { order, timeLimit, desk } = this.#setting;
    const waiting: Waiting = {
      key: keyOf(order.identity, timeLimit, task),
      task,
      attempts: 0,
      settle: (evaluation, slot) => {
        this.#waiting.delete(waiting);
        this.#ready.push({ evaluation, slot });
        desk.learn(evaluation.milliseconds);
        flight.milliseconds += evaluation.milliseconds;
        if (--flight.left > 0) return;
        this.#flights--;
        this.#queue.learn(flight.count, flight.milliseconds);
      },
      again: () => this.#again.push(waiting),
    };
    this.#waiting.add(waiting);
    return waiting;
  }

  /** Nobody waits any more for what has no answer yet: it goes on, or, where nobody was interrupted, is not begun. */
  #letGo(): void {
    const { desk, signal, cancel } = this.#setting;
    if (cancel || !signal.aborted) this.#batch?.withdraw();
    desk.abandon(this.#waiting);
  }
}
