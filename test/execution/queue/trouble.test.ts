import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import { checkInfo } from '../../../src/execution/queue/check-server.ts';
import { queuePackages } from '../../../src/execution/queue/packages.ts';
import { type QueueExecutorOptions, queueExecutor } from '../../../src/execution/queue/queue-executor.ts';
import { queueState } from '../../../src/execution/queue/queue-state.ts';
import { queueWorker } from '../../../src/execution/queue/queue-worker.ts';
import { redisAddress } from '../../../src/execution/queue/redis-address.ts';
import { isPassing } from '../../../src/execution/queue/redis-link.ts';

import chaos from '../../fixtures/chaos.ts';
import { chaosTask, evaluateAll, testRun } from '../../fixtures/chaos-tasks.ts';
import { hasRedis, RedisServer } from '../../fixtures/redis-server.ts';

/** What one evaluation over such a queue says. */
async function said(options: QueueExecutorOptions): Promise<string> {
  await using executor = queueExecutor(options);
  return evaluateAll(executor, [chaosTask('fine', 1, 'a')]).then(
    () => 'an answer',
    (error: Error) => error.message,
  );
}

/** A study that asks one run of a queue that has no workers yet, and the Redis as a client of its own sees it. */
async function askedStudy(redis: string) {
  const client = new Redis(redis);
  const place = { redis, notice: () => undefined };
  const stop = new AbortController();
  const executor = queueExecutor(place);
  const answers = evaluateAll(executor, [chaosTask('fine', 1, 'a')], testRun(stop.signal));
  const jobs = () => client.keys('imago:imago:jobs:*:j*');
  await expect.poll(jobs, { timeout: 60_000 }).toHaveLength(1);
  return {
    ...{ client, place, jobs },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await answers;
      await executor[Symbol.asyncDispose]();
      client.disconnect();
    },
  };
}

describe('the address of a Redis', () => {
  test('has its parts, and shows neither user nor password', () => {
    expect(redisAddress('rediss://me:p%40ss@db.example.org:7000/3')).toEqual({
      host: 'db.example.org',
      port: 7000,
      username: 'me',
      password: 'p@ss',
      db: 3,
      isEncrypted: true,
      shown: 'rediss://db.example.org:7000/3',
    });
    expect(redisAddress('redis://[::1]')).toMatchObject({ host: '::1', port: 6379, shown: 'redis://[::1]:6379' });
  });

  test.each([
    ['', /got ''$/],
    ['localhost:6379', /got 'localhost:6379'$/],
    ['http://me:secret@host', /such as redis:\/\/host:6379 .* got 'http:\/\/host'$/],
    ['redis://me:secret@ho st', /got 'redis:\/\/ho st'$/],
    ['me:secret@host:6379', /got 'host:6379'$/],
    ['redis://me:secret@host/first', /the number of a database$/],
    ['redis://me:secr%et@host', /a % in the user or the password/],
    ['redis://me:1234?secret@host', /a \? in the user or the password is written %3F/],
    ['redis://me:1234#secret@host', /a # %23/],
    [undefined, /got 'undefined'$/],
  ])('%s is refused in a sentence without secrets', (url, words) => {
    expect(() => redisAddress(url)).toThrow(words);
    expect(() => redisAddress(url)).not.toThrow(/secr/);
  });
});

test.each<[Partial<QueueExecutorOptions>, RegExp]>([
  [{ queue: 'a:b' }, /queue must be a name of letters, digits and _\.-, got 'a:b'/],
  [{ priority: 0.5 }, /priority must be a whole number from -1000 to 1000, got 0\.5/],
  [{ timeLimit: 0 }, /timeLimit must be positive, got 0/],
  [{ concurrency: 0 }, /concurrency must be a positive integer, got 0/],
  [{ retries: -1 }, /retries must be a whole number of at least 0, got -1/],
])('the option %j is refused', (options, words) => {
  expect(() => queueExecutor({ redis: 'redis://host', ...options })).toThrow(words);
});

test('without its packages it says what to install', async () => {
  const missing = () => Promise.reject(Object.assign(new Error('no'), { code: 'ERR_MODULE_NOT_FOUND' }));
  await expect(queuePackages(missing)).rejects.toThrow('npm install bullmq@6 ioredis@6');
});

test.each([
  ['redis_version:5.0.14', 'Redis 5.0.14 at redis://host:1 is too old for a queue; it takes 6.2.0 or later'],
  ['redis_version:7.0.1\r\nrole:slave\r\nmaster_host:big\r\nmaster_port:7', /give the address of its master, big:7/],
  ['redis_version:7.0.1\r\ncluster_enabled:1', /is a cluster/],
  ['redis_version:10.0.0\r\nmaxmemory_policy:allkeys-lru', /maxmemory-policy allkeys-lru.* config set/],
])('a Redis that says %j of itself is refused', (info, words) => {
  expect(() => checkInfo('redis://host:1', info)).toThrow(words);
  expect(() => checkInfo('redis://host:1', 'redis_version:6.2.0\r\nmaxmemory_policy:noeviction')).not.toThrow();
});

test('an address where nothing answers is told, and what else answers', async () => {
  expect(await said({ redis: 'redis://me:secret@127.0.0.1:9' })).toBe(
    'no Redis answers at redis://127.0.0.1:9 (ECONNREFUSED); start one there, or give another URL',
  );
});

test.each([
  ["OOM command not allowed when used memory > 'maxmemory'.", true],
  [
    "ERR Error running script (call to f_1): @user_script:9: @user_script: 9: -OOM command not allowed when used memory > 'maxmemory'.",
    true,
  ],
  ['MISCONF Redis is configured to save RDB snapshots', true],
  ['BUSYGROUP Consumer Group name already exists', false],
  ['ERR Error running script (call to f_1): @user_script:9: attempt to index a nil value', false],
])('that Redis says %j passes: %s', (words, isSo) => {
  expect(isPassing(words)).toBe(isSo);
});

describe.runIf(hasRedis)('a Redis', () => {
  test('that is full is waited for by a worker, too', { tags: ['slow'] }, async () => {
    await using redis = await RedisServer.start();
    const client = new Redis(redis.url);
    const told: string[] = [];
    const failures: unknown[] = [];
    const place = { redis: redis.url, notice: (text: string) => told.push(text) };
    await using worker = await queueWorker([chaos], { ...place, workers: 1, executor: () => inlineExecutor() });
    worker.closed.catch((error: unknown) => failures.push(error));
    await using executor = queueExecutor({ redis: redis.url, notice: () => undefined });
    const answers = evaluateAll(
      executor,
      Array.from({ length: 20 }, (_, i) => chaosTask('waits', 90, `${i}`)),
    );
    await expect.poll(() => worker.answered, { timeout: 60_000 }).toBeGreaterThan(2);
    await client.config('SET', 'maxmemory', '1');
    await expect.poll(() => told, { timeout: 60_000 }).toHaveLength(1);
    expect(told[0]).toMatch(/refuses to write: OOM/);
    // Long enough for it to look for work.
    await pause(2500);
    await client.config('SET', 'maxmemory', '0');
    const statuses = [...(await answers).values()].map(({ status }) => status);
    expect(statuses).toEqual(Array(20).fill('completed'));
    expect(failures).toEqual([]);
    client.disconnect();
  });

  test('that is away keeps no worker from its end', { tags: ['slow'] }, async () => {
    await using redis = await RedisServer.start();
    const worker = await queueWorker([], { redis: redis.url, notice: () => undefined });
    await redis.kill('SIGSTOP');
    await worker[Symbol.asyncDispose]();
    await worker.closed;
  });

  test.each(['setnx', 'subscribe'])('that does not permit %s has no connection left', async (command) => {
    await using redis = await RedisServer.start();
    const client = new Redis(redis.url);
    await client.call('ACL', 'SETUSER', 'me', 'on', '>word', '~*', '&*', '+@all', `-${command}`);
    const place = { redis: redis.url.replace('//', '//me:word@') };
    expect(await said(place)).toMatch(/NOPERM/);
    await expect(queueWorker([], place)).rejects.toThrow('NOPERM');
    await expect
      .poll(async () => String(await client.client('LIST')).match(/user=me/g), { timeout: 60_000 })
      .toBeNull();
    client.disconnect();
  });

  test('that somebody else has taken an answer from is asked again', { tags: ['slow'] }, async () => {
    await using redis = await RedisServer.start();
    const client = new Redis(redis.url);
    await using executor = queueExecutor({ redis: redis.url, notice: () => undefined });
    const answers = evaluateAll(executor, [chaosTask('fine', 1, 'a')]);
    const job = async () => (await client.keys('imago:imago:jobs:*:j*'))[0];
    await expect.poll(job, { timeout: 60_000 }).toBeDefined();
    const key = await job();
    await client.set(`imago:imago:answer:${key.split(':').at(-1)}`, '');
    await client.del(...(await client.keys('imago:imago:jobs:*')));
    await using _worker = await queueWorker([chaos], { redis: redis.url, executor: () => inlineExecutor() });
    expect((await answers).get('a')).toMatchObject({ status: 'completed' });
    client.disconnect();
  });

  test('that has lost what a job asks has it failed with a sentence and asked again; nobody refuses the simulator', async () => {
    await using redis = await RedisServer.start();
    const client = new Redis(redis.url);
    const told: string[] = [];
    await using executor = queueExecutor({ redis: redis.url, notice: () => undefined });
    const answers = evaluateAll(executor, [chaosTask('fine', 1, 'a')]);
    const job = async () => (await client.keys('imago:imago:jobs:*:j*'))[0];
    await expect.poll(job, { timeout: 60_000 }).toBeDefined();
    await client.del(await job());
    const place = { redis: redis.url, notice: (text: string) => told.push(text) };
    await using worker = await queueWorker([chaos], { ...place, executor: () => inlineExecutor() });
    expect((await answers).get('a')).toMatchObject({ status: 'completed' });
    expect(told).toEqual([
      expect.stringMatching(`^worker ${worker.name} drops job j[0-9a-f]{24}: a job of 'chaos' has no runs$`),
    ]);
    client.disconnect();
  });

  test('has no jobs any more of an executor that was disposed of', async () => {
    await using redis = await RedisServer.start();
    const client = new Redis(redis.url);
    const told: string[] = [];
    const executor = queueExecutor({ redis: redis.url, notice: (text) => told.push(text) });
    const answers = evaluateAll(executor, [chaosTask('fine', 1, 'a')]);
    const jobs = () => client.keys('imago:imago:jobs:*:j*');
    await expect.poll(jobs, { timeout: 60_000 }).toHaveLength(1);
    await executor[Symbol.asyncDispose]();
    expect((await answers).get('a')).toMatchObject({ cause: 'cancelled' });
    expect(await jobs()).toEqual([]);
    expect(told).toEqual([]);
    client.disconnect();
  });

  test('loses the jobs of a study that was killed to the next worker, and not those of another that asks the same', {
    tags: ['slow'],
  }, async () => {
    await using redis = await RedisServer.start();
    await using asked = await askedStudy(redis.url);
    const { client, place, jobs } = asked;
    // What a killed one leaves: jobs that it owns, and its id without what it says while it lives.
    const owners = await client.hgetall('imago:imago:owners');
    const [[job, owner]] = Object.entries(owners);
    const [study, line] = owner.split(' ');
    const dead = new (await queuePackages()).Queue(line, { connection: client, prefix: 'imago:imago:jobs' });
    await dead.add('left', {}, { jobId: 'jleft' });
    await client.sadd('imago:imago:studies', 'dead');
    await client.hset('imago:imago:owners', 'jleft', `dead ${line}`);
    await using _worker = await queueWorker([], place);
    await expect.poll(() => client.hgetall('imago:imago:owners'), { timeout: 60_000 }).toEqual({ [job]: owner });
    expect(await jobs()).toEqual([expect.stringContaining(job)]);
    await expect.poll(() => client.smembers('imago:imago:studies'), { timeout: 60_000 }).toEqual([study]);
    await dead.close();
  });

  test('that was away keeps the jobs of a study that has not yet said again that it lives', async () => {
    await using redis = await RedisServer.start();
    await using asked = await askedStudy(redis.url);
    const { client, place, jobs } = asked;
    const [job] = await jobs();
    await client.hset(job, 'mark', 'the same');
    const [study] = await client.smembers('imago:imago:studies');
    await client.del(`imago:imago:study:${study}`);
    await queueState(place);
    expect(await client.hget(job, 'mark')).toBe('the same');
  });

  test('with another password, or none of that user, is told without it', async () => {
    await using redis = await RedisServer.start('--requirepass', 'secret');
    for (const redisUrl of [redis.url, redis.url.replace('//', '//:wrong@'), redis.url.replace('//', '//me:wrong@')]) {
      const words = await said({ redis: redisUrl });
      expect(words).toMatch(/^Redis at redis:\/\/127\.0\.0\.1:\d+ does not take the user and password of the URL/);
      expect(words).not.toContain('wrong');
    }
    const redisUrl = redis.url.replace('//', '//:secret@');
    await using worker = await queueWorker([], { redis: redisUrl });
    expect(worker.simulators).toEqual([]);
    await using executor = queueExecutor({ redis: redisUrl });
    expect(executor.name).toBe(`the queue 'imago' at ${redis.url}`);
  });

  test('that evicts keys, or has a queue of another format, is refused', async () => {
    await using redis = await RedisServer.start();
    const client = new Redis(redis.url);
    await client.config('SET', 'maxmemory-policy', 'volatile-ttl');
    expect(await said({ redis: redis.url })).toMatch(/maxmemory-policy volatile-ttl/);
    await client.config('SET', 'maxmemory-policy', 'noeviction');
    await client.set('imago:other:format', '9');
    client.disconnect();
    expect(await said({ redis: redis.url, queue: 'other' })).toMatch(
      /the queue 'other' at .* was made by another imago \(format 9, this one has 1\)/,
    );
  });
});
