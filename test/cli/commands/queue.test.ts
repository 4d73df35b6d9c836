import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import { queueWorker } from '../../../src/execution/queue/queue-worker.ts';
import quick from '../../fixtures/cli/quick-simulator.ts';
import { imagoHere } from '../../fixtures/command-line.ts';
import { hasRedis, RedisServer } from '../../fixtures/redis-server.ts';

const SCENARIO = new URL('../../fixtures/cli/quick.ts', import.meta.url).pathname;
const PASSWORD = 'open-sesame';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'imago-queue-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  [['run', SCENARIO, '--executor', 'queue'], /--executor queue needs the URL of its Redis: --redis, or the variable/],
  [['run', SCENARIO, '--executor', 'queue', '--redis', 'redis://h', '-w', '2'], /--workers .* are for imago worker/],
  [['run', SCENARIO, '--executor', 'queue', '--redis', 'http://me:pw@h'], /redis must be a URL .* got 'http:\/\/h'/],
  [['run', SCENARIO, '--executor', 'queue', '--redis', 'redis://h', '--queue', 'a b'], /letters, digits and _\.-/],
  [['run', SCENARIO, '--executor', 'queue', '--redis', 'redis://h', '--priority', '2000'], /from -1000 to 1000/],
  [['run', SCENARIO, '--executor', 'queue', '--redis', 'redis://127.0.0.1:9'], /no Redis answers at redis:\/\/127/],
  [['worker', '--redis', 'redis://h', '--simulators', '/nowhere'], /there is none at \/nowhere/],
  [['worker', '--redis', 'redis://h', '--executor', 'inline'], /Allowed choices are processes, threads/],
  [['worker'], /imago worker needs --redis/],
  [['queue'], /imago queue needs --redis/],
])('%j ends with 2 and a sentence', async (args, words) => {
  const { code, stderr } = await imagoHere(...args, ...(args[0] === 'run' ? ['--no-store'] : []));
  expect(stderr).toMatch(words);
  expect(stderr).not.toContain('pw');
  expect(code).toBe(2);
});

describe.runIf(hasRedis)('over a queue', () => {
  test('a study has the results that it has in this thread, and tells no password; the queue tells of its worker', {
    tags: ['slow'],
  }, async () => {
    await using redis = await RedisServer.start('--requirepass', PASSWORD);
    const url = redis.url.replace('//', `//:${PASSWORD}@`);
    await using worker = await queueWorker([quick], {
      redis: url,
      workers: 3,
      executor: () => inlineExecutor(),
    });
    const files = ['queue', 'inline'].map((name) => join(folder, `${name}.json`));
    const report = join(folder, 'report.html');
    const store = join(folder, 'queue.sqlite');
    const place = ['--executor', 'queue', '--redis', url];
    const there = await imagoHere(
      ...['run', SCENARIO, '--store', store, '--json', files[0], '--report', report],
      ...place,
    );
    expect(there.code, there.stderr).toBe(0);
    expect(there.stderr).toContain(`on the queue 'imago' at ${redis.url}\n`);
    const here = await imagoHere('run', SCENARIO, '--no-store', '--inline', '--json', files[1]);
    expect(here.code, here.stderr).toBe(0);
    const [over, inline] = files.map(
      (file) => (JSON.parse(readFileSync(file, 'utf8')) as { results: unknown }).results,
    );
    expect(over).toEqual(inline);
    const state = join(folder, 'state.json');
    // A worker tells what it does with each sign of life: the last may still name a run that has ended since.
    const look = await vi.waitFor(
      async () => {
        const told = await imagoHere('queue', '--redis', url, '--json', state);
        expect(told.stdout).toContain(`  ${worker.name} takes 3 at once; has nothing to do\n`);
        return told;
      },
      { timeout: 30_000, interval: 500 },
    );
    expect(look.stdout).toContain(`The queue 'imago' at ${redis.url}\n`);
    const written = [...files, report, store, state].map((file) => readFileSync(file, 'latin1'));
    for (const text of [...written, there.stderr, there.stdout, look.stdout]) expect(text).not.toContain(PASSWORD);
  });
});
