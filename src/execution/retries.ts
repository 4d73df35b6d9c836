import { setTimeout as pause } from 'node:timers/promises';
import { ensure } from '../core/errors.ts';
import type { Evaluation, Task } from '../core/evaluation.ts';

/** How many times an evaluation is tried again by default, when it was not the simulator's fault. */
const RETRIES = 3;

/** Milliseconds before the first repetition; each later one waits four times as long. */
const FIRST_PAUSE = 50;

/** Milliseconds to wait before repetition k = 1, 2, ...: what is short, such as memory or room on a disk, may come back. */
export function pauseBefore(repetition: number): number {
  return FIRST_PAUSE * 4 ** (repetition - 1);
}

/** The option `retries` of an executor, checked. */
export function retriesOf(factory: string, retries: number = RETRIES): number {
  ensure(
    Number.isInteger(retries) && retries >= 0,
    'invalid-argument',
    `${factory}: retries must be a whole number of at least 0, got ${retries}`,
  );
  return retries;
}

/** The evaluation of a task that was given up. */
export function cancelled({ id, u }: Task): Evaluation {
  return { id, u, milliseconds: 0, status: 'failed', cause: 'cancelled', reason: 'cancelled' };
}

/**
 * Evaluates the tasks, and those that failed with cause `infrastructure` up to `retries` times more: the same task on the same
 * random stream, so that it makes no difference to the answer. What a simulator did is never tried again.
 */
export async function* withRetries(
  evaluate: (tasks: Iterable<Task>) => AsyncIterable<readonly Evaluation[]>,
  tasks: Iterable<Task>,
  retries: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly Evaluation[]> {
  let wave = tasks;
  for (let repetition = 1; ; repetition++) {
    const asked = new Map<string, Task>();
    const again: Task[] = [];
    for await (const group of evaluate(noting(wave, asked))) {
      const settled = repetition > retries ? group : group.filter((evaluation) => !isFault(evaluation));
      if (settled.length < group.length)
        for (const evaluation of group) if (isFault(evaluation)) again.push(asked.get(evaluation.id) as Task);
      for (const { id } of group) asked.delete(id);
      if (settled.length > 0) yield settled;
    }
    if (again.length === 0) return;
    await pause(pauseBefore(repetition), undefined, { signal }).catch(() => undefined);
    if (signal?.aborted) {
      yield again.map(cancelled);
      return;
    }
    wave = again;
  }
}

function* noting(tasks: Iterable<Task>, asked: Map<string, Task>): Generator<Task> {
  for (const task of tasks) {
    asked.set(task.id, task);
    yield task;
  }
}

function isFault(evaluation: Evaluation): boolean {
  return evaluation.status === 'failed' && evaluation.cause === 'infrastructure';
}
