/** A limit on what runs at once, shared by several requests, first come first served. */
export class Permits {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Does every task, each as soon as it may, and yields what comes of them as they end; none begins after the signal. */
  async *each<T, R>(tasks: readonly T[], signal: AbortSignal, work: (task: T) => Promise<R>): AsyncGenerator<R> {
    const flying = new Map<number, Promise<[number, R]>>();
    let next = 0;
    try {
      while (next < tasks.length || flying.size > 0) {
        // One waits at a time for each request, so that a long one does not hold up a short one.
        while (next < tasks.length && !signal.aborted && (flying.size === 0 || this.#free > 0)) {
          const i = next++;
          flying.set(i, this.#do(i, tasks[i], work));
        }
        if (flying.size === 0) return;
        const [done, result] = await Promise.race(flying.values());
        flying.delete(done);
        yield result;
      }
    } finally {
      await Promise.allSettled(flying.values());
    }
  }

  async #do<T, R>(i: number, task: T, work: (task: T) => Promise<R>): Promise<[number, R]> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return [i, await work(task)];
    } finally {
      const first = this.#waiting.shift();
      if (first) first();
      else this.#free++;
    }
  }
}
