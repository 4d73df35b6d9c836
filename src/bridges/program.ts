import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { afterAwake } from '../core/platform/awake-timer.ts';

/** How a program is started. */
export interface ProgramOptions {
  /** The program and its arguments, as they are: there is no shell. */
  readonly command: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A file descriptor to read standard input from. Default: it is empty. */
  readonly input?: number;
  /** Milliseconds. */
  readonly timeLimit: number;
  /** Ends the program. */
  readonly signal: AbortSignal;
  /** Told the process group as soon as it exists. */
  readonly started?: (group: number) => void;
}

/** What became of a program. */
export interface Ending {
  /** Why it ended: by itself, by our time limit, by our signal, or it could not be started. */
  readonly by: 'itself' | 'time-limit' | 'signal' | 'no-start';
  readonly exitCode: number | null;
  /** The name of the signal that it died of. */
  readonly killedBy: string | null;
  /** The end of its standard output, at most 16 MB. */
  readonly output: string;
  readonly outputIsCut: boolean;
  /** The end of its standard error, at most 4 kB, or why it could not be started. */
  readonly errors: string;
  /** How its standard error begins, at most 1 kB. */
  readonly firstErrors: string;
}

const OUTPUT_BYTES = 16 * 2 ** 20;
const ERROR_BYTES = 4096;
const HEAD_BYTES = 1024;
/** Milliseconds in which a program may obey SIGTERM before its whole group gets SIGKILL. */
const GRACE = 500;
/** Milliseconds that what a program leaves running in the background may go on to write. */
const LINGER = 200;
const HAS_GROUPS = process.platform !== 'win32';

const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) killGroup(child, 'SIGKILL');
});

/** Runs a program in a process group of its own, of which nothing is left when the promise is fulfilled; never rejects. */
export function runProgram(options: ProgramOptions): Promise<Ending> {
  const { command, folder, environment, input, timeLimit, signal, started } = options;
  return new Promise((resolve) => {
    const failed = (error: unknown) => resolve({ ...NOTHING, by: 'no-start', errors: (error as Error).message });
    let child: ChildProcess;
    try {
      const stdio = [input ?? 'ignore', 'pipe', 'pipe'] as const;
      const settings = { cwd: folder, env: environment, detached: HAS_GROUPS, windowsHide: true, stdio: [...stdio] };
      child = spawn(command[0], command.slice(1), settings);
    } catch (error) {
      failed(error);
      return;
    }
    if (child.pid === undefined) {
      child.once('error', failed);
      return;
    }
    alive.add(child);
    started?.(child.pid);
    const output = new Tail(child.stdout as Readable, OUTPUT_BYTES);
    const errors = new Tail(child.stderr as Readable, ERROR_BYTES);
    let by: Ending['by'] = 'itself';
    const timers: NodeJS.Timeout[] = [];
    const after = (milliseconds: number, action: () => void) => timers.push(setTimeout(action, milliseconds));
    const end = (why: Ending['by']) => {
      if (by !== 'itself' || child.exitCode !== null || child.signalCode !== null) return;
      by = why;
      killGroup(child, 'SIGTERM');
      after(GRACE, () => killGroup(child, 'SIGKILL'));
    };
    const abort = () => end('signal');
    // A program may leave others running that hold its pipes; they have a moment, and then they go.
    const finish = () => {
      if (!alive.has(child)) return;
      killGroup(child, 'SIGKILL');
      child.stdout?.destroy();
      child.stderr?.destroy();
    };
    // After the news of its end, which may wait where this process stood still.
    const stop = afterAwake(timeLimit, () => setImmediate(() => end('time-limit')));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    // After what has arrived is read, which may wait where this process stood still.
    child.once('exit', () => after(by === 'itself' ? LINGER : 0, () => setImmediate(finish)));
    child.once('close', (exitCode, killedBy) => {
      for (const timer of timers) clearTimeout(timer);
      stop();
      signal.removeEventListener('abort', abort);
      killGroup(child, 'SIGKILL');
      alive.delete(child);
      const texts = {
        output: output.text(),
        outputIsCut: output.isCut,
        errors: errors.text(),
        firstErrors: errors.head(),
      };
      resolve({ by, exitCode, killedBy, ...texts });
    });
  });
}

const NOTHING = {
  exitCode: null,
  killedBy: null,
  output: '',
  outputIsCut: false,
  errors: '',
  firstErrors: '',
} as const;

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (!HAS_GROUPS) {
    child.kill(signal);
    return;
  }
  try {
    process.kill(-(child.pid as number), signal);
  } catch (error) {
    // The group has no process any more, or (EPERM, on macOS) only dead ones.
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** Drains a stream and keeps its end, and a little of its beginning. */
class Tail {
  readonly #chunks: Buffer[] = [];
  readonly #limit: number;
  #bytes = 0;
  #head = Buffer.alloc(0);
  /** Whether something was left out. */
  isCut = false;

  constructor(stream: Readable, limit: number) {
    this.#limit = limit;
    stream.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  text(): string {
    return Buffer.concat(this.#chunks).subarray(-this.#limit).toString('utf8');
  }

  head(): string {
    return this.#head.toString('utf8');
  }

  #take(chunk: Buffer): void {
    if (this.#head.length < HEAD_BYTES)
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, HEAD_BYTES - this.#head.length)]);
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    while (this.#bytes - this.#chunks[0].length >= this.#limit) {
      this.#bytes -= (this.#chunks.shift() as Buffer).length;
      this.isCut = true;
    }
  }
}
