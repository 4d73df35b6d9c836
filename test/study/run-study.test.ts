import { describe, expect, test } from 'vitest';
import { ImagoError } from '../../src/core/errors.ts';
import type { Optimizer } from '../../src/core/optimizer.ts';
import { label, simulatorOracle } from '../../src/core/oracle.ts';
import type { Sampler } from '../../src/core/sampler.ts';
import { defineSimulator } from '../../src/core/simulator.ts';
import { real } from '../../src/core/space/parameter.ts';
import { memoryStore, type Store } from '../../src/core/store.ts';
import { datasetFromCsv, datasetToCsv } from '../../src/data/csv.ts';
import { inlineExecutor } from '../../src/execution/inline.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { Rng } from '../../src/numerics/random.ts';
import { cmaEs } from '../../src/optimization/direct/cma-es.ts';
import { differentialEvolution } from '../../src/optimization/direct/differential-evolution.ts';
import { random } from '../../src/optimization/direct/random.ts';
import { latinHypercube } from '../../src/sampling/latin-hypercube.ts';
import { sobol } from '../../src/sampling/sobol.ts';
import { uniform } from '../../src/sampling/uniform.ts';
import { runStudy } from '../../src/study/run-study.ts';
import { defineScenario } from '../../src/study/scenario/define-scenario.ts';
import type { AnyScenario } from '../../src/study/scenario/scenario.ts';
import type { Stage } from '../../src/study/scenario/stage.ts';
import { studyFromJson, studyToJson } from '../../src/study/study.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';
import { decisionTree } from '../../src/surrogates/trees/decision-tree.ts';

/** Branin's function; fails in a corner, and is the better the nearer it comes to it. */
const branin = defineSimulator(null, {
  name: 'branin',
  parameters: { x: real(-5, 10, { unit: 'm' }), y: real(0, 15, { unit: 'm' }) },
  outputs: { height: { unit: 'm' }, slope: {} },
  run({ x, y }) {
    if (x < -3 && y < 3) throw new Error(`fell off at ${x.toFixed(1)}, ${y.toFixed(1)}`);
    const bend = y - (5.1 / (4 * Math.PI ** 2)) * x ** 2 + (5 / Math.PI) * x - 6;
    return { height: bend ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10, slope: x / 10 - y / 15 };
  },
});

/** A sampler of one's own, with an option that it tells. */
const diagonal = (power: number): Sampler => ({
  name: 'diagonal',
  options: { power },
  sample: (space, count) =>
    Matrix.from(
      Array.from({ length: count }, (_, i) => new Array<number>(space.dimension).fill(((i + 0.5) / count) ** power)),
    ),
});

const scenario = defineScenario({
  name: 'Branin',
  simulator: branin,
  seed: 7,
  chain: [
    { name: 'surrogate', transfer: latinHypercube(), size: 24, student: gaussianProcess() },
    { name: 'rules', transfer: uniform(), size: 500, student: decisionTree({ maxDepth: 3 }) },
  ],
  search: { on: 'surrogate', minimize: 'height', subjectTo: ['slope >= 0'], rounds: 3, confirm: 3 },
  compare: { optimizers: [differentialEvolution(), cmaEs(), random()], budget: 60, batch: 5 },
});

const study = (
  one: AnyScenario,
  store: Store = memoryStore(),
  extra: { signal?: AbortSignal; notice?: (text: string) => void; identity?: string } = {},
) => {
  const { signal, ...environment } = extra;
  return runStudy(
    one,
    { executor: inlineExecutor(), store, ...environment },
    { clock: () => performance.now(), ...(signal && { signal }) },
  );
};

describe('a study on a simulator', () => {
  const known = memoryStore();
  let run: ReturnType<typeof study> | undefined;
  /** The study of all these tests, of which `known` keeps the runs. */
  const whole = () => {
    run ??= study(scenario, known);
    return run;
  };

  test('samples, fits, searches, confirms, compares and accounts', async () => {
    const { results, measurements } = await whole();
    const [surrogate, rules] = results.stages;
    expect(surrogate).toMatchObject({ teacher: 'simulator', accuracy: null, tree: null });
    expect(surrogate.runs.total).toBe(24);
    expect(surrogate.runs.completed + (surrogate.runs.failures[0]?.count ?? 0)).toBe(24);
    expect(surrogate.fidelity[0]).toMatchObject({ output: 'height', method: 'cross-validation' });
    expect(surrogate.fidelity[1].q2).toBeGreaterThan(0.999);
    expect(rules).toMatchObject({ teacher: 'surrogate', runs: { total: 500 } });
    expect(rules.fidelity[0].method).toBe('holdout');
    expect(rules.fidelity[0].points).toBe(100);
    expect(rules.accuracy?.[0].points).toBe(surrogate.runs.completed);
    expect(rules.tree).toMatchObject({ kind: 'split', count: 500 });

    const { search } = results;
    expect(search?.runs.total).toBe(24 + 9);
    expect(search?.best).toMatchObject({ feasible: true, confirmed: true });
    expect(search?.best?.outputs).toEqual({
      height: expect.closeTo(search?.best?.objective ?? Number.NaN, 12),
      slope: expect.any(Number),
    });
    expect(search?.best?.objective).toBeLessThan(0.5);
    expect(search?.curve.at(-1)).toBe(search?.best?.objective);
    expect(search?.steps.filter((step) => step.promised !== null)).toHaveLength(9);

    expect(results.comparison.map(({ optimizer, curve }) => [optimizer, curve.length])).toEqual(
      results.comparison.map(({ optimizer }) => [optimizer, 60]),
    );
    expect(results.race?.assistedBudget).toBe(33);
    expect(measurements.simulated).toBe(24 + 9 + 180);
    expect(measurements.recalled).toBe(0);
    expect(measurements.savings.map(({ stage }) => stage)).toEqual(['surrogate', 'rules']);
    expect(results.effects.map(({ quantity }) => quantity)).toEqual(['height', 'slope']);
  });

  test('is the same again, and from the store without a single run', async () => {
    const first = await whole();
    const again = await study(scenario, known);
    expect(again.results).toEqual(first.results);
    expect(again.measurements).toMatchObject({ simulated: 0, recalled: first.measurements.simulated });
    expect(JSON.parse(known.read('study') as string).results).toEqual(JSON.parse(studyToJson(first)).results);
    expect(studyFromJson(studyToJson(first)).results.name).toBe('Branin');
  });

  test('arrives at the same results however often it is stopped', { tags: ['slow'] }, async () => {
    const { results } = await whole();
    for (const after of [1, 10, 24, 25, 30, 40, 100]) {
      const store = memoryStore();
      const controller = new AbortController();
      let put = 0;
      const dying: Store = {
        ...store,
        put(simulator, evaluations) {
          store.put(simulator, evaluations);
          put += evaluations.length;
          if (put >= after) controller.abort();
        },
      };
      await expect(study(scenario, dying, { signal: controller.signal })).rejects.toMatchObject({ code: 'cancelled' });
      const resumed = await study(scenario, store);
      expect(resumed.results).toEqual(results);
      expect(resumed.measurements.recalled).toBeGreaterThanOrEqual(after);
    }
  });

  test('another seed asks other points', { tags: ['slow'] }, async () => {
    const other = await study(defineScenario({ ...scenario, seed: 8, compare: undefined }));
    const own = await study(defineScenario({ ...scenario, compare: undefined }));
    expect(other.results.stages[0].evaluations[0].u).not.toEqual(own.results.stages[0].evaluations[0].u);
  });

  test('tells of a changed simulator and of a changed scenario', { tags: ['slow'] }, async () => {
    const store = memoryStore();
    const small = defineScenario({ ...scenario, compare: undefined });
    await study(small, store);
    const notices: string[] = [];
    await study(defineScenario({ ...small, chain: [{ ...small.chain![0], size: 30 }] }), store, {
      identity: 'branin@2',
      notice: (text) => notices.push(text),
    });
    expect(notices[0]).toBe('33 stored evaluations of branin@1 do not apply to branin@2; they are kept, and not used');
    expect(notices[1]).toMatch(/the scenario has changed since the store was written, in: simulator, chain/);
  });

  test.each<[string, Partial<Stage>, Partial<Stage>, string | undefined]>([
    ['another sampler', {}, { transfer: sobol() }, 'transfer of s (latinHypercube, now sobol)'],
    [
      'an option of a sampler',
      { transfer: sobol() },
      { transfer: sobol({ scramble: false }) },
      'transfer of s (sobol, now sobol(scramble: false))',
    ],
    [
      'an option of a student',
      {},
      { student: decisionTree({ maxDepth: 2 }) },
      'student of s (decisionTree, now decisionTree(maxDepth: 2))',
    ],
    [
      "options of a sampler of one's own",
      { transfer: diagonal(1) },
      { transfer: diagonal(2) },
      'transfer of s (diagonal(power: 1), now diagonal(power: 2))',
    ],
    ['a default that is written out', {}, { student: decisionTree({ minLeaf: 1 }) }, undefined],
  ])('a store tells of %s', async (_, first, second, change) => {
    const store = memoryStore();
    const stage = { name: 's', transfer: latinHypercube(), size: 6, student: decisionTree() };
    const scenarioOf = (part: Partial<Stage>) =>
      defineScenario({ name: 'a', simulator: branin, chain: [{ ...stage, ...part }] });
    await study(scenarioOf(first), store);
    const notices: string[] = [];
    await study(scenarioOf(second), store, { notice: (text) => notices.push(text) });
    expect(notices).toEqual(
      change === undefined
        ? []
        : [
            `the scenario has changed since the store was written, in: ${change}; stored evaluations are used where the same points are asked`,
          ],
    );
  });

  test('a store tells of an option of an optimizer, and of none where it is of before there were recipes', async () => {
    const store = memoryStore();
    const scenarioOf = (optimizer?: Optimizer) =>
      defineScenario({
        name: 'a',
        simulator: branin,
        search: { on: 'simulator', minimize: 'height', budget: 8, ...(optimizer && { optimizer }) },
      });
    const noticesOf = async (optimizer?: Optimizer) => {
      const notices: string[] = [];
      await study(scenarioOf(optimizer), store, { notice: (text) => notices.push(text) });
      return notices;
    };
    await noticesOf(cmaEs());
    expect(await noticesOf(cmaEs({ population: 5 }))).toEqual([
      expect.stringContaining('in: optimizer (cmaEs, now cmaEs(population: 5));'),
    ]);
    const { recipes, ...before } = JSON.parse(store.read('scenario')!);
    expect(recipes).toEqual({ optimizer: 'cmaEs(population: 5)' });
    store.write('scenario', JSON.stringify(before));
    expect(await noticesOf(cmaEs({ population: 6 }))).toEqual([]);
  });

  test('results tell what was used, defaults too', async () => {
    const chain = [{ name: 's', transfer: latinHypercube({ kind: 'random' }), size: 12 }];
    const { results } = await study(
      defineScenario({ name: 'a', simulator: branin, chain, search: { on: 's', minimize: 'height', rounds: 1 } }),
    );
    expect(results.recipes).toEqual([
      { part: 'transfer of s', recipe: 'latinHypercube(kind: random)' },
      { part: 'student of s', recipe: 'auto' },
      { part: 'minimizer', recipe: 'cmaEs(evaluations: 3000)' },
    ]);
  });

  test('by default other constants are another simulator', async () => {
    const store = memoryStore();
    const shifted = (by: number) =>
      defineSimulator(null, {
        name: 'shifted',
        parameters: { x: real(0, 1) },
        outputs: { y: {} },
        constants: { by },
        run: ({ x, by }) => ({ y: x + by }),
      });
    const chain = [{ name: 's', transfer: uniform(), size: 6, student: decisionTree() }];
    const lowest = async (by: number) => {
      const { results, measurements } = await study(
        defineScenario({ name: 'a', simulator: shifted(by), chain }),
        store,
      );
      const values = results.stages[0].evaluations.map(({ outputs }) => Number(outputs?.y));
      return { least: Math.min(...values), simulated: measurements.simulated };
    };
    const near = await lowest(0);
    const far = await lowest(10);
    expect(far.simulated).toBe(6);
    expect(far.least).toBeCloseTo(near.least + 10, 12);
    expect((await lowest(0)).simulated).toBe(0);
    expect([...store.counts().keys()]).toEqual(['shifted@1+{"by":0}', 'shifted@1+{"by":10}']);
  });

  test('says so when every evaluation failed', async () => {
    const broken = defineSimulator(null, {
      ...branin,
      parameters: branin.space.parameters,
      outputs: { height: {}, slope: {} },
      run: () => Promise.reject(new Error('no licence')),
    });
    const hopeless = defineScenario({ ...scenario, simulator: broken, compare: undefined, breaker: false });
    await expect(study(hopeless)).rejects.toThrow(
      new ImagoError('no-data', "stage 'surrogate': all 24 evaluations failed, 24 of them with threw: no licence"),
    );
  });
});

test('a search on the simulator starts from the design of the chain', async () => {
  const { results } = await study(
    defineScenario({
      name: 'direct',
      simulator: branin,
      chain: [{ ...scenario.chain![0], size: 10 }],
      search: { on: 'simulator', maximize: 'slope', budget: 6 },
    }),
  );
  expect(results.goal).toMatchObject({ sense: 'maximize', objective: 'slope' });
  // A linear output is solved by the first run of the search.
  expect(results.search?.stop).toBe('solved');
  expect(results.search?.steps.map((step) => step.phase)).toEqual([...Array(10).fill('design'), 'search']);
  expect(results.search?.best?.objective).toBeGreaterThan(0.95);
  expect(Math.max(...results.search!.steps.map((step) => step.objective ?? -9))).toBe(results.search?.best?.objective);
});

test('a study can start from data: the teacher learns them, and its optimum is marked as unconfirmed', async () => {
  const run = { rng: new Rng('data'), clock: () => 0 };
  const x = latinHypercube().sample(
    branin.space,
    30,
    datasetFromCsv('x,y,height,slope\n', branin.space.parameters, { height: {}, slope: {} }),
    run,
  );
  const csv = datasetToCsv(await label(simulatorOracle(branin, inlineExecutor()), x, 'd', run));
  const data = datasetFromCsv(csv, branin.space.parameters, { height: { unit: 'm' }, slope: {} });
  const { results, measurements } = await study(
    defineScenario({
      name: 'from data',
      start: { data },
      chain: [scenario.chain![1]],
      search: { on: 'teacher', minimize: 'height' },
    }),
  );
  expect(results.subject.kind).toBe('data');
  expect(results.stages.map(({ name, teacher }) => [name, teacher])).toEqual([
    ['teacher', 'data'],
    ['rules', 'teacher'],
  ]);
  expect(results.search?.best?.confirmed).toBe(false);
  expect(measurements).toMatchObject({ simulated: 0, savings: [] });
});

test('a stochastic simulator has its best point repeated on fresh streams', async () => {
  const noisy = defineSimulator(null, {
    name: 'noisy',
    stochastic: true,
    parameters: { x: real(0, 1) },
    outputs: { y: {} },
    run: ({ x }, { rng }) => ({ y: (x - 0.3) ** 2 + 0.01 * rng.normal() }),
  });
  const { results } = await study(
    defineScenario({
      name: 'noisy',
      simulator: noisy,
      chain: [{ name: 'gp', transfer: latinHypercube(), size: 12, student: gaussianProcess() }],
      search: { on: 'gp', minimize: 'y', confirm: { runs: 84 } },
    }),
  );
  const { replications } = results.search!.best!;
  expect(replications).toMatchObject({ count: 20, feasibleShare: 1 });
  expect(replications!.standardError).toBeGreaterThan(0.0005);
  expect(Math.abs(replications!.mean)).toBeLessThan(0.02);
  // What is reported is the mean of the fresh runs, not the lucky run that drew attention.
  expect(results.search!.best!.objective).toBeCloseTo(replications!.mean, 12);
});
