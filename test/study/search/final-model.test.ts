import { expect, test } from 'vitest';
import { defineSimulator } from '../../../src/core/simulator.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import { random } from '../../../src/optimization/direct/random.ts';
import { htmlReport } from '../../../src/report/html.ts';
import { runStudy } from '../../../src/study/run-study.ts';
import { defineScenario } from '../../../src/study/scenario/define-scenario.ts';

const bowl = defineSimulator(null, {
  name: 'bowl',
  parameters: { x: real(-2, 2), y: real(-2, 2) },
  outputs: { depth: {} },
  run: ({ x, y }) => ({ depth: x ** 2 + 3 * y ** 2 }),
});
const searched = (budget: number) =>
  runStudy(
    defineScenario({
      name: 'bowl',
      simulator: bowl,
      search: { on: 'simulator', minimize: 'depth', subjectTo: ['x >= 0.5'], optimizer: random(), budget },
    }),
    { executor: inlineExecutor() },
    { clock: () => performance.now() },
  );

test('a search on the simulator has a model of its runs, with effects, what is not allowed, and its error', async () => {
  const { results } = await searched(30);
  const { model, evaluations, steps } = results.search!;
  expect(model).toMatchObject({ teacher: 'simulator', student: 'gaussian process', runs: { total: 30 }, notes: [] });
  expect(model!.fidelity[0].q2).toBeGreaterThan(0.9);
  expect(model!.trust?.outputs[0].output).toBe('depth');
  expect(evaluations?.map(({ id }) => id)).toEqual(steps.map(({ id }) => id));
  const [{ quantity, effects, slice, profiles }] = results.effects;
  expect(quantity).toBe('depth');
  expect(effects.total[1]).toBeGreaterThan(effects.total[0]);
  // The constraint is relative to its bound: (0.5 - x) / 0.5, at x from -2 to 2.
  expect(slice!.excess![0][0]).toBeCloseTo(5, 3);
  expect(slice!.excess![0].at(-1)).toBeCloseTo(-3, 3);
  expect(profiles!.map(({ input }) => input)).toEqual([1, 0]);
  expect(profiles![1].excess!.map((excess) => excess > 0)).toEqual(
    profiles![1].levels.map((u) => -2 + 4 * u < 0.5 - 1e-9),
  );
  expect(profiles![0].deviations!.every((deviation) => deviation >= 0)).toBe(true);
  const html = htmlReport({ format: 1, results, measurements: UNMEASURED });
  for (const title of ['Effects of the inputs', 'Surrogate quality', 'Runs']) expect(html).toContain(`>${title}</h2>`);
});

test('too few runs have none', async () => {
  const { results } = await searched(9);
  expect(results.search).not.toHaveProperty('model');
  expect(results.effects).toEqual([]);
  expect(results.search!.evaluations).toHaveLength(9);
});

const UNMEASURED = {
  ...{ executor: 'inline', seconds: 1, simulated: 30, recalled: 0, assistedSeconds: 1 },
  ...{ directSeconds: null, refits: null, savings: [] },
};
