import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensure } from '../core/errors.ts';

type WorkerName = 'worker' | 'process-worker' | 'warden' | 'standstill-watch' | 'slurm-worker' | 'model-worker';

/** The compiled file of a worker: beside this file, or in `dist/bundle` when this runs from the TypeScript sources. */
export function workerFile(name: WorkerName): string {
  const beside = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
  const built = fileURLToPath(new URL(`../../dist/bundle/${name}.js`, import.meta.url));
  const file = [beside, built].find((path) => existsSync(path));
  ensure(file, 'plugin', `the file of the workers, ${beside}, is missing; build or install this package again`);
  return file;
}
