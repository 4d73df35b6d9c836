import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { begun } from './begun.ts';
import { ask, type Damage, sleeper, sleeps } from './engine.ts';
import { LATENESS, SlurmPlace } from './slurm-place.ts';
import { killStudies } from './study-killed.ts';
import { killWorkers } from './worker-killed.ts';

const CORES = 2;

/** The worker of a task is killed in the middle of its run. */
export async function workerKilled(quick: boolean): Promise<Damage> {
  await using place = await SlurmPlace.start(CORES);
  await using executor = place.executor({ cancel: true });
  return await killWorkers(quick ? 1 : 5, {
    ...{ executor, log: place.log },
    kill: ([, parent]) => void process.kill(parent, 'SIGKILL'),
  });
}

/** The controller is killed and comes back 20 s later: what runs goes on. */
export const controllerKilled = (quick: boolean) =>
  whileAway(
    quick ? 5 : 20,
    ({ slurm }) => slurm.killController(),
    ({ slurm }) => slurm.startController(),
  );

/** The daemon of the node is killed and comes back 20 s later: what runs goes on. */
export const nodeKilled = (quick: boolean) =>
  whileAway(
    quick ? 5 : 20,
    ({ slurm }) => slurm.killNode(),
    ({ slurm }) => slurm.startNode(),
  );

/** Runs for about a minute; `secondsToRerun` is from the return on, and null where none had to be begun twice. */
async function whileAway(
  seconds: number,
  kill: (place: SlurmPlace) => Promise<void>,
  start: (place: SlurmPlace) => Promise<void>,
): Promise<Damage> {
  const [runs, milliseconds] = [120, 500];
  const simulator = await sleeper();
  await using place = await SlurmPlace.start(CORES);
  await using executor = place.executor({ cancel: true });
  let answered = 0;
  const asked = ask(executor, simulator, sleeps(simulator, runs, milliseconds, 'away'), runs, () => answered++);
  while (answered < runs / 6) await pause(20);
  await kill(place);
  await pause(seconds * 1000);
  await start(place);
  const back = Date.now();
  const damage = await asked;
  const again = begun(place.log).length - runs;
  console.log(`  ${again} of ${runs} runs were begun again`);
  const next = begun(place.log).find(({ at }) => at > back);
  return { ...damage, secondsToRerun: again > 0 && next ? (next.at - back) / 1000 : null };
}

/** A study is killed at random moments; its tasks go on. */
export async function studyKilled(quick: boolean): Promise<Damage> {
  await using place = await SlurmPlace.start(CORES);
  const directory = ['--slurm-directory', join(place.folder, 'runs'), '--slurm-lateness', String(LATENESS / 1000)];
  return await killStudies(
    { folder: place.folder, log: place.log, options: ['--executor', 'slurm', ...directory] },
    quick,
  );
}
