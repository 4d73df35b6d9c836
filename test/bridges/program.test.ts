import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProgram } from '../../src/bridges/program.ts';

const onLinux = existsSync('/proc/self/stat');

/** Holds this thread until a process has ended and waits to be noticed. */
function holdUntilOver(id: number): void {
  while (!/\) Z /.test(readFileSync(`/proc/${id}/stat`, 'utf8'))) hold(5);
}

function hold(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

test.runIf(onLinux)('what a program has written is read, however late this process notices that it ended', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'imago-program-'));
  let group = 0;
  const ending = runProgram({
    command: ['sh', '-c', 'while [ ! -e go ]; do sleep 0.01; done; echo done'],
    folder,
    environment: process.env,
    timeLimit: 600_000,
    signal: new AbortController().signal,
    started: (id) => {
      group = id;
    },
  });
  // The news of this one's end brings that of the other, whose output is not among what is read in the same turn of the event loop.
  const other = spawn('sh', ['-c', 'echo done'], { stdio: ['ignore', 'pipe', 'ignore'] });
  other.stdout.once('data', () => {
    writeFileSync(join(folder, 'go'), '');
    holdUntilOver(group);
  });
  other.once('exit', () => hold(300));
  await new Promise(setImmediate);
  holdUntilOver(other.pid as number);
  expect(await ending).toMatchObject({ by: 'itself', exitCode: 0, output: 'done\n' });
  rmSync(folder, { recursive: true });
});
