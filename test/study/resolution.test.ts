import { describe, expect, test } from 'vitest';
import { defineSimulator } from '../../src/core/simulator.ts';
import { real, resolution } from '../../src/core/space/parameter.ts';
import { memoryStore } from '../../src/core/store.ts';
import { inlineExecutor } from '../../src/execution/inline.ts';
import { cmaEs } from '../../src/optimization/direct/cma-es.ts';
import { htmlReport } from '../../src/report/html.ts';
import { nestedDesign } from '../../src/sampling/nested-design.ts';
import { runStudy } from '../../src/study/run-study.ts';
import { defineScenario } from '../../src/study/scenario/define-scenario.ts';
import type { AnyScenario } from '../../src/study/scenario/scenario.ts';
import { coKriging } from '../../src/surrogates/co-kriging/co-kriging.ts';

/** Forrester's function, and the coarse version that goes with it [Forrester2007]. */
const forrester = defineSimulator(null, {
  name: 'forrester',
  parameters: { x: real(0, 1), cells: resolution([10, 100], { cost: [1, 10] }) },
  outputs: { f: {} },
  run({ x, cells }) {
    const fine = (6 * x - 2) ** 2 * Math.sin(12 * x - 4);
    return { f: cells === 100 ? fine : 0.5 * fine + 10 * (x - 0.5) - 5 };
  },
});

const study = (scenario: AnyScenario, store = memoryStore()) =>
  runStudy(scenario, { executor: inlineExecutor(), store, identity: 'forrester' }, { clock: () => 0 });

test('a study finds the optimum of fine runs from many coarse ones and few fine ones', { tags: ['slow'] }, async () => {
  const scenario = defineScenario({
    name: 'Coarse and fine',
    simulator: forrester,
    seed: 5,
    chain: [
      {
        name: 'surrogate',
        transfer: nestedDesign({ ratio: 0.4 }),
        size: 14,
        student: coKriging(),
      },
    ],
    search: { on: 'surrogate', minimize: 'f', rounds: 3, confirm: 1 },
  });
  const { results } = await study(scenario);
  const best = results.search?.best;
  expect(best?.feasible).toBe(true);
  expect(best?.point).toMatchObject({ cells: 100 });
  // 4 of 14 runs are fine, and 3 more confirm.
  expect(best?.objective).toBeGreaterThanOrEqual(-6.0208);
  expect(best?.objective).toBeLessThan(-6.0);
});

describe('a search on the simulator', () => {
  const searched = (more: object = {}) =>
    defineScenario({
      name: 'By cost',
      simulator: forrester,
      seed: 5,
      search: { on: 'simulator', minimize: 'f', budget: 7, ...more },
    });

  test('spends its budget by cost, reports a fine answer and says what each level had', async () => {
    const { results, measurements } = await study(searched());
    const { best, levels, steps, method } = results.search!;
    expect(method).toBe('auto');
    expect(best).toMatchObject({ feasible: true, confirmed: true, point: { cells: 100 } });
    expect(best!.objective).toBeLessThan(-6.0207 + 0.06);
    expect(results.goal?.constraints).toEqual(['cells = 100']);
    expect(levels?.map(({ level }) => level)).toEqual([10, 100]);
    const [coarse, fine] = levels!;
    expect(coarse.cost).toBeCloseTo(coarse.runs / 10, 9);
    expect(fine.cost).toBe(fine.runs);
    expect(coarse.cost + fine.cost).toBeGreaterThan(6);
    expect(coarse.cost + fine.cost).toBeLessThanOrEqual(7 + 1e-9);
    expect(steps.filter(({ feasible }) => feasible)).toHaveLength(fine.runs);
    const html = htmlReport({ format: 1, results, measurements });
    expect(html).toContain('each level of the resolution');
  });

  test('goes on from a store as if there had been no interruption', async () => {
    const store = memoryStore();
    const whole = await study(searched());
    await study(searched({ budget: 4 }), store);
    const resumed = await study(searched(), store);
    expect(resumed.results.search?.steps).toEqual(whole.results.search?.steps);
  });

  test('keeps points in flight within its budget', async () => {
    const { results } = await study(searched({ asynchronous: true, batch: 3 }));
    const cost = results.search!.levels!.reduce((sum, level) => sum + level.cost, 0);
    expect(cost).toBeLessThanOrEqual(7 + 1e-9);
    expect(cost).toBeGreaterThan(6);
  });

  test('by an optimizer that knows nothing of levels is one at the finest', async () => {
    const { results } = await study(searched({ optimizer: cmaEs() }));
    expect(results.search?.levels?.map(({ runs }) => runs)).toEqual([0, 7]);
  });

  test('of a fixed resolution is a search by runs', async () => {
    const { results } = await study(searched({ subjectTo: ['cells >= 100'] }));
    expect(results.search?.levels).toEqual([
      { level: 10, runs: 0, cost: 0 },
      { level: 100, runs: 7, cost: 7 },
    ]);
    const coarse = await study(searched({ subjectTo: ['cells <= 10'] }));
    expect(coarse.results.search?.best?.point).toMatchObject({ cells: 10 });
    expect(coarse.results.search?.runs.total).toBe(7);
  });
});
