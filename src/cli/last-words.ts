import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';

/** Says what this process could not say any more: it keeps the last line that it reads, and finds the end of all lines when the process is gone. */
const WATCH = 'while read -r line; do words=$line; done; [ -z "$words" ] || printf "%s\\n" "$words" >&2';

/** The files that are being loaded, the latest last. */
const loading: string[] = [];
let watch: Writable | undefined;

/**
 * What is loaded from a file in this thread. Where that kills the process, by a signal that it sends or by a crash of native code, nothing in
 * here can say so: a shell beside it does, in one sentence on standard error. It is not there on Windows.
 */
export async function withLastWords<T>(file: string, load: () => Promise<T>): Promise<T> {
  if (process.platform === 'win32') return load();
  watch ??= watcher();
  loading.push(file);
  tell(watch);
  try {
    return await load();
  } finally {
    loading.splice(loading.lastIndexOf(file), 1);
    tell(watch);
  }
}

/** The input of a shell that hears of all that this process loads. */
function watcher(): Writable {
  const shell = spawn('sh', ['-c', WATCH], { stdio: ['pipe', 'ignore', 'inherit'] });
  const { stdin } = shell;
  // Neither keeps this process from ending.
  shell.unref();
  if (stdin instanceof Socket) stdin.unref();
  // Without a shell, or when it was ended first, as by Ctrl-C, there are no last words.
  shell.on('error', () => undefined);
  stdin.on('error', () => undefined);
  // A file that ends the process in an orderly way is reported elsewhere.
  process.once('exit', () => stdin.end('\n'));
  return stdin;
}

/** Says what is to be said if this process ends now: nothing while no file is loaded. */
function tell(input: Writable): void {
  const file = loading.at(-1)?.replace(/\s+/g, ' ');
  const words = `imago: a signal ended imago while it loaded ${file}: what that file, or one that it imports, does at its top level`;
  input.write(file === undefined ? '\n' : `${words}\n`);
}
