import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Rng } from '../../src/numerics/random.ts';
import { sqliteStore } from '../../src/storage/sqlite-store.ts';

/** How much goes wrong. */
export interface Chaos {
  /** Runs, of which 30 % end badly. */
  readonly runs: number;
  /** Bad runs of the kinds that take their worker along or wait for a time limit; at least one of each. Default 0. */
  readonly deaths?: number;
  /** How often another study of the same is killed. */
  readonly kills: number;
}

const SCRIPT = fileURLToPath(new URL('../fixtures/chaos-run.js', import.meta.url));
/** For what has to end by itself. */
const PATIENCE = { timeout: 60_000 };
const onLinux = existsSync('/proc/self/environ');
const KINDS = ['threads', 'processes', 'commands'] as const;

/** What each kind of death is called. */
const CAUSES: Readonly<Record<string, string>> = {
  fine: 'completed',
  'left-behind': 'completed',
  floods: 'completed',
  spawns: 'completed',
  background: 'completed',
  throws: 'threw',
  rejects: 'threw',
  exit: 'threw',
  spill: 'threw',
  'not-a-number': 'not-finite',
  function: 'not-finite',
  nonsense: 'not-finite',
  'out-of-range': 'out-of-range',
  impossible: 'out-of-range',
  missing: 'missing-output',
  nothing: 'missing-output',
  silent: 'missing-output',
  'no-file': 'missing-output',
  'half-file': 'missing-output',
  'pipe-file': 'missing-output',
  exits: 'crashed',
  'late-throw': 'crashed',
  aborts: 'crashed',
  segfaults: 'crashed',
  'ends-itself': 'crashed',
  signal: 'crashed',
  'out-of-memory': 'out-of-memory',
  hoards: 'out-of-memory',
  spins: 'timed-out',
  never: 'timed-out',
  obeys: 'timed-out',
  stubborn: 'timed-out',
  hang: 'timed-out',
};

interface Result {
  readonly recalled: number;
  readonly outcomes: readonly {
    readonly mode: string;
    readonly cause: string;
    readonly y: readonly (number | null)[];
  }[];
  readonly newThreads: number;
  readonly newDescriptors: number;
  readonly children: readonly string[];
  readonly resources: readonly string[];
}

let folder: string;

/** Starts a study whose temporary folders and processes can be told from all others by its name. */
function start(kind: string, name: string, { runs, deaths = 0 }: Chaos): ChildProcess {
  mkdirSync(join(folder, name), { recursive: true });
  return spawn(process.execPath, [SCRIPT, kind, join(folder, `${name}.sqlite`), String(runs), String(deaths)], {
    env: { ...process.env, TMPDIR: join(folder, name), MARK: join(folder, name) },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

async function complete(kind: string, name: string, chaos: Chaos): Promise<Result> {
  const child = start(kind, name, chaos);
  const [[code], said] = await Promise.all([once(child, 'exit'), text(child.stdout as NodeJS.ReadableStream)]);
  expect(code).toBe(0);
  return JSON.parse(said.trim().split('\n').at(-1) as string) as Result;
}

/** The processes that a run has started and those that they have, and its folders. */
function remains(name: string): string[] {
  const folders = readdirSync(join(folder, name)).filter((entry) => entry.startsWith('imago-'));
  if (!onLinux) return folders;
  const processes = readdirSync('/proc').flatMap((id) => {
    if (!/^\d+$/.test(id)) return [];
    try {
      const environment = readFileSync(`/proc/${id}/environ`, 'utf8').split('\0');
      if (!environment.includes(`MARK=${join(folder, name)}`)) return [];
      return [`${id} ${readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ')}`];
    } catch (error) {
      if (['ENOENT', 'ESRCH', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
      throw error;
    }
  });
  return [...processes, ...folders];
}

/** How many evaluations a store holds, read beside the process that writes it. */
async function storedIn(name: string): Promise<number> {
  const path = join(folder, `${name}.sqlite`);
  if (!existsSync(path)) return 0;
  const store = await sqliteStore(path, { readOnly: true }).catch(() => undefined);
  const count = [...(store?.counts().values() ?? [])].reduce((sum, one) => sum + one, 0);
  await store?.[Symbol.asyncDispose]();
  return count;
}

function expectRightCauses({ outcomes }: Result, runs: number): void {
  expect(outcomes.length).toBe(runs);
  expect(outcomes.map(({ mode, cause }) => `${mode}: ${cause}`)).toEqual(
    outcomes.map(({ mode }) => `${mode}: ${CAUSES[mode]}`),
  );
  expect(outcomes.filter(({ cause }) => cause !== 'completed').length).toBe(0.3 * runs);
  for (const { mode, y } of outcomes) if (mode === 'fine') expect(y).toEqual([expect.any(Number), expect.any(Number)]);
  expect(new Set(outcomes.map(({ cause }) => cause)).size).toBeGreaterThanOrEqual(6);
}

/** A run that is killed at random moments, of which nothing remains each time, and that is started again until it ends. */
async function killAndResume(kind: string, name: string, chaos: Chaos): Promise<Result> {
  const { runs, kills } = chaos;
  const rng = new Rng(`kill/${kind}`);
  const moments = Array.from({ length: kills }, () => 1 + Math.floor(rng.uniform() * 0.7 * runs)).sort((a, b) => a - b);
  for (const moment of moments) {
    const child = start(kind, name, chaos);
    const exit = once(child, 'exit');
    while ((await storedIn(name)) < moment) await sleep(20);
    // Not only between two evaluations that have been stored, and where they have been before this process, while it starts.
    await sleep(rng.uniform() * 300);
    child.kill('SIGKILL');
    const [, signal] = await exit;
    expect(signal).toBe('SIGKILL');
    await expect.poll(() => remains(name), PATIENCE).toEqual([]);
  }
  const resumed = await complete(kind, name, chaos);
  expect(resumed.recalled).toBeGreaterThanOrEqual(Math.max(...moments));
  expect(resumed.recalled).toBeLessThan(runs);
  return resumed;
}

/** Of every kind of executor: what becomes of each run, also after kill -9, and that nothing is left. */
export function chaosLaws(chaos: Chaos): void {
  const { runs, kills } = chaos;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'imago-chaos-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const also = kills > 0 ? ' also after kill -9,' : '';
  const title = `${runs} runs of which ${0.3 * runs} end badly in every way are told apart exactly on %s,${also} and leave nothing`;
  test.each(KINDS)(title, async (kind) => {
    // At the same time, since much of it is waiting for time limits.
    const results = await Promise.all([
      complete(kind, `${kind}-whole`, chaos),
      ...(kills > 0 ? [killAndResume(kind, `${kind}-killed`, chaos)] : []),
    ]);
    for (const result of results) {
      expectRightCauses(result, runs);
      expect(result).toMatchObject({ newThreads: 0, newDescriptors: 0, children: [], resources: [] });
      expect(result.outcomes).toEqual(results[0].outcomes);
    }
    expect(results[0].recalled).toBe(0);
    const names = kills > 0 ? ['whole', 'killed'] : ['whole'];
    await expect.poll(() => names.flatMap((name) => remains(`${kind}-${name}`)), PATIENCE).toEqual([]);
  });
}
