import { columnCount } from '../core/columns.ts';
import { ensure } from '../core/errors.ts';
import { FAILURE_CAUSES, type FailureCause, LONGEST_REASON } from '../core/evaluation.ts';
import type { Output } from '../core/output.ts';
import type { Space } from '../core/space/space.ts';

/** How many tasks a batch holds, the number of inputs and outputs, and that of prediction columns where there are classes, else 0. */
export interface BatchShape {
  readonly count: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly shares: number;
}

/** The shape of a batch of tasks but their number. */
export function shapeOf(space: Space, outputs: readonly Output[]): Omit<BatchShape, 'count'> {
  const hasClasses = outputs.some(({ classes }) => classes);
  return { inputs: space.dimension, outputs: outputs.length, shares: hasClasses ? columnCount(outputs) : 0 };
}

/** Taken before a simulator can replace them, or give every object what it was not given. */
const { load, store } = Atomics;
const { hasOwn } = Object;

/** Position of the cells in the header, each an Int32. */
const Cell = {
  loading: 0,
  fresh: 1,
  started: 2,
  finished: 3,
  cancelled: 4,
  textLength: 5,
  retired: 6,
  doubted: 7,
} as const;
const CELLS = 8;

/** What a worker says of whether it is new; 0 before it has said so. */
const FRESH = 1;
const STALE = 2;

/** Bytes of the longest reason: a character takes three at most. */
const REASON_BYTES = 3 * LONGEST_REASON;

/** In place of the index of a cause: an answer, and one with shares. */
const COMPLETED = FAILURE_CAUSES.length;
const UNSURE = COMPLETED + 1;

/** What came of one task, as a worker leaves it. */
export type Outcome = { readonly milliseconds: number } & (
  | { readonly status: 'completed'; readonly values: Float64Array; readonly shares?: Float64Array }
  | { readonly status: 'failed'; readonly cause: FailureCause; readonly reason: string }
);

/** What a worker has done to a batch, for one whose memory the main thread does not share. */
export type Change =
  | { readonly kind: 'loading' | 'fresh'; readonly value: boolean }
  | { readonly kind: 'begin' | 'retire' | 'doubt' }
  | { readonly kind: 'finish'; readonly outcome: Outcome };

/**
 * The questions and answers of a batch in memory that the worker and the main thread share, so that whatever a worker has
 * finished is there even when it dies. The worker alone writes results and counters, the main thread alone `cancelled`.
 * A result is written before `finished` is raised past it, and read after `finished` is read: the atomic counter orders them.
 */
export class SharedBatch {
  readonly shape: BatchShape;
  readonly buffer: SharedArrayBuffer;
  readonly #cells: Int32Array;
  readonly #points: Float64Array;
  readonly #values: Float64Array;
  readonly #shares: Float64Array;
  readonly #times: Float64Array;
  /** For each task the index of its cause, {@link COMPLETED} or {@link UNSURE}, and where its reason ends in the text. */
  readonly #codes: Int32Array;
  readonly #text: Buffer;
  readonly #mirror?: (change: Change) => Promise<void>;

  /** Without `buffer`, a new batch in which nothing has started. `mirror` gets every change that a worker makes, and resolves once that has left the process. */
  constructor(shape: BatchShape, buffer?: SharedArrayBuffer, mirror?: (change: Change) => Promise<void>) {
    const { count, inputs, outputs, shares } = shape;
    const numbers = CELLS * 4;
    const codes = numbers + 8 * count * (inputs + outputs + shares + 1);
    const text = codes + 4 * 2 * count;
    const textSize = REASON_BYTES + 128 * count;
    this.shape = shape;
    this.#mirror = mirror;
    this.buffer = buffer ?? new SharedArrayBuffer(text + textSize);
    this.#cells = new Int32Array(this.buffer, 0, CELLS);
    this.#points = new Float64Array(this.buffer, numbers, count * inputs);
    this.#values = new Float64Array(this.buffer, numbers + 8 * count * inputs, count * outputs);
    this.#shares = new Float64Array(this.buffer, numbers + 8 * count * (inputs + outputs), count * shares);
    this.#times = new Float64Array(this.buffer, numbers + 8 * count * (inputs + outputs + shares), count);
    this.#codes = new Int32Array(this.buffer, codes, 2 * count);
    this.#text = Buffer.from(this.buffer, text, textSize);
  }

  /** The unit-cube vectors of all tasks, one after the other, a view. */
  get points(): Float64Array {
    return this.#points;
  }

  /** The unit-cube vector of task k, a view. */
  point(k: number): Float64Array {
    return this.#points.subarray(k * this.shape.inputs, (k + 1) * this.shape.inputs);
  }

  /** Whether the worker is loading the plug-in. */
  get loading(): boolean {
    return this.#get('loading') === 1;
  }

  set loading(value: boolean) {
    this.#set('loading', value ? 1 : 0);
    this.#mirror?.({ kind: 'loading', value });
  }

  /** Whether this batch is the first that its worker performs, which is the first thing that a worker says of a batch. */
  get fresh(): boolean {
    return this.#get('fresh') === FRESH;
  }

  set fresh(value: boolean) {
    this.#set('fresh', value ? FRESH : STALE);
    this.#mirror?.({ kind: 'fresh', value });
  }

  /** Whether a worker has said anything of this batch. */
  get taken(): boolean {
    return this.#get('fresh') !== 0;
  }

  /** Whether the worker has ended itself between two tasks. */
  get retired(): boolean {
    return this.#get('retired') === 1;
  }

  /** Announces that the worker ends itself now; fulfilled when that stands. */
  retire(): Promise<void> | undefined {
    this.#set('retired', 1);
    return this.#mirror?.({ kind: 'retire' });
  }

  /** Whether the worker has ended itself since it doubts that the failure of its present task is the task's own. */
  get doubted(): boolean {
    return this.#get('doubted') === 1;
  }

  /** Announces that the worker ends itself now, in doubt; fulfilled when that stands. */
  doubt(): Promise<void> | undefined {
    this.#set('doubted', 1);
    return this.#mirror?.({ kind: 'doubt' });
  }

  /** Whether the main thread wants the worker to stop. */
  get cancelled(): boolean {
    return this.#get('cancelled') === 1;
  }

  cancel(): void {
    this.#set('cancelled', 1);
  }

  /** How many tasks have been begun; the one that runs is `started - 1` when `started > finished`. */
  get started(): number {
    return this.#get('started');
  }

  /** Number of tasks that have a result; they are the first ones. */
  get finished(): number {
    return this.#get('finished');
  }

  /** Whether the text has no room for another reason; the batch then has to end early. */
  get full(): boolean {
    return this.#get('textLength') + REASON_BYTES > this.#text.length;
  }

  /** Announces that the next task begins; fulfilled when the announcement, and all before it, stands even if the worker hangs. */
  begin(): Promise<void> | undefined {
    this.#set('started', this.finished + 1);
    return this.#mirror?.({ kind: 'begin' });
  }

  /** Writes the result of the task that runs. */
  finish(outcome: Outcome): void {
    const k = this.finished;
    this.#times[k] = outcome.milliseconds;
    if (outcome.status === 'completed') {
      for (let j = 0; j < this.shape.outputs; j++) this.#values[k * this.shape.outputs + j] = outcome.values[j];
      const shares = hasOwn(outcome, 'shares') ? outcome.shares : undefined;
      for (let j = 0; shares && j < this.shape.shares; j++) this.#shares[k * this.shape.shares + j] = shares[j];
      this.#codes[2 * k] = shares ? UNSURE : COMPLETED;
    } else {
      const start = this.#get('textLength');
      const end = start + this.#text.write(outcome.reason.slice(0, LONGEST_REASON), start, REASON_BYTES);
      this.#codes[2 * k] = codeOf(outcome.cause);
      this.#codes[2 * k + 1] = end;
      this.#set('textLength', end);
    }
    this.#set('finished', k + 1);
    this.#mirror?.({ kind: 'finish', outcome: bare(outcome) });
  }

  /** Applies a change that another batch sent to its mirror. */
  apply(change: Change): void {
    switch (change.kind) {
      case 'loading':
      case 'fresh':
        this[change.kind] = change.value;
        break;
      case 'begin':
        this.begin();
        break;
      case 'retire':
        this.retire();
        break;
      case 'doubt':
        this.doubt();
        break;
      case 'finish':
        this.finish(change.outcome);
    }
  }

  /** Results `from` .. `to`-1, all of them finished; `textStart` is where the text of the first begins. */
  results(from: number, to: number, textStart: number): { outcomes: Outcome[]; textEnd: number } {
    const { outputs, shares } = this.shape;
    const outcomes: Outcome[] = [];
    let textEnd = textStart;
    for (let k = from; k < to; k++) {
      const milliseconds = this.#times[k];
      const code = this.#codes[2 * k];
      if (code === COMPLETED || code === UNSURE) {
        const values = this.#values.slice(k * outputs, (k + 1) * outputs);
        outcomes.push(
          code === UNSURE
            ? { milliseconds, status: 'completed', values, shares: this.#shares.slice(k * shares, (k + 1) * shares) }
            : { milliseconds, status: 'completed', values },
        );
        continue;
      }
      const end = this.#codes[2 * k + 1];
      const reason = this.#text.toString('utf8', textEnd, end);
      outcomes.push({ milliseconds, status: 'failed', cause: FAILURE_CAUSES[code], reason });
      textEnd = end;
    }
    return { outcomes, textEnd };
  }

  #get(cell: keyof typeof Cell): number {
    return load(this.#cells, Cell[cell]);
  }

  #set(cell: keyof typeof Cell, value: number): void {
    store(this.#cells, Cell[cell], value);
  }
}

/** The index of a cause; one that is not in the list must not be taken for an answer. */
function codeOf(cause: FailureCause): number {
  const code = FAILURE_CAUSES.indexOf(cause);
  ensure(code >= 0, 'invalid-argument', `a run cannot fail with the cause '${cause}'`);
  return code;
}

/** The outcome without what else an evaluation has, its reason no longer than is kept. */
function bare(outcome: Outcome): Outcome {
  const { milliseconds, status } = outcome;
  if (status === 'completed') {
    const { values } = outcome;
    return hasOwn(outcome, 'shares') && outcome.shares
      ? { milliseconds, status, values, shares: outcome.shares }
      : { milliseconds, status, values };
  }
  return { milliseconds, status, cause: outcome.cause, reason: outcome.reason.slice(0, LONGEST_REASON) };
}
