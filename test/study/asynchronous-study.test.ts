import { expect, test } from 'vitest';
import beam from '../../simulators/cantilever-beam.ts';
import { memoryStore } from '../../src/core/store.ts';
import { inlineExecutor } from '../../src/execution/inline.ts';
import { random } from '../../src/optimization/direct/random.ts';
import { runStudy } from '../../src/study/run-study.ts';
import { defineScenario } from '../../src/study/scenario/define-scenario.ts';

const scenario = defineScenario({
  name: 'asynchronous beam',
  simulator: beam,
  search: {
    on: 'simulator',
    minimize: 'mass',
    subjectTo: ['deflection <= 1 cm'],
    optimizer: random(),
    budget: 12,
    batch: 4,
    asynchronous: true,
  },
});

test('a study searches without a barrier, and again from its store', async () => {
  const store = memoryStore();
  const environment = { executor: inlineExecutor(), store };
  const first = await runStudy(scenario, environment, { clock: () => 0 });
  expect(first.results.search?.runs.total).toBe(12);
  const again = await runStudy(scenario, environment, { clock: () => 0 });
  expect(again.measurements.simulated).toBe(0);
  expect(again.results).toEqual(first.results);
});
