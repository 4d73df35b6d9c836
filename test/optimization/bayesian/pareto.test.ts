import { describe, expect, test } from 'vitest';
import { Dataset } from '../../../src/core/dataset.ts';
import type { Optimizer } from '../../../src/core/optimizer.ts';
import { Problem } from '../../../src/core/problem.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { hypervolume } from '../../../src/numerics/minimize/hypervolume.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { CheckpointedColumns } from '../../../src/optimization/bayesian/checkpoints.ts';
import { modelData } from '../../../src/optimization/bayesian/columns.ts';
import { pareto } from '../../../src/optimization/bayesian/pareto.ts';
import { scalarized } from '../../../src/optimization/bayesian/scalarization.ts';
import { nsga2 } from '../../../src/optimization/direct/nsga2.ts';
import { random } from '../../../src/optimization/direct/random.ts';
import { gaussianProcess } from '../../../src/surrogates/gaussian-process/gaussian-process.ts';
import { dataset, points, testRun } from '../../../src/testing/labeled.ts';
import { optimizerLaws, search, withSecondObjective } from '../../../src/testing/optimizer-laws.ts';
import { bounded, cube, output, problemOf } from '../../../src/testing/problems.ts';
import { kernelSurrogate } from '../../fixtures/kernel-surrogate.ts';

const quick = { surrogate: kernelSurrogate(), initial: 5, search: { raw: 64, starts: 3 } };
optimizerLaws('pareto', () => pareto(quick), 14, withSecondObjective);
optimizerLaws('NSGA-II', () => nsga2({ population: 8 }), 30, withSecondObjective);
optimizerLaws('NSGA-II on one objective', () => nsga2({ population: 8 }));

function objectives(count: number, constraints = [bounded('g')].slice(1)): Problem {
  const names = Array.from({ length: count }, (_, k) => `f${k}`);
  const outputs = [...names, ...constraints.flatMap(({ reads }) => reads)].map((name) => ({ name }));
  return new Problem(cube(2), outputs, names.map(output), constraints);
}

/** Two bowls; the front is the line between their centers, (t^2, (1 - t)^2) / 2. */
const bowls = (u: Float64Array) => [(u[0] - 0.25) ** 2 + (u[1] - 0.25) ** 2, (u[0] - 0.75) ** 2 + (u[1] - 0.75) ** 2];
const reference = [0.6, 0.6];

async function reached(optimizer: Optimizer, problem: Problem, answer: (u: Float64Array) => number[], budget: number) {
  const { history } = await search(optimizer, { problem, answer }, { budget });
  const front = problem.front(history);
  const { objectives: values } = problem.score(history.x, history.y);
  return { volume: hypervolume(values.select(front), reference), front: history.select(front) };
}

describe('several objectives', () => {
  test('the front of two bowls is found in 30 evaluations', async () => {
    const optimizer = pareto({ surrogate: gaussianProcess({ transform: 'none', calibrate: false }), reference });
    const { volume, front } = await reached(optimizer, objectives(2), bowls, 30);
    // Above the curve sqrt f1 + sqrt f2 = 1 / sqrt 2, whose area is 0.25 / 6.
    const whole = 0.36 - 0.25 / 6;
    expect(volume).toBeGreaterThan(0.985 * whole);
    expect(volume).toBeLessThan(whole);
    for (let i = 0; i < front.size; i++) expect(Math.abs(front.x.get(i, 0) - front.x.get(i, 1))).toBeLessThan(0.1);
    const blind = await reached(random(), objectives(2), bowls, 30);
    expect(volume).toBeGreaterThan(blind.volume);
  });

  test('a constraint cuts the front', { tags: ['slow'] }, async () => {
    const problem = objectives(2, [bounded('g')]);
    const optimizer = pareto({ surrogate: gaussianProcess({ transform: 'none', calibrate: false }), reference });
    const { front } = await reached(optimizer, problem, (u) => [...bowls(u), u[0] - 0.5], 25);
    expect(front.x.column(0).every((v) => v <= 0.5)).toBe(true);
    expect(Math.max(...front.x.column(0))).toBeGreaterThan(0.45);
  });

  test('five objectives are searched by random scalarizations', async () => {
    const problem = objectives(5);
    const answer = (u: Float64Array) => [...bowls(u), u[0], 1 - u[1], Math.abs(u[0] - u[1])];
    const { history } = await search(pareto(quick), { problem, answer }, { budget: 14 });
    expect(problem.front(history).length).toBeGreaterThan(3);
    const bounded = pareto({ ...quick, reference: [1, 1, 1, 1, 1] });
    const { x } = await bounded.suggest(problem, { history, pending: new Matrix(0, 2), remaining: 1 }, 1, testRun('5'));
    expect(x.rows).toBe(1);
  });

  test('a scalarization is least at a point of the front', () => {
    const problem = objectives(3);
    const x = points(problem.space, 60, new Rng('scalarization'));
    const y = Matrix.from(Array.from({ length: 60 }, (_, i) => [...bowls(x.row(i)), x.get(i, 0)]));
    const history = dataset(problem.space, problem.outputs, x, y);
    const front = new Set(problem.front(history));
    const chosen = new Set<number>();
    for (let seed = 0; seed < 12; seed++) {
      const knowledge = { history, pending: new Matrix(0, 2), remaining: 1 };
      const one = scalarized(problem, knowledge, testRun(`scalarization/${seed}`)).best(history);
      expect(front.has(one?.row ?? -1)).toBe(true);
      chosen.add(one?.row ?? -1);
    }
    expect(chosen.size).toBeGreaterThan(3);
  });

  test('one objective, and a reference that does not fit, are refused', async () => {
    const one = problemOf(cube(2));
    const two = objectives(2);
    const none = (problem: Problem) => ({
      history: Dataset.empty(problem.space, problem.outputs),
      pending: new Matrix(0, 2),
      remaining: 3,
    });
    await expect(pareto(quick).suggest(one, none(one), 1, testRun('one'))).rejects.toThrow(/two objectives.*got 1/);
    await expect(pareto({ ...quick, reference: [1] }).suggest(two, none(two), 1, testRun('two'))).rejects.toThrow(
      /each of the 2 objectives, got 1/,
    );
  });
});

describe('an objective over many orders of magnitude, of which only the least counts', () => {
  // A bar's weight against its deflection, as in a welded beam: the deflection of thin bars is a thousand times what counts.
  const bar = ([breadth, height]: Float64Array) => [
    (0.05 + breadth) * (0.05 + height),
    1e-2 / ((0.05 + breadth) * (0.05 + height) ** 3),
  ];
  const options = { surrogate: gaussianProcess({ transform: 'none', calibrate: false }), reference: [0.6, 0.3] };

  test('leaves the rest of the front as easy to find', { tags: ['slow'] }, async () => {
    const { history } = await search(pareto(options), { problem: objectives(2), answer: bar }, { budget: 30 });
    const front = history.y.select(objectives(2).front(history));
    // The front is at the greatest height: there weight times deflection is 0.01 / 1.05^2.
    const [least, most] = [0.01 / 1.05 ** 2 / 0.3, 0.6];
    const whole = 0.3 * (most - least) - (0.01 / 1.05 ** 2) * Math.log(most / least);
    expect(hypervolume(front, options.reference)).toBeGreaterThan(0.95 * whole);
  });

  test('counts up to the front of the rows that a model is fitted to, or to the reference', async () => {
    const problem = objectives(2, [bounded('g')]);
    const answer = (u: Float64Array) => [...bar(u), u[0] - 0.5];
    const { history } = await search(random(), { problem, answer }, { budget: 30 });
    const first = (n: number) => history.select(Array.from({ length: n }, (_, i) => i));
    const boundsOf = (data: Dataset, n: number) =>
      modelData(problem, data, 'front').columns.map(({ bound }) => bound?.(n));
    const bounds = [6, 12, 30].map((n) => boundsOf(history, n));
    expect(new Set(bounds.map(String)).size).toBeGreaterThan(1);
    expect(bounds).toEqual([6, 12, 30].map((n) => boundsOf(first(n), n)));
    expect(modelData(problem, history, [3, 4]).columns.map(({ bound }) => bound?.(30))).toEqual([3, 4, undefined]);
  });

  test('is fitted anew where another part of it counts', async () => {
    const { history } = await search(random(), { problem: objectives(2), answer: bar }, { budget: 20 });
    const columns = new CheckpointedColumns(kernelSurrogate());
    const [, deflection] = modelData(objectives(2), history).columns;
    const transformFor = async (bound: number) =>
      (await columns.model(1, { ...deflection, bound: () => bound }, history, testRun('bound'))).transform.name;
    expect(await transformFor(0.2)).toMatch(/^y up to 0.2,/);
    expect(await transformFor(0.3)).toMatch(/^y up to 0.3,/);
  });
});
