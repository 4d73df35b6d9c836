import type { ProgressEvent } from '../index.ts';

/** Where progress is drawn. */
export interface ProgressOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const BAR = 24;
const REDRAW_MILLISECONDS = 80;
const QUIET_MILLISECONDS = 2000;

/** Draws one bar with counts, failures, rate and time left, on a terminal; elsewhere a line when a long phase begins to take long and when it ends. */
export class ProgressBar {
  readonly #output: ProgressOutput;
  readonly #clock: () => number;
  #phase = '';
  #start = 0;
  #drawn = 0;
  #first = 0;
  #said = false;
  #open = false;

  constructor(output: ProgressOutput, clock: () => number) {
    this.#output = output;
    this.#clock = clock;
  }

  /** Takes in how far a phase has come. */
  update(event: ProgressEvent): void {
    const now = this.#clock();
    if (event.phase !== this.#phase) {
      this.clear();
      this.#phase = event.phase;
      this.#start = now;
      this.#first = event.done;
      this.#said = false;
    }
    const ended = event.total !== undefined && event.done >= event.total;
    if (this.#output.isTTY) {
      if (!ended && now - this.#drawn < REDRAW_MILLISECONDS) return;
      this.#drawn = now;
      this.#open = true;
      const line = lineOf(event, event.done - this.#first, now - this.#start).slice(
        0,
        (this.#output.columns ?? 100) - 1,
      );
      this.#output.write(`\r${line}\x1b[K`);
      return;
    }
    if (ended ? this.#said : !this.#said && now - this.#start > QUIET_MILLISECONDS) {
      this.#said = true;
      this.#output.write(`${lineOf(event, event.done - this.#first, now - this.#start)}\n`);
    }
  }

  /** Removes the bar, so that other text can be written. */
  clear(): void {
    if (this.#open) this.#output.write('\r\x1b[K');
    this.#open = false;
  }
}

function lineOf(
  { phase, done, total, failures = 0, note }: ProgressEvent,
  sinceStart: number,
  milliseconds: number,
): string {
  const share = total ? Math.min(1, done / total) : 0;
  const bar = total ? `[${'#'.repeat(Math.round(share * BAR)).padEnd(BAR, '.')}] ${done}/${total}` : `${done}`;
  const rate = milliseconds > 0 ? sinceStart / (milliseconds / 1000) : 0;
  const left = total && rate > 0 && done < total ? `, ${duration((total - done) / rate)} left` : '';
  const speed = rate > 0 ? `  ${rate >= 10 ? Math.round(rate) : rate.toPrecision(2)}/s${left}` : '';
  return `${phase} ${bar}${failures > 0 ? `, ${failures} failed` : ''}${speed}${note ? `  ${note}` : ''}`;
}

/** A time span for people: `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${Number(seconds.toPrecision(2))} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}
