import { describe, expect, test } from 'vitest';
import testFunctionSimulator from '../../simulators/test-functions/index.ts';
import { paretoInstance } from '../../simulators/test-functions/instance.ts';
import type { ParetoProblem } from '../../simulators/test-functions/pareto.ts';
import { paretoProblems } from '../../simulators/test-functions/registry.ts';
import { Dataset } from '../../src/core/dataset.ts';
import { simulatorOracle } from '../../src/core/oracle.ts';
import { inlineExecutor } from '../../src/execution/inline.ts';
import { defaultOptimizer } from '../../src/study/defaults.ts';
import { problemOf } from '../../src/study/goal.ts';
import { type SearchLimits, search } from '../../src/study/loop.ts';
import { testRun } from '../fixtures/labelled.ts';

/** A known front. */
type Front = Pick<ParetoProblem, 'ideal' | 'nadir'>;

/** The least share of the true front's range that the front found covers in an objective, by a search as a study makes it that names no optimizer. */
async function spanOf(
  name: string,
  instance: number,
  limits: SearchLimits,
  stream: string,
  cut?: Front & { readonly subjectTo: readonly string[] },
): Promise<number> {
  const { ideal, nadir } = cut ?? paretoInstance(paretoProblems.get(name)!, instance);
  const simulator = testFunctionSimulator({ name, instance });
  const { space, outputs } = simulator;
  const problem = await problemOf(
    { minimize: outputs.map((output) => output.name), subjectTo: cut?.subjectTo ?? [] },
    space,
    outputs,
  );
  const oracle = simulatorOracle(simulator, inlineExecutor());
  const none = Dataset.empty(space, outputs);
  const { history } = await search(problem, defaultOptimizer(problem), oracle, none, limits, testRun(stream));
  const front = history.y.select(problem.front(history));
  const shares = ideal.map((least, k) => {
    const own = front.column(k).map((value) => Math.min(1, Math.max(0, (value - least) / (nadir[k] - least))));
    return Math.max(...own) - Math.min(...own);
  });
  return Math.min(...shares);
}

describe('the default search for several objectives, told no reference', () => {
  test.each([
    ['one at a time', { budget: 40 }],
    ['four at a time', { budget: 40, batch: 4 }],
    ['four in flight', { budget: 40, batch: 4, asynchronous: true }],
  ])('does not collapse to one end of ZDT1, %s', async (_, limits) => {
    for (const seed of [101, 102]) expect(await spanOf('zdt1-small', 0, limits, `front/${seed}`)).toBeGreaterThan(0.9);
  });

  test('finds an end that adds next to no hypervolume', async () => {
    for (const seed of [101, 102, 103])
      expect(await spanOf('cost-strength', 21, { budget: 40 }, `front/${seed}`)).toBeGreaterThan(0.9);
  });

  test('does not collapse within a modelled constraint that cuts the front', async () => {
    // ZDT1's front is f2 = 1 - sqrt f1.
    const cut = { subjectTo: ['f1 <= 0.5'], ideal: [0, 1 - Math.SQRT1_2], nadir: [0.5, 1] };
    for (const seed of [101, 102])
      expect(await spanOf('zdt1-small', 0, { budget: 40 }, `front/${seed}`, cut)).toBeGreaterThan(0.9);
  });
});
