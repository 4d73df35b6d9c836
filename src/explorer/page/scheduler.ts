/** Work that is done in slices of a frame: each `next` takes well below a millisecond. It is begun again after each change. */
export type Work = () => Iterator<void>;

/** What a frame may take for work, ms: the rest of its 16.7 belongs to the browser. */
const BUDGET = 7;
/** What a work may take of it before the next one has its turn, ms. */
const TURN = 2.5;

interface Entry {
  readonly work: Work;
  readonly isWanted: () => boolean;
  begun?: { readonly steps: Iterator<void>; readonly version: number } | undefined;
  /** The version that was last worked for. */
  done: number;
}

/**
 * Shows the point once in a frame, and gives what is left of the frame to works in turn. Work that was begun goes on to its end while the
 * point moves on, so that something new is drawn of each; then it begins again.
 */
export class Scheduler {
  readonly #version: () => number;
  readonly #show: () => void;
  readonly #works: Entry[] = [];
  #shown = -1;
  #turn = 0;
  #isAsked = false;

  /** `version` counts changes; `show` is what every frame after a change begins with. */
  constructor(version: () => number, show: () => void) {
    this.#version = version;
    this.#show = show;
  }

  /** Adds work; it waits while it is not wanted, as what is not on the screen is. */
  add(work: Work, isWanted: () => boolean = () => true): void {
    this.#works.push({ work, isWanted, done: -1 });
  }

  /** Asks for a frame. */
  wake(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    requestAnimationFrame(() => {
      this.#isAsked = false;
      this.#frame();
    });
  }

  #frame(): void {
    const end = performance.now() + BUDGET;
    const version = this.#version();
    if (this.#shown !== version) {
      this.#shown = version;
      this.#show();
    }
    for (let idle = 0; idle < this.#works.length; ) {
      const now = performance.now();
      if (now >= end) break;
      const isIdle = this.#advance(this.#works[this.#turn], version, Math.min(end, now + TURN));
      idle = isIdle ? idle + 1 : 0;
      this.#turn = (this.#turn + 1) % this.#works.length;
    }
    if (this.#works.some((one) => one.isWanted() && one.done !== version)) this.wake();
  }

  /** Works until the end of the time; whether there is nothing more to do. */
  #advance(own: Entry, version: number, end: number): boolean {
    if (!own.isWanted() || own.done === version) return true;
    own.begun ??= { steps: own.work(), version };
    do {
      if (own.begun.steps.next().done) {
        own.done = own.begun.version;
        own.begun = undefined;
        return true;
      }
    } while (performance.now() < end);
    return false;
  }
}
