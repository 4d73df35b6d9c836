import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensure } from '../core/errors.ts';

type WorkerName = 'worker' | 'process-worker' | 'warden' | 'standstill-watch' | 'slurm-worker' | 'model-worker';

/** The bundled file of a worker: in `dist/bundle`, or beside this file where an application has bundled both. */
export function workerFile(name: WorkerName): string {
  const built = fileURLToPath(new URL(`../../dist/bundle/${name}.js`, import.meta.url));
  const beside = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
  const file = [built, beside].find((path) => existsSync(path));
  ensure(file, 'plugin', `the file of the workers, ${built}, is missing; build or install this package again`);
  return file;
}
