import type { ServerResponse } from 'node:http';
import { clearTimeout, setTimeout } from 'node:timers';
import type { Refusal } from './refusal.ts';

/** What every answer says of itself: it is of the moment, and what it says it is. */
const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/** Who asked has gone, or does not take what was asked for. */
export class Gone extends Error {}

/** Sends JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: object | string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, {
    ...HEADERS,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

/** Sends why there is no answer. */
export function sendRefusal(response: ServerResponse, { status, type, message, headers }: Refusal): void {
  sendJson(response, status, { error: { type, message } }, headers);
}

/** An answer that is written in parts, no faster than it is taken. */
export class Outlet {
  readonly #response: ServerResponse;
  readonly #milliseconds: number;

  constructor(response: ServerResponse, contentType: string, seconds: number) {
    this.#response = response;
    this.#milliseconds = seconds * 1000;
    response.writeHead(200, { ...HEADERS, 'content-type': contentType });
  }

  /** Throws {@link Gone} where nobody takes it in time. */
  async write(text: string): Promise<void> {
    const response = this.#response;
    if (response.destroyed) throw new Gone();
    if (text === '' || response.write(text)) return;
    await new Promise<void>((resolve, reject) => {
      const end = (then: () => void) => {
        clearTimeout(timer);
        response.off('drain', taken).off('close', gone);
        then();
      };
      const taken = () => end(resolve);
      const gone = () => end(() => reject(new Gone()));
      const timer = setTimeout(gone, this.#milliseconds);
      response.on('drain', taken).on('close', gone);
    });
  }

  end(): void {
    this.#response.end();
  }
}
