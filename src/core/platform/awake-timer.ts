/** Taken before any simulator is loaded, which may bring timers of its own. */
const { setTimeout: later, clearTimeout: stop } = globalThis;

/** Milliseconds of the longest piece in which a wait is counted, and of the shortest. */
const LONGEST = 1000;
const SHORTEST = 50;
/** The fewest pieces, unless the shortest piece is reached. */
const PIECES = 20;

/**
 * Calls `action` once, after `milliseconds` in which this process was awake: a piece of the wait that ends late, as
 * after SIGSTOP, counts no more than its length. Returns what stops the wait. For infinity nothing is waited for.
 */
export function afterAwake(milliseconds: number, action: () => void): () => void {
  if (milliseconds === Number.POSITIVE_INFINITY) return () => undefined;
  const longest = Math.min(LONGEST, Math.max(SHORTEST, milliseconds / PIECES));
  let left = milliseconds;
  let timer: ReturnType<typeof later>;
  const wait = () => {
    const piece = Math.min(longest, left);
    timer = later(() => {
      left -= piece;
      if (left > 0) wait();
      else action();
    }, piece);
  };
  wait();
  return () => stop(timer);
}
