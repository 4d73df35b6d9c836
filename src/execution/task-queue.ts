import type { Task } from '../core/evaluation.ts';

/** Milliseconds of work to aim at in a batch. */
const TARGET = 50;
/** Milliseconds of work below which sharing out costs more than it brings. */
const LEAST = 2;
/** Most tasks in a batch. */
const LARGEST = 2048;
/** A batch holds at most this many times the tasks of the one before. */
const GROWTH = 8;

/** Cuts the tasks into batches of about equal time, drawing from their source no earlier than needed. */
export class TaskQueue {
  readonly #source: Iterator<Task>;
  readonly #workers: () => number;
  /** Tasks drawn and not yet handed out; those to be done again come first. */
  #waiting: Task[] = [];
  /** Tasks that killed a worker in company: each is tried once more, alone. */
  readonly #suspects: Task[] = [];
  #exhausted = false;
  #size = 1;
  /** Milliseconds for one evaluation, a running mean over batches. */
  #pace = Number.NaN;

  /** `workers` is how many there are just now. */
  constructor(tasks: Iterable<Task>, workers: number | (() => number)) {
    this.#source = tasks[Symbol.iterator]();
    this.#workers = typeof workers === 'number' ? () => workers : workers;
  }

  /** Milliseconds for one evaluation, as far as is known; NaN before the first. */
  get pace(): number {
    return this.#pace;
  }

  /** The next batch, or undefined when nothing is left. */
  next(): { tasks: Task[]; alone: boolean } | undefined {
    const suspect = this.#suspects.pop();
    if (suspect) return { tasks: [suspect], alone: true };
    const size = this.#size;
    // Looking ahead shows the end in time to share out the last tasks evenly; with one task at a time there is nothing to share.
    this.#draw(size === 1 ? 1 : size * this.#workers() * 2);
    if (this.#waiting.length === 0) return undefined;
    const share = this.#exhausted
      ? Math.max(Math.ceil(this.#waiting.length / (2 * this.#workers())), Math.floor(LEAST / this.#pace) || 1)
      : size;
    return { tasks: this.#waiting.splice(0, Math.min(size, share)), alone: false };
  }

  /** Takes back tasks that were not performed. */
  putBack(tasks: readonly Task[]): void {
    this.#waiting = [...tasks, ...this.#waiting];
  }

  /** Takes back a task that may have killed its worker, to be tried alone. */
  putBackSuspect(task: Task): void {
    this.#suspects.push(task);
  }

  /** Learns the pace from a batch in which `count` evaluations took `milliseconds` together. */
  learn(count: number, milliseconds: number): void {
    if (count === 0) return;
    const pace = milliseconds / count;
    this.#pace = Number.isNaN(this.#pace) ? pace : 0.5 * (this.#pace + pace);
    this.#size = Math.max(1, Math.min(LARGEST, this.#size * GROWTH, Math.floor(TARGET / this.#pace)));
  }

  /** Ends the drawing and returns the tasks that were drawn and not handed out. */
  close(): Task[] {
    if (!this.#exhausted) this.#source.return?.();
    this.#exhausted = true;
    return [...this.#suspects.splice(0), ...this.#waiting.splice(0)];
  }

  #draw(count: number): void {
    while (this.#waiting.length < count && !this.#exhausted) {
      const { done, value } = this.#source.next();
      if (done) this.#exhausted = true;
      else this.#waiting.push(value);
    }
  }
}

/** Room for so many at once: who comes when there is none waits for a turn. */
export class Room {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(places: number) {
    this.#free = places;
  }

  /** Does something when there is room; rejects with the reason of the signal where that ends the wait. */
  async within<T>(signal: AbortSignal, action: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await this.#turn(signal);
    try {
      signal.throwIfAborted();
      return await action();
    } finally {
      this.#leave();
    }
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        this.#waiting.delete(enter);
        reject(signal.reason);
      };
      this.#waiting.add(enter);
      signal.addEventListener('abort', giveUp, { once: true });
      if (signal.aborted) giveUp();
    });
  }

  /** Leaves the place to who has waited longest. */
  #leave(): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#free++;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
