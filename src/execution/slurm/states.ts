import type { FailureCause } from '../../core/evaluation.ts';

/** What `squeue` is asked to tell of each task of an array: number of the array, index, state, reason. */
export const FORMAT_OF_STATES = '%F|%K|%T|%r';

/** A task of an array as Slurm sees it. */
export interface TaskState {
  /** Slurm's word, such as RUNNING or NODE_FAIL. */
  readonly word: string;
  /** Why it waits or has failed, in Slurm's words. */
  readonly reason: string;
}

/** By `ARRAY_INDEX` what `squeue` has said in {@link FORMAT_OF_STATES}. */
export function statesOf(text: string): Map<string, TaskState> {
  const states = new Map<string, TaskState>();
  for (const line of text.split('\n')) {
    const [array, index, word, ...reason] = line.trim().split('|');
    if (word) states.set(`${array}_${index}`, { word, reason: reason.join('|') });
  }
  return states;
}

/** States in which a task has ended for good; in all others it runs, waits, or is about to. */
const ENDED = [
  ...['COMPLETED', 'FAILED', 'CANCELLED', 'TIMEOUT', 'DEADLINE', 'OUT_OF_MEMORY'],
  ...['NODE_FAIL', 'BOOT_FAIL', 'PREEMPTED', 'REVOKED'],
];

/** Whether a task is over; one that Slurm does not know any more is. */
export function isOver(state: TaskState | undefined): boolean {
  return state === undefined || ENDED.includes(state.word);
}

/** Whether a task waits to be started, or to be started again. */
export function isWaiting({ word }: TaskState): boolean {
  return ['PENDING', 'REQUEUED', 'REQUEUE_HOLD', 'REQUEUE_FED', 'SPECIAL_EXIT', 'CONFIGURING'].includes(word);
}

/** Reasons to wait that need nobody's attention. */
const PATIENT = /^(?:None|Priority|Resources|JobArrayTaskLimit|BeginTime|Cleaning|Licenses|Reservation|Prolog)$|Limit$/;

/** Whether a task waits for something that somebody has to change, such as a hold. */
export function isStuck(state: TaskState): boolean {
  return isWaiting(state) && (!PATIENT.test(state.reason) || state.reason === 'PartitionTimeLimit');
}

/** What the end of its task says of the run that was under way: it is to be run again, or has failed. */
export interface Verdict {
  /** The cause with which the run fails, at once or when it has ended several tasks. */
  readonly cause: FailureCause;
  /** The run is not to blame, or not for certain. */
  readonly again: boolean;
  readonly words: string;
}

/** Judges by Slurm's word. `first`: the run was the first of its task, so that the limits of the task were its own. */
export function verdictOn(state: TaskState | undefined, task: string, first: boolean): Verdict {
  const word = state?.word ?? 'unknown';
  const words = (what: string) => `Slurm: ${word}, ${what} (task ${task})`;
  switch (word) {
    case 'TIMEOUT':
    case 'DEADLINE':
      return { cause: 'timed-out', again: !first, words: words('its task had no time left') };
    case 'OUT_OF_MEMORY':
      return { cause: 'out-of-memory', again: false, words: words('its task took more memory than it was given') };
    case 'CANCELLED':
      return { cause: 'crashed', again: false, words: words('its task was cancelled while it ran') };
    case 'FAILED':
      return { cause: 'crashed', again: true, words: words(`its task failed: ${state?.reason}`) };
    case 'unknown':
      return { cause: 'infrastructure', again: true, words: `Slurm does not know its task ${task} any more` };
    default:
      return { cause: 'infrastructure', again: true, words: words('its task ended without an answer') };
  }
}
