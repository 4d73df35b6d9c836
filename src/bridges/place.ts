import { ImagoError, type Place, showPlace } from '../core/errors.ts';

/** An `invalid-simulator` error whose message begins with the place in the definition. */
export function misplaced(place: Place, message: string): ImagoError {
  return new ImagoError('invalid-simulator', `${showPlace(place)}: ${message}`, { place });
}

/** Throws {@link misplaced} unless `condition` holds. */
export function ensureAt(condition: unknown, place: Place, message: string): asserts condition {
  if (!condition) throw misplaced(place, message);
}
