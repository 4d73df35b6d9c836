import type { ProgressEvent } from '../index.ts';
import { phaseName } from './phase.ts';

/** Where progress is drawn. */
export interface ProgressOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const BAR = 24;
const REDRAW_MILLISECONDS = 80;
const QUIET_MILLISECONDS = 2000;

/** Draws one bar with counts, failures, rate and time left, on a terminal; elsewhere a line when a phase begins to take long and when it ends. */
export class ProgressBar {
  readonly #output: ProgressOutput;
  readonly #clock: () => number;
  #last: ProgressEvent | undefined;
  #start = 0;
  #drawn = 0;
  #first = 0;
  /** The phase has been announced as a long one, and its end has not. */
  #announced = false;
  #open = false;

  constructor(output: ProgressOutput, clock: () => number) {
    this.#output = output;
    this.#clock = clock;
  }

  /** Takes in how far a phase has come. */
  update(event: ProgressEvent): void {
    const now = this.#clock();
    const isNew = event.phase !== this.#last?.phase || event.done < this.#last.done;
    if (isNew) {
      this.#end(now);
      this.#start = now;
      this.#first = event.done;
    }
    this.#last = event;
    const ended = event.total !== undefined && event.done >= event.total;
    if (this.#output.isTTY) {
      if (!isNew && !ended && now - this.#drawn < REDRAW_MILLISECONDS) return;
      this.#drawn = now;
      this.#open = true;
      // Overwriting and then erasing the rest does not flicker; a line that fills the width would wrap.
      this.#output.write(`\r${cut(this.#line(now), (this.#output.columns ?? 80) - 1)}\x1b[K`);
    } else if (ended) {
      this.#end(now);
    } else if (!this.#announced && now - this.#start > QUIET_MILLISECONDS) {
      this.#announced = true;
      this.#output.write(`${this.#line(now)}\n`);
    }
  }

  /** Removes the bar, so that other text can be written. */
  clear(): void {
    if (this.#open) this.#output.write('\r\x1b[K');
    this.#open = false;
  }

  /** A phase that was announced and stopped early ends without having reached its total. */
  #end(now: number): void {
    if (this.#announced) this.#output.write(`${this.#line(now)} after ${duration((now - this.#start) / 1000)}\n`);
    this.#announced = false;
  }

  #line(now: number): string {
    return this.#last ? lineOf(this.#last, this.#last.done - this.#first, (now - this.#start) / 1000) : '';
  }
}

function lineOf(
  { phase, done, total, failures = 0, note }: ProgressEvent,
  sinceStart: number,
  seconds: number,
): string {
  const share = total ? Math.min(1, done / total) : 0;
  const bar = total ? `[${'#'.repeat(Math.floor(share * BAR)).padEnd(BAR, '.')}] ${done}/${total}` : `${done}`;
  const rate = seconds > 0 ? sinceStart / seconds : 0;
  const left = total && rate > 0 && done < total ? `, ${duration((total - done) / rate)} left` : '';
  return [
    `${phaseName(phase)} ${bar}`,
    failures > 0 ? `, ${failures} failed` : '',
    rate > 0 ? `, ${rateText(rate)}${left}` : '',
    note ? `, ${note}` : '',
  ].join('');
}

/** `120/s`, `2.5/s`, and for what takes long `3.2/min` or `1.5/h`. */
function rateText(perSecond: number): string {
  const [rate, unit] =
    perSecond >= 0.5 ? [perSecond, 's'] : perSecond >= 0.5 / 60 ? [perSecond * 60, 'min'] : [perSecond * 3600, 'h'];
  return `${rate >= 10 ? Math.round(rate) : Number(rate.toPrecision(2))}/${unit}`;
}

function cut(line: string, width: number): string {
  return line.length <= width ? line : `${line.slice(0, Math.max(0, width - 3))}...`;
}

/** A time span for people: `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${Number(seconds.toPrecision(2))} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
