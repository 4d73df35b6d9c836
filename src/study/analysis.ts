import { ImagoError } from '../core/errors.ts';

/** The analysis beside the results: a part that fails is a note, and the study is written without it. */
export class Analyses {
  readonly #notice: (text: string) => void;
  readonly #notes: string[] = [];

  /** `notice` is called with each note at once. */
  constructor(notice: (text: string) => void) {
    this.#notice = notice;
  }

  /** What was left out and why, in the order in which it was. */
  get notes(): readonly string[] {
    return this.#notes;
  }

  /** Tells what the reader should know of the results. */
  note(text: string): void {
    this.#notes.push(text);
    this.#notice(text);
  }

  /** What `work` gives, or `fallback` where it throws anything but that the run is cancelled; `what` names it in the note. */
  async attempt<T>(what: string, fallback: T, work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ImagoError && error.code === 'cancelled') throw error;
      this.note(`${what} left out: ${error instanceof Error ? error.message : String(error)}`);
      return fallback;
    }
  }
}
