import { describe, expect, test } from 'vitest';
import { defineSimulator } from '../../../src/core/simulator.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { memoryStore } from '../../../src/core/store.ts';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import { contestLines, contestSummary } from '../../../src/report/contest-lines.ts';
import { latinHypercube } from '../../../src/sampling/latin-hypercube.ts';
import {
  assistedRuns,
  type Contender,
  type Contest,
  runContest,
  standingOf,
} from '../../../src/study/contest/contest.ts';
import { defaultOptimizer } from '../../../src/study/defaults.ts';
import { defineScenario } from '../../../src/study/scenario/define-scenario.ts';
import { problemOf } from '../../../src/study/scenario/goal.ts';
import { equalQuality, runsTo } from '../../../src/study/search/race.ts';
import { gaussianProcess } from '../../../src/surrogates/gaussian-process/gaussian-process.ts';

describe('equal quality', () => {
  test('is within 1 % of the better final value, whatever the sense and the sign', () => {
    expect(
      equalQuality('minimize', [
        [9, 5],
        [null, 4],
      ]),
    ).toBeCloseTo(4.04, 12);
    expect(equalQuality('minimize', [[-4], [-5]])).toBeCloseTo(-4.95, 12);
    expect(
      equalQuality('maximize', [
        [1, 100],
        [null, 50],
      ]),
    ).toBeCloseTo(99, 12);
    expect(equalQuality('maximize', [[null], []])).toBeNull();
  });

  test('is reached at a run, counted from 1, or never', () => {
    expect(runsTo('minimize', [null, 9, 5, 4.03], 4.04)).toBe(4);
    expect(runsTo('maximize', [null, 1, 2], 2)).toBe(3);
    expect(runsTo('minimize', [9, 5], 4.04)).toBeNull();
    expect(runsTo('minimize', [9, 5], null)).toBeNull();
  });
});

let answered = 0;
const bowl = defineSimulator(null, {
  name: 'bowl',
  parameters: { x: real(-1, 1), y: real(-1, 1) },
  outputs: { depth: { unit: 'm' } },
  run({ x, y }) {
    answered++;
    return { depth: 1 + (x - 0.3) ** 2 + 3 * (y + 0.2) ** 2 };
  },
});
const scenario = defineScenario({
  name: 'Deepest bowl',
  simulator: bowl,
  seed: 4,
  chain: [{ name: 'surrogate', transfer: latinHypercube(), size: 12, student: gaussianProcess() }],
  search: { on: 'surrogate', minimize: 'depth', rounds: 1, confirm: 2 },
});
const timing = { clock: () => performance.now() };
const run = (seed: number, store = memoryStore()) =>
  runContest(scenario, { executor: inlineExecutor(), store }, { seed, budget: 40 }, timing);

describe('a contest', () => {
  test('sets chain, sampling and the direct optimizers for a real space against each other', async () => {
    const contest = await run(4);
    expect(contest.contenders.map(({ kind, name }) => [kind, name])).toEqual([
      ['chain', 'surrogate, CMA-ES on it'],
      ['sampling', defaultOptimizer(await problemOf({ minimize: 'depth' }, bowl.space, bowl.outputs)).name],
      ['direct', 'CMA-ES'],
      ['direct', 'differential evolution'],
      ['direct', 'Nelder-Mead'],
    ]);
    expect(assistedRuns(scenario)).toBe(14);
    const [chain, sampling, ...direct] = contest.contenders;
    expect(chain.runs).toBe(14);
    expect(sampling.runs).toBeLessThanOrEqual(14);
    for (const { runs } of direct) expect(runs).toBe(40);
    const finals = [sampling, ...direct].map(({ best }) => best as number);
    expect(contest.target).toBeCloseTo(1.01 * Math.min(...finals), 12);
    for (const { best, evaluations } of contest.contenders)
      expect(evaluations !== null).toBe((best as number) <= (contest.target as number));
    expect(contest.surrogate?.q2).toBeGreaterThan(0.9);
  });

  test('that is run again is answered by the store alone, and comes to the same', async () => {
    const store = memoryStore();
    const first = await run(5, store);
    answered = 0;
    const second = await run(5, store);
    expect(answered).toBe(0);
    const figures = ({ target, contenders }: Contest) =>
      [target, contenders.map(({ best, runs, evaluations }) => [best, runs, evaluations])] as const;
    expect(figures(second)).toEqual(figures(first));
    // All of them know the answers by one name.
    expect([...store.counts().keys()]).toEqual(['bowl@1']);
  });

  test('needs a simulator and a goal', async () => {
    const environment = { executor: inlineExecutor() };
    await expect(runContest({ ...scenario, search: undefined }, environment, {}, timing)).rejects.toThrow(
      "a contest needs a search with a goal; scenario 'Deepest bowl' has none",
    );
  });
});

describe('the standing', () => {
  const contender = (kind: Contender['kind'], name: string, evaluations: number | null, best: number): Contender => ({
    ...{ kind, name, evaluations, best, runs: 100, failed: 0, simulatorSeconds: 2, choiceSeconds: 1 },
  });
  const contest = (assisted: number | null, direct: (number | null)[]): Contest => ({
    ...{ scenario: 's', simulator: 'bowl', seed: 1, sense: 'minimize', objective: 'depth', unit: 'm', target: 2 },
    contenders: [
      contender('sampling', 'bayesian', assisted, 2),
      ...direct.map((one, k) => contender('direct', `direct-${k}`, one, 2 + k)),
    ],
    ...{ secondsPerRun: 0.02, surrogate: null },
  });
  const said = (assisted: number | null, direct: (number | null)[]) =>
    contestLines(contest(assisted, direct)).slice(-2).join('\n');

  test('takes the direct optimizer that was first, else the one that came lowest', () => {
    expect(standingOf(contest(10, [90, 60])).direct.name).toBe('direct-1');
    expect(standingOf(contest(10, [null, null])).direct.name).toBe('direct-0');
  });

  test('tells what was saved, in runs and in time', () => {
    expect(said(10, [60])).toBe(
      `  The sampling search took 10 runs, the best direct optimizer (direct-0) 60 runs: 6x fewer
  Simulation costs 20 ms per run: 50 runs fewer save 1 s; choosing 100 points took 1 s`,
    );
  });

  test('states what is censored, and losses', () => {
    expect(said(10, [null])).toContain('direct-0) more than 100 runs (target not reached): at least 10x fewer');
    expect(said(null, [60])).toContain(
      'took more than 100 runs (target not reached), the best direct optimizer (direct-0) 60 runs',
    );
    expect(said(90, [60])).toContain('60 runs: 1.5x more');
    expect(contestSummary([contest(10, [60]), contest(10, [null]), contest(null, [60])])).toBe(
      'Over 3 seeds the sampling search needed 6x fewer runs than the best direct optimizer (median; 0x to 10x); direct search did not get there for 1, which counts as its last run; the sampling search did not for 1, which counts as 0x',
    );
    expect(contestSummary([contest(10, [60])])).toBeUndefined();
  });
});
