/** Milliseconds of the first rest; each later one is twice as long, up to the longest. */
const FIRST = 1000;
const LONGEST = 60_000;

/** The rest of a worker whose machine fails runs, as without room on its disk: others go first. */
export class Rest {
  /** Why it rests; undefined where it does not. */
  reason?: string;
  readonly #tell: (text: string) => void;
  #length = 0;
  #end = 0;

  constructor(tell: (text: string) => void) {
    this.#tell = tell;
  }

  isOver(now: number): boolean {
    return now >= this.#end;
  }

  /** Takes in whether a job found a fault of the machine, at the time `now` in milliseconds. */
  learn(fault: string | undefined, now: number): void {
    if (fault === undefined) {
      this.#length = 0;
      this.reason = undefined;
      return;
    }
    this.#length = Math.min(LONGEST, Math.max(FIRST, 2 * this.#length));
    this.#end = now + this.#length;
    if (this.reason === undefined) this.#tell(`takes no jobs for a while: ${fault}`);
    this.reason = fault;
  }
}
