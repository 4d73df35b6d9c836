import { describe, expect, test } from 'vitest';
import { Dataset } from '../../../src/core/dataset.ts';
import { ImagoError } from '../../../src/core/errors.ts';
import { type Expression, Problem } from '../../../src/core/problem.ts';
import { real, resolution } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { autoOptimizer } from '../../../src/optimization/auto/auto.ts';
import { multiResolution } from '../../../src/optimization/multi-resolution/multi-resolution.ts';
import { ResolutionSlice } from '../../../src/optimization/multi-resolution/slice.ts';
import { reportedLevel } from '../../../src/study/scenario/reported-level.ts';
import { coKriging } from '../../../src/surrogates/co-kriging/co-kriging.ts';
import { dataset, points, testRun } from '../../../src/testing/labeled.ts';
import { type OptimizerCase, optimizerLaws, search, withResolution } from '../../../src/testing/optimizer-laws.ts';
import { closed, cube, output, problemOf } from '../../../src/testing/problems.ts';
import { kernelSurrogate } from '../../fixtures/kernel-surrogate.ts';
import { resolvedSurrogate } from '../../fixtures/resolved-surrogate.ts';

const make = () => multiResolution({ surrogate: resolvedSurrogate(), search: { raw: 64, starts: 3 } });
const quick = make();

optimizerLaws('multiResolution', make, 30, withResolution);

/** Forrester's function, and the coarse version that goes with it [Forrester2007]. */
const fine = (x: number) => (6 * x - 2) ** 2 * Math.sin(12 * x - 4);
const space = new Space({ x: real(0, 1), cells: resolution([10, 100], { cost: [1, 10] }) });
function forrester(constraints: Parameters<typeof reportedLevel>[1] = []): OptimizerCase {
  const level = reportedLevel(space, constraints)!;
  return {
    name: 'forrester',
    problem: new Problem(space, [{ name: 'f' }], [output('f')], [...constraints, level]),
    answer: ([x, level]) => [level > 0.5 ? fine(x) : 0.5 * fine(x) + 10 * (x - 0.5) - 5],
  };
}

/** As a study spends its budget: by cost. */
async function spend(optimizer: typeof quick, { problem, answer }: OptimizerCase, budget: number, q = 1) {
  let history = Dataset.empty(problem.space, problem.outputs);
  let remaining = budget;
  while (remaining > 1 - 1e-9) {
    const knowledge = { history, pending: new Matrix(0, problem.space.dimension), remaining };
    const { x, stop } = await optimizer.suggest(problem, knowledge, q, testRun('spend'));
    expect(problem.cost(x)).toBeLessThanOrEqual(remaining + 1e-9);
    history = history.append(
      Array.from({ length: x.rows }, (_, i) => {
        const u = x.row(i).slice();
        const values = Float64Array.from(answer(u) as number[]);
        return { id: `spend/${history.size + i}`, u, milliseconds: 1, status: 'completed', values };
      }),
    );
    remaining -= problem.cost(x);
    if (stop || x.rows === 0) break;
  }
  return { history, remaining };
}

test('the slice of a problem is one problem while it lives, by which replayed searches know it again', () => {
  const { problem } = forrester();
  expect(ResolutionSlice.of(problem)?.problem).toBeDefined();
  expect(ResolutionSlice.of(problem)?.problem).toBe(ResolutionSlice.of(problem)?.problem);
});

describe('on the function of Forrester, Sobester and Keane', () => {
  const optimizer = multiResolution({ surrogate: coKriging({ calibrate: false }) });

  test('it finds the optimum for less than seven fine runs, and the best point is a fine answer', async () => {
    const one = forrester();
    const { history, remaining } = await spend(optimizer, one, 7);
    const best = one.problem.best(history)!;
    expect(best.feasible).toBe(true);
    expect(history.x.get(best.row, 1)).toBe(0.75);
    expect(best.merit).toBeLessThan(-6.0207 + 0.06);
    // Some of the budget went to coarse runs, and all that is left is too little for a fine one.
    expect(history.size).toBeGreaterThan(12);
    expect(remaining).toBeLessThan(1);
    expect(remaining).toBeGreaterThan(-1e-9);
  });
});

/** The surrogate, which takes coarse answers for as good as this share of a fine one. */
const believing = (share: number) =>
  multiResolution({
    surrogate: {
      name: 'believing',
      fit: async (data, run) => ({
        ...(await resolvedSurrogate().fit(data, run)),
        explained: (x) => new Matrix(x.rows, 1, new Float64Array(x.rows).fill(share)),
      }),
    },
    search: { raw: 64, starts: 3 },
  });

test('coarse runs cost no more than a fine one between two of those, whatever they promise', async () => {
  const { history } = await spend(believing(1), forrester(), 9);
  const levels = [...history.x.column(1)];
  let [inARow, most] = [0, 0];
  for (const level of levels.slice(levels.indexOf(0.75))) {
    inARow = level === 0.75 ? 0 : inARow + 1;
    most = Math.max(most, inARow);
  }
  expect(most).toBe(10);
});

test('a budget of a single fine run is spent on a fine run', async () => {
  const { history } = await spend(quick, forrester(), 1);
  expect([...history.x.column(1)]).toEqual([0.75]);
});

test('a batch is paid for too', async () => {
  const { history, remaining } = await spend(quick, forrester(), 6, 4);
  expect(remaining).toBeLessThan(1);
  expect(new Set(Array.from({ length: history.size }, (_, i) => history.x.row(i).join())).size).toBe(history.size);
});

test('a coarse level that says nothing of the fine one is left alone after the design', async () => {
  const useless: OptimizerCase = {
    ...forrester(),
    answer: ([x, level]) => [level > 0.5 ? fine(x) : Math.sin(1e4 * x)],
  };
  const { history } = await spend(believing(0), useless, 10);
  const designed = history.x.column(1).indexOf(0.75);
  expect([...history.x.column(1).subarray(designed)].every((level) => level === 0.75)).toBe(true);
});

describe('once the best answer is settled', () => {
  const [shallow, deep] = [
    [0.3, 0.3, 0.6, 0.5],
    [0.75, 0.8, 0.2, 0.4],
  ];
  const inputs = { x0: real(0, 1), x1: real(0, 1), x2: real(0, 1), x3: real(0, 1) };
  const wide = new Space({ ...inputs, cells: resolution([10, 100], { cost: [1, 10] }) });
  const problem = new Problem(wide, [{ name: 'f' }], [output('f')], [reportedLevel(wide, [])!]);
  const well = (u: Float64Array, at: number[], depth: number) =>
    -depth * Math.exp(-5 * at.reduce((sum, v, j) => sum + (u[j] - v) ** 2, 0));
  const answer = (u: Float64Array) => [
    Math.min(well(u, shallow, 1), well(u, deep, 1.3)) + (u[4] > 0.5 ? 0 : 0.1 * u[0]),
  ];
  // A search that has come to the end of the shallow well, and knows the deep one from its rim.
  const all = points(wide, 100, new Rng('wells'));
  const far = all.select([...Array(100).keys()].filter((i) => answer(all.row(i))[0] > -0.4).slice(0, 28));
  const steps = Array.from({ length: 7 }, (_, i) => 1e-4 * (i + 1));
  const near = steps.map((step) => [...shallow.map((v, j) => v + (j % 2 === 0 ? step : -step)), 0.75]);
  const rim = [-0.3, -0.25, 0.2].map((off, i) => [...deep.map((v, j) => (j < 2 ? v + off : v)), i < 2 ? 0.75 : 0.25]);
  const x = Matrix.from(rim).stack(far).stack(Matrix.from(near));
  const y = Matrix.from(Array.from({ length: x.rows }, (_, i) => answer(x.row(i))));
  const from = dataset(wide, problem.outputs, x, y);

  const goOn = (rows: number) => search(quick, { problem, answer }, { budget: from.size + rows, from });

  test('the search goes on in the next basin, on coarse runs too', { tags: ['slow'] }, async () => {
    expect(problem.best(from)!.merit).toBeGreaterThan(-1.01);
    const { history } = await goOn(24);
    expect(problem.best(history)!.merit).toBeLessThan(-1.28);
    const there = [...Array(24).keys()].map((i) => history.x.row(from.size + i)).filter((u) => u[0] > 0.6);
    expect(new Set(there.map((u) => u[4]))).toEqual(new Set([0.25, 0.75]));
    expect(new Set(there.map((u) => u.join())).size).toBe(there.length);
  });

  test('where hardly an answer counts there, it asks for one at the best coarse one that did not fail', async () => {
    const coarse = Array.from({ length: x.rows - near.length }, (_, i) => x.row(i).with(4, 0.25));
    // The least mean is where a coarse run failed.
    const all = Matrix.from([[...deep, 0.25], ...coarse, ...near]);
    const values = Array.from({ length: all.rows }, (_, i) => (i === 0 ? [Number.NaN] : answer(all.row(i))));
    const history = dataset(wide, problem.outputs, all, Matrix.from(values));
    const knowledge = { history, pending: new Matrix(0, 5), remaining: 40 };
    const { x: next } = await quick.suggest(problem, knowledge, 1, testRun('laws'));
    expect(next.get(0, 4)).toBe(0.75);
    const asked = [...next.row(0)].slice(0, 4);
    expect(asked).not.toEqual(deep);
    expect(rim.map((row) => row.slice(0, 4))).toContainEqual(asked);
  });

  test('it tells the chance to beat the best of all there, expects nothing of the whole space, and is resumed exactly', async () => {
    const { history } = await goOn(12);
    for (const more of [2, 3, 6, 9]) {
      const first = history.select([...Array(from.size + more).keys()]);
      const knowledge = { history: first, pending: new Matrix(0, 5), remaining: 40 };
      const { x: next, ...told } = await make().suggest(problem, knowledge, 1, testRun('laws'));
      expect(next.row(0)).toEqual(history.x.row(first.size));
      expect(Object.keys(told)).toEqual(['probabilityOfImprovement']);
      expect(told.probabilityOfImprovement).toBeGreaterThan(0);
      expect(told.probabilityOfImprovement).toBeLessThan(1);
    }
    // What is known of the basin that is left is what there is to beat.
    const first = history.select([...Array(from.size + 2).keys()]);
    const chance = async (deeper: number) => {
      const values = first.y.column(0).map((v, i) => (i >= 31 && i < 38 ? v - deeper : v));
      const known = dataset(wide, problem.outputs, first.x, Matrix.from([...values].map((v) => [v])));
      const knowledge = { history: known, pending: new Matrix(0, 5), remaining: 40 };
      return (await make().suggest(problem, knowledge, 1, testRun('laws'))).probabilityOfImprovement!;
    };
    expect(await chance(2)).toBeLessThan((await chance(0)) - 0.05);
  });
});

test('a problem that does not say which level counts is refused', async () => {
  const problem = problemOf(cube(2));
  const knowledge = { history: Dataset.empty(problem.space, problem.outputs), pending: new Matrix(0, 2), remaining: 5 };
  await expect(quick.suggest(problem, knowledge, 1, testRun('refused'))).rejects.toThrow(ImagoError);
});

describe('the level that counts', () => {
  const three = new Space({ x: real(0, 1), cells: resolution([8, 16, 32], { cost: [1, 2, 8] }) });
  const cells = (text: string, evaluate: (cells: number) => number) =>
    closed(text, (point) => evaluate(point.cells as number));
  const wanted = (...constraints: Expression[]) => reportedLevel(three, constraints as never)!;

  test('is the finest that closed-form constraints leave, and coarser ones may be learned from', () => {
    expect(wanted()).toMatchObject({ text: 'cells = 32', levels: [0, 1, 2] });
    expect(wanted(cells('cells >= 32', (n) => 32 - n))).toMatchObject({ text: 'cells = 32', levels: [2] });
    expect(wanted(cells('cells <= 16', (n) => n - 16))).toMatchObject({ text: 'cells = 16', levels: [0, 1] });
    const narrow = closed('x <= -1', ({ x }) => (x as number) + 1);
    expect(wanted(narrow)).toMatchObject({ text: 'cells = 32', levels: [0, 1, 2] });
    expect(reportedLevel(cube(2), [])).toBeUndefined();
  });

  test('is what a run costs one of, and what is feasible', () => {
    const level = wanted(cells('cells <= 16', (n) => n - 16));
    const problem = new Problem(three, [{ name: 'f' }], [output('f')], [level]);
    const x = Matrix.from([
      [0.2, 1 / 6],
      [0.2, 1 / 2],
    ]);
    expect(problem.cost(x)).toBeCloseTo(1.5, 12);
    expect([...problem.score(x, Matrix.from([[1], [2]])).violation]).toEqual([1, 0]);
  });
});

test('auto spends by cost where the resolution is open, and searches the other parameters where it is fixed', async () => {
  const options = { surrogate: kernelSurrogate(), initial: 5, search: { raw: 64, starts: 3 } };
  const auto = autoOptimizer({ ...options, resolved: resolvedSurrogate() });
  const one = await search(auto, forrester(), { budget: 20 });
  const other = await search(quick, forrester(), { budget: 20 });
  expect(one.history.x).toEqual(other.history.x);

  const fixed = forrester([closed('cells >= 100', ({ cells }) => 100 - (cells as number))]);
  const { history } = await search(auto, fixed, { budget: 12 });
  const line = new Space({ x: real(0, 1) });
  const plain = await search(
    autoOptimizer(options),
    { problem: problemOf(line), answer: ([x]) => [fine(x)] },
    { budget: 12 },
  );
  expect([...history.x.column(1)].every((level) => level === 0.75)).toBe(true);
  // The constraint that fixes it is still one, which the last digits of a polished optimum notice.
  expect([...history.x.column(0)].slice(0, 9)).toEqual([...plain.history.x.column(0)].slice(0, 9));
});
