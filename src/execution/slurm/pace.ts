const SHORTEST = 25;
const LONGEST = 1000;

/** Milliseconds until a directory is read again when nothing new has been there for so many: what is quiet is asked seldom. */
export function pauseAfter(quiet: number): number {
  return Math.min(LONGEST, Math.max(SHORTEST, quiet / 10));
}
