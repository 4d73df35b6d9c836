import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../fixtures/untold-program.js', import.meta.url));

/** The name of a run's folder. */
const RUN = 'imago-run-0123456789abcdef';

test.runIf(existsSync('/proc/self/cwd'))(
  'ends a program whose starter was killed before it told the group, and removes its folder',
  async () => {
    const parent = mkdtempSync(join(tmpdir(), 'imago-guard-'));
    const folder = join(parent, RUN);
    const program = await killedIn(folder);
    await expect.poll(() => existsSync(`/proc/${program}/cwd`), { timeout: 60_000 }).toBe(false);
    await expect.poll(() => existsSync(folder), { timeout: 60_000 }).toBe(false);
    rmSync(parent, { recursive: true });
  },
);

/** Lets a starter make a folder, guard it and start a program in it, and kills the starter. */
async function killedIn(folder: string): Promise<number> {
  const starter = spawn(process.execPath, [SCRIPT, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = await once(starter.stdout, 'data');
  starter.kill('SIGKILL');
  await once(starter, 'exit');
  return Number(String(said));
}

describe.runIf(existsSync('/proc/self/cwd'))('a guard removes nothing that is not its own', () => {
  test.each([
    ['a line end', '\nx'],
    ['a tab and spaces at its end', ' \t y  '],
    ['what a shell or printf would read', '$(id) \\n\\c%s "\' é*'],
  ])('where the temporary folder has %s in its name', async (_, odd) => {
    const parent = mkdtempSync(join(tmpdir(), 'imago-guard-'));
    mkdirSync(join(parent, 'precious'));
    writeFileSync(join(parent, 'precious', 'years of work'), '');
    const home = join(parent, `precious${odd}`);
    mkdirSync(home);
    await killedIn(join(home, RUN));
    await expect.poll(() => readdirSync(home), { timeout: 60_000 }).toEqual([]);
    expect(readdirSync(join(parent, 'precious'))).toEqual(['years of work']);
    rmSync(parent, { recursive: true });
  });

  test('and no folder of another name, whoever asks', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'imago-guard-'));
    const program = await killedIn(join(parent, 'precious'));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(readdirSync(parent)).toEqual(['precious']);
    process.kill(-program, 'SIGKILL');
    rmSync(parent, { recursive: true });
  });
});
