import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import beam from '../../scenarios/lightest-beam.ts';
import { inlineExecutor } from '../../src/execution/inline.ts';
import { cmaEs } from '../../src/optimization/direct/cma-es.ts';
import { differentialEvolution } from '../../src/optimization/direct/differential-evolution.ts';
import { nelderMead } from '../../src/optimization/direct/nelder-mead.ts';
import { random } from '../../src/optimization/direct/random.ts';
import { sobol } from '../../src/sampling/sobol.ts';
import { runStudy } from '../../src/study/run-study.ts';
import { defineScenario } from '../../src/study/scenario/define-scenario.ts';
import type { AnyScenario } from '../../src/study/scenario/scenario.ts';
import type { StudyResults } from '../../src/study/study.ts';
import { randomForest } from '../../src/surrogates/trees/random-forest.ts';

/** Whole studies whose figures are kept. `IMAGO_GOLDEN=write npx vitest run test/golden` keeps new ones: look at the difference before you commit it. */
const STUDIES: Readonly<Record<string, AnyScenario>> = {
  'lightest-beam': beam,
  'beam-by-forest': defineScenario({
    ...beam,
    seed: 3,
    chain: [{ name: 'forest', transfer: sobol(), size: 80, student: randomForest({ trees: 30 }) }],
    search: { ...beam.search!, on: 'forest', minimizer: differentialEvolution({ evaluations: 1000 }) },
    compare: { optimizers: [cmaEs(), differentialEvolution(), nelderMead(), random()], budget: 120, batch: 6 },
  }),
};

/** The figures that people would notice. */
function figures({ stages, search, comparison, race }: StudyResults): unknown {
  return {
    stages: stages.map((stage) => ({
      name: stage.name,
      runs: stage.runs,
      first: stage.evaluations[0].u,
      fidelity: stage.fidelity.map(({ output, method, q2, points }) => ({ output, method, q2, points })),
      root: stage.tree?.kind === 'split' ? stage.tree.test : null,
    })),
    search: search && {
      stop: search.stop,
      total: search.runs.total,
      objective: search.best?.objective,
      feasible: search.best?.feasible,
    },
    comparison: comparison.map(({ optimizer, curve }) => ({ optimizer, best: curve.at(-1) })),
    race: race && { direct: race.direct, assisted: race.assistedBudget },
  };
}

/** Engines differ in the last digits of exp and log, and searches magnify them: figures agree to a thousandth, counts and names exactly. */
function expectClose(actual: unknown, kept: unknown, path: string): void {
  if (typeof kept === 'number' && !Number.isInteger(kept)) {
    expect(Math.abs((actual as number) - kept), path).toBeLessThanOrEqual(1e-3 * Math.max(Math.abs(kept), 1e-3));
  } else if (typeof kept === 'object' && kept !== null) {
    expect(Object.keys(actual as object), path).toEqual(Object.keys(kept));
    for (const [key, value] of Object.entries(kept))
      expectClose((actual as Record<string, unknown>)[key], value, `${path}.${key}`);
  } else {
    expect(actual, path).toEqual(kept);
  }
}

describe('golden studies', () => {
  test.each(Object.entries(STUDIES))('%s comes out as it did', async (name, scenario) => {
    const file = new URL(`./${name}.json`, import.meta.url);
    const { results } = await runStudy(scenario, { executor: inlineExecutor() }, { clock: () => performance.now() });
    const actual = JSON.parse(JSON.stringify(figures(results)));
    if (process.env.IMAGO_GOLDEN === 'write') writeFileSync(file, `${JSON.stringify(actual, null, 1)}\n`);
    expect(existsSync(file), `${file.pathname} is missing`).toBe(true);
    expectClose(actual, JSON.parse(readFileSync(file, 'utf8')), name);
  });
});
