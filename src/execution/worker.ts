import { clearInterval, setInterval } from 'node:timers';
import { setImmediate as pause } from 'node:timers/promises';
import { ensure, ImagoError } from '../core/errors.ts';
import type { Task } from '../core/evaluation.ts';
import { perform } from '../core/perform.ts';
import { type AnySimulator, type SimulatorSource, setUp } from '../core/simulator.ts';
import { now } from './own.ts';
import { loadSimulator } from './plugin.ts';
import { type BatchShape, SharedBatch, shapeOf } from './shared-batch.ts';
import { LATE, Standstill } from './standstill.ts';
import { judged, timedOut } from './time-limit.ts';
import { WorkerCondition } from './worker-condition.ts';

/** What a worker is asked to do. */
export interface BatchOrder {
  readonly source: SimulatorSource;
  /** Path of each task's random stream. */
  readonly streams: readonly string[];
  /** Each task's own point, where some have one. */
  readonly given?: readonly Task['point'][];
  /** Milliseconds for one evaluation. */
  readonly timeLimit: number;
  /** The one task is suspected to have killed a worker, and is to be judged in a worker in which nothing else has run. */
  readonly alone: boolean;
  /** Throws in a row after which a worker doubts that they are the tasks' own. */
  readonly patience: number;
}

/** What a worker thread is given. */
export interface BatchMessage extends BatchOrder {
  readonly shape: BatchShape;
  readonly buffer: SharedArrayBuffer;
  /** Of the standstill of the process, where runs have a time limit. */
  readonly standstill?: SharedArrayBuffer;
}

/** What a worker says at the end: how long the finished tasks took altogether, or why the plug-in cannot be loaded. */
export type BatchReply = { readonly milliseconds: number } | { readonly unloadable: string };

/** Milliseconds between two turns of the event loop, in which timers and signals get theirs. */
const BREATH = 5;
/** Milliseconds after which a batch ends early, so that other workers can take what is left of it. */
const LONGEST_BATCH = 100;
/** Milliseconds between two looks at the time limit and at cancellation, while an asynchronous simulator runs. */
const WATCH = 10;

const simulators = new Map<string, AnySimulator>();
let batches = 0;
const condition = new WorkerCondition();

/** Performs a batch of tasks: the function that the pool calls in its threads. */
export async function performBatch(message: BatchMessage): Promise<BatchReply> {
  const standstill = message.standstill && new Standstill(message.standstill);
  return performOrder(new SharedBatch(message.shape, message.buffer), message, standstill);
}

/** Performs the tasks of a batch and leaves the answers in it. */
export async function performOrder(
  batch: SharedBatch,
  order: BatchOrder,
  standstill?: Standstill,
): Promise<BatchReply> {
  batch.fresh = batches++ === 0;
  // What earlier tasks left behind in this worker would be blamed on the suspect: the next worker is a new one.
  if (order.alone && !batch.fresh) {
    await batch.retire();
    process.exit(0);
  }
  batch.loading = true;
  try {
    const simulator = await simulatorOf(order.source, batch.shape);
    batch.loading = false;
    return { milliseconds: await performAll(simulator, batch, order, standstill) };
  } catch (error) {
    if (error instanceof ImagoError) return { unloadable: error.message };
    throw error;
  }
}

async function simulatorOf(source: SimulatorSource, shape: BatchShape): Promise<AnySimulator> {
  const key = JSON.stringify(source);
  // Who has asked watches the time, and can end this worker even when it is blocked.
  const simulator = simulators.get(key) ?? (await loadSimulator(source, { timeLimit: Number.POSITIVE_INFINITY }));
  simulators.set(key, simulator);
  const { inputs, outputs, shares } = shapeOf(simulator.space, simulator.outputs);
  ensure(
    inputs === shape.inputs && outputs === shape.outputs && shares === shape.shares,
    'plugin',
    `${source.module} exports a simulator with ${inputs} inputs and ${outputs} outputs${shares === shape.shares ? '' : ' of other classes'}, the one to be run has ${shape.inputs} and ${shape.outputs}; is it the module's default export, and unchanged?`,
  );
  await setUp(simulator);
  return simulator;
}

async function performAll(
  simulator: AnySimulator,
  batch: SharedBatch,
  order: BatchOrder,
  standstill?: Standstill,
): Promise<number> {
  const { streams, given, timeLimit } = order;
  const start = now();
  let breath = start;
  let looked = start;
  let spent = 0;
  // Remembered, since the evaluation's own clock starts a little later and may not agree that its time is over.
  let isOver = false;
  let controller = new AbortController();
  const watch = setInterval(() => {
    spent += Math.min(now() - looked, LATE);
    looked = now();
    isOver ||= !batch.cancelled && spent > timeLimit;
    if (batch.cancelled || isOver) controller.abort();
  }, WATCH);
  try {
    for (let k = 0; k < streams.length && !batch.cancelled && !batch.full; k++) {
      await batch.begin();
      looked = now();
      spent = 0;
      isOver = false;
      // It may be the one that was asked to stop because of the task before.
      if (controller.signal.aborted && !batch.cancelled) controller = new AbortController();
      const task = { id: streams[k], u: batch.point(k), stream: streams[k], point: given?.[k] };
      condition.begin();
      const stood = standstill?.milliseconds ?? 0;
      const evaluation = await perform(simulator, task, controller.signal, now, condition.noteThrown);
      condition.end(evaluation);
      if (condition.isDoubtful(order.patience)) {
        await batch.doubt();
        process.exit(0);
      }
      batch.finish(isOver ? timedOut(evaluation, timeLimit) : await judged(evaluation, timeLimit, standstill, stood));
      if (condition.isSpent(simulator.renewAfter)) {
        await batch.retire();
        process.exit(0);
      }
      if (now() - breath > BREATH) {
        await pause();
        breath = now();
        // Not for each task, since that would cost more than a small simulator: tasks of the same few milliseconds share one.
        controller = new AbortController();
        if (breath - start > LONGEST_BATCH) break;
      }
    }
  } finally {
    clearInterval(watch);
  }
  return now() - start;
}
