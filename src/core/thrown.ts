import { FAILURE_CAUSES, type FailureCause } from './evaluation.ts';
import { isSimulationFailure } from './simulation-failure.ts';

/** What a simulator threw, as the failure of a run. */
export interface ThrownFailure {
  readonly cause: FailureCause;
  readonly reason: string;
}

/** Cause and reason of whatever was thrown; never throws itself, though a proxy, say, may throw at every look. */
export function failureOf(error: unknown): ThrownFailure {
  try {
    if (isSimulationFailure(error)) return declaredFailure(error.cause, textOf(error.message));
    return { cause: isMachineFault(error) ? 'infrastructure' : 'threw', reason: reasonOf(error) };
  } catch {
    return { cause: 'threw', reason: UNREADABLE };
  }
}

/**
 * Whether what was thrown says that the simulator's engine is of no more use: a trap in WebAssembly, after which its memory is as the
 * trap left it, or whatever has `renew: true`.
 */
export function isSpoiling(error: unknown): boolean {
  try {
    if (typeof error !== 'object' || error === null) return false;
    return ('renew' in error && error.renew === true) || (error instanceof Error && error.name === 'RuntimeError');
  } catch {
    // Whatever cannot be looked at asks for nothing.
    return false;
  }
}

/** The message of whatever was thrown, with the class name when it says more than that it is an error, ours or another. */
export function reasonOf(error: unknown): string {
  try {
    if (!(error instanceof Error)) return String(error);
    const [name, message] = [textOf(error.name), textOf(error.message)];
    const [, rejection] = /reason "(.*)"\.$/s.exec(message) ?? [];
    if ('code' in error && error.code === 'ERR_UNHANDLED_REJECTION' && rejection !== undefined) return rejection;
    return PLAIN.includes(name) ? message : `${name}: ${message}`;
  } catch {
    // What was thrown says no more than that.
    return UNREADABLE;
  }
}

/** Names of errors that say nothing beside the message. */
const PLAIN = ['Error', 'ImagoError', 'SimulationFailure'];

const UNREADABLE = 'something was thrown that has no text';

/** A failure whose cause the simulator has named, rightly or not: TypeScript is not checked when it runs. */
function declaredFailure(cause: unknown, reason: string): ThrownFailure {
  const known = FAILURE_CAUSES.find((one) => one === cause);
  if (known) return { cause: known, reason };
  const named = cause === undefined ? 'without a cause' : `with the cause '${String(cause)}', which there is not`;
  return {
    cause: 'threw',
    reason:
      `${reason === 'undefined' ? '' : reason} (a SimulationFailure ${named}; there are ${FAILURE_CAUSES.join(', ')})`.trim(),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : String(value);
}

/** What the operating system says when there is no room on a disk, or no memory, process, thread or file to be had. */
const MACHINE_FAULTS = ['ENOSPC', 'EDQUOT', 'ENOMEM', 'EAGAIN', 'EMFILE', 'ENFILE'];

/** Whether an error is a system call's that the machine had no means for, which says nothing about the simulator at that point. */
function isMachineFault(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'code' in error && MACHINE_FAULTS.includes(String(error.code));
}
