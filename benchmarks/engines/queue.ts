import { queueExecutor } from 'imago/node';
import type { Case, Engine, Running } from './engine.ts';
import { manyWorkers, redisAway, studyKilled, workerKilled } from './queue-faults.ts';
import { lacksRedis, QueuePlace } from './queue-place.ts';

/** Workers from which a sleeper has no process of its own: two cores hold no more. */
const MANY = 8;

/** The queue on a Redis of this machine, with workers that are processes of this machine. */
export const queue: Engine = {
  name: 'queue',
  missing: lacksRedis,
  cases: [
    { workers: 2, runMilliseconds: 100, runs: 400 },
    { workers: 2, runMilliseconds: 10, runs: 4000 },
    { workers: 2, runMilliseconds: 0, runs: 100_000 },
    { workers: 2, runMilliseconds: 0, runs: 1_000_000 },
    { workers: 64, runMilliseconds: 500, runs: 10_000 },
  ],
  quickCases: [{ workers: 2, runMilliseconds: 100, runs: 40 }],
  async start({ workers }: Case): Promise<Running> {
    const place = await QueuePlace.start({ notes: false });
    await place.addAll(workers, workers > MANY);
    const executor = queueExecutor({ redis: place.redis });
    return {
      executor,
      told: async () => `Redis held ${await place.peakMemory()} at most`,
      async [Symbol.asyncDispose]() {
        await executor[Symbol.asyncDispose]();
        await place[Symbol.asyncDispose]();
      },
    };
  },
  faults: {
    'worker-killed': workerKilled,
    'study-killed': studyKilled,
    'redis-killed': () => redisAway(1),
    'redis-away': () => redisAway(30),
    'many-workers': manyWorkers,
  },
  quickFaults: ['worker-killed'],
};
