import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** Which runs began, when, and in which process or child of one. */
export function begun(
  log: string,
): { readonly x: number; readonly processes: readonly number[]; readonly at: number }[] {
  if (!existsSync(log)) return [];
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [x, ...numbers] = line.split(' ').map(Number);
      return { x, processes: numbers.slice(0, 2), at: numbers[2] };
    });
}

/** Waits until the runs that began are more than so many, or until it is over, and returns them. */
export async function begins(log: string, more: number, over: AbortSignal) {
  for (;;) {
    const isOver = over.aborted;
    const all = begun(log);
    if (isOver || all.length > more) return all;
    await pause(20);
  }
}
