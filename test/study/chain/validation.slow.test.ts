import { expect, test } from 'vitest';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { runStudy } from '../../../src/study/run-study.ts';
import { defineScenario } from '../../../src/study/scenario/define-scenario.ts';
import { labeled } from '../../../src/testing/labeled.ts';
import { cube } from '../../../src/testing/problems.ts';

test('points that were not trained on tell that pure noise cannot be learned', async () => {
  const told: { readonly q2: number; readonly nrmse: number }[] = [];
  for (const seed of [1, 2, 3, 4, 5]) {
    const rng = new Rng(`noise/${seed}`);
    const data = labeled(cube(12), [{ name: 'f' }], 200, () => [rng.normal()], `rows/${seed}`);
    const { results } = await runStudy(
      defineScenario({ name: 'Noise', seed, start: { data } }),
      { executor: inlineExecutor() },
      { clock: () => 0 },
    );
    const [{ fidelity, trust }] = results.stages;
    expect(fidelity[0].method).toBe('cross-validation');
    expect(trust?.outputs[0].verdict).toBe('insufficient');
    told.push({ q2: fidelity[0].q2, nrmse: trust!.outputs[0].nrmse });
  }
  // Draw 3 is one of some two hundred in which a linear function of the inputs explains 14 % of the noise by chance.
  expect(told.filter(({ q2, nrmse }) => q2 <= 0.02 && nrmse >= 0.98).length).toBeGreaterThanOrEqual(4);
});
