/*
 * What imago needs of the globals, taken before any simulator is loaded: one that replaces them, as fake timers do, must not change how its
 * runs are timed.
 */

/** Milliseconds of a clock that never goes back. */
export const now: () => number = performance.now.bind(performance);
