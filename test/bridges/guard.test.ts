import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../fixtures/untold-program.js', import.meta.url));

test.runIf(existsSync('/proc/self/cwd'))(
  'ends a program whose starter was killed before it told the group, and removes its folder',
  async () => {
    const parent = mkdtempSync(join(tmpdir(), 'imago-guard-'));
    const folder = join(parent, 'run');
    const starter = spawn(process.execPath, [SCRIPT, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = await once(starter.stdout, 'data');
    const program = Number(String(said));
    expect(existsSync(`/proc/${program}/cwd`)).toBe(true);
    starter.kill('SIGKILL');
    await once(starter, 'exit');
    await expect.poll(() => existsSync(`/proc/${program}/cwd`), { timeout: 10_000 }).toBe(false);
    await expect.poll(() => existsSync(folder), { timeout: 10_000 }).toBe(false);
    rmSync(parent, { recursive: true });
  },
);
