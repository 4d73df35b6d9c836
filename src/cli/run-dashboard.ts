import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { PACKAGE_FOLDER } from './package-folder.ts';
import type { Terminal } from './terminal.ts';

/** Milliseconds that it has for its end. */
const PATIENCE = 3000;

/**
 * Shows a store while a study of this process runs, in a process of its own, so that the study does not pay for who watches. It ends with
 * this one, however that ends: its standard input is closed then.
 */
export function dashboardBeside(storePath: string, control: boolean, terminal: Terminal): AsyncDisposable {
  const program = fileURLToPath(new URL('dist/bundle/imago.js', PACKAGE_FOLDER));
  const flags = ['--port', '0', '--attached', ...(control ? ['--control'] : [])];
  const child = spawn(process.execPath, [program, 'dashboard', storePath, ...flags], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // Ctrl-C is for the study, which then takes its time to end.
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.once('error', (error) => terminal.tell(`note: there is no dashboard: ${error.message}`));
  child.stdout.setEncoding('utf8').on('data', (text: string) => terminal.tell(text.trimEnd()));
  // It has ended already.
  child.stdin.on('error', () => undefined);
  return {
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      // What it still computes for a page is not waited for.
      const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
      await ended;
      clearTimeout(late);
    },
  };
}
