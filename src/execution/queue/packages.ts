import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ImagoError } from '../../core/errors.ts';
import { isMissing, type Load, loadPackage } from '../../core/platform/optional-package.ts';

export type BullQueue = import('bullmq').Queue;
export type BullWorker = import('bullmq').Worker;
export type BullJob = import('bullmq').Job;
export type RedisClient = import('ioredis').Redis;
export type RedisOptions = import('ioredis').RedisOptions;

/** The package of queues, and the client of Redis that it uses. */
export interface QueuePackages {
  readonly Queue: typeof import('bullmq').Queue;
  readonly Worker: typeof import('bullmq').Worker;
  readonly Redis: typeof import('ioredis').Redis;
}

/** Loads bullmq and ioredis; throws `plugin` where one is not installed. */
export async function queuePackages(load: Load = loadPackage): Promise<QueuePackages> {
  try {
    const [queues, client] = await Promise.all([load('bullmq'), load('ioredis')]);
    return { ...(queues as Pick<QueuePackages, 'Queue' | 'Worker'>), ...(client as Pick<QueuePackages, 'Redis'>) };
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    throw new ImagoError('plugin', 'a queue on Redis needs two packages beside imago: npm install bullmq@6 ioredis@6', {
      cause,
    });
  }
}

/** The version of this package. */
export function ownVersion(): string {
  // Of the bundle, and of the sources.
  const places = ['../../package.json', '../../../package.json'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const file = places.find((path) => existsSync(path)) as string;
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
