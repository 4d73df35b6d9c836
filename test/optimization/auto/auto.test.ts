import { describe, expect, test } from 'vitest';
import { INFEASIBLE } from '../../../src/core/problem.ts';
import { integer, real } from '../../../src/core/space/parameter.ts';
import { squaredDistance } from '../../../src/core/space/point-set.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { autoOptimizer } from '../../../src/optimization/auto/auto.ts';
import { limitedTurn, measuredTurn } from '../../../src/optimization/auto/turns.ts';
import { explorationsOf, type RowRange } from '../../../src/optimization/basins/exploration.ts';
import { bayesian } from '../../../src/optimization/bayesian/bayesian.ts';
import { dataset, points, testRun } from '../../../src/testing/labeled.ts';
import { optimizerLaws, search } from '../../../src/testing/optimizer-laws.ts';
import { bounded, closed, cube, problemOf } from '../../../src/testing/problems.ts';
import { kernelSurrogate } from '../../fixtures/kernel-surrogate.ts';

const auto = () => autoOptimizer({ surrogate: kernelSurrogate(), initial: 5, search: { raw: 64, starts: 3 } });
const quick = auto();

optimizerLaws('auto', auto, 21);

const falling = (n: number, value: (i: number) => number) => Float64Array.from({ length: n }, (_, i) => value(i));

test('begins with the global engine, then takes turns while nothing is gained', () => {
  const flat = (n: number) =>
    measuredTurn(
      falling(n, (i) => (i === 0 ? 0 : 1 + i)),
      2,
    );
  expect([5, 17, 18, 19, 20, 21].map(flat)).toEqual(['design', 'design', 'global', 'local', 'local', 'global']);
});

test('with categories an engine that has ended leaves its turns to the one that looks everywhere', () => {
  const merits = falling(60, (i) => (i < 18 ? 100 - i : 90));
  const locals = (hasCategories: boolean) =>
    Array.from({ length: 30 }, (_, k) => measuredTurn(merits.subarray(0, 30 + k), 2, 30 + k, { hasCategories })).filter(
      (turn) => turn === 'local',
    ).length;
  expect(locals(false)).toBe(15);
  expect(locals(true)).toBeLessThan(6);
  expect(locals(true)).toBeGreaterThan(1);
});

/** The turns of rows `from` to before `to` when rows of an engine halve what is left, and others do not. */
function shareOf(engine: string, from: number, to: number, ranges: RowRange[] = []): Record<string, number> {
  const count: Record<string, number> = { global: 0, local: 0, refine: 0 };
  const merits: number[] = Array.from({ length: 18 }, (_, i) => 100 - i);
  let best = 83;
  for (let n = 18; n < to; n++) {
    const isAway = ranges.some(({ from: first, to: end }) => n >= first && n < end);
    const turn = measuredTurn(Float64Array.from(merits), 2, n, {
      ranges: ranges.filter(({ from: first }) => first <= n),
    });
    if (turn === engine && !isAway) best /= 2;
    merits.push(turn === engine && !isAway ? best : 90);
    if (n >= from) count[turn]++;
  }
  return count;
}

test('shares the turns by what they gained, and leaves some to every engine', () => {
  expect(shareOf('local', 24, 44).local).toBeGreaterThanOrEqual(14);
  expect(shareOf('global', 24, 44).global).toBeGreaterThanOrEqual(14);
  expect(shareOf('local', 24, 44).global).toBeGreaterThanOrEqual(2);
  // Late last digits do not count for what they once did.
  const merits = falling(40, (i) => (i < 18 ? 100 - i : 80 - 1e-4 * i));
  const late = Array.from({ length: 10 }, (_, k) => measuredTurn(merits.subarray(0, 30 + k), 2));
  expect(late.filter((turn) => turn === 'local').length).toBeLessThanOrEqual(7);
});

test('back from an exploration it looks close to the best row first, and goes on where that gains', () => {
  const ranges = [{ from: 26, to: 30 }];
  const merits = falling(30, (i) => (i < 18 ? 100 + i : 200));
  expect(measuredTurn(merits, 2, 30, { ranges })).toBe('refine');
  // Rows in flight may be the last of the exploration.
  expect(measuredTurn(merits.subarray(0, 28), 2, 30, { ranges })).toBe('refine');
  expect(measuredTurn(merits, 2, 30, { ranges, refines: false })).not.toBe('refine');
  expect(shareOf('refine', 30, 50, ranges).refine).toBeGreaterThanOrEqual(10);
  expect(shareOf('local', 30, 50, ranges).refine).toBeLessThanOrEqual(6);
  expect(shareOf('local', 30, 50, ranges).refine).toBeGreaterThan(0);
});

test("what a row gains that leaves the best basin while others are in flight is nobody's", () => {
  const merits = (at: number) => falling(30, (i) => (i < 18 ? 100 + i : i === at ? 50 : 200));
  const locals = (at: number, inParallel: boolean, ranges: RowRange[] = []) =>
    Array.from({ length: 20 }, (_, k) => 31 + k).filter(
      (n) => measuredTurn(merits(at), 2, n, { inParallel, ranges }) === 'local',
    ).length;
  // Row 21 leaves the basin; row 20 is the local engine's.
  expect(locals(21, true)).toBe(locals(29, true));
  expect(locals(20, true)).toBeGreaterThan(locals(21, true));
  // On an exploration rows that stay are an engine's still.
  const away = [{ from: 19, to: 40 }];
  expect(locals(24, true, away)).toBe(locals(28, true, away));
});

describe('under limits', () => {
  /** Turns of the global engine in the last 60 of 100 rows, where each engine answers as told. */
  const globals = (answer: Record<string, (row: number) => number>) => {
    const merits: number[] = [];
    let count = 0;
    for (let n = 0; n < 100; n++) {
      const turn = limitedTurn(Float64Array.from(merits), 10, n);
      if (n >= 40 && turn === 'global') count++;
      merits.push(answer[turn](n));
    }
    return count;
  };
  const outside = (n: number) => INFEASIBLE * (1 + 1 / (1 + n));

  test('the engine that finds rows within them has the turns, and the one that improves on them', () => {
    // Nothing improves, and one engine keeps the limits in one row of four: rugged ground.
    expect(globals({ local: () => 2 * INFEASIBLE, global: (n) => (n % 4 === 0 ? 5 : 2 * INFEASIBLE) })).toBeGreaterThan(
      36,
    );
    // Both keep them, and one improves.
    expect(globals({ local: (n) => 10 - 0.01 * n, global: () => 11 })).toBeLessThan(15);
    // Before any row does, coming nearer counts.
    expect(globals({ local: () => 3 * INFEASIBLE, global: outside })).toBeGreaterThan(45);
  });

  test('the turns are equal while nothing is found', () => {
    expect(globals({ local: () => Number.POSITIVE_INFINITY, global: () => Number.POSITIVE_INFINITY })).toBe(30);
  });
});

test('many inputs and many rows belong to the local engine, two turns of three', () => {
  expect(
    [1000, 1001, 1002].map((n) =>
      measuredTurn(
        falling(n, (i) => i),
        2,
      ),
    ),
  ).toEqual(['local', 'local', 'global']);
  expect(
    [126, 127, 128].map((n) =>
      measuredTurn(
        falling(n, (i) => i),
        20,
      ),
    ),
  ).toEqual(['global', 'local', 'local']);
});

test('noisy answers are for the global engine alone', async () => {
  const problem = problemOf(cube(2), [bounded('g')]);
  const answer = (u: Float64Array) => [u[0] + u[1], 0.5 - u[0]];
  const noisy = autoOptimizer({
    surrogate: kernelSurrogate(),
    initial: 5,
    search: { raw: 64, starts: 3 },
    stochastic: true,
  });
  const alone = bayesian({ surrogate: kernelSurrogate(), initial: 5, search: { raw: 64, starts: 3 } });
  const one = await search(noisy, { problem, answer }, { budget: 10 });
  const other = await search(alone, { problem, answer }, { budget: 10 });
  expect(one.history.x).toEqual(other.history.x);
});

test('descends into a cone that ripples, where a smooth model sees no bottom', { tags: ['slow'] }, async () => {
  const problem = problemOf(cube(2));
  const ripple = (v: number) => 0.05 * (1 - Math.cos(40 * Math.PI * (v - 0.4)));
  const answer = (u: Float64Array) => [Math.hypot(u[0] - 0.4, u[1] - 0.4) + ripple(u[0]) + ripple(u[1])];
  const { history } = await search(quick, { problem, answer }, { budget: 60 });
  expect(problem.best(history)!.merit).toBeLessThan(0.15);
});

describe('once an optimum is settled', () => {
  const problem = problemOf(cube(4));
  const [shallow, deep] = [
    [0.3, 0.3, 0.6, 0.5],
    [0.75, 0.8, 0.2, 0.4],
  ];
  const well = (u: Float64Array, at: number[], depth: number) =>
    -depth * Math.exp(-5 * at.reduce((sum, v, j) => sum + (u[j] - v) ** 2, 0));
  const answer = (u: Float64Array) => [Math.min(well(u, shallow, 1), well(u, deep, 1.3))];
  // Rows of a search that has come to the end of the shallow well, and knows the deep one from its rim.
  const all = points(problem.space, 100, new Rng('wells'));
  const far = all.select([...Array(100).keys()].filter((i) => answer(all.row(i))[0] > -0.4).slice(0, 28));
  const steps = Array.from({ length: 6 }, (_, i) => 1e-4 * (i + 1));
  const x = far.stack(Matrix.from(steps.map((step) => shallow.map((v, j) => v + (j % 2 === 0 ? step : -step)))));
  const y = Matrix.from(Array.from({ length: x.rows }, (_, i) => answer(x.row(i))));
  const from = dataset(problem.space, problem.outputs, x, y);

  test('the search goes on in the next basin, where the best may be', { tags: ['slow'] }, async () => {
    expect(problem.best(from)!.merit).toBeGreaterThan(-1.01);
    expect(explorationsOf(problem.space, x, y.data).current?.optimum).toBe(28);
    const { history } = await search(quick, { problem, answer }, { budget: from.size + 24, from });
    expect(problem.best(history)!.merit).toBeLessThan(-1.28);
  });

  test('it asks nothing twice there, in batches, under a closed form and with failures', async () => {
    const constrained = problemOf(cube(4), [closed('x0 + x1 <= 1.6', ({ x0, x1 }) => Number(x0) + Number(x1) - 1.6)]);
    const fragile = (u: Float64Array) => (u[2] < 0.1 ? undefined : answer(u));
    const { history } = await search(
      quick,
      { problem: constrained, answer: fragile },
      { budget: from.size + 16, q: 4, from },
    );
    const asked = Array.from({ length: history.size }, (_, i) => history.x.row(i));
    expect(new Set(asked.map((u) => u.join())).size).toBe(history.size);
    for (const u of asked.slice(from.size)) expect(u[0] + u[1]).toBeLessThanOrEqual(1.6);
    expect(history.rows.some(({ status }) => status === 'failed')).toBe(true);
    expect(asked.slice(from.size).some((u) => Math.hypot(...deep.map((v, j) => u[j] - v)) < 0.4)).toBe(true);
  });

  test('back from there it looks close to the best row, is resumed exactly and asks nothing twice', {
    tags: ['slow'],
  }, async () => {
    const { history } = await search(quick, { problem, answer }, { budget: from.size + 40, from });
    const merits = problem.merit(history.x, history.y);
    const at = (n: number) =>
      explorationsOf(problem.space, history.x.select([...Array(n).keys()]), merits.subarray(0, n));
    const close = [...Array(history.size).keys()].filter(
      (n) => !at(n).current && measuredTurn(merits.subarray(0, n), 4, n, at(n)) === 'refine',
    );
    expect(close.length).toBeGreaterThan(2);
    const firstRows = (n: number) => history.select([...Array(n).keys()]);
    for (const n of close) {
      const best = history.x.row(problem.best(firstRows(n))!.row);
      expect(Math.max(...history.x.row(n).map((v, j) => Math.abs(v - best[j])))).toBeLessThanOrEqual(0.05 + 1e-12);
    }
    const ask = async (count: number) => {
      const knowledge = { history: firstRows(close[0]), pending: new Matrix(0, 4), remaining: 8 };
      return (await auto().suggest(problem, knowledge, count, testRun('laws'))).x;
    };
    expect((await ask(1)).row(0)).toEqual(history.x.row(close[0]));
    const four = await ask(4);
    expect(new Set([0, 1, 2, 3].map((i) => four.row(i).join())).size).toBe(4);
  });

  test('it tells the chance to beat the best of all there, by the model of the rows there, and expects nothing of the whole space', {
    tags: ['slow'],
  }, async () => {
    const { history } = await search(quick, { problem, answer }, { budget: from.size + 16, from });
    const whole = bayesian({ surrogate: kernelSurrogate(), initial: 5, search: { raw: 64, starts: 3 } });
    let detours = 0;
    for (let n = 28; n < history.size; n++) {
      const knowledge = { history: history.select([...Array(n).keys()]), pending: new Matrix(0, 4), remaining: 8 };
      const {
        x: next,
        probabilityOfImprovement,
        expectedImprovement,
      } = await quick.suggest(problem, knowledge, 1, testRun('laws'));
      const all = await whole.forecast(problem, knowledge, next.row(0), testRun('laws'));
      const { current: away, ranges } = explorationsOf(
        problem.space,
        knowledge.history.x,
        history.y.data.subarray(0, n),
      );
      const turn = measuredTurn(history.y.data.subarray(0, n), 4, n, { ranges });
      const isWhole = turn === 'global' || turn === 'design';
      if (!away) expect(expectedImprovement).toBe(isWhole ? all!.expectedImprovement : undefined);
      if (!away || !isWhole || expectedImprovement !== undefined) continue;
      detours++;
      expect(probabilityOfImprovement).toBeGreaterThanOrEqual(0);
      expect(probabilityOfImprovement).not.toBe(all!.probabilityOfImprovement);
    }
    expect(detours).toBeGreaterThan(1);
  });

  test('before that one of four does so too while points are in flight', async () => {
    const flank = Matrix.from([-0.3, -0.25].map((off) => deep.map((v, j) => (j < 2 ? v + off : v))));
    const seen = flank.stack(x.select([...Array(31).keys()]));
    const rows = dataset(
      ...([problem.space, problem.outputs, seen] as const),
      Matrix.from(Array.from({ length: seen.rows }, (_, i) => answer(seen.row(i)))),
    );
    expect(problem.best(rows)!.row).toBeGreaterThan(1);
    expect(explorationsOf(problem.space, rows.x, rows.y.data).current).toBeUndefined();
    const isThere = (u: Float64Array) => Math.hypot(...u.map((v, j) => v - deep[j])) < 0.3;
    const corners = Matrix.from([0, 1, 2, 3].map((k) => [0, 1, 2, 3].map((j) => (j === k ? 0.1 : 0.9))));
    for (const flying of [0, 1, 2, 3, 4]) {
      const knowledge = { history: rows, pending: corners.select([...Array(flying).keys()]), remaining: 8 };
      const { x: next } = await quick.suggest(problem, knowledge, 1, testRun('aside'));
      expect(isThere(next.row(0))).toBe((rows.size + flying) % 4 === 1 && flying > 0);
    }
  });

  test('it is resumed exactly there too', { tags: ['slow'] }, async () => {
    const { history } = await search(quick, { problem, answer }, { budget: from.size + 20, from });
    for (const more of [0, 1, 6, 9, 13, 17]) {
      const first = history.select([...Array(from.size + more).keys()]);
      const knowledge = { history: first, pending: new Matrix(0, 4), remaining: 20 - more };
      const { x: next } = await auto().suggest(problem, knowledge, 1, testRun('laws'));
      expect(next.row(0)).toEqual(history.x.row(first.size));
    }
  });
});

test('does not step where a point is in flight', async () => {
  const problem = problemOf(cube(2), [bounded('g')]);
  const answer = (u: Float64Array) => [u[0] + u[1], 0.16 - u[0] * u[1]];
  const { history } = await search(quick, { problem, answer }, { budget: 14 });
  const ask = (pending: Matrix) =>
    quick.suggest(problem, { history, pending, remaining: 10 }, 1, testRun('crowded')).then(({ x }) => x.row(0));
  // The sixteenth row is the local engine's: whatever is in flight, it would step to the same place.
  const far = [
    [0.9, 0.9],
    [0.95, 0.8],
  ];
  const step = await ask(Matrix.from(far));
  const beside = Matrix.from([step.map((v) => v + 1e-4), far[1]]);
  expect(squaredDistance(await ask(beside), beside.row(0))).toBeGreaterThan(1e-3 ** 2);
});

test('reaches a curved constraint, and searches spaces without real numbers', async () => {
  const problem = problemOf(cube(2), [bounded('g')]);
  const answer = (u: Float64Array) => [u[0] + u[1], 0.16 - u[0] * u[1]];
  const { history } = await search(quick, { problem, answer }, { budget: 25 });
  expect(problem.best(history)!.merit).toBeLessThan(0.8 + 1e-4);
  const whole = problemOf(new Space({ a: integer(0, 20), b: integer(0, 20) }));
  const grid = await search(quick, { problem: whole, answer: (u) => [(u[0] - 0.3) ** 2 + u[1]] }, { budget: 30 });
  expect(grid.history.size).toBe(30);
});

test('tells the chance of its proposals, those of the local engine included', async () => {
  const problem = problemOf(new Space({ x: real(0, 1) }));
  const answer = (u: Float64Array) => [(u[0] - 0.3) ** 2];
  const { history } = await search(quick, { problem, answer }, { budget: 12 });
  const { last } = await search(quick, { problem, answer }, { budget: 13, from: history });
  expect(last?.probabilityOfImprovement).toBeGreaterThanOrEqual(0);
  expect(last?.probabilityOfImprovement).toBeLessThanOrEqual(1);
});
