import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Rng } from '../src/numerics/random.ts';

const KILLS = Number(process.env.IMAGO_KILLS ?? 50);
/** Studies at once: each mostly waits. */
const LANES = 4;
const CLI = new URL('../dist/cli/main.js', import.meta.url).pathname;
const SCENARIO = new URL('./fixtures/slow-study.ts', import.meta.url).pathname;

let folder: string;
let whole: unknown;
let wholeMilliseconds: number;

function start(name: string): ChildProcess {
  const args = [
    CLI,
    'run',
    SCENARIO,
    '--workers',
    '2',
    '--store',
    join(folder, `${name}.sqlite`),
    '--json',
    join(folder, `${name}.json`),
  ];
  // A group of its own, so that the kill takes the workers too.
  return spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
}

const resultsOf = (name: string) =>
  (JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as { results: unknown }).results;

async function complete(name: string): Promise<unknown> {
  const child = start(name);
  const said: string[] = [];
  child.stderr?.on('data', (text) => said.push(String(text)));
  const [code] = await once(child, 'exit');
  expect(code, said.join('')).toBe(0);
  return resultsOf(name);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'imago-kill-'));
  const begin = performance.now();
  whole = await complete('whole');
  wholeMilliseconds = performance.now() - begin;
});

afterAll(() => rmSync(folder, { recursive: true }));

test(`kill -9 of the process group at ${KILLS} random moments changes nothing in the results`, {
  timeout: 600_000,
}, async () => {
  const rng = new Rng('kill');
  const moments = Array.from({ length: KILLS }, () => rng.uniform() * wholeMilliseconds);
  const remaining = [...moments.entries()];
  let killed = 0;
  const lane = async () => {
    for (let next = remaining.pop(); next; next = remaining.pop()) {
      const [i, moment] = next;
      const child = start(`trial-${i}`);
      const exit = once(child, 'exit');
      child.stderr?.resume();
      await new Promise((resolve) => setTimeout(resolve, moment));
      if (child.exitCode === null) {
        process.kill(-(child.pid as number), 'SIGKILL');
        killed++;
      }
      await exit;
      expect(await complete(`trial-${i}`), `killed after ${Math.round(moment)} ms`).toEqual(whole);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  expect(killed).toBeGreaterThan(KILLS * 0.8);
});
