import type { Evaluation } from '../core/evaluation.ts';
import type { AnySimulator } from '../core/simulator.ts';
import type { Standstill } from './standstill.ts';

/** Milliseconds for one run of a simulator on an executor with a limit of its own: the smaller of the two. */
export function limitFor({ timeLimit = Number.POSITIVE_INFINITY }: AnySimulator, own: number): number {
  return Math.min(timeLimit, own);
}

/**
 * The evaluation, or its time-out when it took more than `timeLimit` milliseconds in which the process did not stand still; `stood` is the
 * standstill that was known when it began.
 */
export async function judged(
  evaluation: Evaluation,
  timeLimit: number,
  standstill: Standstill | undefined,
  stood: number,
): Promise<Evaluation> {
  if (evaluation.milliseconds <= timeLimit || !standstill) return withinLimit(evaluation, timeLimit);
  await standstill.settled();
  const milliseconds = Math.max(0, evaluation.milliseconds - (standstill.milliseconds - stood));
  return withinLimit({ ...evaluation, milliseconds }, timeLimit);
}

/** The evaluation, or its time-out when it took more than `timeLimit` milliseconds by the clock that timed it. */
function withinLimit(evaluation: Evaluation, timeLimit: number): Evaluation {
  return evaluation.milliseconds <= timeLimit ? evaluation : timedOut(evaluation, timeLimit);
}

/** The failure of an evaluation that was stopped at its time limit. */
export function timedOut({ id, u, milliseconds }: Evaluation, timeLimit: number): Evaluation {
  return { id, u, milliseconds, status: 'failed', cause: 'timed-out', reason: `longer than ${timeLimit} ms` };
}
