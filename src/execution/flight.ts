import type { Evaluation, FailureCause, Task } from '../core/evaluation.ts';
import { SharedBatch } from './shared-batch.ts';

/** A batch on its way through a worker, as the main thread sees it. */
export class Flight {
  readonly tasks: readonly Task[];
  /** Whether its one task is suspected to have killed a worker. */
  readonly alone: boolean;
  readonly batch: SharedBatch;
  /** Aborting it ends the worker. */
  readonly worker = new AbortController();
  /** Why the worker was ended, when this thread did it. */
  ended?: 'timed-out' | 'cancelled';
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

  /** Whether a task was running when the worker last wrote. */
  get interrupted(): boolean {
    return this.batch.started > this.batch.finished;
  }

  /** Whether the task that ran is certain to have killed the worker: nothing else ran in it, or it has done so before. */
  get certain(): boolean {
    return this.alone || (this.batch.fresh && this.#taken === 0);
  }

  /** A failure of one of the tasks that this thread has to write. */
  failure(task: Task, cause: FailureCause, reason: string, now: number): Evaluation {
    const milliseconds = this.interrupted && task === this.rest[0] ? this.runningFor(now) : 0;
    return { id: task.id, u: task.u, milliseconds, status: 'failed', cause, reason };
  }
}
