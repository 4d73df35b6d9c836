import { Worker } from 'node:worker_threads';
import { SimulationFailure } from '../core/simulation-failure.ts';

const SCRIPT = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ pattern, text }) => {
  let value;
  for (const match of text.matchAll(new RegExp(pattern, 'gm'))) value = match[1] ?? value;
  parentPort.postMessage(value);
});`;

/** Milliseconds between two beats, and how many of them a pattern may take: beats that a suspended process misses do not count. */
const BEAT = 100;
const BEATS = 100;

/**
 * Threads that look for patterns, so that one that backtracks for ever can be ended: on the main thread it would stop time limits and
 * Ctrl-C as well. They are used again while patterns come one after the other, and end when none has come for a while.
 */
const idle: { readonly worker: Worker; readonly timer: NodeJS.Timeout }[] = [];

/** Milliseconds after which a thread that is not used ends: programs that take longer than that do not mind the start of another. */
const IDLE = 100;

/** Keeps a thread for the next pattern, for a while. */
function keep(worker: Worker): void {
  worker.unref();
  const timer = setTimeout(() => {
    idle.splice(
      idle.findIndex((one) => one.worker === worker),
      1,
    );
    void worker.terminate();
  }, IDLE).unref();
  idle.push({ worker, timer });
}

/** The thread that was used last, or a new one. */
function take(): Worker {
  const last = idle.pop();
  clearTimeout(last?.timer);
  const worker = last?.worker ?? new Worker(SCRIPT, { eval: true });
  worker.ref();
  return worker;
}

/**
 * The group of the last match of a pattern at the lines of a text, or undefined where nothing matches. Fails with cause `timed-out`
 * after ten seconds, with `cancelled` as soon as the signal is aborted.
 */
export async function lastMatch(pattern: string, text: string, signal: AbortSignal): Promise<string | undefined> {
  const worker = take();
  try {
    const value = await answerOf(worker, { pattern, text }, signal);
    keep(worker);
    return value;
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}

function answerOf(worker: Worker, question: { pattern: string; text: string }, signal: AbortSignal) {
  return new Promise<string | undefined>((resolve, reject) => {
    let beats = 0;
    const timer = setInterval(() => {
      if (++beats < BEATS) return;
      const seconds = (BEAT * BEATS) / 1000;
      const reason = `the pattern ${question.pattern} finds no end within ${seconds} s; write it so that it cannot match one text in many ways`;
      settle(() => reject(new SimulationFailure('timed-out', reason)));
    }, BEAT);
    const abort = () => settle(() => reject(new SimulationFailure('cancelled', 'cancelled')));
    const failed = (error: Error) =>
      settle(() => reject(new SimulationFailure('threw', `the pattern ${question.pattern} fails: ${error.message}`)));
    const answered = (value: string | undefined) => settle(() => resolve(value));
    const settle = (action: () => void) => {
      clearInterval(timer);
      signal.removeEventListener('abort', abort);
      worker.off('message', answered).off('error', failed);
      action();
    };
    worker.on('message', answered).on('error', failed);
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    else worker.postMessage(question);
  });
}
