import type { Store } from '../../core/store.ts';

/** What a running study says of itself in its store, about twice a second while something happens. */
export interface LiveStudy {
  readonly format: 1;
  /** The process that runs it, and its machine. */
  readonly process: number;
  readonly host: string;
  /** Milliseconds since 1970 by the clock of that machine: when it began, and when this was written. */
  readonly started: number;
  readonly written: number;
  /** `paused`: no run is begun; `stopping`: those in progress are awaited; `ended`, whatever came of it. A process that was killed says none of it. */
  readonly state: LiveState;
  /** How far the current phase has come; null before the first. */
  readonly progress: LiveProgress | null;
  /** Simulator runs of this process that have ended, and those of them that failed. */
  readonly runs: number;
  readonly failed: number;
  /** Expected until the end, seconds, fits included: at most, for a search may stop early. Null before a run has ended, or where the number of runs is not known. */
  readonly secondsLeft: number | null;
  /** Runs in progress, by the place in which they run. */
  readonly running: readonly RunningRun[];
  /** How good the models were, oldest first. */
  readonly quality: readonly LiveQuality[];
}

/** Whether a study begins runs. */
export type LiveState = 'running' | 'paused' | 'stopping' | 'ended';

/** A phase of a study while it runs. */
export interface LiveProgress {
  /** As in a progress event: the path of a random stream for what asks a simulator. */
  readonly phase: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly done: number;
  readonly total: number | null;
  readonly failures: number;
  readonly note: string;
}

/** A simulator run in progress. */
export interface RunningRun {
  readonly id: string;
  /** 0 is the first place. */
  readonly place: number;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** How good a model was when it was fitted. */
export interface LiveQuality {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Rows that it was fitted to. */
  readonly rows: number;
  /** The stage whose student it is. */
  readonly stage: string;
  readonly output: string;
  /**
   * `q2` and `agreement` are to the teacher at points left out or held out; `promise` is the root mean square error of what the student promised at the points of the
   * round before, in standard deviations of the output.
   */
  readonly measure: 'q2' | 'agreement' | 'promise';
  readonly value: number;
}

const LIVE = 'live';

/** What the latest study in a store said of itself last; undefined where none did. Whether its process is still there is for its lock to say. */
export function liveStudy(store: Pick<Store, 'read'>): LiveStudy | undefined {
  const text = store.read(LIVE);
  return text === undefined ? undefined : (JSON.parse(text) as LiveStudy);
}

/** Keeps what a study says of itself. */
export function writeLive(store: Store, live: LiveStudy): void {
  store.write(LIVE, JSON.stringify(live));
}

/** Takes back what a study of before said of its moment, for one that says nothing of itself; how good models were stays. */
export function retractLive(store: Store): void {
  const live = liveStudy(store);
  if (live) writeLive(store, { ...live, state: 'running', progress: null, secondsLeft: null, running: [] });
}
