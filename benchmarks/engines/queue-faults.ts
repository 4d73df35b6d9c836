import { setTimeout as pause } from 'node:timers/promises';
import { Rng } from 'imago';
import { queueExecutor } from 'imago/node';
import { begun } from './begun.ts';
import { ask, type Damage, sleeper, sleeps } from './engine.ts';
import { QueuePlace } from './queue-place.ts';
import { killStudies } from './study-killed.ts';
import { killWorkers } from './worker-killed.ts';

/** Milliseconds between two kills. */
const KILL_EVERY = 7500;

/** One of two workers is killed in the middle of each run, and another takes its place. */
export async function workerKilled(quick: boolean): Promise<Damage> {
  await using place = await QueuePlace.start();
  await using executor = queueExecutor({ redis: place.redis });
  await place.add(true);
  return await killWorkers(quick ? 1 : 50, {
    ...{ executor, log: place.log, ready: () => place.add(true) },
    async kill(processes) {
      const victim = [...place.workers].find(({ pid }) => processes.includes(pid as number));
      if (victim) await place.kill(victim);
    },
  });
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

/** A study is killed at random moments. */
export async function studyKilled(quick: boolean): Promise<Damage> {
  await using place = await QueuePlace.start();
  await Promise.all([place.add(true), place.add(true)]);
  const options = ['--executor', 'queue', '--redis', place.redis];
  return await killStudies({ folder: place.folder, log: place.log, options }, quick);
}

/** Eight times a minute one of many workers is killed, and another takes its place. */
export async function manyWorkers(quick: boolean): Promise<Damage> {
  const [workers, runs, milliseconds] = quick ? [8, 200, 500] : [64, 10_000, 500];
  const simulator = await sleeper();
  await using place = await QueuePlace.start();
  await place.addAll(workers, true);
  await using executor = queueExecutor({ redis: place.redis });
  const rng = new Rng('many-workers');
  const kills: { readonly pid: number; readonly at: number }[] = [];
  const over = new AbortController();
  const killing = (async () => {
    for (;;) {
      await pause(KILL_EVERY, undefined, { signal: over.signal });
      const victim = [...place.workers][rng.integer(place.workers.size)];
      await place.kill(victim);
      kills.push({ pid: victim.pid as number, at: Date.now() });
      // The next is killed in its turn, however long the new one takes to start.
      void place.add(true);
    }
  })().catch((error: Error) => {
    if (error.name !== 'AbortError') throw error;
  });
  let megabytes = 0;
  const start = Date.now();
  const asked = ask(executor, simulator, sleeps(simulator, runs, milliseconds, 'many'), runs, () => {
    megabytes = Math.max(megabytes, process.memoryUsage.rss() / 1e6);
  });
  const damage = await Promise.race([asked, killing.then(() => asked)]);
  const seconds = (Date.now() - start) / 1000;
  over.abort();
  await killing;
  console.log(
    `  ${kills.length} of ${workers} workers were killed in ${seconds.toFixed(1)} s; the study took ${megabytes.toFixed(0)} MB at most, Redis ${await place.peakMemory()}`,
  );
  const waits = kills.flatMap(({ pid, at }) => rerunAfter(place.log, pid, at));
  return { ...damage, secondsToRerun: waits.length > 0 ? Math.max(...waits) / 1000 : null };
}

/** Milliseconds from the end of a process until its last run began again elsewhere; nothing where that had been answered. */
function rerunAfter(log: string, pid: number, at: number): number[] {
  const all = begun(log);
  const last = all.findLast(({ processes }) => processes[0] === pid);
  const again = last && all.find((one) => one.x === last.x && one.at > at);
  return again ? [again.at - at] : [];
}
