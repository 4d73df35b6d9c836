import type { Evaluation } from '../core/evaluation.ts';

/** The evaluation, or its time-out when it took more than `timeLimit` milliseconds by the clock that timed it. */
export function withinLimit(evaluation: Evaluation, timeLimit: number): Evaluation {
  const { id, u, milliseconds } = evaluation;
  if (milliseconds <= timeLimit) return evaluation;
  return { id, u, milliseconds, status: 'failed', cause: 'timed-out', reason: `longer than ${timeLimit} ms` };
}
