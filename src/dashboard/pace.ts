/** Runs that the pace is taken from. */
const RUNS = 50;

/** How fast runs come, and since when. */
export class Pace {
  /** When the first and the last run were kept, milliseconds. */
  first: number | undefined;
  last: number | undefined;
  readonly #recent: number[] = [];

  add(stored: number): void {
    this.first ??= stored;
    this.last = stored;
    this.#recent.push(stored);
    if (this.#recent.length > RUNS) this.#recent.shift();
  }

  /** Milliseconds between two of the last runs, the longest pause left out: a study may have been stopped and gone on. Undefined of fewer than three. */
  get milliseconds(): number | undefined {
    const gaps = this.#recent.slice(1).map((at, i) => at - this.#recent[i]);
    if (gaps.length < 2) return undefined;
    const sum = gaps.reduce((all, one) => all + one, 0);
    return (sum - Math.max(...gaps)) / (gaps.length - 1);
  }
}
