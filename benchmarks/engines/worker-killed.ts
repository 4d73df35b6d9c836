import { setTimeout as pause } from 'node:timers/promises';
import type { Executor } from 'imago';
import { begins, begun } from './begun.ts';
import { ask, type Damage, sleeper, sleeps } from './engine.ts';

/** Workers that are killed one after the other. */
export interface Victims {
  readonly executor: Executor;
  /** What its workers note. */
  readonly log: string;
  /** Sees to it that there is one more; not every engine needs it. */
  ready?(): Promise<unknown>;
  /** Kills the worker of a run; `processes` are that of the run and its parent. */
  kill(processes: readonly number[]): void | Promise<void>;
}

/** Kills the worker of a run in the middle of it, so many times. A run that was answered before that, as on a busy machine, gives way to one twice as long. */
export async function killWorkers(kills: number, { executor, log, ready, kill }: Victims): Promise<Damage> {
  const simulator = await sleeper();
  const total = { runs: 0, lost: 0, doubled: 0 };
  const waits: number[] = [];
  let milliseconds = 1500;
  while (waits.length < kills) {
    await ready?.();
    const before = begun(log).length;
    const over = new AbortController();
    const asked = ask(executor, simulator, sleeps(simulator, 1, milliseconds, `killed/${total.runs}`), 1);
    const answered = asked.finally(() => over.abort());
    const first = (await begins(log, before, over.signal)).at(before);
    await pause(300);
    if (first && !over.signal.aborted) await kill(first.processes);
    const at = Date.now();
    const again = (await begins(log, before + 1, over.signal)).at(before + 1);
    if (again) waits.push(again.at - at);
    else milliseconds = Math.min(2 * milliseconds, 10_000);
    const { lost, doubled } = await answered;
    total.runs++;
    total.lost += lost;
    total.doubled += doubled;
  }
  return { ...total, secondsToRerun: Math.max(...waits) / 1000 };
}
