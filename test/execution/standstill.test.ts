import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { afterAwake } from '../../src/core/platform/awake-timer.ts';
import { defineSimulator } from '../../src/core/simulator.ts';
import { real } from '../../src/core/space/parameter.ts';
import { inlineExecutor } from '../../src/execution/inline.ts';
import { testRun } from '../fixtures/chaos-tasks.ts';

const SCRIPT = fileURLToPath(new URL('../fixtures/standstill.js', import.meta.url));
const onLinux = existsSync('/proc/self/stat');

/** A process and its children, and theirs. */
function family(id: number): number[] {
  const children = readdirSync('/proc').filter((one) => {
    if (!/^\d+$/.test(one)) return false;
    try {
      return (
        readFileSync(`/proc/${one}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ')[1] === String(id)
      );
    } catch (error) {
      if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
      throw error;
    }
  });
  return [id, ...children.flatMap((one) => family(Number(one)))];
}

function signal(ids: readonly number[], name: NodeJS.Signals): void {
  for (const id of ids)
    try {
      process.kill(id, name);
    } catch (error) {
      // What has ended since needs no signal.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
}

/** How the runs ended of a process that stood still for seconds in the middle of them, its children too or not. */
async function interrupted([kind, mode, who]: readonly [string, string, string]): Promise<string[]> {
  const child: ChildProcess = spawn(process.execPath, [SCRIPT, kind, mode], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = text(child.stdout as NodeJS.ReadableStream);
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  await sleep(120);
  const stopped = who === 'all' ? family(child.pid as number) : [child.pid as number];
  signal(stopped, 'SIGSTOP');
  await sleep(4000);
  signal(stopped, 'SIGCONT');
  const lines = (await said).trim().split('\n');
  return JSON.parse(lines.at(-1) as string) as string[];
}

test.runIf(onLinux)(
  'a process that stood still charges no run with it: on threads, in processes, in this thread, of programs',
  { tags: ['slow'] },
  async () => {
    const cases = [
      ['threads', 'slow', 'all'],
      ['threads', 'waits', 'all'],
      ['inline', 'slow', 'all'],
      ['inline', 'waits', 'all'],
      ['processes', 'slow', 'all'],
      ['processes', 'waits', 'alone'],
      ['commands', '', 'all'],
      ['commands', '', 'alone'],
    ] as const;
    const outcomes = await Promise.all(cases.map(interrupted));
    for (const [i, outcome] of outcomes.entries())
      expect([cases[i], outcome]).toEqual([cases[i], Array(12).fill('completed')]);
  },
);

test('time limits of months are kept, and not taken for none', async () => {
  const months = 90 * 24 * 3600e3;
  const waits = defineSimulator(null, {
    name: 'waits',
    parameters: { x: real(0, 1) },
    outputs: { f: {} },
    run: ({ x }) => sleep(60, { f: x }),
  });
  await using executor = inlineExecutor({ timeLimit: months });
  const task = { id: 'a', u: Float64Array.of(0.5), stream: 'a' };
  for await (const group of executor.evaluate(waits, [task], testRun()))
    expect(group).toMatchObject([{ status: 'completed' }]);
  let fired = 0;
  const stops = [months, Number.POSITIVE_INFINITY, 1e300].map((limit) => afterAwake(limit, () => fired++));
  await new Promise<void>((resolve) => afterAwake(70, resolve));
  for (const stop of stops) stop();
  expect(fired).toBe(0);
});
