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
}

/**
 * A terminal on the process's streams. Its signal is aborted by the first Ctrl-C; the second one ends the process at once, and so
 * does the first one before anybody has asked for the signal: a plug-in that does not end loading would hold up any other answer.
 */
export function processTerminal(): Terminal {
  const controller = new AbortController();
  const clock = now;
  const progress = new ProgressBar(outlet(process.stderr), clock);
  const stdout = outlet(process.stdout);
  let listening = false;
  const terminal: Terminal = {
    print(line) {
      progress.clear();
      stdout.write(`${line}\n`);
    },
    tell(line) {
      progress.clear();
      process.stderr.write(`${line}\n`);
    },
    progress,
    clock,
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
    terminal.tell('stopping (once more to stop at once)');
    controller.abort(new Error('interrupted'));
  };
  return terminal;
}

/** The stream, silent once its reader has gone: `imago ... | head` is no mistake, and what a study has still to do is done. */
function outlet(stream: NodeJS.WriteStream): ProgressOutput {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return stream;
}
