import { setTimeout as pause } from 'node:timers/promises';
import { ImagoError } from '../../core/errors.ts';
import { checkServer } from './check-server.ts';
import { type QueuePackages, queuePackages, type RedisClient, type RedisOptions } from './packages.ts';
import type { RedisAddress } from './redis-address.ts';

type Commands = ReturnType<RedisClient['pipeline']>;

/** Milliseconds between two looks at whether Redis answers, and looks without an answer until somebody is told. */
const LOOK = 1000;
const PATIENCE = 3;
/** Milliseconds until the first connection is given up. */
const CONNECT_LIMIT = 10_000;
/** Milliseconds between two attempts to connect again, at most. */
const LONGEST_PAUSE = 1000;

/** How Redis refuses to write for a while: it is full, its disk is, it is still loading, another one is taking its place. Redis 6 says so within the words of a script. */
const PASSING =
  /^(?:ERR Error running script .*-)?(?:OOM|MISCONF|LOADING|READONLY|MASTERDOWN|NOREPLICAS|BUSY|TRYAGAIN)\b/s;

/** Whether what Redis says will pass. */
export const isPassing = (words: string) => PASSING.test(words);

/** A connection to Redis that waits where Redis is away, and says so. */
export class RedisLink implements AsyncDisposable {
  readonly client: RedisClient;
  readonly packages: QueuePackages;
  readonly #shown: string;
  readonly #tell: (text: string) => void;
  readonly #clients: RedisClient[];
  readonly #timer: NodeJS.Timeout;
  #trouble = 'it does not answer';
  #isAsking = false;
  #silent = 0;
  #isTold = false;
  #isFull = false;
  #isClosed = false;

  private constructor(client: RedisClient, packages: QueuePackages, shown: string, tell: (text: string) => void) {
    this.client = client;
    this.packages = packages;
    this.#shown = shown;
    this.#tell = tell;
    this.#clients = [client];
    this.#listen(client);
    this.#timer = setInterval(() => this.#look(), LOOK);
  }

  /** Connects, and checks that a queue can be trusted to what is there; `tell` gets a line when Redis goes away, and comes back. */
  static async open(address: RedisAddress, tell: (text: string) => void): Promise<RedisLink> {
    const packages = await queuePackages();
    await checkServer(packages, address, { ...optionsOf(address), connectTimeout: CONNECT_LIMIT });
    const client = new packages.Redis({
      ...optionsOf(address),
      maxRetriesPerRequest: null,
      retryStrategy: (attempt: number) => Math.min(LONGEST_PAUSE, 50 * attempt),
    });
    return new RedisLink(client, packages, address.shown, tell);
  }

  /** Another connection of the same kind, closed with this one. */
  another(): RedisClient {
    const client = this.client.duplicate();
    this.#clients.push(client);
    this.#listen(client);
    return client;
  }

  /** Sends the commands together and returns their answers; waits, and says so, while Redis refuses to write for want of room. */
  async send(fill: (commands: Commands) => Commands): Promise<readonly unknown[]> {
    const answers = await this.patiently(async () => {
      const replies = (await fill(this.client.pipeline()).exec()) ?? [];
      const failed = replies.find(([error]) => error);
      if (failed) throw failed[0];
      return replies.map(([, answer]) => answer);
    });
    return answers;
  }

  /** Does what may have to wait until Redis writes again, as many times as it takes. */
  async patiently<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        const done = await work();
        if (this.#isFull) this.#tell(`Redis at ${this.#shown} writes again`);
        this.#isFull = false;
        return done;
      } catch (error) {
        if (this.#isClosed || !(error instanceof Error) || !isPassing(error.message)) throw this.#inWords(error);
        if (!this.#isFull) this.#tell(`Redis at ${this.#shown} refuses to write: ${error.message}; waiting for it`);
        this.#isFull = true;
        await pause(LOOK);
      }
    }
  }

  /** Does what need not be done now; undefined while Redis refuses to write. */
  async attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (this.#isClosed || !(error instanceof Error) || !isPassing(error.message)) throw this.#inWords(error);
      return undefined;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    for (const client of this.#clients) client.disconnect();
  }

  #inWords(error: unknown): unknown {
    if (this.#isClosed || !(error instanceof Error) || !/^(NOPERM|NOAUTH|WRONGPASS)/.test(error.message)) return error;
    return new ImagoError('invalid-argument', `Redis at ${this.#shown} refuses: ${error.message}`);
  }

  #listen(client: RedisClient): void {
    client.setMaxListeners(0);
    client.on('error', (error: Error & { code?: string }) => {
      this.#trouble = error.code ?? error.message;
    });
  }

  /** Looks are counted and not seconds: those in which this process stood still are not the fault of Redis. */
  #look(): void {
    if (this.#isAsking && ++this.#silent === PATIENCE) {
      this.#isTold = true;
      this.#tell(`Redis at ${this.#shown} is away (${this.#trouble}); waiting for it`);
    }
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.client.ping().then(
      () => this.#hear(),
      () => {
        this.#isAsking = false;
      },
    );
  }

  #hear(): void {
    if (this.#isTold) this.#tell(`Redis at ${this.#shown} is back after about ${this.#silent} s`);
    this.#isTold = false;
    this.#isAsking = false;
    this.#silent = 0;
    this.#trouble = 'it does not answer';
  }
}

/** What the client of Redis is made with. */
function optionsOf({ host, port, username, password, db, isEncrypted }: RedisAddress): RedisOptions {
  return {
    host,
    port,
    db,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(isEncrypted && { tls: {} }),
  };
}
