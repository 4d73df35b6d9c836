import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Rng } from 'imago';
import { sqliteStore } from 'imago/node';
import { begins, begun } from './begun.ts';
import type { Damage } from './engine.ts';

const MAIN = new URL('../../dist/bundle/imago.js', import.meta.url).pathname;
const SLEEPER = new URL('../fixtures/sleepers/sleeper.js', import.meta.url).pathname;

/** Where a study is killed: its folder, what its workers note, and the options that say where its runs take place. */
export interface StudyPlace {
  readonly folder: string;
  readonly log: string;
  readonly options: readonly string[];
}

/** A study is killed at random moments and begun again, on the same store. */
export async function killStudies({ folder, log, options }: StudyPlace, quick: boolean): Promise<Damage> {
  const [runs, kills] = [60, quick ? 1 : 5];
  const rng = new Rng('study-killed');
  const path = join(folder, 'study.sqlite');
  const args = ['sample', SLEEPER, '-n', String(runs), '--store', path, ...options];
  const study = () => spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  for (let k = 0; k < kills; k++) {
    const child = study();
    const ended = once(child, 'exit');
    await pause(3000 + 5000 * rng.uniform());
    child.kill('SIGKILL');
    await ended;
  }
  const killed = Date.now();
  const before = begun(log).length;
  const last = study();
  const over = new AbortController();
  const ended = once(last, 'exit').then(() => over.abort());
  const begin = (await begins(log, before, over.signal)).at(before)?.at ?? null;
  await ended;
  await using store = await sqliteStore(path, { readOnly: true });
  const ids = [...store.all()].map(({ evaluation }) => evaluation.id);
  const lost = runs - new Set(ids).size;
  const secondsToRerun = begin === null ? null : Math.max(0, (begin - killed) / 1000);
  return { runs, lost, doubled: ids.length - new Set(ids).size, secondsToRerun };
}
