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
  await over(start(name));
  return resultsOf(name);
}

/** Waits for the end of a study; false where it was killed. */
async function over(child: ChildProcess): Promise<boolean> {
  const said: string[] = [];
  child.stderr?.on('data', (text) => said.push(String(text)));
  const [code, signal] = await once(child, 'exit');
  if (signal === 'SIGKILL') return false;
  expect(code, said.join('')).toBe(0);
  return true;
}

/** Kills a study after so many milliseconds; false where it was over before. */
async function killed(name: string, milliseconds: number): Promise<boolean> {
  const child = start(name);
  const ended = over(child);
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  if (child.exitCode === null) process.kill(-(child.pid as number), 'SIGKILL');
  return !(await ended);
}

/** That a study which is killed at any moments of its life, again and again, goes on to the same results. */
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
    let [landed, studies, earlier] = [0, 0, 1];
    const lane = async () => {
      while (landed < kills) {
        const name = `trial-${studies++}`;
        const moments: number[] = [];
        let isOver = false;
        while (!isOver && landed < kills) {
          const moment = next();
          isOver = !(await killed(name, moment));
          if (isOver) continue;
          landed++;
          moments.push(Math.round(moment));
        }
        // It was over before its first kill where the machine is faster than it was.
        if (moments.length === 0) earlier *= 0.9;
        const results = isOver ? resultsOf(name) : await complete(name);
        expect(results, `killed after ${moments.join(', ')} ms`).toEqual(whole);
      }
    };
    const next = () => rng.uniform() * wholeMilliseconds * earlier;
    await Promise.all(Array.from({ length: LANES }, lane));
    expect(landed).toBeGreaterThanOrEqual(kills);
  });
}
