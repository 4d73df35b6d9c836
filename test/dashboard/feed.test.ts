import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Evaluation } from '../../src/core/evaluation.ts';
import { defineSimulator } from '../../src/core/simulator.ts';
import { categorical, real } from '../../src/core/space/parameter.ts';
import { dashboard } from '../../src/dashboard/dashboard.ts';
import { selected } from '../../src/dashboard/shared/run-filter.ts';
import type { StudyCard, StudyDetails } from '../../src/dashboard/shared/wire.ts';
import { cardOf } from '../../src/dashboard/study-card.ts';
import { StudyFeed } from '../../src/dashboard/study-feed.ts';
import { datasetFromCsv } from '../../src/data/csv.ts';
import { inlineExecutor } from '../../src/execution/inline.ts';
import { nsga2 } from '../../src/optimization/direct/nsga2.ts';
import { random } from '../../src/optimization/direct/random.ts';
import { latinHypercube } from '../../src/sampling/latin-hypercube.ts';
import { sqliteDriver } from '../../src/storage/sqlite-driver.ts';
import { sqliteStore } from '../../src/storage/sqlite-store.ts';
import { keptModels } from '../../src/study/kept-models.ts';
import { type LiveStudy, writeLive } from '../../src/study/live/live-study.ts';
import { runStudy } from '../../src/study/run-study.ts';
import { defineScenario } from '../../src/study/scenario/define-scenario.ts';
import { problemOf } from '../../src/study/scenario/goal.ts';
import { planOf, type StudyPlan, writePlan } from '../../src/study/so-far/plan.ts';
import { oneByOne } from '../laws/steering-laws.ts';
import { evaluation, finishedStudy, IDENTITY, newFolder, scenario, simulator, storeWith } from './stores.ts';

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

test('a study is interrupted while this process holds its store for a note only, else it runs in this process', async () => {
  const path = join(folder, 'noted.sqlite');
  await using store = await storeWith(path, 3);
  const running = { state: 'running', progress: null, runs: 3, failed: 0, secondsLeft: null, running: [], quality: [] };
  // The process before it had another id.
  writeLive(store, { format: 1, process: 1, host: 'here', started: 1e12, written: 1e12, ...running } as LiveStudy);
  const states = await Promise.all(
    [true, false].map(async (isWriting) => {
      const feed = new StudyFeed(path, (own) => own === path && isWriting);
      await feed.look();
      feed.close();
      return feed.state;
    }),
  );
  expect(states).toEqual(['interrupted', 'running']);
});

test('a study that says nothing of itself runs, whatever the one before it said last', async () => {
  const own = join(folder, 'silent');
  mkdirSync(own);
  const path = join(own, 'silent.sqlite');
  await using store = await storeWith(path, 3);
  const said = { state: 'ended', progress: null, runs: 3, failed: 0, secondsLeft: 5, running: [], quality: [] };
  writeLive(store, { format: 1, process: 1, host: 'here', started: 1e12, written: 1e12, ...said } as LiveStudy);
  const small = { ...scenario, search: undefined, chain: [{ name: 'surrogate', transfer: latinHypercube(), size: 9 }] };
  const states: string[] = [];
  const feed = new StudyFeed(path);
  const executor = oneByOne(async () => {
    await feed.look();
    states.push(feed.state);
  });
  await runStudy(small as never, { executor, store }, { clock: () => 0 });
  feed.close();
  expect(new Set(states)).toEqual(new Set(['running']));
});

test('a store that is being opened, or read, when it is closed stays closed', async () => {
  const path = join(folder, 'closed.sqlite');
  await (await storeWith(path, 1100))[Symbol.asyncDispose]();
  for (const turns of [0, 1, 2, 4]) {
    const feed = new StudyFeed(path);
    const looking = feed.look();
    for (let k = 0; k < turns; k++) await new Promise(setImmediate);
    feed.close();
    await looking;
    expect([turns, feed.read('plan'), feed.trouble]).toEqual([turns, undefined, undefined]);
    expect(await feed.look()).toBe(false);
    expect(feed.read('plan')).toBeUndefined();
  }
});

test('failures are told apart by the words of their reasons, some of them', async () => {
  const path = join(folder, 'failing.sqlite');
  await using store = await storeWith(path, 0);
  const word = (i: number) => String.fromCharCode(97 + (i % 26), 97 + Math.floor(i / 26));
  const reasons = [
    ...Array.from({ length: 6 }, (_, i) => `no convergence in step ${i} at ${1.5 * i}\nand so on ${word(i)}`),
    ...Array.from({ length: 40 }, (_, i) => `element ${word(i)} is inverted`),
  ];
  const failed = reasons.map((reason, i) => ({ ...evaluation(i), status: 'failed', cause: 'threw', reason }) as never);
  store.put(IDENTITY, failed);
  const feed = new StudyFeed(path);
  await feed.look();
  const { failures = [] } = feed.runs ?? {};
  expect(failures[0]).toEqual({ cause: 'threw', count: 6, row: 5, isMixed: false });
  expect(failures.slice(1, 12).map(({ count, isMixed }) => [count, isMixed])).toEqual(Array(11).fill([1, false]));
  expect(failures.slice(12)).toEqual([{ cause: 'threw', count: 29, row: 45, isMixed: true }]);
  feed.close();
});

test('a parameter that is inactive has no number to be drawn or selected by', async () => {
  const path = join(folder, 'conditional.sqlite');
  await using store = await sqliteStore(path);
  const layered = defineSimulator(null, {
    ...{ name: 'layered', outputs: { mass: {} } },
    parameters: { kind: categorical('plain', 'layered'), layers: real(0, 1, { activeWhen: { kind: 'layered' } }) },
    run: () => ({ mass: 1 }),
  });
  const chain = [{ name: 'surrogate', transfer: latinHypercube(), size: 8 }];
  const plan = planOf(
    defineScenario({ name: 'Layers', simulator: layered, seed: 7, chain }) as never,
    IDENTITY,
    undefined,
  );
  writePlan(store, plan);
  const points = [
    [0.25, 0.5],
    [0.75, 0.9],
  ].map((u) => Float64Array.from(u));
  store.put(
    IDENTITY,
    points.map((u, i) => ({ ...evaluation(i), u, values: Float64Array.of(1) }) as never),
  );
  const feed = new StudyFeed(path);
  await feed.look();
  expect([0, 1].map((row) => feed.table.numbers[1][row])).toEqual([Number.NaN, Math.fround(0.9)]);
  const ranges = { 1: [0, 1] } as const;
  expect([...selected(feed.table, { outcome: 'all', ranges }).subarray(0, 2)]).toEqual([0, 1]);
  feed.close();
});

test('a study from data says so, one of several objectives how many runs are on its front', async () => {
  const cardIn = async (name: string, plan: StudyPlan, own: readonly Evaluation[]) => {
    await using store = await sqliteStore(join(folder, name));
    writePlan(store, plan);
    if (own.length > 0) store.put(IDENTITY, own);
    const feed = new StudyFeed(join(folder, name));
    await feed.look();
    feed.close();
    return cardOf('a', feed);
  };
  const data = datasetFromCsv('a,y\n0.1,1\n0.2,2\n', { a: real(0, 1) }, { y: {} });
  const chain = [{ name: 'tree', transfer: latinHypercube(), size: 9 }];
  const rows = planOf(defineScenario({ name: 'Rows', start: { data }, seed: 7, chain }) as never, 'data', undefined);
  expect(await cardIn('rows.sqlite', rows, [])).toMatchObject({ isFromData: true, onFront: null, runs: 0 });
  const judged = planOf(defineScenario({ name: 'Judged', simulator, seed: 7, chain, test: 100 }), IDENTITY, undefined);
  expect(await cardIn('judged.sqlite', judged, [])).toMatchObject({ planned: 109 });
  const search = { on: 'simulator', minimize: ['depth', 'a'], maximize: 'b', optimizer: nsga2(), budget: 40 } as const;
  const goal = await problemOf(search as never, simulator.space, simulator.outputs);
  const several = planOf(defineScenario({ name: 'Several', simulator, seed: 7, search } as never), IDENTITY, goal);
  const own = [0, 1, 2, 6].map(evaluation);
  // The second of them is better in all.
  own[1] = { ...own[1], u: Float64Array.of(0, 1, 0.25), values: Float64Array.of(-1, 0) } as Evaluation;
  expect(await cardIn('several.sqlite', several, own)).toMatchObject({
    isFromData: false,
    onFront: 1,
    runs: 4,
    goal: '',
    unit: '',
  });
});

test('a model that is kept anew is another version of the models', async () => {
  const own = join(folder, 'models');
  mkdirSync(own);
  const path = join(own, 'models.sqlite');
  await finishedStudy(path);
  await using shown = await dashboard([own], { port: 0 });
  const version = async () => {
    const [{ key }] = (await (await fetch(`${shown.url}/api/studies`)).json()) as StudyCard[];
    const told = (await (await fetch(`${shown.url}/api/studies/${key}`)).json()) as StudyDetails;
    expect(told.models).toEqual(['surrogate']);
    return told.modelsVersion;
  };
  const before = await version();
  await using store = await sqliteStore(path);
  store.write('something', 'new');
  expect(await version()).toBe(before);
  const model = store.read('model/surrogate') as string;
  store.write(
    'model/surrogate',
    model.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10)),
  );
  expect(await version()).not.toBe(before);
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
