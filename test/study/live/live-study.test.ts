import { expect, test } from 'vitest';
import beam from '../../../simulators/cantilever-beam.ts';
import { ImagoError } from '../../../src/core/errors.ts';
import { memoryStore, type Store } from '../../../src/core/store.ts';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import { differentialEvolution } from '../../../src/optimization/direct/differential-evolution.ts';
import { random } from '../../../src/optimization/direct/random.ts';
import { latinHypercube } from '../../../src/sampling/latin-hypercube.ts';
import { studyControl } from '../../../src/study/control/study-control.ts';
import { type LiveStudy, liveStudy } from '../../../src/study/live/live-study.ts';
import { runStudy } from '../../../src/study/run-study.ts';
import { defineScenario } from '../../../src/study/scenario/define-scenario.ts';
import { decisionTree } from '../../../src/surrogates/trees/decision-tree.ts';

const scenario = defineScenario({
  name: 'a beam',
  simulator: beam,
  chain: [{ name: 'g', transfer: latinHypercube(), size: 20, student: decisionTree({ maxDepth: 3 }) }],
  search: { on: 'g', minimize: 'mass', rounds: 2, confirm: 2, minimizer: differentialEvolution({ evaluations: 100 }) },
});

/** A clock that goes on by 100 ms whenever it is asked, and what was written by it. */
function told(store: Store = memoryStore()) {
  let time = 1_000_000;
  const written: LiveStudy[] = [];
  const write = (document: string, text: string) => {
    if (document === 'live') written.push(JSON.parse(text) as LiveStudy);
    store.write(document, text);
  };
  const presence = { process: 7, host: 'here', now: () => (time += 100) };
  return { store: { ...store, write }, presence, written };
}

test('a study says what it does, twice a second at most, and changes nothing by it', async () => {
  const { store, presence, written } = told();
  const executor = inlineExecutor();
  const watched = await runStudy(scenario, { executor, store, presence }, { clock: () => 0 });
  const plain = await runStudy(scenario, { executor, store: memoryStore() }, { clock: () => 0 });
  expect(watched.results).toEqual(plain.results);
  for (const [i, { written: at }] of written.slice(1, -1).entries())
    expect(at - written[i].written).toBeGreaterThanOrEqual(500);
  expect(written[0]).toMatchObject({ process: 7, host: 'here', state: 'running', progress: null, secondsLeft: null });
  const last = liveStudy(store);
  expect(last).toEqual(written.at(-1));
  expect(last).toMatchObject({ state: 'ended', runs: 24, failed: 0, running: [], secondsLeft: 0 });
  expect(last?.progress).toMatchObject({ phase: expect.any(String), total: expect.any(Number) });
});

test('it tells how good its models were: at their fit, and by what they promised', async () => {
  const { store, presence } = told();
  await runStudy(scenario, { executor: inlineExecutor(), store, presence }, { clock: () => 0 });
  const { quality = [] } = liveStudy(store) ?? {};
  expect(quality.filter(({ measure }) => measure === 'q2').map(({ output, rows }) => [output, rows])).toEqual(
    beam.outputs.map(({ name }) => [name, 20]),
  );
  const promises = quality.filter(({ measure }) => measure === 'promise');
  expect(new Set(promises.map(({ rows }) => rows))).toEqual(new Set([20, 22]));
  for (const { value } of promises) expect(value).toBeGreaterThanOrEqual(0);
});

test('runs in progress are told with their places, and time left by the rate', async () => {
  const { store, presence, written } = told();
  const inline = inlineExecutor();
  const two = {
    ...inline,
    /** Two at a time, the second one of each ends first. */
    async *evaluate(...[simulator, tasks, run]: Parameters<typeof inline.evaluate>) {
      const left = [...tasks];
      for (let pair = left.splice(0, 2); pair.length > 0; pair = left.splice(0, 2))
        for (const task of pair.reverse()) yield* inline.evaluate(simulator, [task], run);
    },
  };
  await runStudy(scenario, { executor: two, store, presence }, { clock: () => 0 });
  const busy = written.filter(({ running }) => running.length > 1);
  expect(busy.length).toBeGreaterThan(2);
  for (const { running } of busy) expect(new Set(running.map(({ place }) => place)).size).toBe(running.length);
  const halfway = written.find(({ runs }) => runs >= 10) as LiveStudy;
  const seconds = (halfway.written - halfway.started) / 1000;
  expect(halfway.secondsLeft).toBeGreaterThan(0);
  expect(halfway.secondsLeft).toBeLessThanOrEqual((seconds * 24) / halfway.runs);
});

test('a budget that is raised meanwhile is planned from then on', async () => {
  const control = studyControl();
  const inline = inlineExecutor();
  let count = 0;
  const executor = {
    ...inline,
    async *evaluate(...[simulator, tasks, run]: Parameters<typeof inline.evaluate>) {
      for (const task of tasks) {
        if (++count === 11) control.setBudget(20);
        yield* inline.evaluate(simulator, [task], run);
      }
    },
  };
  const search = { on: 'simulator', minimize: 'mass', optimizer: random(), budget: 12 } as const;
  const direct = defineScenario({ name: 'a beam', simulator: beam, search });
  const { store, presence, written } = told();
  await runStudy(direct, { executor, store, presence, control }, { clock: () => 0 });
  const later = written.filter(({ runs }) => runs >= 12 && runs < 20);
  expect(later.length).toBeGreaterThan(0);
  for (const { secondsLeft } of later) expect(secondsLeft).toBeGreaterThan(0);
});

test('a study that is cancelled says that it has ended; a store that fails is told once', async () => {
  const cancelled = told();
  const signal = AbortSignal.abort();
  const timing = { clock: () => 0, signal };
  const executor = inlineExecutor();
  await expect(runStudy(scenario, { executor, ...cancelled }, timing)).rejects.toThrow('cancelled');
  expect(liveStudy(cancelled.store)?.state).toBe('ended');
  const broken = told();
  const put = () => {
    throw new ImagoError('store', 'the disk is full');
  };
  const environment = { executor, presence: broken.presence, store: { ...broken.store, put } };
  await expect(runStudy(scenario, environment, { clock: () => 0 })).rejects.toThrow('the disk is full');
  expect(liveStudy(broken.store)?.state).toBe('running');
});
