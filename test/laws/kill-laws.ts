import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Rng } from '../../src/numerics/random.ts';

/** Studies at once: each mostly waits. */
const LANES = 4;
const CLI = new URL('../../dist/bundle/imago.js', import.meta.url).pathname;
const SCENARIO = new URL('../fixtures/slow-study.ts', import.meta.url).pathname;

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

/** Kills a study after so many milliseconds; where it was faster than that, another one earlier. The name of its store. */
async function killed(name: string, milliseconds: number): Promise<string> {
  const child = start(name);
  const exit = once(child, 'exit');
  child.stderr?.resume();
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  const isOver = child.exitCode !== null;
  if (!isOver) process.kill(-(child.pid as number), 'SIGKILL');
  await exit;
  return isOver ? killed(`${name}-earlier`, milliseconds / 2) : name;
}

/** That a study which is killed at any moment goes on to the same results. */
export function killLaws(kills: number): void {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'imago-kill-'));
    const begin = performance.now();
    whole = await complete('whole');
    wholeMilliseconds = performance.now() - begin;
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  test(`kill -9 of the process group at ${kills} random moments changes nothing in the results`, async () => {
    const rng = new Rng('kill');
    const moments = Array.from({ length: kills }, () => rng.uniform() * wholeMilliseconds);
    const remaining = [...moments.entries()];
    const lane = async () => {
      for (let next = remaining.pop(); next; next = remaining.pop()) {
        const [i, moment] = next;
        const name = await killed(`trial-${i}`, moment);
        expect(await complete(name), `killed after ${Math.round(moment)} ms`).toEqual(whole);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  });
}
