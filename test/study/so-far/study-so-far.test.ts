import { expect, test } from 'vitest';
import beam from '../../../simulators/cantilever-beam.ts';
import type { Executor } from '../../../src/core/executor.ts';
import { memoryStore, type Store } from '../../../src/core/store.ts';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import { random } from '../../../src/optimization/direct/random.ts';
import { headlines } from '../../../src/report/headlines.ts';
import { htmlReport } from '../../../src/report/html.ts';
import { latinHypercube } from '../../../src/sampling/latin-hypercube.ts';
import { keptModels } from '../../../src/study/kept-models.ts';
import { runStudy } from '../../../src/study/run-study.ts';
import { defineScenario } from '../../../src/study/scenario/define-scenario.ts';
import type { AnyScenario } from '../../../src/study/scenario/scenario.ts';
import { studySoFar } from '../../../src/study/so-far/study-so-far.ts';
import { decisionTree } from '../../../src/surrogates/trees/decision-tree.ts';

const chain = [{ name: 'g', transfer: latinHypercube(), size: 10, student: decisionTree({ maxDepth: 2 }) }];
const search = { on: 'simulator' as const, optimizer: random(), budget: 12, batch: 2 };
const compare = { optimizers: [random()], budget: 5 };
const subjectTo = ['deflection <= 1 cm'];
const texts = defineScenario({
  name: 'a beam',
  simulator: beam,
  chain,
  search: { ...search, minimize: 'mass', subjectTo },
  compare,
});
const code = defineScenario({ ...texts, search: { ...search, minimize: ({ mass }) => mass } });

/** Runs in this thread that are told of one by one. */
function oneByOne(): Executor {
  const inline = inlineExecutor();
  return {
    ...inline,
    async *evaluate(simulator, tasks, run) {
      for (const task of tasks) {
        if (run.signal?.aborted) return;
        yield* inline.evaluate(simulator, [task], run);
      }
    },
  };
}

/** Runs a scenario until a phase has come so far, and interrupts it there. */
async function interrupt(scenario: AnyScenario, store: Store, phase: string, done: number): Promise<void> {
  const controller = new AbortController();
  const study = runStudy(
    scenario,
    { executor: oneByOne(), store },
    {
      clock: () => 0,
      signal: controller.signal,
      progress: (event) => {
        if (event.phase === phase && event.done >= done) controller.abort();
      },
    },
  );
  await expect(study).rejects.toThrow('cancelled');
}

/** A store that only reads, and what it was asked to write. */
function readOnly(store: Store): Store {
  const refuse = () => {
    throw new Error('a second writer');
  };
  return { ...store, all: () => store.all(), put: refuse, write: refuse };
}

test('a study interrupted in its design tells its runs, and no model', async () => {
  const store = memoryStore();
  await interrupt(texts, store, '1/g/design', 4);
  const { results } = await studySoFar(readOnly(store));
  expect(results.unfinished).toEqual({ phase: 'the design of g', runs: 4, failed: 0, planned: 27 });
  expect(results.stages).toMatchObject([{ name: 'g', runs: { total: 4 }, fidelity: [] }]);
  expect(results.search).toMatchObject({ stop: 'unfinished', runs: { total: 4 } });
  expect(keptModels(store)).toEqual([]);
});

test('a study interrupted in its search tells what the whole one says of the same runs, its stages and their models', async () => {
  const store = memoryStore();
  await interrupt(texts, store, '1/search', 6);
  const soFar = await studySoFar(readOnly(store));
  const models = keptModels(store);
  const whole = await runStudy(texts, { executor: inlineExecutor(), store }, { clock: () => 0 });
  const { results } = soFar;
  expect(results.unfinished).toMatchObject({ phase: 'the search', runs: 16 });
  expect(JSON.parse(JSON.stringify(results.stages))).toEqual(JSON.parse(JSON.stringify(whole.results.stages)));
  expect(models.map(({ stage }) => stage)).toEqual(['g']);
  expect(results.search?.steps).toEqual(whole.results.search?.steps.slice(0, 16));
  expect(results.search?.curve).toEqual(whole.results.search?.curve.slice(0, 16));
  expect(results.search?.best?.objective).toBe(results.search?.curve.at(-1));
  const { unfinished: _, stages, effects, notes, search: __, comparison, race, ...head } = results;
  expect(whole.results).toMatchObject(head);
});

test('a study that has ended is told whole, also once it was interrupted again', async () => {
  const store = memoryStore();
  const whole = await runStudy(texts, { executor: inlineExecutor(), store }, { clock: () => 0 });
  await interrupt(texts, store, '1/search', 4);
  const again = await studySoFar(readOnly(store));
  expect(again).toEqual(JSON.parse(JSON.stringify(whole)));
  const longer = defineScenario({ ...texts, search: { ...texts.search, budget: 20 } as never });
  await interrupt(longer, store, '1/search', 4);
  expect((await studySoFar(store)).results.unfinished?.planned).toBe(35);
});

test('headline and report say that it is unfinished, first', async () => {
  const store = memoryStore();
  await interrupt(texts, store, '1/compare/random', 3);
  const study = await studySoFar(store);
  const [first, , best] = headlines(study);
  expect(first).toMatch(/^Unfinished: 25 of at most 27 runs known, up to the comparison with random/);
  expect(best).toMatch(/^Best run so far/);
  expect(study.results.comparison).toMatchObject([{ optimizer: 'random', stop: 'unfinished', runs: { total: 3 } }]);
  const html = htmlReport(study);
  expect(html.indexOf('Unfinished study')).toBeLessThan(html.indexOf('Result'));
});

test('a goal in code is known by its scenario alone, and another scenario is refused', async () => {
  const store = memoryStore();
  await interrupt(code, store, '1/search', 4);
  const without = await studySoFar(store);
  expect(without.results).toMatchObject({ search: null, unfinished: { runs: 14 } });
  expect(without.results.notes?.[0]).toContain('name the scenario');
  expect((await studySoFar(store, code)).results.search?.runs.total).toBe(14);
  const other = defineScenario({ ...texts, name: 'another' });
  await expect(studySoFar(store, other)).rejects.toThrow("the store holds the study 'a beam' of");
  await expect(studySoFar(memoryStore())).rejects.toThrow('no study');
});
