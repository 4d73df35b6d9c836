import { InvalidArgumentError } from 'commander';

/** More than any machine holds in memory or runs at once. */
const MOST = 10_000_000;

/** A whole number from 1 to ten million; throws an InvalidArgumentError. */
export function count(text: string): number {
  const value = whole(text);
  if (value < 1) throw new InvalidArgumentError('It must be a whole number of at least 1.');
  if (value > MOST) throw new InvalidArgumentError(`It must be at most ${MOST}.`);
  return value;
}

/** A whole number; throws an InvalidArgumentError. */
export function whole(text: string): number {
  const value = numberOf(text);
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError('It must be a whole number.');
  return value;
}

/** A port, from 0 to 65535; throws an InvalidArgumentError. */
export function port(text: string): number {
  const value = whole(text);
  if (value < 0 || value > 65_535) throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
  return value;
}

/** A finite number above 0; throws an InvalidArgumentError. */
export function positive(text: string): number {
  const value = numberOf(text);
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) throw new InvalidArgumentError('It must be a positive number.');
  return value;
}

/** NaN for blank text, which Number() takes for 0. */
function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

/** The values of an option that may be given more than once. */
export const several = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
