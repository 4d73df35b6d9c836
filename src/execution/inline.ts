import { setMaxListeners } from 'node:events';
import { clearInterval, setImmediate, setInterval } from 'node:timers';
import { setImmediate as pause } from 'node:timers/promises';
import { ensure } from '../core/errors.ts';
import type { Evaluation, FailureCause, Task } from '../core/evaluation.ts';
import type { Executor } from '../core/executor.ts';
import { perform } from '../core/perform.ts';
import { afterAwake } from '../core/platform/awake-timer.ts';
import type { Run } from '../core/run.ts';
import { type AnySimulator, setUp } from '../core/simulator.ts';
import { now } from './own.ts';
import { retriesOf, withRetries } from './retries.ts';
import { type Standstill, StandstillWatch } from './standstill.ts';
import { judged, limitFor } from './time-limit.ts';

/** Options of {@link inlineExecutor}. */
export interface InlineOptions {
  /** Milliseconds for one evaluation; an asynchronous simulator is cut off, a synchronous one judged afterwards. Default: no limit. */
  readonly timeLimit?: number;
  /** How many evaluations may wait at once for something outside this thread, such as a program. Default 1. */
  readonly concurrency?: number;
  /** How many times an evaluation that fails with cause `infrastructure` is tried again, on the same random stream. Default 3. */
  readonly retries?: number;
}

/** Milliseconds of work between two groups, and between two turns of the event loop. */
const FLUSH = 5;

/** Runs the simulator in this thread, by default one evaluation at a time; signals and timers get their turn every few milliseconds. */
export function inlineExecutor(options: InlineOptions = {}): Executor {
  const { timeLimit = Number.POSITIVE_INFINITY, concurrency = 1 } = options;
  ensure(timeLimit > 0, 'invalid-argument', `inlineExecutor: timeLimit must be positive, got ${timeLimit}`);
  ensure(
    Number.isInteger(concurrency) && concurrency >= 1,
    'invalid-argument',
    `inlineExecutor: concurrency must be a positive integer, got ${concurrency}`,
  );
  const retries = retriesOf('inlineExecutor', options.retries);
  const closing = new AbortController();
  let watch: StandstillWatch | undefined;
  return {
    name: concurrency === 1 ? 'this thread' : `this thread, ${concurrency} at once`,
    concurrency,
    async *evaluate(simulator, tasks, run) {
      const width = Math.min(concurrency, simulator.concurrency ?? concurrency);
      const milliseconds = limitFor(simulator, timeLimit);
      if (milliseconds < Number.POSITIVE_INFINITY) watch ??= new StandstillWatch();
      const limit: Limit = { milliseconds, standstill: watch?.standstill };
      const once = (asked: Iterable<Task>) =>
        width === 1
          ? evaluate(simulator, asked, run, limit)
          : abreast(simulator, asked, run, { limit, width, closing: closing.signal });
      await Promise.all([setUp(simulator), watch?.ready]);
      yield* withRetries(once, tasks, retries, run.signal);
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      await watch?.close();
    },
  };
}

/** What an evaluation may take. */
interface Limit {
  readonly milliseconds: number;
  readonly standstill: Standstill | undefined;
}

/** How {@link abreast} runs. */
interface Width {
  readonly limit: Limit;
  /** How many evaluations may be under way. */
  readonly width: number;
  readonly closing: AbortSignal;
}

async function* abreast(
  simulator: AnySimulator,
  tasks: Iterable<Task>,
  run: Run,
  { limit, width, closing }: Width,
): AsyncGenerator<readonly Evaluation[]> {
  const leaving = new AbortController();
  const signal = AbortSignal.any([leaving.signal, closing, ...(run.signal ? [run.signal] : [])]);
  setMaxListeners(0, signal);
  const pulse = new Pulse();
  const source = tasks[Symbol.iterator]();
  const flying = new Set<Promise<void>>();
  const ready: Evaluation[] = [];
  let flushed = now();
  try {
    for (let more = true; more || flying.size > 0; ) {
      while (more && flying.size < width && !signal.aborted) {
        const next = source.next();
        if (next.done) more = false;
        else {
          const flight = performWithin(simulator, next.value, { ...run, signal }, limit).then((evaluation) => {
            flying.delete(flight);
            ready.push(evaluation);
          });
          flying.add(flight);
        }
      }
      if (signal.aborted) more = false;
      // What is finished is handed out within a few milliseconds, also while others go on.
      if (flying.size > 0) await Promise.race(ready.length > 0 ? [...flying, pulse.next] : flying);
      if (now() - flushed < FLUSH) continue;
      if (ready.length > 0) yield ready.splice(0);
      await pause();
      flushed = now();
    }
    if (ready.length > 0) yield ready;
  } finally {
    pulse.stop();
    leaving.abort();
    source.return?.();
  }
}

async function* evaluate(
  simulator: AnySimulator,
  tasks: Iterable<Task>,
  run: Run,
  limit: Limit,
): AsyncGenerator<readonly Evaluation[]> {
  if (run.signal?.aborted) return;
  let group: Evaluation[] = [];
  let flushed = now();
  const pulse = new Pulse();
  try {
    for (const task of tasks) {
      const performing = performWithin(simulator, task, run, limit);
      // While an asynchronous simulator waits, what was finished before it is handed out.
      if (group.length > 0 && (await Promise.race([performing, pulse.next])) === undefined) {
        yield group;
        group = [];
      }
      group.push(await performing);
      if (now() - flushed >= FLUSH) {
        yield group;
        group = [];
        await pause();
        flushed = now();
      }
      if (run.signal?.aborted) break;
    }
    if (group.length > 0) yield group;
  } finally {
    pulse.stop();
  }
}

/** A promise that is fulfilled every few milliseconds, while the event loop turns, and then replaced by another. */
class Pulse {
  next!: Promise<undefined>;
  #beat: () => void = () => undefined;
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#renew();
    this.#timer = setInterval(() => {
      this.#beat();
      this.#renew();
    }, FLUSH);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #renew(): void {
    this.next = new Promise((resolve) => {
      this.#beat = () => resolve(undefined);
    });
  }
}

/** Performs one task, and gives up on it when its time is over or the run is cancelled. */
async function performWithin(
  simulator: AnySimulator,
  task: Task,
  { clock, signal }: Run,
  { milliseconds: timeLimit, standstill }: Limit,
): Promise<Evaluation> {
  if (!signal && timeLimit === Number.POSITIVE_INFINITY)
    return perform(simulator, task, new AbortController().signal, clock);
  const controller = new AbortController();
  const start = clock();
  const stood = standstill?.milliseconds ?? 0;
  let resolve: (evaluation: Evaluation) => void;
  const givenUp = new Promise<Evaluation>((settle) => {
    resolve = settle;
  });
  const giveUp = (cause: FailureCause, reason: string) => {
    controller.abort();
    resolve({ id: task.id, u: task.u, milliseconds: clock() - start, status: 'failed', cause, reason });
  };
  const cancel = () => giveUp('cancelled', 'cancelled');
  signal?.addEventListener('abort', cancel, { once: true });
  // After what has arrived is read: what ended in time is not given up.
  const stop = afterAwake(timeLimit, () => setImmediate(() => giveUp('timed-out', `longer than ${timeLimit} ms`)));
  try {
    const evaluation = await Promise.race([givenUp, perform(simulator, task, controller.signal, clock)]);
    return controller.signal.aborted ? evaluation : await judged(evaluation, timeLimit, standstill, stood);
  } finally {
    stop();
    signal?.removeEventListener('abort', cancel);
  }
}
