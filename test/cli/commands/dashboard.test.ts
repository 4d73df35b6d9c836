import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

const MAIN = new URL('../../../dist/bundle/imago.js', import.meta.url).pathname;

test('a dashboard that is stopped has no runs to finish, and says what it does', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'imago-dashboard-'));
  const child = spawn(process.execPath, [MAIN, 'dashboard', folder, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const told = text(child.stderr);
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(await told).toBe('closing the dashboard; press Ctrl-C again to end now\n');
  rmSync(folder, { recursive: true });
});
