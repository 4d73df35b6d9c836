import { ProgressBar, type ProgressOutput } from './progress.ts';

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

/** The streams of a process. */
export interface Streams {
  readonly stdout: ProgressOutput;
  readonly stderr: ProgressOutput;
}

/** A terminal on the process's streams. Its signal is aborted by the first Ctrl-C; the second one ends the process at once. */
export function processTerminal({ stdout, stderr }: Streams = process): Terminal {
  const controller = new AbortController();
  const clock = () => performance.now();
  const progress = new ProgressBar(stderr, clock);
  const terminal: Terminal = {
    print(line) {
      progress.clear();
      stdout.write(`${line}\n`);
    },
    tell(line) {
      progress.clear();
      stderr.write(`${line}\n`);
    },
    progress,
    clock,
    signal: controller.signal,
  };
  const stop = () => {
    if (controller.signal.aborted) process.exit(130);
    terminal.tell('stopping; what is finished is kept (once more to stop at once)');
    controller.abort(new Error('interrupted'));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return terminal;
}
