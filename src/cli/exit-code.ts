import { ImagoError } from '../index.ts';

/** What the process's exit code says. */
export const EXIT = {
  /** All went well. */
  ok: 0,
  /** A mistake in imago itself. */
  internal: 1,
  /** A mistake in the command, the scenario, the simulator, the data or a file. */
  usage: 2,
  /** Every evaluation failed, or nearly every one: there is nothing to go on with. */
  noData: 3,
  /** The store is in use, damaged or of another kind. */
  store: 4,
  /** `imago replay` got another answer than the stored one. */
  differs: 5,
  /** Stopped by Ctrl-C; the same command goes on where it was. */
  interrupted: 130,
} as const;

/** What went wrong first: closing what was in use may fail as well afterwards, which `await using` wraps around it. */
export function firstError(error: unknown): unknown {
  return error instanceof Error && error.name === 'SuppressedError' && 'suppressed' in error
    ? firstError(error.suppressed)
    : error;
}

/** The exit code for an error. */
export function exitCodeOf(error: unknown): number {
  if (isSystemError(error)) return EXIT.usage;
  if (!(error instanceof ImagoError)) return EXIT.internal;
  if (error.code === 'cancelled') return EXIT.interrupted;
  if (error.code === 'no-data') return EXIT.noData;
  return error.code === 'store' ? EXIT.store : EXIT.usage;
}

/** Whether the operating system refused: a full disk, a file that may not be written, no memory for another thread. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'errno' in error;
}
