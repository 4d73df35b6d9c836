import { type ChildProcess, fork } from 'node:child_process';
import type { SimulatorSource } from '../core/simulator.ts';
import type { Flight } from './flight.ts';
import { killGroup } from './process-group.ts';
import { type Command, type DeclarationReply, type Report, WARDEN_PIPE, type WardenOrder } from './process-message.ts';
import { SharedBatch } from './shared-batch.ts';
import type { BatchMessage, BatchReply } from './worker.ts';
import { workerFile } from './worker-file.ts';

/** Characters that are kept of what a process writes: room for what Node writes when it aborts. */
const TAIL = 8000;
/** Characters of it in a reason. */
const SAID = 300;
/** Milliseconds for which what a dead process has started may go on to hold its pipes. */
const LINGER = 100;

/** The code of the error with which a process died that nobody caught. */
export const UNCAUGHT = 'ERR_UNCAUGHT';

const alive = new Set<WorkerProcess>();
process.on('exit', () => {
  for (const worker of alive) worker.end();
});

/** What it is asked for just now, and who waits for it. */
interface Job {
  readonly batch?: SharedBatch;
  readonly land: (reply: BatchReply | DeclarationReply) => void;
  readonly crash: (death: Error) => void;
}

/** A process that performs batches, one at a time; it never outlives this one, nor does what it starts. */
export class WorkerProcess {
  /** Fulfilled when nothing is left of it. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  #job?: Job;
  #death?: Error;
  #dying?: string;
  #said = '';
  #warning = '';

  /** Throws where the system starts no more processes. */
  constructor(memoryLimitMegabytes?: number) {
    const limit = memoryLimitMegabytes === undefined ? undefined : memoryLimitMegabytes * 1e6;
    const order: WardenOrder = { parent: process.pid, ...(limit !== undefined && { limit }) };
    const stdio = ['ignore', 'pipe', 'pipe', 'ipc'] as ('ignore' | 'pipe' | 'ipc')[];
    stdio[WARDEN_PIPE] = 'pipe';
    this.#child = fork(workerFile('process-worker'), [JSON.stringify(order)], {
      stdio,
      serialization: 'advanced',
      execArgv: memoryLimitMegabytes === undefined ? [] : [`--max-old-space-size=${memoryLimitMegabytes}`],
      // A group of its own, so that a Ctrl-C does not reach it before us, and that what it starts can be ended with it.
      detached: process.platform !== 'win32',
    });
    alive.add(this);
    this.ended = new Promise((resolve) => {
      this.#listen(resolve);
    });
    this.#hold(false);
  }

  get isAlive(): boolean {
    return this.#death === undefined;
  }

  /** Has the process perform a batch; rejects when it dies. */
  perform(message: BatchMessage, { end, cancel }: Flight['signals']): Promise<BatchReply> {
    const { source, shape, buffer, streams, given, timeLimit, alone, patience } = message;
    const batch = new SharedBatch(shape, buffer);
    const kill = () => this.end();
    const ask = () => this.#send({ kind: 'cancel' });
    return new Promise<BatchReply>((land, crash) => {
      if (this.#death) crash(this.#death);
      this.#job = { batch, land: land as Job['land'], crash };
      end.addEventListener('abort', kill);
      cancel.addEventListener('abort', ask);
      const order = { source, streams, timeLimit, alone, patience, ...(given && { given }) };
      this.#send({ kind: 'perform', order, shape, points: batch.points.slice() });
      if (end.aborted) kill();
    }).finally(() => {
      this.#job = undefined;
      end.removeEventListener('abort', kill);
      cancel.removeEventListener('abort', ask);
    });
  }

  /** Has the process load a simulator and say what it declares; rejects when it dies. */
  declare(source: SimulatorSource): Promise<DeclarationReply> {
    return new Promise<DeclarationReply>((land, crash) => {
      if (this.#death) crash(this.#death);
      this.#job = { land: land as Job['land'], crash };
      this.#send({ kind: 'declare', source });
    }).finally(() => {
      this.#job = undefined;
    });
  }

  /** Ends it, with all that it has started, at once. */
  end(): void {
    if (this.#child.pid !== undefined && this.isAlive) killGroup(this.#child.pid);
  }

  /** Ends it, and keeps this process until nothing is left of it. */
  async close(): Promise<void> {
    this.#hold(true);
    this.end();
    await this.ended;
  }

  #listen(gone: () => void): void {
    const child = this.#child;
    const die = (death: Error) => {
      this.#death ??= death;
      alive.delete(this);
      this.#job?.crash(this.#death);
      gone();
    };
    const hear = (chunk: Buffer) => {
      this.#said = (this.#said + chunk.toString('utf8')).slice(-TAIL);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.stdio?.[WARDEN_PIPE]?.on('data', (chunk: Buffer) => {
      this.#warning += chunk.toString('utf8');
    });
    child.on('message', (report: Report) => this.#take(report));
    child.on('error', (error) => {
      if (child.pid === undefined) die(error);
    });
    child.once('exit', () => {
      this.end();
      setTimeout(() => {
        for (const stream of child.stdio) stream?.destroy();
        if (child.connected) child.disconnect();
      }, LINGER).unref();
    });
    child.once('close', (code, signal) => die(this.#obituary(code, signal)));
  }

  #take(report: Report): void {
    if (report.kind === 'dying') this.#dying = report.reason;
    else if (report.kind !== 'change') this.#job?.land(report.reply);
    else {
      this.#job?.batch?.apply(report.change);
      if (report.change.kind !== 'finish') return;
      this.#dying = undefined;
      this.#said = '';
    }
  }

  /** Where the channel breaks, the end of the process follows. */
  #send(command: Command): void {
    if (this.#child.connected) this.#child.send(command, () => undefined);
  }

  #obituary(code: number | null, signal: NodeJS.Signals | null): Error {
    if (this.#warning !== '') return outOfMemory(this.#warning);
    if (/heap out of memory/.test(this.#said)) return outOfMemory('JavaScript heap out of memory');
    if (this.#dying !== undefined) return Object.assign(new Error(this.#dying), { code: UNCAUGHT });
    const how = signal === null ? `exit code ${code}` : `killed by ${signal}`;
    const said = this.#said
      .split(/----- (?:Native|JavaScript) stack trace -----/)[0]
      .trim()
      .replace(/\s*\n\s*/g, ' / ')
      .slice(-SAID);
    return new Error(said === '' ? how : `${how}; it last said: ${said}`);
  }

  /** Whether it keeps this process from ending. */
  #hold(held: boolean): void {
    // Without a process, for want of means, there may be no streams either.
    const { stdio = [], channel } = this.#child as Partial<ChildProcess>;
    for (const one of [this.#child, channel, ...stdio] as ({ ref(): void; unref(): void } | null | undefined)[])
      if (held) one?.ref();
      else one?.unref();
  }
}

function outOfMemory(reason: string): Error {
  return Object.assign(new Error(reason), { code: 'ERR_WORKER_OUT_OF_MEMORY' });
}
