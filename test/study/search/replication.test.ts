import { expect, test } from 'vitest';
import { Dataset } from '../../../src/core/dataset.ts';
import type { Evaluation, Task } from '../../../src/core/evaluation.ts';
import type { Oracle } from '../../../src/core/oracle.ts';
import type { Names } from '../../../src/core/problem.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { repeatBest } from '../../../src/study/search/replication.ts';
import { testRun } from '../../../src/testing/labeled.ts';
import { bounded, closed, cube, problemOf } from '../../../src/testing/problems.ts';

const space = cube(1);

/** Rounds of 8 x 4, 4 x 4 and 2 x 8 runs, and proofs of 20: one, or up to three of limits. */
const RUNS = 84;
const RUNS_WITH_LIMITS = 124;

/** An oracle with Gaussian noise of deviation 1 around `truth`; runs that `fails` says fail. */
function noisy(outputs: Oracle['outputs'], truth: (u: Float64Array) => number[], fails = (_: Task) => false): Oracle {
  return {
    space,
    outputs,
    async *evaluate(tasks) {
      for (const task of tasks) {
        const { id, u, stream } = task;
        const rng = new Rng(stream);
        const base = { id, u, milliseconds: 0 };
        yield fails(task)
          ? [{ ...base, status: 'failed', cause: 'threw', reason: 'test' }]
          : [{ ...base, status: 'completed', values: Float64Array.from(truth(u), (value) => value + rng.normal()) }];
      }
    },
  };
}

/** Points in the middle of equal parts of [0, 1], each once. */
function once(outputs: Oracle['outputs'], answer: (u: Float64Array) => number[], count = 10): Dataset {
  return Dataset.empty(space, outputs).append(
    Array.from({ length: count }, (_, i): Evaluation => {
      const u = Float64Array.of((i + 0.5) / count);
      return { id: `known/${i}`, u, milliseconds: 0, status: 'completed', values: Float64Array.from(answer(u)) };
    }),
  );
}

test('tells of the chosen point what runs say that had no part in choosing it', async () => {
  const problem = problemOf(space);
  const flat = () => [5];
  const history = once(problem.outputs, flat);
  const scores: number[] = [];
  let inside = 0;
  for (let seed = 0; seed < 60; seed++) {
    const oracle = noisy(problem.outputs, flat);
    const { candidates, runs } = await repeatBest(problem, oracle, history, undefined, RUNS, testRun(`flat/${seed}`));
    expect(runs).toBe(8 * 4 + 4 * 4 + 2 * 8 + 20);
    const { count, mean, standardError, interval } = candidates[0].replications!;
    expect(count).toBe(20);
    scores.push((mean - 5) / standardError);
    if (interval![0] <= 5 && 5 <= interval![1]) inside++;
  }
  expect(Math.abs(scores.reduce((sum, score) => sum + score, 0) / 60)).toBeLessThan(3 / Math.sqrt(60));
  // Student's t with 19 degrees of freedom: 95 % are within 2.093.
  expect(scores.filter((score) => Math.abs(score) < 2.093).length).toBe(inside);
  expect(inside).toBeGreaterThanOrEqual(52);
});

test('finds the best of many among which single runs cannot tell', async () => {
  const problem = problemOf(space);
  const truth = (u: Float64Array) => [u[0] < 0.5 && u[0] > 0.4 ? -1.5 : 0];
  let hits = 0;
  for (let seed = 0; seed < 20; seed++) {
    // The best point was unlucky, but it is among the first eight.
    const history = once(problem.outputs, ([u]) => [u]);
    const oracle = noisy(problem.outputs, truth);
    const { candidates } = await repeatBest(problem, oracle, history, undefined, RUNS, testRun(`best/${seed}`));
    if (candidates[0].row === 4) hits++;
  }
  expect(hits).toBeGreaterThanOrEqual(17);
});

test('runs the luckiest points again too, where the model takes their answers for noise', async () => {
  const problem = problemOf(space);
  // A needle in a parabola: the model of a hundred answers cannot know it.
  const truth = ([u]: Float64Array) => [u > 0.8 && u < 0.81 ? -4 : 20 * (u - 0.3) ** 2];
  let hits = 0;
  for (let seed = 0; seed < 5; seed++) {
    const { rng } = testRun(`needle/${seed}`);
    const history = once(problem.outputs, (u) => truth(u).map((value) => value + rng.normal()), 100);
    const { candidates } = await repeatBest(
      problem,
      noisy(problem.outputs, truth),
      history,
      undefined,
      RUNS,
      testRun(`needle/${seed}`),
    );
    if (candidates[0].row === 80) hits++;
  }
  expect(hits).toBe(5);
});

test('judges constraints by fresh runs too, and never chooses a point that always fails', async () => {
  const problem = problemOf(space, [bounded('g')]);
  // Beyond 0.35 the constraint holds; the first point always fails.
  const truth = (u: Float64Array) => [10 * u[0], 40 * (0.35 - u[0])];
  const history = once(problem.outputs, ([u]) => [10 * u, -1]);
  const oracle = noisy(problem.outputs, truth, ({ u }) => u[0] < 0.1);
  const { candidates } = await repeatBest(problem, oracle, history, undefined, RUNS_WITH_LIMITS, testRun('limits'));
  expect(history.x.get(candidates[0].row, 0)).toBeGreaterThan(0.35);
  const broken = noisy(problem.outputs, truth, () => true);
  expect(await repeatBest(problem, broken, history, undefined, RUNS_WITH_LIMITS, testRun('broken'))).toEqual({
    candidates: [],
    runs: 32,
    milliseconds: 0,
  });
});

/** Ten points, each dearer than the one before; the constraint, noise of deviation 1 around 0.45, 0.35, 0.25 and so on, holds in truth from the sixth on. */
const limit = ([u]: Float64Array) => [10 * u, 0.5 - u];

test('chooses a point that meets its constraints in truth where cheaper ones hardly miss them', async () => {
  const problem = problemOf(space, [bounded('g')]);
  const oracle = noisy(problem.outputs, limit);
  let feasible = 0;
  for (let seed = 0; seed < 60; seed++) {
    const history = once(problem.outputs, limit);
    const { candidates } = await repeatBest(
      problem,
      oracle,
      history,
      undefined,
      RUNS_WITH_LIMITS,
      testRun(`limit/${seed}`),
    );
    if (limit(history.x.row(candidates[0].row))[1] <= 0) feasible++;
  }
  expect(feasible).toBeGreaterThanOrEqual(54);
});

test('runs points again that are surely feasible, and not only the best of those that seem to be', {
  tags: ['slow'],
}, async () => {
  const problem = problemOf(space, [bounded('g')]);
  const oracle = noisy(problem.outputs, limit);
  let feasible = 0;
  for (let seed = 0; seed < 20; seed++) {
    // Of a hundred points there are many between the best that seems feasible and the first that is.
    const { rng } = testRun(`sure/${seed}`);
    const history = once(problem.outputs, (u) => limit(u).map((value) => value + rng.normal()), 100);
    const { candidates } = await repeatBest(
      problem,
      oracle,
      history,
      undefined,
      RUNS_WITH_LIMITS,
      testRun(`sure/${seed}`),
    );
    if (limit(history.x.row(candidates[0].row))[1] <= 0) feasible++;
  }
  expect(feasible).toBeGreaterThanOrEqual(16);
});

test('doubts a limit that is kinked on either side of what is predicted', async () => {
  // The shortfall of g below 0, which is 0 wherever g is not negative: only a step down tells that it may be.
  const shortfall = { ...bounded('g'), evaluate: (_: unknown, { g }: Names) => Math.max(0, -Number(g)) };
  const problem = problemOf(space, [shortfall]);
  const supply = ([u]: Float64Array) => [10 * u, 2 * (u - 0.5)];
  const tried = new Set<number>();
  const oracle = noisy(problem.outputs, (u) => {
    tried.add(u[0]);
    return supply(u);
  });
  const { rng } = testRun('kink');
  const history = once(problem.outputs, (u) => supply(u).map((value) => value + rng.normal()), 100);
  await repeatBest(problem, oracle, history, undefined, RUNS_WITH_LIMITS, testRun('kink'));
  expect(Math.max(...tried)).toBeGreaterThan(0.6);
});

test('a point that breaks a limit in the runs of its proof gives way to the next', async () => {
  const problem = problemOf(space, [bounded('g')]);
  const history = once(problem.outputs, ([u]) => [u, -1]);
  const broken = async (rows: readonly number[]) => {
    const asked = new Map<number, number>();
    const truth = ([u]: Float64Array) => {
      asked.set(u, (asked.get(u) ?? 0) + 1);
      // What the runs of the choice have not told: 4 + 4 + 8 of them.
      return [100 * u, rows.includes(Math.floor(10 * u)) && asked.get(u)! > 16 ? 50 : -50];
    };
    const { candidates, runs } = await repeatBest(
      problem,
      noisy(problem.outputs, truth),
      history,
      undefined,
      RUNS_WITH_LIMITS,
      testRun('proof'),
    );
    return { rows: candidates.map(({ row }) => row), runs };
  };
  expect(await broken([])).toEqual({ rows: [0], runs: 64 + 20 });
  expect(await broken([0])).toEqual({ rows: [1, 0], runs: 64 + 40 });
  const all = await broken([0, 1, 2, 3, 4, 5, 6, 7]);
  expect([all.rows.length, all.runs]).toEqual([3, 64 + 60]);
});

test('does not give up in its first runs what only more of them can show', async () => {
  const problem = problemOf(space, [bounded('g')]);
  // The first point is much the cheapest, and its limit holds by less than four runs show.
  const truth = ([u]: Float64Array) => [100 * u, u < 0.1 ? -0.8 : -3];
  const history = once(problem.outputs, truth);
  let first = 0;
  for (let seed = 0; seed < 40; seed++) {
    const oracle = noisy(problem.outputs, truth);
    const { candidates } = await repeatBest(
      problem,
      oracle,
      history,
      undefined,
      RUNS_WITH_LIMITS,
      testRun(`unproven/${seed}`),
    );
    if (candidates[0].row === 0) first++;
  }
  expect(first).toBeGreaterThanOrEqual(24);
});

test('a limit on the inputs holds to the last bit, and an equality that noise breaks asks for no more runs', async () => {
  const limited = problemOf(space, [closed('0.35 <= x0', ({ x0 }) => 0.35 - Number(x0))]);
  const steep = ([u]: Float64Array) => [100 * u];
  const chosen = await repeatBest(
    limited,
    noisy(limited.outputs, steep),
    once(limited.outputs, steep),
    undefined,
    RUNS,
    testRun('active'),
  );
  expect(chosen.candidates[0].row).toBe(3);
  const equal = problemOf(space, [bounded('h', 'equality', 1e-4)]);
  const zero = ([u]: Float64Array) => [100 * u, 0];
  const { runs } = await repeatBest(
    equal,
    noisy(equal.outputs, zero),
    once(equal.outputs, zero),
    undefined,
    RUNS,
    testRun('equality'),
  );
  expect(runs).toBe(64 + 20);
});
