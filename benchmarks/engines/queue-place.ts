import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../../test/fixtures/free-port.ts';

const MAIN = new URL('../../dist/bundle/imago.js', import.meta.url).pathname;
const SLEEPERS = new URL('../fixtures/sleepers', import.meta.url).pathname;
const LIGHT = new URL('../fixtures/sleeping-worker.js', import.meta.url).pathname;

/** Workers that start at a time. */
const ABREAST = 8;

/** Whether there is a Redis to start. */
export function lacksRedis(): string | undefined {
  return spawnSync('redis-server', ['--version'], { timeout: 60_000 }).status === 0
    ? undefined
    : 'redis-server is not installed';
}

/** A Redis with its log of changes on disk, and workers, each a process of its own. */
export class QueuePlace implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'imago-scale-'));
  readonly workers = new Set<ChildProcess>();
  readonly #notes: boolean;
  port = 0;
  #server!: ChildProcess;

  private constructor(notes: boolean) {
    this.#notes = notes;
  }

  /** `notes`: sleepers note what they begin, which costs more than the shortest runs. */
  static async start({ notes = true }: { readonly notes?: boolean } = {}): Promise<QueuePlace> {
    const place = new QueuePlace(notes);
    place.port = await freePort();
    await place.launch();
    return place;
  }

  get redis(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Where the sleepers note what they begin. */
  get log(): string {
    return join(this.folder, 'begun.log');
  }

  /** Starts Redis, again with what it had on disk. */
  async launch(): Promise<void> {
    const args = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder];
    this.#server = spawn('redis-server', [...args, '--save', '', '--appendonly', 'yes'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    for await (const text of this.#server.stdout!.setEncoding('utf8')) if (/Ready to accept/.test(text)) return;
  }

  async killRedis(): Promise<void> {
    const ended = once(this.#server, 'exit');
    this.#server.kill('SIGKILL');
    await ended;
  }

  /** Adds a worker for one run at once; a light one sleeps in the process itself. Fulfilled when it takes jobs, or has ended. */
  async add(isLight: boolean): Promise<ChildProcess> {
    const args = isLight
      ? [LIGHT, this.redis, 'imago']
      : [MAIN, 'worker', '--redis', this.redis, '--simulators', SLEEPERS, '--workers', '1'];
    const env = { ...process.env, ...(this.#notes && { IMAGO_SLEEPER_LOG: this.log }) };
    // A group of its own, so that a kill takes what it has started, too.
    const worker = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env, detached: true });
    this.workers.add(worker);
    worker.once('exit', () => this.workers.delete(worker));
    await Promise.race([once(worker.stdout!, 'data'), once(worker, 'exit')]);
    worker.stdout!.resume();
    return worker;
  }

  /** Adds so many, a few at a time. */
  async addAll(count: number, isLight: boolean): Promise<void> {
    let left = count;
    const some = async () => {
      while (left-- > 0) await this.add(isLight);
    };
    await Promise.all(Array.from({ length: ABREAST }, some));
  }

  /** The most memory that Redis has used since it was launched, in its words. */
  async peakMemory(): Promise<string> {
    const client = new Redis(this.redis);
    try {
      return /used_memory_peak_human:(\S+)/.exec(await client.info('memory'))?.[1] ?? 'what it does not tell';
    } finally {
      client.disconnect();
    }
  }

  async kill(worker: ChildProcess): Promise<void> {
    const ended = once(worker, 'exit');
    process.kill(-(worker.pid as number), 'SIGKILL');
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.workers].map((worker) => this.kill(worker)));
    if (this.#server.exitCode === null && this.#server.signalCode === null) await this.killRedis();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
