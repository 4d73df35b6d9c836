import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { clearInterval, setInterval } from 'node:timers';
import type { StudyCard } from './shared/wire.ts';
import type { Studies } from './studies.ts';

/** Milliseconds between two looks while somebody watches. */
const GAP = 200;
/** Looks between two signs of life for who waits: a proxy ends a connection on which nothing moves. */
const SIGN = 75;
/** Bytes that may wait for a page before it is left: it comes again when it is awake. */
const MOST_WAITING = 4 * 2 ** 20;

/** Tells all pages that are open what has changed in the studies; looks into them only while there are such pages. */
export class EventHub {
  readonly #studies: Studies;
  readonly #pages = new Set<ServerResponse>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #looks = 0;
  #isClosed = false;

  constructor(studies: Studies) {
    this.#studies = studies;
  }

  /** Sends events on this answer until it is closed; who asks by HEAD is told of them, and gets none. */
  async join(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#isClosed) {
      response.end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    await this.#studies.look();
    // It may have been closed meanwhile.
    if (this.#isClosed) {
      response.end();
      return;
    }
    response.write(messageOf(this.#studies.cards()));
    this.#pages.add(response);
    this.#timer ??= setInterval(() => void this.#tell(), GAP);
    try {
      if (!response.destroyed) await once(response, 'close');
    } finally {
      this.#pages.delete(response);
      if (this.#pages.size === 0) this.#rest();
    }
  }

  async #tell(): Promise<void> {
    try {
      await this.#studies.look();
    } catch {
      // Pages come again by themselves, and where it still is in the way `join` says so.
      for (const page of this.#pages) page.destroy();
      return;
    }
    const changed = this.#studies.news();
    const text = changed.length > 0 ? messageOf(changed) : this.#looks++ % SIGN === 0 ? ':\n\n' : '';
    if (text === '') return;
    for (const page of this.#pages)
      if (page.writableLength > MOST_WAITING) page.destroy();
      else page.write(text);
  }

  #rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Ends all answers. */
  close(): void {
    this.#isClosed = true;
    this.#rest();
    for (const page of this.#pages) page.end();
  }
}

function messageOf(cards: readonly StudyCard[]): string {
  return `data: ${JSON.stringify(cards)}\n\n`;
}
