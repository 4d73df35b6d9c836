import { hostname } from 'node:os';
import type { Presence } from '../core/platform/presence.ts';

/*
 * What imago needs of the globals, taken before any simulator is loaded: one that replaces them, as fake timers do, must not change how its
 * runs are timed.
 */

/** Milliseconds of a clock that never goes back. */
export const now: () => number = performance.now.bind(performance);

const wallClock = Date.now.bind(Date);

/** This process, as the store of a study names it to others. */
export function presence(): Presence {
  return { process: process.pid, host: hostname(), now: wallClock };
}
