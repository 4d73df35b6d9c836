import type { Rng } from '../numerics/random.ts';
import { ImagoError } from './errors.ts';

/** What cancels work: the AbortSignal of Node or the DOM where the types of either are there, else what both have. */
export type Signal = typeof globalThis extends { AbortSignal: { prototype: infer S } }
  ? S
  : {
      readonly aborted: boolean;
      readonly reason: unknown;
      throwIfAborted(): void;
      addEventListener(type: 'abort', listener: () => void): void;
      removeEventListener(type: 'abort', listener: () => void): void;
    };

/** Milliseconds since some fixed moment. */
export type Clock = () => number;

/** How far a computation has come. */
export interface ProgressEvent {
  /** What is being done: `design`, `search`, `fit surrogate`, ... */
  readonly phase: string;
  readonly done: number;
  readonly total?: number;
  readonly failures?: number;
  /** A short remark, such as the best value so far. */
  readonly note?: string;
}

/** The last parameter of everything that takes time or draws numbers. */
export interface Run {
  readonly rng: Rng;
  readonly clock: Clock;
  readonly signal?: Signal;
  readonly progress?: (event: ProgressEvent) => void;
}

/** The same run with the random stream split off under `name`. */
export function childRun(run: Run, name: string | number): Run {
  return { ...run, rng: run.rng.child(name) };
}

/** Throws an {@link ImagoError} with code `cancelled` when the run's signal is aborted. */
export function throwIfCancelled(run: Run): void {
  if (run.signal?.aborted) throw new ImagoError('cancelled', 'cancelled', { cause: run.signal.reason });
}
