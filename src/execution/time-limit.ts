import type { Evaluation } from '../core/evaluation.ts';
import type { AnySimulator } from '../core/simulator.ts';

/** Milliseconds for one run of a simulator on an executor with a limit of its own: the smaller of the two. */
export function limitFor({ timeLimit = Number.POSITIVE_INFINITY }: AnySimulator, own: number): number {
  return Math.min(timeLimit, own);
}

/** The evaluation, or its time-out when it took more than `timeLimit` milliseconds by the clock that timed it. */
export function withinLimit(evaluation: Evaluation, timeLimit: number): Evaluation {
  return evaluation.milliseconds <= timeLimit ? evaluation : timedOut(evaluation, timeLimit);
}

/** The failure of an evaluation that was told to stop when its time was over. */
export function timedOut({ id, u, milliseconds }: Evaluation, timeLimit: number): Evaluation {
  return { id, u, milliseconds, status: 'failed', cause: 'timed-out', reason: `longer than ${timeLimit} ms` };
}
