import { afterAll, describe } from 'vitest';
import { queueExecutor } from '../../../src/execution/queue/queue-executor.ts';
import { queueWorker } from '../../../src/execution/queue/queue-worker.ts';
import chaos from '../../fixtures/chaos.ts';
import { hasRedis, RedisServer } from '../../fixtures/redis-server.ts';
import unsure from '../../fixtures/unsure.ts';
import { executorLaws } from '../../laws/executor-laws.ts';

describe.runIf(hasRedis)('with a redis-server', async () => {
  if (!hasRedis) return;
  const redis = await RedisServer.start();
  const worker = await queueWorker([chaos, unsure], { redis: redis.url, workers: 2 });
  afterAll(async () => {
    await worker[Symbol.asyncDispose]();
    await redis[Symbol.asyncDispose]();
  });
  executorLaws('queueExecutor', (wishes) => queueExecutor({ redis: redis.url, ...wishes }));
});
