import type { Evaluation, FailureCause, Task } from '../core/evaluation.ts';
import { SharedBatch } from './shared-batch.ts';

/**
 * How a worker died: `cancelled` by us; `timed-out` by us, for its present task; `spared`, the same, but that task has finished in
 * the end; `killed` while a task ran; `idle`, before its first task or between two.
 */
export type Fate = 'cancelled' | 'timed-out' | 'spared' | 'killed' | 'idle';

/** A batch on its way through a worker, as the main thread sees it. */
export class Flight {
  readonly tasks: readonly Task[];
  /** Whether its one task is suspected to have killed a worker. */
  readonly alone: boolean;
  readonly batch: SharedBatch;
  readonly #worker = new AbortController();
  #ended?: 'timed-out' | 'cancelled';
  #taken = 0;
  #textEnd = 0;
  #running = 0;
  #since = 0;

  constructor(tasks: readonly Task[], alone: boolean, inputs: number, outputs: number) {
    this.tasks = tasks;
    this.alone = alone;
    this.batch = new SharedBatch({ count: tasks.length, inputs, outputs });
    for (let k = 0; k < tasks.length; k++) this.batch.point(k).set(tasks[k].u);
  }

  /** Aborted to end the worker. */
  get signal(): AbortSignal {
    return this.#worker.signal;
  }

  /** Ends the worker. */
  end(why: 'timed-out' | 'cancelled'): void {
    this.#ended ??= why;
    this.#worker.abort();
  }

  /** What has become of a flight whose worker is dead and whose results are taken. */
  get fate(): Fate {
    if (this.#ended === 'cancelled') return 'cancelled';
    if (this.#ended === 'timed-out') return this.#taken < this.#running ? 'timed-out' : 'spared';
    return this.batch.started > this.batch.finished ? 'killed' : 'idle';
  }

  /** The evaluations finished since the last call. */
  take(): Evaluation[] {
    const from = this.#taken;
    const to = this.batch.finished;
    if (from === to) return [];
    const { outcomes, textEnd } = this.batch.results(from, to, this.#textEnd);
    this.#taken = to;
    this.#textEnd = textEnd;
    return outcomes.map((outcome, i) => {
      const { id, u } = this.tasks[from + i];
      return { id, u, ...outcome };
    });
  }

  /** Milliseconds for which the present task has certainly been running at the time `now`; 0 when none is. */
  runningFor(now: number): number {
    const { started, finished } = this.batch;
    if (started !== this.#running) {
      this.#running = started;
      this.#since = now;
    }
    return started > finished ? now - this.#since : 0;
  }

  /** The tasks without a result after {@link take}. */
  get rest(): readonly Task[] {
    return this.tasks.slice(this.#taken);
  }

  /** Whether the task that ran is certain to have killed the worker: nothing else ran in it, or it has done so before. */
  get certain(): boolean {
    return this.alone || (this.batch.fresh && this.#taken === 0);
  }

  /** The failure of the task that ran. */
  failure(cause: FailureCause, reason: string): Evaluation {
    const { id, u } = this.rest[0];
    return { id, u, milliseconds: this.runningFor(performance.now()), status: 'failed', cause, reason };
  }
}
