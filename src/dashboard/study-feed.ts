import { setImmediate } from 'node:timers/promises';
import type { Evaluation } from '../core/evaluation.ts';
import type { Output } from '../core/output.ts';
import { INFEASIBLE, type Problem } from '../core/problem.ts';
import type { Space } from '../core/space/space.ts';
import { type Store, type StoredEvaluation, unpacked } from '../core/store.ts';
import { Matrix } from '../numerics/matrix.ts';
import { type StoreReader, storeReader, type WatchedEvaluation } from '../storage/store-reader.ts';
import { type LiveStudy, liveStudy } from '../study/live/live-study.ts';
import { outcomeOf } from '../study/scenario/outcome.ts';
import { type FeedSubject, plannedIn, subjectIn } from './feed-subject.ts';
import { Pace } from './pace.ts';
import { FAILED, FEASIBLE, RunTable } from './shared/run-table.ts';
import type { StudyState } from './shared/wire.ts';

/** Evaluations that are read before others have their turn. */
const CHUNK = 1000;
/** Looks that find nothing new between two at the process of the study. */
const STATE_LOOKS = 10;
/** Phases are counted in a byte. */
const MOST_PHASES = 255;

/** Failures of one cause. */
export interface FailureCount {
  readonly cause: string;
  count: number;
  /** The last one. */
  row: number;
}

/** The runs of one study, read from its store as they come. */
export class StudyFeed {
  readonly path: string;
  /** Counts how often everything was read anew. */
  epoch = 0;
  /** Counts commits that were seen. */
  version = 0;
  subject: FeedSubject | undefined;
  table = new RunTable({ parameters: 0, outputs: 0, objectives: 0 });
  /** In the store, of each row. */
  sequences: number[] = [];
  phases: string[] = [];
  failures: FailureCount[] = [];
  /** Rows that were the best feasible ones when they came, and the first objective there, as the user asked for it. */
  curve: { readonly row: number; readonly value: number }[] = [];
  /** Of several objectives: the feasible rows that no other one dominates. */
  front: readonly number[] = [];
  pace = new Pace();
  others = 0;
  /** Simulator runs that the study takes at most; null where that is not known. */
  planned: number | null = null;
  /** What the study said of itself last. */
  live: LiveStudy | undefined;
  state: StudyState = 'unreadable';
  /** Why the store cannot be read. */
  trouble: string | undefined;
  #reader: StoreReader | undefined;
  #seen: number | undefined;
  #last = -1;
  #best = Number.POSITIVE_INFINITY;
  #looks = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** Reads what has come; whether anything has changed. What cannot be read is told, and never thrown. */
  async look(): Promise<boolean> {
    const { state, trouble } = this;
    let isNews = false;
    let isRead = false;
    try {
      isNews = await this.#look();
      isRead = true;
      // Whether its process lives shows in no commit.
      if (isNews || this.#looks++ % STATE_LOOKS === 0) {
        this.state = this.#stateNow();
        this.trouble = undefined;
      }
    } catch (error) {
      if (!isRead) this.close();
      this.trouble = (error as Error).message;
      this.state = 'unreadable';
      isNews ||= this.trouble !== trouble;
    }
    if (isNews) this.version++;
    return isNews || this.state !== state;
  }

  #stateNow(): StudyState {
    if (!this.subject) return 'unreadable';
    const owner = this.#reader?.owner();
    const said = this.live?.state ?? 'running';
    if (owner !== undefined && isAlive(owner) && said !== 'ended') return said;
    const { plan } = this.subject;
    if (plan ? plan.finished : this.read('study') !== undefined) return 'finished';
    return plan ? 'interrupted' : 'runs';
  }

  async #look(): Promise<boolean> {
    let now = this.#reader?.version();
    if (now !== undefined && now === this.#seen) return false;
    if (now === undefined) {
      this.close();
      this.#reader = await storeReader(this.path);
      now = this.#reader.version();
      this.subject = undefined;
    }
    const reader = this.#reader as StoreReader;
    const subject = await subjectIn(reader, this.subject);
    if (subject.source !== this.subject?.source) this.#begin(subject);
    this.subject = subject;
    for (;;) {
      const rows = reader.after(this.#last, CHUNK);
      this.#take(rows);
      if (rows.length < CHUNK) break;
      await setImmediate();
    }
    this.live = liveStudy(reader);
    this.planned = plannedIn(reader, subject);
    this.#seen = now;
    return true;
  }

  #begin(subject: FeedSubject): void {
    this.subject = subject;
    this.epoch++;
    this.table = new RunTable({
      parameters: subject.space.dimension,
      outputs: subject.outputs.length,
      objectives: subject.problem?.objectives.length ?? 0,
    });
    this.sequences = [];
    this.phases = [];
    this.failures = [];
    this.curve = [];
    this.front = [];
    this.pace = new Pace();
    this.others = 0;
    this.#last = -1;
    this.#best = Number.POSITIVE_INFINITY;
  }

  #take(found: readonly WatchedEvaluation[]): void {
    const { space, outputs, plan, problem, identity, prefix } = this.subject as FeedSubject;
    this.#last = found.at(-1)?.sequence ?? this.#last;
    const own = found.filter(
      ({ simulator, evaluation: { id, u } }) =>
        (identity === undefined || simulator === identity) && id.startsWith(prefix) && u.length === space.dimension,
    );
    this.others += found.length - own.length;
    if (own.length === 0) return;
    const evaluations = own.map(({ evaluation }) =>
      plan?.asksOutcomes ? outcomeOf(evaluation) : unpacked(evaluation, outputs),
    );
    const x = Matrix.from(
      evaluations.map(({ u }) => u),
      space.dimension,
    );
    const y = Matrix.from(
      evaluations.map((one) => answersOf(one, outputs.length)),
      outputs.length,
    );
    const scores = problem?.score(x, y);
    for (const [i, { sequence, stored }] of own.entries()) {
      const evaluation = evaluations[i];
      const row = this.table.count;
      const failed = evaluation.status === 'failed';
      const isFeasible = !failed && (scores ? scores.violation[i] === 0 : true);
      this.table.add({
        u: x.row(i),
        outputs: y.row(i),
        objectives: scores && problem ? inUsersSense(problem, scores.objectives.row(i)) : [],
        milliseconds: evaluation.milliseconds,
        stored: stored ?? Number.NaN,
        flags: (failed ? FAILED : 0) + (isFeasible ? FEASIBLE : 0),
        phase: this.#phaseOf(evaluation.id),
      });
      this.sequences.push(sequence);
      if (stored !== undefined) this.pace.add(stored);
      if (failed) this.#countFailure(evaluation.cause, row);
      if (!scores || !isFeasible || isBeside(evaluation.id)) continue;
      if (scores.objectives.columns > 1) this.#joinFront(row);
      else this.#compare(row, scores.objectives.get(i, 0));
    }
  }

  #compare(row: number, merit: number): void {
    if (!(merit < this.#best) || merit >= INFEASIBLE) return;
    this.#best = merit;
    const { objectives } = (this.subject as FeedSubject).problem as Problem;
    this.curve.push({ row, value: objectives[0].sense === 'maximize' ? -merit : merit });
  }

  #joinFront(row: number): void {
    const { objectives } = (this.subject as FeedSubject).problem as Problem;
    const meritOf = (own: number, k: number) => {
      const value = this.table.numbers[this.table.objectivesAt + k][own];
      return objectives[k].sense === 'maximize' ? -value : value;
    };
    const isAsGood = (one: number, other: number) => objectives.every((_, k) => meritOf(one, k) <= meritOf(other, k));
    if (this.front.some((other) => isAsGood(other, row))) return;
    this.front = [...this.front.filter((other) => !isAsGood(row, other)), row];
  }

  #countFailure(cause: string, row: number): void {
    const known = this.failures.find((one) => one.cause === cause);
    if (known) {
      known.count++;
      known.row = row;
    } else this.failures.push({ cause, count: 1, row });
  }

  /** The path of an id without the seed and the number: `surrogate/design` of `7/surrogate/design/12`. */
  #phaseOf(id: string): number {
    const name = id.split('/').slice(1, -1).join('/') || 'run';
    const at = this.phases.indexOf(name);
    if (at >= 0) return at;
    if (this.phases.length === MOST_PHASES) return MOST_PHASES - 1;
    return this.phases.push(this.phases.length === MOST_PHASES - 1 ? 'others' : name) - 1;
  }

  /** The evaluation of a row in full. */
  evaluationAt(row: number): { readonly evaluation: Evaluation; readonly stored: number | undefined } | undefined {
    const sequence = this.sequences[row];
    if (sequence === undefined || !this.#reader) return undefined;
    const [found] = this.#reader.after(sequence - 1, 1);
    if (!found) return undefined;
    const { evaluation, stored } = found;
    return {
      evaluation: this.subject?.plan?.asksOutcomes ? outcomeOf(evaluation) : unpacked(evaluation, this.outputs),
      stored,
    };
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

  get outputs(): readonly Output[] {
    return this.subject?.outputs ?? [];
  }

  get space(): Space | undefined {
    return this.subject?.space;
  }

  close(): void {
    this.#reader?.close();
    this.#reader = undefined;
    this.#seen = undefined;
  }
}

/** Whether a run is of a comparison, or repeats a point: none of these is what the search has found. */
function isBeside(id: string): boolean {
  return /^[^/]*\/(compare|confirm)\//.test(id);
}

/** Whether a process of this machine lives. */
function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    // Of somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function answersOf(evaluation: Evaluation, count: number): Float64Array {
  return evaluation.status === 'completed' ? evaluation.values : new Float64Array(count).fill(Number.NaN);
}

function inUsersSense({ objectives }: Problem, values: Float64Array): number[] {
  return objectives.map(({ sense }, k) => (sense === 'maximize' ? -values[k] : values[k]));
}
