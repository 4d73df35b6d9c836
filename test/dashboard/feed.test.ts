import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { dashboard } from '../../src/dashboard/dashboard.ts';
import type { StudyCard, StudyDetails } from '../../src/dashboard/shared/wire.ts';
import { StudyFeed } from '../../src/dashboard/study-feed.ts';
import { inlineExecutor } from '../../src/execution/inline.ts';
import { random } from '../../src/optimization/direct/random.ts';
import { sqliteDriver } from '../../src/storage/sqlite-driver.ts';
import { sqliteStore } from '../../src/storage/sqlite-store.ts';
import { keptModels } from '../../src/study/kept-models.ts';
import { runStudy } from '../../src/study/run-study.ts';
import { defineScenario } from '../../src/study/scenario/define-scenario.ts';
import { planOf, writePlan } from '../../src/study/so-far/plan.ts';
import { IDENTITY, newFolder, simulator, storeWith } from './stores.ts';

const folder = newFolder();
afterAll(() => rmSync(folder, { recursive: true }));

test('a study is interrupted once nobody holds its store, though the process that held it lives', async () => {
  const path = join(folder, 'left.sqlite');
  const store = await storeWith(path, 3);
  const feed = new StudyFeed(path);
  await feed.look();
  expect(feed.state).toBe('running');
  await store[Symbol.asyncDispose]();
  const again = new StudyFeed(path);
  await again.look();
  expect(again.state).toBe('interrupted');
  feed.close();
  again.close();
});

test('a damaged run is told, with those before it shown, and read again when something was committed only', async () => {
  const path = join(folder, 'damaged.sqlite');
  await (await storeWith(path, 30))[Symbol.asyncDispose]();
  const database = (await sqliteDriver())(path, false);
  const shift = (by: number) =>
    database.exec(`UPDATE evaluations SET milliseconds = milliseconds + ${by} WHERE id = '7/surrogate/design/20'`);
  shift(1);
  const feed = new StudyFeed(path);
  const looks: boolean[] = [];
  for (let k = 0; k < 30; k++) looks.push(await feed.look());
  expect(looks).toEqual([true, ...Array(29).fill(false)]);
  expect(feed).toMatchObject({ state: 'unreadable', epoch: 1, version: 1, table: { count: 20 } });
  expect(feed.trouble).toContain('7/surrogate/design/20 was changed');
  shift(-1);
  expect(await feed.look()).toBe(true);
  expect(feed).toMatchObject({ state: 'interrupted', epoch: 1, version: 2, table: { count: 30 }, trouble: undefined });
  feed.close();
  database.close();
});

test('who asks for the events by HEAD is answered to the end, and may ask on', async () => {
  await using shown = await dashboard([folder], { port: 0 });
  // One connection: what is asked next waits for the end of what was asked before.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = async (method: string, part: string) => {
    const sent = request(`${shown.url}${part}`, { method, agent }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    await once(response.resume(), 'end');
    return [response.statusCode, response.headers['content-type']];
  };
  expect(await ask('HEAD', '/api/events')).toEqual([200, 'text/event-stream']);
  expect(await ask('GET', '/api/studies')).toEqual([200, 'application/json']);
  agent.destroy();
});

test('a goal that is a function is said to be one, and its best run is what the study told at its end', async () => {
  const own = join(folder, 'function');
  mkdirSync(own);
  const path = join(own, 'function.sqlite');
  const search = {
    ...{ on: 'simulator', optimizer: random(), budget: 12, subjectTo: ['a >= 0.5 m'] },
    minimize: ({ depth }: { depth: number }) => (depth - 1) ** 2,
  };
  const scenario = defineScenario({ name: 'Function', simulator, seed: 7, search } as never);
  await using shown = await dashboard([own], { port: 0 });
  const details = async () => {
    const [{ key }] = (await (await fetch(`${shown.url}/api/studies`)).json()) as StudyCard[];
    return (await (await fetch(`${shown.url}/api/studies/${key}`)).json()) as StudyDetails;
  };
  await using store = await sqliteStore(path);
  const problem = { objectives: [{ sense: 'minimize', text: 'miss' }], constraints: [] };
  writePlan(store, planOf(scenario as never, IDENTITY, problem as never));
  expect(await details()).toMatchObject({ best: null, goalNote: expect.stringContaining('the outputs are shown') });
  const { results } = await runStudy(scenario, { executor: inlineExecutor(), store }, { clock: () => 0 });
  const best = results.search?.best;
  expect(best?.feasible).toBe(true);
  const told = await details();
  expect(told.models).toEqual(keptModels(store).map(({ stage }) => stage));
  expect(told.models).toEqual(['model of the runs']);
  expect(told).toMatchObject({
    goalNote: expect.stringContaining('the study told at its end'),
    best: { id: best?.id, point: best?.point, objectives: [best?.objective], constraints: [{ holds: true }] },
    card: { best: { value: best?.objective }, state: 'finished' },
  });
});
