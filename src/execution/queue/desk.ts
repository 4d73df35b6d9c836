import { ensure } from '../../core/errors.ts';
import { FORMAT, QueueKeys } from './keys.ts';
import type { BullQueue } from './packages.ts';
import { redisAddress } from './redis-address.ts';
import { RedisLink } from './redis-link.ts';

/** Events of BullMQ that are kept for each simulator: nothing reads them. */
const EVENTS = 100;

/** Where a queue is. */
export interface QueuePlace {
  /** `redis://host:6379`, or with TLS, user, password and number of the database `rediss://user:password@host:6379/0`. */
  readonly redis: string;
  /** The name of the queue, of letters, digits and `_.-`; several can be in one Redis. Default `imago`. */
  readonly queue?: string;
}

/** A place, checked. */
export function placeOf({ redis, queue = 'imago' }: QueuePlace) {
  return { address: redisAddress(redis), keys: new QueueKeys(queue) };
}

/** An open queue: the connection, and the queues of BullMQ in which its jobs are. */
export class Desk implements AsyncDisposable {
  readonly link: RedisLink;
  readonly keys: QueueKeys;
  /** Since when studies have said nothing, by their ids, as seen from here. */
  readonly silent = new Map<string, number>();
  readonly #lines = new Map<string, BullQueue>();

  private constructor(link: RedisLink, keys: QueueKeys) {
    this.link = link;
    this.keys = keys;
  }

  /** Throws where there is no Redis that can hold a queue, or a queue that another imago has made. */
  static async open({ address, keys }: ReturnType<typeof placeOf>, tell: (text: string) => void): Promise<Desk> {
    const link = await RedisLink.open(address, tell);
    try {
      const [, format] = await link.send((commands) => commands.setnx(keys.format, FORMAT).get(keys.format));
      ensure(
        format === String(FORMAT),
        'invalid-argument',
        `the queue '${keys.queue}' at ${address.shown} was made by another imago (format ${format}, this one has ${FORMAT}); install the same on all machines, or name another queue`,
      );
      return new Desk(link, keys);
    } catch (error) {
      // What stays connected would keep the process from its end.
      await link[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The queue of BullMQ with the jobs of one simulator; see {@link lineName}. */
  line(name: string): BullQueue {
    const known = this.#lines.get(name);
    if (known) return known;
    const { Queue } = this.link.packages;
    const { client } = this.link;
    const made = new Queue(name, {
      connection: client,
      prefix: this.keys.jobs,
      streams: { events: { maxLen: EVENTS } },
    });
    made.on('error', ignored);
    this.#lines.set(name, made);
    return made;
  }

  /** Has `listener` called with what is published in a channel; returns when that has begun. */
  async listen(channels: Readonly<Record<string, (text: string) => void>>): Promise<void> {
    const client = this.link.another();
    client.on('message', (channel: string, text: string) => channels[channel]?.(text));
    await client.subscribe(...Object.keys(channels));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.link[Symbol.asyncDispose]();
  }
}

/** Errors of a connection are heard by {@link RedisLink}; without a listener here they would end the process. */
export const ignored = (): undefined => undefined;
