import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Rng } from 'imago';
import { queueExecutor, sqliteStore } from 'imago/node';
import { ask, type Damage, sleeper, sleeps } from './engine.ts';
import { QueuePlace } from './queue-place.ts';

const MAIN = new URL('../../dist/bundle/imago.js', import.meta.url).pathname;
const SLEEPER = new URL('../fixtures/sleepers/sleeper.js', import.meta.url).pathname;

/** When the runs began, and in which process or child of one. */
function begun(log: string): { readonly processes: readonly number[]; readonly at: number }[] {
  if (!existsSync(log)) return [];
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [, ...numbers] = line.split(' ').map(Number);
      return { processes: numbers.slice(0, 2), at: numbers[2] };
    });
}

/** Waits until the runs that began are more than so many, and returns them. */
async function begins(log: string, more: number) {
  for (;;) {
    const all = begun(log);
    if (all.length > more) return all;
    await pause(20);
  }
}

/** One of two workers is killed in the middle of each run, and another takes its place. */
export async function workerKilled(quick: boolean): Promise<Damage> {
  const kills = quick ? 1 : 50;
  const simulator = await sleeper();
  await using place = await QueuePlace.start();
  await using executor = queueExecutor({ redis: place.redis });
  let worst = 0;
  const total = { runs: 0, lost: 0, doubled: 0 };
  await place.add(true);
  for (let k = 0; k < kills; k++) {
    await place.add(true);
    const before = begun(place.log).length;
    const asked = ask(executor, simulator, sleeps(simulator, 1, 1500, `killed/${k}`), 1);
    const { processes } = (await begins(place.log, before)).at(-1)!;
    const victim = [...place.workers].find(({ pid }) => processes.includes(pid as number));
    await pause(300);
    await place.kill(victim!);
    const at = Date.now();
    worst = Math.max(worst, ((await begins(place.log, before + 1)).at(-1)?.at ?? Number.NaN) - at);
    const { lost, doubled } = await asked;
    total.runs++;
    total.lost += lost;
    total.doubled += doubled;
  }
  return { ...total, secondsToRerun: worst / 1000 };
}

/** Redis is killed and comes back with what is on its disk; measured from then on. */
export async function redisAway(seconds: number): Promise<Damage> {
  const [runs, milliseconds] = [200, 100];
  const simulator = await sleeper();
  await using place = await QueuePlace.start();
  await Promise.all([place.add(true), place.add(true)]);
  await using executor = queueExecutor({ redis: place.redis, notice: (text) => console.log(`  ${text}`) });
  let answered = 0;
  const asked = ask(executor, simulator, sleeps(simulator, runs, milliseconds, 'away'), runs, () => answered++);
  while (answered < runs / 4) await pause(20);
  await place.killRedis();
  await pause(seconds * 1000);
  const before = answered;
  await place.launch();
  const back = Date.now();
  while (answered === before) await pause(20);
  const secondsToRerun = (Date.now() - back) / 1000;
  return { ...(await asked), secondsToRerun };
}

/** A study is killed at a random moment and begun again, on the same store. */
export async function studyKilled(quick: boolean): Promise<Damage> {
  const [runs, kills] = [60, quick ? 1 : 5];
  const rng = new Rng('study-killed');
  await using place = await QueuePlace.start();
  await Promise.all([place.add(true), place.add(true)]);
  const path = join(place.folder, 'study.sqlite');
  const args = ['sample', SLEEPER, '-n', String(runs), '--store', path, '--executor', 'queue', '--redis', place.redis];
  const study = () => spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  for (let k = 0; k < kills; k++) {
    const child = study();
    const ended = once(child, 'exit');
    await pause(3000 + 5000 * rng.uniform());
    child.kill('SIGKILL');
    await ended;
  }
  const killed = Date.now();
  const before = begun(place.log).length;
  const last = study();
  const ended = once(last, 'exit');
  const begin = await Promise.race([begins(place.log, before).then((all) => all[before].at), ended.then(() => null)]);
  await ended;
  await using store = await sqliteStore(path, { readOnly: true });
  const ids = [...store.all()].map(({ evaluation }) => evaluation.id);
  const lost = runs - new Set(ids).size;
  const secondsToRerun = begin === null ? null : Math.max(0, (begin - killed) / 1000);
  return { runs, lost, doubled: ids.length - new Set(ids).size, secondsToRerun };
}
