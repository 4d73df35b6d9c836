import type { IncomingMessage } from 'node:http';
import { clearTimeout, setTimeout } from 'node:timers';
import type { ServeLimits } from './limits.ts';
import { Refusal } from './refusal.ts';

/** The parts of a body as they come, each in time. */
export async function* partsOf(
  request: IncomingMessage,
  { seconds }: Pick<Required<ServeLimits>, 'seconds'>,
): AsyncGenerator<Buffer> {
  const parts = request.iterator({ destroyOnReturn: false });
  const clock = new Deadline(seconds);
  try {
    for (;;) {
      const { done, value } = await Promise.race([parts.next(), clock.late]);
      if (done) return;
      // While an answer is made nobody waits for the client.
      clock.stop();
      yield value as Buffer;
      clock.start();
    }
  } finally {
    clock.stop();
  }
}

/** Fails when its time is over. */
class Deadline {
  readonly late: Promise<never>;
  readonly #milliseconds: number;
  #fail!: (refusal: Refusal) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(seconds: number) {
    this.#milliseconds = seconds * 1000;
    this.late = new Promise((_, reject) => {
      this.#fail = reject;
    });
    // Nobody may be waiting for it.
    this.late.catch(() => undefined);
    this.start();
  }

  start(): void {
    this.#timer = setTimeout(() => {
      const message = `the body did not come within ${this.#milliseconds / 1000} s`;
      this.#fail(new Refusal(408, 'TooSlow', message, { connection: 'close' }));
    }, this.#milliseconds);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** Bytes that bodies and what is made of them take, of all requests together. */
export class Room {
  #free: number;

  constructor(bytes: number) {
    this.#free = bytes;
  }

  take(bytes: number): void {
    if (bytes > this.#free)
      throw new Refusal(503, 'Unavailable', 'too much is being read and answered; try again in a moment', {
        'retry-after': '1',
        connection: 'close',
      });
    this.#free -= bytes;
  }

  give(bytes: number): void {
    this.#free += bytes;
  }
}

/** What is taken for each byte of a body while it is answered: its points and replies are several times as large as it is. */
export const CHARGE = 8;

/** Makes a reply of a body of at most `limit` bytes; room is held for both until the reply is made. */
export async function withText(
  request: IncomingMessage,
  limits: Required<ServeLimits>,
  room: Room,
  reply: (text: string) => Promise<void>,
): Promise<void> {
  let held = 0;
  const hold = (bytes: number) => {
    room.take(bytes);
    held += bytes;
  };
  try {
    await reply(await textOf(request, limits, hold));
  } finally {
    room.give(held);
  }
}

async function textOf(
  request: IncomingMessage,
  limits: Required<ServeLimits>,
  hold: (bytes: number) => void,
): Promise<string> {
  const { bytes } = limits;
  const tooLarge = () =>
    new Refusal(
      413,
      'TooLarge',
      `the body has more than ${bytes} bytes: send it in parts, or as a stream of CSV or NDJSON`,
    );
  if (Number(request.headers['content-length'] ?? 0) > bytes) throw tooLarge();
  const clock = new Deadline(limits.seconds);
  const parts: Buffer[] = [];
  let size = 0;
  const whole = new Promise<void>((resolve, reject) => {
    // Listened to, which costs a third of an iterator: most bodies come in one part.
    request.on('data', (part: Buffer) => {
      try {
        if (size + part.length > bytes) throw tooLarge();
        hold(part.length);
        size += part.length;
        parts.push(part);
      } catch (error) {
        reject(error);
      }
    });
    request.once('end', resolve).once('error', reject);
  });
  try {
    await Promise.race([whole, clock.late]);
    hold((CHARGE - 1) * size);
    return decoded(parts.length === 1 ? parts[0] : Buffer.concat(parts));
  } finally {
    clock.stop();
    // What comes too late is passed over.
    request.removeAllListeners('data');
  }
}

/** The text of bytes in UTF-8. */
export function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new Refusal(400, 'InvalidInput', 'the body is no text in UTF-8');
  }
}

/** The value of a JSON text that is not nested too deeply. */
export function jsonOf(text: string, { depth }: Pick<Required<ServeLimits>, 'depth'>): unknown {
  if (isDeeper(text, depth))
    throw new Refusal(
      400,
      'InvalidInput',
      `the JSON text has objects or lists inside each other more than ${depth} times`,
    );
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new Refusal(400, 'InvalidInput', `the body is no JSON: ${cause.message}`);
  }
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/** Looked at before the text is parsed, which would take room for each level. */
function isDeeper(text: string, most: number): boolean {
  let depth = 0;
  let isText = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (isText) {
      if (code === BACKSLASH) i++;
      else if (code === QUOTE) isText = false;
    } else if (code === QUOTE) isText = true;
    else if (OPENING.has(code) && ++depth > most) return true;
    else if (CLOSING.has(code)) depth--;
  }
  return false;
}
