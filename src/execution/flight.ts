import type { Evaluation, FailureCause, Task } from '../core/evaluation.ts';
import type { AnySimulator } from '../core/simulator.ts';
import { now } from './own.ts';
import { type Outcome, SharedBatch, shapeOf } from './shared-batch.ts';
import { LATE } from './standstill.ts';

/**
 * How a worker died: `cancelled` by us; `stuck`, by us, for it did not end loading the plug-in; `silent`, by us, for it did not begin; `timed-out` by us, for its present
 * task; `spared`, the same, but that task has finished in the end; `killed` while a task ran; `retired` by itself, to make room for
 * a new one; `doubtful`, the same, for it could not tell a failure of its task from its own; `idle`, before its first task or between two.
 */
export type Fate =
  | 'cancelled'
  | 'stuck'
  | 'silent'
  | 'timed-out'
  | 'spared'
  | 'killed'
  | 'doubtful'
  | 'retired'
  | 'idle';

/** Why the main thread ends a worker. */
type Sentence = 'cancelled' | 'stuck' | 'silent' | 'timed-out';

/**
 * A span of time as the main thread sees it: how long the same thing has been going on. A look that comes late, since this process stood
 * still or was busy, counts no more than one in time.
 */
class Span {
  /** What was going on at the last look; 0 is nothing. */
  what = 0;
  #last = 0;
  #length = 0;

  /** Milliseconds at the time `now` since `what` was seen first; 0 where nothing goes on. */
  of(what: number, now: number): number {
    if (what !== this.what) {
      this.what = what;
      this.#length = 0;
    } else this.#length += Math.min(now - this.#last, LATE);
    this.#last = now;
    return what === 0 ? 0 : this.#length;
  }
}

/** A batch on its way through a worker, as the main thread sees it. */
export class Flight {
  readonly tasks: readonly Task[];
  /** Whether its one task is suspected to have killed a worker. */
  readonly alone: boolean;
  readonly batch: SharedBatch;
  readonly #worker = new AbortController();
  readonly #cancelling = new AbortController();
  readonly #running = new Span();
  readonly #loading = new Span();
  readonly #leaving = new Span();
  readonly #pausing = new Span();
  #handed = false;
  #ended?: Sentence;
  #taken = 0;
  #textEnd = 0;

  constructor(tasks: readonly Task[], alone: boolean, { space, outputs }: AnySimulator) {
    this.tasks = tasks;
    this.alone = alone;
    this.batch = new SharedBatch({ count: tasks.length, ...shapeOf(space, outputs) });
    for (let k = 0; k < tasks.length; k++) this.batch.point(k).set(tasks[k].u);
  }

  /** `end` is aborted to end the worker, `cancel` to tell its simulator to stop. */
  get signals(): { readonly end: AbortSignal; readonly cancel: AbortSignal } {
    return { end: this.#worker.signal, cancel: this.#cancelling.signal };
  }

  /** Notes that a worker has been given the batch: from now on it is for it to begin. */
  readonly hand = (): void => {
    this.#handed = true;
  };

  /** Asks the simulator to stop. */
  cancel(): void {
    this.batch.cancel();
    this.#cancelling.abort();
  }

  /** Ends the worker. */
  end(why: Sentence): void {
    this.#ended ??= why;
    this.#worker.abort();
  }

  /** Ends a worker that has said that it ends itself, and has not: its fate is what it said. */
  dismiss(): void {
    this.#worker.abort();
  }

  /** What has become of a flight whose worker is dead and whose results are taken. */
  get fate(): Fate {
    const { started, finished, loading, retired, doubted, taken } = this.batch;
    if (this.#ended === 'timed-out') return this.#taken < this.#running.what ? 'timed-out' : 'spared';
    if (this.#ended === 'stuck') return loading ? 'stuck' : 'spared';
    if (this.#ended === 'silent') return this.#pause === 0 ? 'spared' : taken ? 'idle' : 'silent';
    if (this.#ended) return this.#ended;
    if (started > finished) return doubted ? 'doubtful' : 'killed';
    return retired ? 'retired' : 'idle';
  }

  /** The evaluations finished since the last call. */
  take(): Evaluation[] {
    const from = this.#taken;
    const to = this.batch.finished;
    if (from === to) return [];
    const { outcomes, textEnd } = this.batch.results(from, to, this.#textEnd);
    this.#taken = to;
    this.#textEnd = textEnd;
    return outcomes.map((outcome, i) => evaluationOf(this.tasks[from + i], outcome));
  }

  /** Milliseconds for which the present task has certainly been running at the time `now`; 0 when none is. */
  runningFor(now: number): number {
    const { started, finished } = this.batch;
    return this.#running.of(started > finished ? started : 0, now);
  }

  /** Milliseconds for which the worker has certainly been loading the plug-in at the time `now`; 0 when it is not. */
  loadingFor(now: number): number {
    return this.#loading.of(this.batch.loading ? 1 : 0, now);
  }

  /** Milliseconds for which the worker has certainly been ending itself at the time `now`; 0 when it is not. */
  leavingFor(now: number): number {
    const { retired, doubted } = this.batch;
    return this.#leaving.of(retired || doubted ? 1 : 0, now);
  }

  /** Milliseconds for which the worker, which has the batch, has certainly done nothing with it at the time `now`; 0 when it does something. */
  pausingFor(now: number): number {
    return this.#pausing.of(this.#pause, now);
  }

  /** Which pause of the worker it is, before it begins or after so many tasks; 0 when it is none. */
  get #pause(): number {
    const { started, finished, loading, retired, doubted, taken } = this.batch;
    if (!this.#handed || loading || started > finished || retired || doubted) return 0;
    return finished + (taken ? 2 : 1);
  }

  /** The tasks without a result after {@link take}. */
  get rest(): readonly Task[] {
    return this.tasks.slice(this.#taken);
  }

  /** Whether the task that ran is certain to have killed the worker: nothing else has run in it. */
  get certain(): boolean {
    return this.batch.fresh && this.#taken === 0;
  }

  /** The failure of the task that ran. */
  failure(cause: FailureCause, reason: string): Evaluation {
    const { id, u } = this.rest[0];
    return { id, u, milliseconds: this.runningFor(now()), status: 'failed', cause, reason };
  }
}

/** Name by name: spreading one object into another takes longer than a small simulator. */
function evaluationOf({ id, u }: Task, outcome: Outcome): Evaluation {
  const { milliseconds, status } = outcome;
  if (status === 'failed') return { id, u, milliseconds, status, cause: outcome.cause, reason: outcome.reason };
  const { values, shares } = outcome;
  return shares ? { id, u, milliseconds, status, values, shares } : { id, u, milliseconds, status, values };
}
