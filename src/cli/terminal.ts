import { ProgressBar, type ProgressOutput } from './progress.ts';

/** Kept from what plug-ins do. */
const exit = process.exit.bind(process);
const now = performance.now.bind(performance);

/** What a command may touch of the outside world beside files. */
export interface Terminal {
  /** Writes a line of results to standard output. */
  print(line: string): void;
  /** Writes a line for people to standard error. */
  tell(line: string): void;
  readonly progress: ProgressBar;
  /** Milliseconds. */
  readonly clock: () => number;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** What the first Ctrl-C is answered with; a command without runs says what it does instead. */
  whenStopped: string;
}

/**
 * A terminal on the process's streams. Its signal is aborted by the first Ctrl-C; the second one ends the process at once, and so
 * does the first one before anybody has asked for the signal: a plug-in that does not end loading would hold up any other answer.
 */
export function processTerminal(): Terminal {
  const controller = new AbortController();
  const clock = now;
  const stderr = outlet(process.stderr);
  const progress = new ProgressBar(stderr, clock);
  const stdout = outlet(process.stdout);
  divert(process.stdout, stderr, progress);
  divert(process.stderr, stderr, progress);
  setInterval(() => progress.tick(), TICK).unref();
  let listening = false;
  const terminal: Terminal = {
    print(line) {
      progress.clear();
      stdout.write(`${visible(line)}\n`);
    },
    tell(line) {
      progress.clear();
      stderr.write(`${visible(line)}\n`);
    },
    progress,
    clock,
    whenStopped: 'finishing the runs in progress; press Ctrl-C again to stop now',
    get signal() {
      if (!listening) {
        process.on('SIGINT', stop);
        process.on('SIGTERM', stop);
      }
      listening = true;
      return controller.signal;
    },
  };
  const stop = () => {
    if (controller.signal.aborted) exit(130);
    terminal.tell(terminal.whenStopped);
    controller.abort(new Error('interrupted'));
  };
  return terminal;
}

/** Milliseconds. */
const TICK = 1000;

/** A reader or a terminal that has gone: a closed pipe, a closed window. */
const GONE = ['EPIPE', 'EIO', 'ENXIO'];

/** The stream, silent once its reader has gone: `imago ... | head` is no mistake, and what a study has still to do is done. */
function outlet(stream: NodeJS.WriteStream): ProgressOutput {
  let isGone = false;
  const write = stream.write.bind(stream);
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (!GONE.includes(error.code ?? '')) throw error;
    isGone = true;
  });
  return {
    write: (text) => isGone || write(text),
    get isTTY() {
      return stream.isTTY;
    },
    get columns() {
      return stream.columns;
    },
  };
}

/**
 * Lets what others write on a stream, such as the `console.log` of a simulator or of an engine, stand beside the progress on standard
 * error: never among the results, and not in the middle of a bar.
 */
function divert(stream: NodeJS.WriteStream, stderr: ProgressOutput, progress: ProgressBar): void {
  const write = stream.write.bind(stream);
  stream.write = ((text: string | Uint8Array, ...rest: [BufferEncoding?, (() => void)?]) => {
    // Who writes nothing waits for what was written before.
    if (text.length === 0) return write(text, ...rest);
    progress.clear();
    const done = rest.find((one) => typeof one === 'function');
    if (done) process.nextTick(done);
    stderr.write(text);
    return true;
  }) as typeof stream.write;
}

/** The text with control characters, which would command a terminal, as they are written in code; lines and tabs stay. */
function visible(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
