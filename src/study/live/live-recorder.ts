import type { Oracle } from '../../core/oracle.ts';
import type { Presence } from '../../core/platform/presence.ts';
import type { ProgressEvent, Run } from '../../core/run.ts';
import type { Store } from '../../core/store.ts';
import { type LiveQuality, type LiveState, type LiveStudy, type RunningRun, writeLive } from './live-study.ts';

/** Milliseconds between two writings at least. */
const GAP = 500;

/** Keeps in a store what a study does, while it does it; at most every half second, so that it costs the study nothing that can be felt. */
export class LiveRecorder {
  readonly #store: Store;
  readonly #who: Presence;
  /** Simulator runs that are planned. */
  #planned: number | null;
  readonly #started: number;
  readonly #running = new Map<string, RunningRun>();
  readonly #quality: LiveQuality[] = [];
  #state: LiveState = 'running';
  #progress: LiveStudy['progress'] = null;
  #runs = 0;
  #failed = 0;
  /** Answers of the store included. */
  #answered = 0;
  readonly #free: number[] = [];
  /** What a writing failed with that nobody waited for. */
  #failure: unknown;
  #written = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(store: Store, who: Presence, planned: number | null) {
    this.#store = store;
    this.#who = who;
    this.#planned = planned;
    this.#started = who.now();
    this.#write();
  }

  /** Takes in how far a phase has come. */
  update({ phase, done, total, failures = 0, note = '' }: ProgressEvent): void {
    const before = this.#progress;
    const isSame = before?.phase === phase && done >= before.done;
    const since = isSame ? before.since : this.#who.now();
    this.#progress = { phase, since, done, total: total ?? null, failures, note };
    this.#changed();
  }

  /** Takes in how many simulator runs are planned now. */
  expect(planned: number | null): void {
    this.#planned = planned;
    this.#changed();
  }

  /** Takes in whether runs are begun. */
  become(state: LiveState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#write();
  }

  /** Takes in how good a model is. */
  judge(quality: Omit<LiveQuality, 'at'>): void {
    if (Number.isFinite(quality.value)) this.#quality.push({ at: this.#who.now(), ...quality });
    this.#changed();
  }

  /** The oracle, each run of which is seen to begin and to end. */
  watched(oracle: Oracle): Oracle {
    const begun = (id: string) => this.#begun(id);
    const ended = (id: string, failed: boolean) => this.#ended(id, failed);
    async function* evaluate(tasks: Parameters<Oracle['evaluate']>[0], run: Run) {
      function* drawn() {
        for (const task of tasks) {
          begun(task.id);
          yield task;
        }
      }
      for await (const group of oracle.evaluate(drawn(), run)) {
        for (const { id, status } of group) ended(id, status === 'failed');
        yield group;
      }
    }
    return { ...oracle, evaluate };
  }

  /** The oracle, all answers of which are counted, those from the store too. */
  counted(oracle: Oracle): Oracle {
    const count = (answers: number) => {
      this.#answered += answers;
    };
    async function* evaluate(tasks: Parameters<Oracle['evaluate']>[0], run: Run) {
      for await (const group of oracle.evaluate(tasks, run)) {
        count(group.length);
        yield group;
      }
    }
    return { ...oracle, evaluate };
  }

  /** Says that the study has ended, and nothing more. */
  end(): void {
    this.#running.clear();
    this.#state = 'ended';
    this.#write();
  }

  /** Says nothing more: the store has failed. */
  fallSilent(): void {
    clearTimeout(this.#timer);
  }

  #begun(id: string): void {
    // As many as are in progress have places, so that the next one is free where none was given back.
    const place = this.#free.pop() ?? this.#running.size;
    this.#running.set(id, { id, place, since: this.#who.now() });
    this.#changed();
  }

  #ended(id: string, failed: boolean): void {
    const place = this.#running.get(id)?.place;
    if (place !== undefined) this.#free.push(place);
    this.#running.delete(id);
    this.#runs++;
    if (failed) this.#failed++;
    this.#changed();
  }

  /** Writes now, or when it is time, so that the last event is written even if nothing follows. */
  #changed(): void {
    if (this.#failure !== undefined) throw this.#failure;
    const wait = this.#written + GAP - this.#who.now();
    if (wait <= 0) this.#write();
    else this.#timer ??= setTimeout(() => this.#writeLater(), Math.min(wait, GAP));
  }

  /** Nobody waits for a timer: what it fails with is thrown where something happens next. */
  #writeLater(): void {
    try {
      this.#write();
    } catch (error) {
      this.#failure = error;
    }
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#written = this.#who.now();
    writeLive(this.#store, {
      format: 1,
      process: this.#who.process,
      host: this.#who.host,
      started: this.#started,
      written: this.#written,
      state: this.#state,
      progress: this.#progress,
      runs: this.#runs,
      failed: this.#failed,
      secondsLeft: this.#secondsLeft(),
      running: [...this.#running.values()].slice(0, MOST_SHOWN),
      quality: this.#quality.slice(-MOST_SHOWN),
    });
  }

  #secondsLeft(): number | null {
    if (this.#planned === null || this.#runs === 0) return null;
    const left = Math.max(0, this.#planned - this.#answered);
    return (left * (this.#written - this.#started)) / this.#runs / 1000;
  }
}

/** Most runs in progress and most figures in the record. */
const MOST_SHOWN = 500;
