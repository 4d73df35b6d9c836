import { describe, expect, test } from 'vitest';
import testFunctionSimulator from '../../simulators/test-functions/index.ts';
import { paretoInstance } from '../../simulators/test-functions/instance.ts';
import type { ParetoProblem } from '../../simulators/test-functions/pareto.ts';
import { paretoProblems } from '../../simulators/test-functions/registry.ts';
import { Dataset } from '../../src/core/dataset.ts';
import { simulatorOracle } from '../../src/core/oracle.ts';
import type { Outputs } from '../../src/core/output.ts';
import { type AnySimulator, defineSimulator } from '../../src/core/simulator.ts';
import { type Parameters, real } from '../../src/core/space/parameter.ts';
import { inlineExecutor } from '../../src/execution/inline.ts';
import { defaultOptimizer } from '../../src/study/defaults.ts';
import { problemOf } from '../../src/study/scenario/goal.ts';
import type { Goal } from '../../src/study/scenario/scenario.ts';
import { type SearchLimits, search } from '../../src/study/search/loop.ts';
import { testRun } from '../../src/testing/labeled.ts';

/** A known front. */
type Front = Pick<ParetoProblem, 'ideal' | 'nadir'>;

/** The least share of a known front's range that the front found covers in an objective, by a search as a study makes it that names no optimizer. */
async function spanIn(
  simulator: AnySimulator,
  goal: Goal<Parameters, Outputs>,
  { ideal, nadir }: Front,
  limits: SearchLimits,
  stream: string,
): Promise<number> {
  const { space, outputs } = simulator;
  const problem = await problemOf(goal, space, outputs);
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

/** The same of a problem of the library, or of a part of its front. */
async function spanOf(
  name: string,
  instance: number,
  limits: SearchLimits,
  stream: string,
  cut?: Front & { readonly subjectTo: readonly string[] },
): Promise<number> {
  const simulator = testFunctionSimulator({ name, instance });
  const minimize = simulator.outputs.map((output) => output.name);
  const front = cut ?? paretoInstance(paretoProblems.get(name)!, instance);
  return spanIn(simulator, { minimize, subjectTo: cut?.subjectTo ?? [] }, front, limits, stream);
}

/** What a bar of t by b costs that is joined along h by l, how far it bends, and by how much it misses its four limits. */
function joint({ h, l, t, b }: Record<'h' | 'l' | 't' | 'b', number>) {
  return {
    cost: h ** 2 * l + t * b * (1 + l),
    bend: 1 / (b * t ** 3),
    shear: 0.02 / (h * l) - 1,
    side: h - b,
    stress: 0.03 / (b * t ** 2) - 1,
    buckling: 0.0004 / (t * b ** 3) - 1,
  };
}

/** The ends of its front: the cheapest bar, by enumeration, and the stiffest one, which is as large as can be. */
function endsOfJoint(): Front {
  const steps = 1000;
  const side = (i: number) => 0.05 + (0.95 * i) / steps;
  let cheapest = joint({ h: 1, l: 0.02, t: 1, b: 1 });
  const { cost, bend } = cheapest;
  for (let i = 0; i <= steps; i++)
    for (let j = 0; j <= steps; j++) {
      const [t, b] = [side(i), side(j)];
      const h = Math.min(b, Math.max(0.05, Math.sqrt(t * b)));
      const bar = joint({ h, l: 0.02 / h, t, b });
      if (bar.cost < cheapest.cost && bar.stress <= 0 && bar.buckling <= 0) cheapest = bar;
    }
  return { ideal: [cheapest.cost, bend], nadir: [cost, cheapest.bend] };
}

describe('the default search for several objectives, told no reference', () => {
  test.each([
    ['one at a time', { budget: 40 }],
    ['four at a time', { budget: 40, batch: 4 }],
    ['four in flight', { budget: 40, batch: 4, asynchronous: true }],
  ])('does not collapse to one end of ZDT1, %s', async (_, limits) => {
    for (const seed of [101, 102]) expect(await spanOf('zdt1-small', 0, limits, `front/${seed}`)).toBeGreaterThan(0.9);
  });

  test('finds an end that adds next to no hypervolume, with two seeds of three at least', async () => {
    const spans: number[] = [];
    for (const seed of [101, 102, 103]) spans.push(await spanOf('cost-strength', 21, { budget: 40 }, `front/${seed}`));
    expect(spans.sort((a, b) => a - b)[1]).toBeGreaterThan(0.9);
  });

  test('does not collapse within a modeled constraint that cuts the front', async () => {
    // ZDT1's front is f2 = 1 - sqrt f1.
    const cut = { subjectTo: ['f1 <= 0.5'], ideal: [0, 1 - Math.SQRT1_2], nadir: [0.5, 1] };
    for (const seed of [101, 102])
      expect(await spanOf('zdt1-small', 0, { budget: 40 }, `front/${seed}`, cut)).toBeGreaterThan(0.9);
  });

  test('comes near to a cheapest design in the corner of its limits', async () => {
    const simulator = defineSimulator(null, {
      name: 'joint',
      parameters: { h: real(0.05, 1), l: real(0.02, 1), t: real(0.05, 1), b: real(0.05, 1) },
      outputs: { cost: {}, bend: {}, shear: {}, side: {}, stress: {}, buckling: {} },
      run: joint,
    });
    const goal = {
      minimize: ['cost', 'bend'],
      subjectTo: ['shear <= 0', 'side <= 0', 'stress <= 0', 'buckling <= 0'],
    };
    const ends = endsOfJoint();
    expect(await spanIn(simulator, goal, ends, { budget: 40 }, 'front/101')).toBeGreaterThan(0.9);
  });
});
