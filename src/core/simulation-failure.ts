import type { FailureCause } from './evaluation.ts';

const brand = Symbol.for('imago.simulation-failure');

/**
 * Thrown by a simulator's `run` that knows why it has no answer; any other error counts as `threw`, and so does a cause that there
 * is not, which the reason then names. The message is the reason.
 */
export class SimulationFailure extends Error {
  override readonly cause: FailureCause;

  /** Whether the worker in which it was thrown is to be replaced, since the simulator's engine is spoiled. */
  readonly renew: boolean;

  constructor(cause: FailureCause, reason: string, options: { readonly renew?: boolean } = {}) {
    super(reason);
    this.renew = options?.renew ?? false;
    this.name = 'SimulationFailure';
    this.cause = cause;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Whether an error is a {@link SimulationFailure}, also of another copy of this package. */
export function isSimulationFailure(error: unknown): error is SimulationFailure {
  return typeof error === 'object' && error !== null && brand in error;
}

/** A reason that also says where the folder of the run is, or why it is nowhere. */
export function withPlace(reason: string, place: string): string {
  return `${reason} (${place})`;
}

/** The folder that a reason names; undefined where it names none. */
export function placeIn(reason: string): string | undefined {
  return /\(kept in ([^()]*)\)$/.exec(reason)?.[1];
}

/** A reason without what {@link withPlace} added: failures that differ in nothing else are alike. */
export function withoutPlace(reason: string): string {
  return reason.replace(/ \((?:kept in [^()]*|its folder could not be kept: .*)\)$/, '');
}

/** Letters of the hash that ends the name of a folder. */
export const KEPT_HASH = 12;

/** In the folder of a failed run, the end of what its program wrote to standard output and to standard error. */
export const KEPT_OUTPUT = 'imago-stdout.txt';
export const KEPT_ERRORS = 'imago-stderr.txt';

/** How the names of folders of failed runs of a simulator begin; a hash in hexadecimal digits follows. */
export function keptPrefix(simulator: string): string {
  return `imago-failed-${simulator.replace(/[^\w-]+/g, '-').slice(0, 100)}-`;
}

/** Whether a folder of that name may be one of a failed run. */
export function isKeptName(name: string): boolean {
  return new RegExp(`^imago-failed-[\\w-]{0,100}-[0-9a-f]{${KEPT_HASH}}$`).test(name);
}
