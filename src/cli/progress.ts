import type { ProgressEvent } from '../index.ts';
import { phaseName } from './phase.ts';

/** Where progress is drawn. */
export interface ProgressOutput {
  write(text: string | Uint8Array): unknown;
  readonly isTTY?: boolean;
  /** Undefined or 0 where nobody knows. */
  readonly columns?: number;
}

const BAR = 24;
const REDRAW_MILLISECONDS = 80;
const QUIET_MILLISECONDS = 2000;
/** Elsewhere than on a terminal: between two lines at least and at most, and in between this share of the time so far. */
const LEAST_GAP = 5000;
const MOST_GAP = 60_000;
const GAP_SHARE = 1 / 8;
/** Without an answer for this long, a run may hang; reported again after four times as long. */
const SILENCE = 30_000;
/** A first answer that takes longer than this waits for the runs, not for the start of workers. */
const LONGEST_START = 20_000;

/**
 * Draws one bar with counts, failures, rate and time left, on a terminal; elsewhere a line when a phase begins to take long, ever more
 * rarely while it goes on, and when it ends.
 */
export class ProgressBar {
  readonly #output: ProgressOutput;
  readonly #clock: () => number;
  #last: ProgressEvent | undefined;
  #start = 0;
  #drawn = 0;
  #first = 0;
  /** When the first answer of the phase came, and how many there were then. */
  #answer: { readonly at: number; readonly done: number } | undefined;
  #moved = 0;
  #silence = SILENCE;
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
    if (isNew) this.#begin(event, now);
    else if (event.done > (this.#last?.done ?? 0)) {
      this.#answer ??= { at: now, done: event.done };
      this.#moved = now;
      this.#silence = SILENCE;
    }
    this.#last = event;
    const ended = event.total !== undefined && event.done >= event.total;
    if (this.#output.isTTY) {
      if (isNew || ended || now - this.#drawn >= REDRAW_MILLISECONDS) this.#draw(now);
    } else if (ended) this.#end(now);
    else this.#report(now);
  }

  /** Says what there is to say when nothing happens; to be called about every second. */
  tick(): void {
    if (!this.#last || (this.#last.total !== undefined && this.#last.done >= this.#last.total)) return;
    const now = this.#clock();
    if (!this.#output.isTTY) this.#report(now);
    if (!isAsking(this.#last) || now - this.#moved < this.#silence) return;
    const time = duration(this.#silence / 1000);
    const { phase } = this.#last;
    const mayChoose = /\bsearch\b/.test(phase) ? 'the search may be choosing the next point, and ' : '';
    this.#silence *= 4;
    this.clear();
    this.#output.write(
      `${phaseName(phase)}: no run has ended for ${time}; ${mayChoose}a time limit ends a run that hangs (--time-limit, or the simulator's)\n`,
    );
    if (this.#output.isTTY) this.#draw(now);
  }

  /** Removes the bar, so that other text can be written. */
  clear(): void {
    if (this.#open) this.#output.write('\r\x1b[K');
    this.#open = false;
  }

  #begin(event: ProgressEvent, now: number): void {
    this.#end(now);
    this.#start = now;
    this.#first = event.done;
    this.#answer = undefined;
    this.#moved = now;
    this.#silence = SILENCE;
  }

  #draw(now: number): void {
    this.#drawn = now;
    this.#open = true;
    // Overwriting and then erasing the rest does not flicker; a line that fills the width would wrap.
    this.#output.write(`\r${cut(this.#line(now), (this.#output.columns || 80) - 1)}\x1b[K`);
  }

  #report(now: number): void {
    const gap = Math.min(MOST_GAP, Math.max(LEAST_GAP, (now - this.#start) * GAP_SHARE));
    const isDue = this.#announced ? now - this.#drawn >= gap : now - this.#start > QUIET_MILLISECONDS;
    if (!isDue) return;
    this.#announced = true;
    this.#drawn = now;
    this.#output.write(`${this.#line(now)}\n`);
  }

  /** A phase that was announced and stopped early ends without having reached its total. */
  #end(now: number): void {
    if (this.#announced) this.#output.write(`${this.#line(now)} after ${duration((now - this.#start) / 1000)}\n`);
    this.#announced = false;
  }

  #line(now: number): string {
    return this.#last ? lineOf(this.#last, this.#rate(this.#last.done, now)) : '';
  }

  /** Answers a second. Workers take seconds to start: soon after the first answer the rate is not known. */
  #rate(done: number, now: number): number {
    if (!this.#answer) return 0;
    const before = this.#answer.at - this.#start;
    const since = now - this.#answer.at;
    if (since >= before && since > 0) return (done - this.#answer.done) / (since / 1000);
    const isKnown = before > LONGEST_START || done === this.#last?.total;
    return isKnown && now > this.#start ? (done - this.#first) / ((now - this.#start) / 1000) : 0;
  }
}

/** Whether a phase asks a simulator: its name is then the path of a random stream, which begins with the seed. */
function isAsking({ phase }: ProgressEvent): boolean {
  return /^-?\d+\//.test(phase);
}

function lineOf({ phase, done, total, failures = 0, note }: ProgressEvent, rate: number): string {
  const share = total ? Math.min(1, done / total) : 0;
  const bar = total ? `[${'#'.repeat(Math.floor(share * BAR)).padEnd(BAR, '.')}] ${done}/${total}` : `${done}`;
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

function cut(text: string, width: number): string {
  const line = text.replace(/\p{Cc}/gu, ' ');
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
