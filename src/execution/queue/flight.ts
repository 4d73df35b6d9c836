import type { Task } from '../../core/evaluation.ts';
import type { JobData } from './job-text.ts';

/** Priorities of BullMQ are from 1, the first, to 2^21. */
const MIDDLE = 2 ** 20;
/** Jobs that become of one that parts. */
const PARTS = 8;

/** A job in the queue. */
export interface Flight {
  readonly tasks: readonly Task[];
  readonly data: JobData;
  /** Whether its tasks have waited in another job before. */
  readonly isPart: boolean;
  /** When it was put there; undefined while that is under way. */
  posted?: number;
}

/** A job for BullMQ: what has waited before comes before others of its study. */
export function bullJobOf(id: string, { tasks, data, isPart }: Flight, priority: number) {
  const place = MIDDLE - 2 * priority - (isPart ? 1 : 0);
  return { name: tasks[0].id, data, opts: { jobId: id, priority: place, removeOnComplete: true, removeOnFail: true } };
}

/** What is left of a job whose tasks parted, in smaller jobs: the one that is slow is to hold up ever fewer others. */
export function partsOf(rest: readonly Task[], tasks: number): Task[][] {
  const size = Math.ceil(tasks / PARTS);
  return Array.from({ length: Math.ceil(rest.length / size) }, (_, i) => rest.slice(i * size, (i + 1) * size));
}
