import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { basename, dirname, extname } from 'node:path';
import { ensure, show } from '../../core/errors.ts';
import type { Task } from '../../core/evaluation.ts';
import type { Executor } from '../../core/executor.ts';
import type { AnySimulator } from '../../core/simulator.ts';
import { fileName } from '../plugin.ts';
import { retriesOf, withRetries } from '../retries.ts';
import { simulatorIdentity } from '../source-hash.ts';
import { limitFor } from '../time-limit.ts';
import { Desk, placeOf, type QueuePlace } from './desk.ts';
import { QueueEvaluation } from './queue-evaluation.ts';
import type { StudyRecord } from './registry.ts';

/** Options of {@link queueExecutor}. */
export interface QueueExecutorOptions extends QueuePlace {
  /** Jobs of a study with a greater number come first: a whole number from -1000 to 1000. Default 0. */
  readonly priority?: number;
  /** Milliseconds for one evaluation, kept by the workers. Default: the simulator's, and the workers'. */
  readonly timeLimit?: number;
  /**
   * The most jobs in Redis at once. As few are there as keep the workers busy: one for each run that they can do at once, and where runs
   * take less than a second another that waits. Default 1000.
   */
  readonly concurrency?: number;
  /** How many times an evaluation that fails with cause `infrastructure` is tried again, on the same random stream. Default 3. */
  readonly retries?: number;
  /** Told when Redis goes away and comes back, when no worker runs the simulator, and why one refuses it. Default: a warning of the process. */
  readonly notice?: (text: string) => void;
}

const CONCURRENCY = 1000;
const HIGHEST = 1000;

/**
 * Runs a simulator on other machines: evaluations go through a queue on Redis to the workers of the same simulator, `imago worker` or
 * {@link queueWorker}, which come and go as they like. Short evaluations travel together. A worker that dies costs no evaluation; one
 * on which three workers have died fails as `crashed`. Needs the packages bullmq and ioredis. Throws `invalid-argument` where there is no
 * Redis that can hold a queue; one that goes away later is waited for.
 */
export function queueExecutor(options: QueueExecutorOptions): Executor {
  const { priority = 0, timeLimit = Number.POSITIVE_INFINITY, concurrency = CONCURRENCY } = options;
  const { notice = (text: string) => process.emitWarning(text) } = options;
  const place = placeOf(options);
  ensure(
    Number.isInteger(priority) && Math.abs(priority) <= HIGHEST,
    'invalid-argument',
    `queueExecutor: priority must be a whole number from -${HIGHEST} to ${HIGHEST}, got ${show(priority)}`,
  );
  ensure(timeLimit > 0, 'invalid-argument', `queueExecutor: timeLimit must be positive, got ${show(timeLimit)}`);
  ensure(
    Number.isInteger(concurrency) && concurrency >= 1,
    'invalid-argument',
    `queueExecutor: concurrency must be a positive integer, got ${show(concurrency)}`,
  );
  const retries = retriesOf('queueExecutor', options.retries);
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  const listeners = new Set<(job: string) => void>();
  const evaluations = new Set<QueueEvaluation>();
  let opening: Promise<Desk> | undefined;
  const open = async () => {
    const desk = await Desk.open(place, notice);
    const tellAll = (job: string) => {
      for (const listener of listeners) listener(job);
    };
    try {
      await desk.listen({ [place.keys.done]: tellAll });
      return desk;
    } catch (error) {
      await desk[Symbol.asyncDispose]();
      throw error;
    }
  };
  return {
    name: `the queue '${place.keys.queue}' at ${place.address.shown}`,
    concurrency,
    async *evaluate(simulator, tasks, run) {
      ensure(!closing.signal.aborted, 'invalid-argument', 'this executor has been disposed of; make another one');
      opening ??= open();
      const desk = await opening;
      const signal = run.signal ? AbortSignal.any([run.signal, closing.signal]) : closing.signal;
      setMaxListeners(0, signal);
      const family = familyOf(simulator);
      const setting = {
        simulator,
        identity: simulatorIdentity(simulator),
        ...(family && { family }),
        desk,
        id: randomUUID(),
        timeLimit: limitFor(simulator, timeLimit),
        concurrency,
        priority,
        signal,
        notice,
        onDone: (listener: (job: string) => void) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      };
      const evaluate = async function* (asked: Iterable<Task>) {
        const evaluation = new QueueEvaluation(asked, setting);
        evaluations.add(evaluation);
        try {
          yield* evaluation.groups();
        } finally {
          evaluations.delete(evaluation);
        }
      };
      yield* withRetries(evaluate, tasks, retries, signal);
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      const desk = await opening?.catch(() => undefined);
      await Promise.all([...evaluations].map((evaluation) => evaluation.clear()));
      await desk?.[Symbol.asyncDispose]();
    },
  };
}

/** By what a worker finds the family of a simulator that is made with options: the name of its file, or of the folder of an index. */
function familyOf({ source }: AnySimulator): StudyRecord['family'] {
  if (source?.options === undefined) return undefined;
  const file = fileName(source.module);
  const name = basename(file, extname(file));
  return { name: name === 'index' ? basename(dirname(file)) : name, options: source.options };
}
