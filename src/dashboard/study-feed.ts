import { setImmediate } from 'node:timers/promises';
import type { Evaluation } from '../core/evaluation.ts';
import type { Output } from '../core/output.ts';
import type { Space } from '../core/space/space.ts';
import { type Store, type StoredEvaluation, unpacked } from '../core/store.ts';
import { type StoreReader, storeReader, type WatchedEvaluation } from '../storage/store-reader.ts';
import { type LiveStudy, liveStudy } from '../study/live/live-study.ts';
import { outcomeOf } from '../study/scenario/outcome.ts';
import { FeedRuns } from './feed-runs.ts';
import { type FeedSubject, plannedIn, subjectIn } from './feed-subject.ts';
import { type KeptBest, keptBest } from './kept-best.ts';
import { RunTable } from './shared/run-table.ts';
import type { BestValue, StudyState } from './shared/wire.ts';

/** Evaluations that are read before others have their turn. */
const CHUNK = 1000;
/** Looks of which one asks for the process of the study, whatever has changed. */
const STATE_LOOKS = 10;
const NO_RUNS = new RunTable({ parameters: 0, outputs: 0, objectives: 0 });
/** The runs of one study, read from its store as they come. */
export class StudyFeed {
  readonly path: string;
  /** Counts how often everything was read anew. */
  epoch = 0;
  /** Counts commits that were seen. */
  version = 0;
  /** The runs; undefined before the store was read. */
  runs: FeedRuns | undefined;
  /** Simulator runs that the study takes at most; null where that is not known. */
  planned: number | null = null;
  /** Where the goal is a function: the best run that the study told at its end. */
  kept: KeptBest | undefined;
  /** What the study said of itself last. */
  live: LiveStudy | undefined;
  state: StudyState = 'unreadable';
  /** Why the store cannot be read. */
  trouble: string | undefined;
  #reader: StoreReader | undefined;
  #seen: number | undefined;
  /** Whether what was seen last could not be read to its end. */
  #isBroken = false;
  #looks = 0;
  #isClosed = false;
  /** Whether this process holds the store now to keep a command for later, and runs no study in it. */
  readonly #isWriting: (path: string) => boolean;

  constructor(path: string, isWriting: (path: string) => boolean = () => false) {
    this.path = path;
    this.#isWriting = isWriting;
  }

  /** Reads what has come; whether anything has changed. What cannot be read is told, and never thrown. */
  async look(): Promise<boolean> {
    if (this.#isClosed) return false;
    const { state, trouble } = this;
    const isRest = this.#looks++ % STATE_LOOKS > 0;
    let isNews = false;
    try {
      isNews = await this.#look(isRest);
      // Whether its process lives shows in no commit.
      if (isNews || !isRest) {
        this.state = this.#stateNow();
        this.trouble = undefined;
      }
    } catch (error) {
      this.trouble = (error as Error).message;
      this.state = 'unreadable';
      isNews ||= this.trouble !== trouble;
    }
    if (isNews) this.version++;
    return isNews || this.state !== state;
  }

  #stateNow(): StudyState {
    if (!this.subject) return 'unreadable';
    const { plan } = this.subject;
    // Its process may have more to do with the store.
    if (plan?.finished) return 'finished';
    const said = this.live?.state ?? 'running';
    const isHeld = this.#reader?.owner() !== undefined && !this.#isWriting(this.path);
    if (said !== 'ended' && isHeld) return said;
    if (!plan && this.read('study') !== undefined) return 'finished';
    return plan ? 'interrupted' : 'runs';
  }

  /** What could not be read to its end is tried again when something was committed or the file replaced, else only now and then. */
  async #look(isRest: boolean): Promise<boolean> {
    let now = this.#reader?.version();
    if (now === undefined) {
      this.#leave();
      const reader = await storeReader(this.path);
      if (this.#isClosed) {
        reader.close();
        return false;
      }
      this.#reader = reader;
      now = reader.version();
      this.runs = undefined;
    } else if (now === this.#seen && (!this.#isBroken || isRest)) return false;
    const reader = this.#reader as StoreReader;
    this.#seen = now;
    this.#isBroken = true;
    const runs = await this.#runsIn(reader);
    for (;;) {
      if (this.#isClosed) return false;
      const rows = reader.after(runs.last, CHUNK);
      if (rows.length === 0) break;
      runs.take(rows);
      await setImmediate();
    }
    this.live = liveStudy(reader);
    this.planned = plannedIn(reader, runs.subject);
    this.kept = keptBest(reader, runs);
    this.#isBroken = false;
    return true;
  }

  /** Those of before, where the study is still the same one. */
  async #runsIn(reader: StoreReader): Promise<FeedRuns> {
    const subject = await subjectIn(reader, this.subject);
    if (this.runs && subject.source === this.subject?.source) {
      this.runs.subject = subject;
      return this.runs;
    }
    this.epoch++;
    this.runs = new FeedRuns(subject);
    return this.runs;
  }

  /** The evaluation of a row in full. */
  evaluationAt(row: number): { readonly evaluation: Evaluation; readonly stored: number | undefined } | undefined {
    const sequence = this.runs?.sequences[row];
    if (sequence === undefined || !this.#reader) return undefined;
    const [found] = this.#reader.after(sequence - 1, 1);
    if (!found) return undefined;
    const { evaluation, stored } = found;
    return {
      evaluation: this.subject?.plan?.asksOutcomes ? outcomeOf(evaluation) : unpacked(evaluation, this.outputs),
      stored,
    };
  }

  /** The last row of that id; undefined where none is shown. */
  rowOf(id: string): number | undefined {
    const { identity } = this.subject ?? {};
    if (identity === undefined) return undefined;
    const rows = this.#reader?.placesOf(identity, id).map((sequence) => placeIn(this.runs?.sequences ?? [], sequence));
    return rows?.findLast((row) => row !== undefined);
  }

  /** A document of the store. */
  read(document: string): string | undefined {
    return this.#reader?.read(document);
  }

  /** What is in the store now, for those who read it as a whole. */
  get store(): Pick<Store, 'read' | 'all'> {
    return { read: (document) => this.read(document), all: () => this.#all() };
  }

  *#all(): Generator<StoredEvaluation> {
    for (let last = -1; ; ) {
      const rows = this.#reader?.after(last, CHUNK) ?? [];
      if (rows.length === 0) return;
      yield* rows;
      last = (rows.at(-1) as WatchedEvaluation).sequence;
    }
  }

  /** Whether the store has a document that is not empty. */
  holds(document: string): boolean {
    return this.#reader?.holds(document) ?? false;
  }

  /** Another text whenever the document is another one. */
  mark(document: string): string | undefined {
    return this.#reader?.mark(document);
  }

  get subject(): FeedSubject | undefined {
    return this.runs?.subject;
  }

  get table(): RunTable {
    return this.runs?.table ?? NO_RUNS;
  }

  /** The best run so far, where there is one objective. */
  get best(): BestValue | undefined {
    return this.kept ?? this.runs?.curve.at(-1);
  }

  get outputs(): readonly Output[] {
    return this.subject?.outputs ?? [];
  }

  get space(): Space | undefined {
    return this.subject?.space;
  }

  /** For good, also while it is looked at. */
  close(): void {
    this.#isClosed = true;
    this.#leave();
  }

  #leave(): void {
    this.#reader?.close();
    this.#reader = undefined;
    this.#seen = undefined;
  }
}

/** Where a number stands among ascending ones; undefined where it is not there. */
function placeIn(ascending: readonly number[], number: number): number | undefined {
  let [from, to] = [0, ascending.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (ascending[middle] < number) from = middle + 1;
    else to = middle;
  }
  return ascending[from] === number ? from : undefined;
}
