import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defineSimulator } from '../../../src/core/simulator.ts';
import { integer, real } from '../../../src/core/space/parameter.ts';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import { latinHypercube } from '../../../src/sampling/latin-hypercube.ts';
import { runStudy } from '../../../src/study/run-study.ts';
import { confirmationPlan } from '../../../src/study/scenario/confirmation.ts';
import { defineScenario } from '../../../src/study/scenario/define-scenario.ts';
import type { AnyScenario } from '../../../src/study/scenario/scenario.ts';
import { gaussianProcess } from '../../../src/surrogates/gaussian-process/gaussian-process.ts';

/** A parabola with noise, and a limit that is noisy too; counts its runs. */
function parabola() {
  let runs = 0;
  const simulator = defineSimulator(null, {
    name: 'parabola',
    stochastic: true,
    parameters: { x: real(0, 1), n: integer(1, 5) },
    outputs: { y: {}, g: {} },
    run({ x, n }, { rng }) {
      runs++;
      return { y: (x - 0.3) ** 2 + 0.1 * n + 0.05 * rng.normal(), g: 0.1 - x + 0.01 * rng.normal() };
    },
  });
  return { simulator, count: () => runs };
}

const study = (scenario: AnyScenario, notice: (text: string) => void = () => undefined) =>
  runStudy(scenario, { executor: inlineExecutor(), notice }, { clock: () => 0 });

test('a plan spends no more runs than it has, and nearly all of them where nothing is limited', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 400 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 9 }),
      (runs, limited, known) => {
        const { rounds, proof, proofs } = confirmationPlan(runs, limited, known);
        const choice = rounds.reduce((sum, round) => sum + round.points * round.runs, 0);
        expect(choice + proofs * proof).toBeLessThanOrEqual(runs);
        expect(choice + proofs * proof).toBeGreaterThan(runs - proofs);
        for (const round of rounds) expect(round.runs).toBeGreaterThan(0);
        expect(proof).toBeGreaterThanOrEqual(Math.min(runs, 3));
      },
    ),
    { seed: 1 },
  );
  expect(confirmationPlan(84, false)).toEqual({
    rounds: [
      { points: 8, runs: 4 },
      { points: 4, runs: 4 },
      { points: 2, runs: 8 },
    ],
    proof: 20,
    proofs: 1,
  });
});

test('the budget of a stochastic simulator includes the runs that choose and confirm its best point', async () => {
  for (const subjectTo of [[], ['g <= 0']])
    for (const budget of subjectTo.length > 0 ? [2, 10] : [1, 2, 5, 10, 24]) {
      const { simulator, count } = parabola();
      const scenario = defineScenario({
        ...{ name: 'budget', simulator },
        search: { on: 'simulator', minimize: 'y', subjectTo, budget },
      });
      const { results, measurements } = await study(scenario);
      const { runs, confirming, best } = results.search!;
      expect(count()).toBeLessThanOrEqual(budget);
      expect(measurements.simulated).toBe(count());
      expect(runs.total + confirming!).toBe(count());
      expect(best).not.toBeNull();
      if (subjectTo.length === 0) expect(count()).toBe(budget);
    }
});

test('confirm says how many of the runs confirm, none included', async () => {
  for (const runs of [0, 1, 6, 15]) {
    const { simulator, count } = parabola();
    const scenario = defineScenario({
      ...{ name: 'confirm', simulator },
      search: { on: 'simulator', minimize: 'y', budget: 16, confirm: { runs } },
    });
    const { results } = await study(scenario);
    expect(count()).toBe(16);
    expect(results.search).toMatchObject({ confirming: runs, runs: { total: 16 - runs } });
    expect(results.search!.best!.replications === null).toBe(runs === 0);
  }
});

test('on a stage the runs that confirm come on top, and are told before any of them', { tags: ['slow'] }, async () => {
  for (const [runs, told] of [
    [undefined, 8],
    [7, 7],
  ] as const) {
    const { simulator, count } = parabola();
    const notices: [string, number][] = [];
    const scenario = defineScenario({
      ...{ name: 'stage', simulator },
      chain: [{ name: 'gp', transfer: latinHypercube(), size: 20, student: gaussianProcess() }],
      search: { on: 'gp', minimize: 'y', rounds: 2, confirm: { each: 2, ...(runs && { runs }) } },
    });
    const { results } = await study(scenario, (text) => notices.push([text, count()]));
    expect(notices).toEqual([[expect.stringContaining(`up to ${told} runs repeat the best points again`), 0]]);
    expect(count()).toBe(20 + 2 * 2 + told);
    expect(results.search!.confirming).toBe(told);
  }
});

test('a confirmation that cannot be is refused with its place', () => {
  const { simulator } = parabola();
  const quiet = defineSimulator(null, {
    name: 'quiet',
    parameters: { x: real(0, 1) },
    outputs: { y: {} },
    run: ({ x }) => ({ y: x }),
  });
  const scenario = (search: object, one: typeof simulator | typeof quiet = simulator) =>
    defineScenario({ name: 'wrong', simulator: one, search } as unknown as AnyScenario);
  const on = { on: 'simulator', minimize: 'y', budget: 10 };
  expect(() => scenario({ ...on, confirm: 3 })).toThrow(/search\.confirm: must be an object such as \{ runs: 20 \}/);
  expect(() => scenario({ ...on, confirm: { runs: 10 } })).toThrow(/search\.confirm\.runs: is 10, which leaves no run/);
  expect(() => scenario({ ...on, confirm: { runs: 0.5 } })).toThrow(
    /search\.confirm\.runs: must be a positive integer/,
  );
  expect(() => scenario({ ...on, confirm: { each: 5 } })).toThrow(/search\.confirm\.each: there is no such key/);
  expect(() => scenario({ ...on, confirm: { runs: 3 } }, quiet)).toThrow(
    /search\.confirm\.runs: is only for one objective/,
  );
});
