import { type Run, throwIfCancelled } from './run.ts';

/**
 * A function to await in a long computation: throws when the run is cancelled, and about every `milliseconds` (default 50, by
 * the run's clock) lets timers and messages in, without which no signal could ever be raised.
 */
export function pauser(run: Run, milliseconds = 50): () => Promise<void> {
  let last = run.clock();
  return async () => {
    throwIfCancelled(run);
    if (run.clock() - last < milliseconds) return;
    await new Promise((resolve) => setTimeout(resolve));
    throwIfCancelled(run);
    last = run.clock();
  };
}
