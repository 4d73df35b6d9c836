/** A computation that yields between its steps, so that others can decide what happens there, and returns its result. */
export type Steps<T> = Generator<void, T>;

/** Goes through all steps at once. */
export function finished<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Awaits `pause` before each step; what it throws ends the computation. */
export async function paced<T>(steps: Steps<T>, pause: () => Promise<void>): Promise<T> {
  for (;;) {
    await pause();
    const step = steps.next();
    if (step.done) return step.value;
  }
}
