import { type FailedEvaluation, type FailureCause, LONGEST_REASON } from '../../core/evaluation.ts';
import { now } from '../own.ts';
import type { Batch, Claim, Slot, Waiting } from './batch.ts';
import type { Crew } from './crew.ts';
import { isOver, isWaiting, verdictOn } from './states.ts';

/** Options of a {@link Recovery}. */
export interface RecoveryOptions {
  /** How many times a run is begun again that ended without an answer. */
  readonly retries: number;
  /** Milliseconds by which the file system may show a file late. */
  readonly lateness: number;
}

/** Decides what becomes of runs whose worker is gone. */
export class Recovery {
  readonly #crew: Crew;
  readonly #options: RecoveryOptions;
  /** Since when it is known of a worker, or of a parcel that nobody has, that nothing more comes of it. */
  readonly #over = new Map<string, number>();
  /** When to look again: the file system has had its time by then. */
  dueAt = Number.POSITIVE_INFINITY;

  constructor(crew: Crew, options: RecoveryOptions) {
    this.#crew = crew;
    this.#options = options;
  }

  /** `claims` are those that were there before Slurm was asked for the states. */
  judge(claims: readonly Claim[]): void {
    const byWorker = new Map<string, Claim[]>();
    for (const claim of claims) byWorker.set(claim.worker, [...(byWorker.get(claim.worker) ?? []), claim]);
    for (const [worker, own] of byWorker) this.#judgeWorker(worker, own);
  }

  /**
   * Finds parcels that neither lie open nor are with a worker: `open` was read before `claims`. One look is not enough, however prompt the file
   * system is: a parcel may have been posted or given back in the middle of it.
   */
  findLost(batch: Batch, open: ReadonlySet<string>, claims: readonly Claim[]): void {
    const taken = new Set(claims.map(({ parcel }) => parcel));
    for (const slot of [...batch.waiting()]) {
      const key = `${slot.parcel} ${slot.key}`;
      if (open.has(slot.parcel) || taken.has(slot.parcel)) this.#over.delete(key);
      else if (!this.#over.has(key)) this.#over.set(key, now());
      else if (this.#isOver(key))
        this.#conclude(slot, 'infrastructure', true, 'its file in the folder of its batch was deleted');
    }
  }

  /** Whether nothing more can come: the file system has had its time since that was first known. */
  #isOver(key: string): boolean {
    const since = this.#over.get(key) ?? now();
    this.#over.set(key, since);
    const end = since + this.#options.lateness;
    if (now() >= end) return true;
    this.dueAt = Math.min(this.dueAt, end);
    return false;
  }

  #judgeWorker(worker: string, claims: readonly Claim[]): void {
    const task = worker.split('.')[0];
    this.#crew.hasWorked(task);
    const state = this.#crew.state(task);
    if (state && !isOver(state)) {
      // Ended by a failure of its node, or to make room for others: its task waits to begin anew.
      if (isWaiting(state)) for (const claim of claims) if (isOpen(claim)) claim.batch.release(claim);
      return;
    }
    const slots = claims.flatMap(({ batch, parcel }) => [...batch.waiting(parcel)]);
    if (slots.length === 0) return;
    for (const batch of new Set(claims.map((claim) => claim.batch))) batch.refresh();
    if (!this.#isOver(worker)) return;
    const isFirst = !claims.some(({ batch }) => batch.isRestored || batch.answerers.has(worker));
    const { cause, again, words } = verdictOn(state, task, isFirst);
    for (const slot of slots) this.#conclude(slot, cause, again || slots.length > 1, words);
  }

  /** The folder of a batch is gone. */
  loseAll(batch: Batch): void {
    for (const slot of [...batch.waiting()])
      this.#conclude(slot, 'infrastructure', true, 'the folder of its batch was deleted');
  }

  /** Has a run begun again by itself, or fail. */
  #conclude(slot: Slot, cause: FailureCause, again: boolean, words: string): void {
    const waiting = slot.waiting as Waiting;
    waiting.attempts++;
    if (again && waiting.attempts <= this.#options.retries) {
      slot.batch.deliver(slot);
      waiting.again();
      return;
    }
    const times = waiting.attempts > 1 ? `${waiting.attempts} tasks ended while they had this run; the last: ` : '';
    const { id, u } = waiting.task;
    const reason = `${times}${words}`.slice(0, LONGEST_REASON);
    const failed: FailedEvaluation = { id, u, milliseconds: 0, status: 'failed', cause, reason };
    waiting.settle(failed, slot);
  }
}

const isOpen = ({ batch, parcel }: Claim) => batch.waiting(parcel).next().done !== true;
