import { expect, test } from 'vitest';
import { real, resolution } from '../../src/core/parameter.ts';
import { defineSimulator } from '../../src/core/simulator.ts';
import { memoryStore } from '../../src/core/store.ts';
import { inlineExecutor } from '../../src/execution/inline.ts';
import { nestedDesign } from '../../src/sampling/nested-design.ts';
import { defineScenario } from '../../src/study/define-scenario.ts';
import { runStudy } from '../../src/study/run-study.ts';
import { coKriging } from '../../src/surrogates/co-kriging.ts';

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

test('a study finds the optimum of fine runs from many coarse ones and few fine ones', async () => {
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
    search: { on: 'surrogate', minimize: 'f', subjectTo: ['cells >= 100'], rounds: 3, confirm: 1 },
  });
  const environment = { executor: inlineExecutor(), store: memoryStore(), identity: 'forrester' };
  const { results } = await runStudy(scenario, environment, { clock: () => 0 });
  const best = results.search?.best;
  expect(best?.feasible).toBe(true);
  expect(best?.point).toMatchObject({ cells: 100 });
  // 4 of 14 runs are fine, and 3 more confirm.
  expect(best?.objective).toBeGreaterThanOrEqual(-6.0208);
  expect(best?.objective).toBeLessThan(-6.0);
});
