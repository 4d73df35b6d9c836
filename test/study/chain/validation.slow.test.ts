import { expect, test } from 'vitest';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { runStudy } from '../../../src/study/run-study.ts';
import { defineScenario } from '../../../src/study/scenario/define-scenario.ts';
import { labelled } from '../../fixtures/labelled.ts';
import { cube } from '../../fixtures/problems.ts';

test.each([1, 2, 3])('points that were not trained on tell that pure noise cannot be learned (%d)', async (seed) => {
  const rng = new Rng(`noise/${seed}`);
  const data = labelled(cube(12), [{ name: 'f' }], 200, () => [rng.normal()], `rows/${seed}`);
  const { results } = await runStudy(
    defineScenario({ name: 'Noise', seed, start: { data } }),
    { executor: inlineExecutor() },
    { clock: () => 0 },
  );
  const [{ fidelity, trust }] = results.stages;
  expect(fidelity[0].method).toBe('cross-validation');
  expect(fidelity[0].q2).toBeLessThanOrEqual(0.02);
  expect(trust?.outputs[0].verdict).toBe('insufficient');
  expect(trust?.outputs[0].nrmse).toBeGreaterThanOrEqual(0.98);
});
