import { spawn } from 'node:child_process';

/** Says what this process could not say any more: it waits for a line, and finds the end of it when the process is gone. */
const WATCH = 'read -r line || printf "%s\\n" "$0" >&2';

/**
 * What is loaded from a file in this thread. Where that kills the process, by a signal that it sends or by a crash of native code, nothing in
 * here can say so: a shell beside it does, in one sentence on standard error. It is not there on Windows.
 */
export async function withLastWords<T>(file: string, load: () => Promise<T>): Promise<T> {
  if (process.platform === 'win32') return load();
  const words = `imago: a signal ended imago while it loaded ${file}: what that file, or one that it imports, does at its top level`;
  const watch = spawn('sh', ['-c', WATCH, words], { stdio: ['pipe', 'ignore', 'inherit'] });
  watch.unref();
  // Without a shell, or when it was ended first, as by Ctrl-C, there are no last words.
  watch.on('error', () => undefined);
  watch.stdin.on('error', () => undefined);
  const relieve = () => watch.stdin.end('\n');
  process.once('exit', relieve);
  try {
    return await load();
  } finally {
    process.off('exit', relieve);
    relieve();
  }
}
