import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { Desk, placeOf } from '../../../src/execution/queue/desk.ts';
import { liveStudies } from '../../../src/execution/queue/registry.ts';
import { hasRedis, RedisServer } from '../../fixtures/redis-server.ts';

test.runIf(hasRedis)(
  'while Redis is full no look waits, and no study is dead that could not say that it lives',
  async () => {
    await using redis = await RedisServer.start();
    const client = new Redis(redis.url);
    let tell: (text: string) => void = () => undefined;
    const told = new Promise<string>((resolve) => {
      tell = resolve;
    });
    await using desk = await Desk.open(placeOf({ redis: redis.url }), tell);
    await client.sadd('imago:imago:studies', 'quiet');
    await client.hset('imago:imago:owners', 'job', 'quiet line');
    const look = () => liveStudies(desk);
    desk.silent.set('quiet', Number.NEGATIVE_INFINITY);
    await client.config('SET', 'maxmemory', '1');
    const first = look();
    expect(await Promise.race([first, told])).toEqual([]);
    await client.config('SET', 'maxmemory', '0');
    await first;
    await look();
    expect(await client.hgetall('imago:imago:owners')).toEqual({ job: 'quiet line' });

    desk.silent.set('quiet', Number.NEGATIVE_INFINITY);
    await look();
    expect(await client.hgetall('imago:imago:owners')).toEqual({});
    client.disconnect();
  },
);
