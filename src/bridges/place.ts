import { ImagoError } from '../core/errors.ts';

/** Where in a definition a mistake is: `['outputs', 'mass', 'pattern']`. It is the error's `cause`, so that a file's line can be found. */
export interface Place {
  readonly place: readonly (string | number)[];
}

/** An `invalid-simulator` error that says where in the definition the mistake is. */
export function misplaced(place: readonly (string | number)[], message: string): ImagoError {
  const cause: Place = { place };
  const [first, ...rest] = place.map((step) => (typeof step === 'number' ? `[${step}]` : step));
  const path = rest.reduce((text, step) => (step.startsWith('[') ? text + step : `${text}.${step}`), first);
  return new ImagoError('invalid-simulator', `${path}: ${message}`, { cause });
}

/** Throws {@link misplaced} unless `condition` holds. */
export function ensureAt(condition: unknown, place: readonly (string | number)[], message: string): asserts condition {
  if (!condition) throw misplaced(place, message);
}
