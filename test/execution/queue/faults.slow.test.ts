import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Evaluation } from '../../../src/core/evaluation.ts';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import { queueExecutor } from '../../../src/execution/queue/queue-executor.ts';
import { queueState } from '../../../src/execution/queue/queue-state.ts';
import { queueWorker } from '../../../src/execution/queue/queue-worker.ts';
import chaos from '../../fixtures/chaos.ts';
import { chaosTask, evaluateAll, testRun } from '../../fixtures/chaos-tasks.ts';
import { hasRedis, RedisServer } from '../../fixtures/redis-server.ts';

const FIXTURES = new URL('../../fixtures/', import.meta.url).pathname;
const CLI = new URL('../../../dist/bundle/imago.js', import.meta.url).pathname;

const children = new Set<ChildProcess>();
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});

function start(...args: string[]): ChildProcess {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  return child;
}

/** A worker that is a process of its own; fulfilled when it takes jobs. */
async function worker(redis: RedisServer): Promise<ChildProcess> {
  const child = start(join(FIXTURES, 'queue-worker.js'), redis.url);
  child.stderr?.resume();
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  return child;
}

const running = async ({ url }: RedisServer) =>
  (await queueState({ redis: url })).workers.flatMap((one) =>
    one.running.map(({ first }) => ({ name: one.name, first })),
  );

const statuses = (outcomes: ReadonlyMap<string, Evaluation>) => [...outcomes.values()].map(({ status }) => status);

describe.runIf(hasRedis)('over a queue', () => {
  test('a worker that is killed in the middle of a run has it run again by another, and it counts once', async () => {
    await using redis = await RedisServer.start();
    const first = await worker(redis);
    await using executor = queueExecutor({ redis: redis.url });
    const asked = evaluateAll(executor, [chaosTask('blocks', 100, 'a')]);
    await expect.poll(() => running(redis), { timeout: 60_000 }).toHaveLength(1);
    await worker(redis);
    first.kill('SIGKILL');
    const outcomes = await asked;
    expect(statuses(outcomes)).toEqual(['completed']);
  });

  test('a run that kills each worker that takes it fails after the third, and those beside it do not', async () => {
    await using redis = await RedisServer.start();
    await using executor = queueExecutor({ redis: redis.url });
    const keep = async () => {
      for (let deaths = 0; deaths < 3; deaths++) await once(await worker(redis), 'exit');
      await worker(redis);
    };
    const kept = keep();
    const outcomes = await evaluateAll(executor, [chaosTask('ends-itself', 1, 'bad'), chaosTask('fine', 1, 'good')]);
    await kept;
    expect(outcomes.get('bad')).toMatchObject({ cause: 'crashed', reason: '3 workers died while they ran it' });
    expect(outcomes.get('good')).toMatchObject({ status: 'completed' });
  });

  /** An outage while twelve runs take place one after the other; what the study was told, and how often a run was answered. */
  async function outage(redis: RedisServer, away: () => Promise<void>) {
    const place = { redis: redis.url };
    const told: string[] = [];
    await using _worker = await queueWorker([chaos], { ...place, workers: 1, executor: () => inlineExecutor() });
    await using executor = queueExecutor({ ...place, notice: (line) => told.push(line) });
    const tasks = Array.from({ length: 12 }, (_, i) => chaosTask('waits', 80, `${i}`));
    const seen: string[] = [];
    let over: Promise<void> | undefined;
    for await (const group of executor.evaluate(chaos, tasks, testRun())) {
      for (const { id, status } of group) if (status === 'completed') seen.push(id);
      if (seen.length > 3) over ??= away();
    }
    await over;
    expect(seen.sort()).toEqual(tasks.map(({ id }) => id).sort());
    return told;
  }

  test.each([
    ['is killed and comes back with its log', ['--appendonly', 'yes', '--appendfsync', 'always'], true],
    ['is killed and comes back with nothing', [], true],
    ['stands still', [], false],
  ])('Redis that %s costs no run, and the study says so', async (_, settings, isKilled) => {
    await using redis = await RedisServer.start(...settings);
    const told = await outage(redis, async () => {
      await redis.kill(isKilled ? 'SIGKILL' : 'SIGSTOP');
      await pause(6000);
      await (isKilled ? redis.launch() : redis.kill('SIGCONT'));
    });
    expect(told[0]).toMatch(/^Redis at redis:\/\/127\.0\.0\.1:\d+ is away \(.+\); waiting for it$/);
    expect(told[1]).toMatch(/is back after about \d+ s$/);
  });

  test('a job that Redis has lost is asked again', async () => {
    await using redis = await RedisServer.start();
    const place = { redis: redis.url };
    const told: string[] = [];
    await using executor = queueExecutor({ ...place, notice: (line) => told.push(line) });
    const asked = evaluateAll(executor, [chaosTask('fine', 1, 'a')]);
    const waiting = async () => (await queueState(place)).simulators.map((line) => line.waiting);
    await expect.poll(waiting, { timeout: 60_000 }).toEqual([1]);
    await redis.kill('SIGKILL');
    await redis.launch();
    await expect.poll(waiting, { timeout: 60_000 }).toEqual([1]);
    expect(told).toContain('Redis has lost jobs of the queue; they are asked again');
    await using _worker = await queueWorker([chaos], { ...place, workers: 1, executor: () => inlineExecutor() });
    expect(statuses(await asked)).toEqual(['completed']);
  });
});

describe.runIf(hasRedis)('imago worker', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(FIXTURES, '../../.imago-queue-'));
    mkdirSync(join(folder, 'simulators'));
    for (const name of ['slow-branin.ts', 'cli/quick-simulator.ts'])
      cpSync(join(FIXTURES, name), join(folder, 'simulators', name.replace('cli/', '')));
    writeFileSync(join(folder, 'simulators', 'spring.yaml'), SPRING);
    writeFileSync(join(folder, 'simulators', 'power.mjs'), POWER);
    writeFileSync(join(folder, 'simulators', 'notes.js'), 'export const nothing = 1;\n');
    cpSync(join(folder, 'simulators'), join(folder, 'own'), { recursive: true });
    writeFileSync(join(folder, 'power.yaml'), POWER_STUDY);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const ended = async (child: ChildProcess) => {
    const [[code], said] = await Promise.all([once(child, 'exit'), text(child.stderr as NodeJS.ReadableStream)]);
    return { code: code as number, said };
  };
  const resultsOf = (file: string) =>
    (JSON.parse(readFileSync(join(folder, file), 'utf8')) as { results: unknown }).results;
  const studyOn = (scenario: string, name: string, ...args: string[]) =>
    start(CLI, 'run', scenario, '--json', join(folder, `${name}.json`), ...args);
  const workerOn = async (redis: RedisServer) => {
    const args = ['worker', '--redis', redis.url, '--simulators', join(folder, 'simulators'), '-w', '2'];
    const child = start(CLI, ...args);
    const said: string[] = [];
    child.stderr?.on('data', (part) => said.push(String(part)));
    const [line] = await once(child.stdout as NodeJS.ReadableStream, 'data');
    return { child, line: String(line), said };
  };

  test('runs programs of its folder and families with the options of a study, with the results of this machine', async () => {
    await using redis = await RedisServer.start();
    const { child, line, said } = await workerOn(redis);
    expect(line).toMatch(/takes 2 runs at once of .*quick@1\+\w+.*spring@\w+.*power with options/);
    expect(said.join('')).toMatch(/note: .*notes\.js is left out: .*default export/);
    for (const scenario of [join(folder, 'own', 'spring.yaml'), join(folder, 'power.yaml')]) {
      const place = ['--executor', 'queue', '--redis', redis.url];
      const over = await ended(studyOn(scenario, 'over', '--no-store', ...place));
      expect(over.code, over.said).toBe(0);
      const here = await ended(studyOn(scenario, 'here', '--no-store'));
      expect(here.code, here.said).toBe(0);
      expect(resultsOf('over.json')).toEqual(resultsOf('here.json'));
    }
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  test('kill -9 of a study loses nothing: the same command goes on to the same results', async () => {
    await using redis = await RedisServer.start();
    await workerOn(redis);
    const scenario = join(FIXTURES, 'slow-study.ts');
    const args = ['--store', join(folder, 'slow.sqlite'), '--executor', 'queue', '--redis', redis.url];
    const first = studyOn(scenario, 'killed', ...args);
    await once(first.stderr as NodeJS.ReadableStream, 'data');
    await pause(4000);
    first.kill('SIGKILL');
    const again = await ended(studyOn(scenario, 'again', ...args));
    expect(again.code, again.said).toBe(0);
    const whole = await ended(studyOn(scenario, 'whole', '--no-store'));
    expect(whole.code, whole.said).toBe(0);
    expect(resultsOf('again.json')).toEqual(resultsOf('whole.json'));
  });
});

const SPRING = `name: Quickest spring
simulator:
  name: spring
  command: [sh, spring.sh, '{{stiffness}}']
  files: { spring.sh: 'echo "settled $1"' }
  parameters: { stiffness: { real: [1, 40], unit: N/m } }
  outputs: { settled: { pattern: '^settled (\\S+)', unit: N/m } }
search: { on: simulator, minimize: settled, optimizer: random, budget: 4 }
`;

const POWER = `import { defineSimulator, real } from 'imago';
export default ({ exponent }) =>
  defineSimulator({ module: import.meta.url, options: { exponent } }, {
    name: 'power',
    parameters: { x: real(0, 2) },
    outputs: { y: {} },
    run: ({ x }) => ({ y: x ** exponent }),
  });
`;

const POWER_STUDY = `name: Least power
simulator: { module: own/power.mjs, options: { exponent: 3 } }
search: { on: simulator, minimize: y, optimizer: random, budget: 4 }
`;
