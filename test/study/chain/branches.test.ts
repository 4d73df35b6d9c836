import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../../src/core/dataset.ts';
import { ImagoError } from '../../../src/core/errors.ts';
import { committee, label, modelOracle } from '../../../src/core/oracle.ts';
import { defineSimulator } from '../../../src/core/simulator.ts';
import { integer, real } from '../../../src/core/space/parameter.ts';
import { memoryStore } from '../../../src/core/store.ts';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { errorBudget, greatestLoss } from '../../../src/report/error-budget.ts';
import { simulatorRuns } from '../../../src/report/findings.ts';
import { htmlReport } from '../../../src/report/html.ts';
import { markdownReport } from '../../../src/report/markdown.ts';
import { latinHypercube } from '../../../src/sampling/latin-hypercube.ts';
import { uniform } from '../../../src/sampling/uniform.ts';
import { runStudy } from '../../../src/study/run-study.ts';
import { defineScenario } from '../../../src/study/scenario/define-scenario.ts';
import type { AnyScenario } from '../../../src/study/scenario/scenario.ts';
import { studyFromJson, studyToJson } from '../../../src/study/study.ts';
import { scenarioFromYaml } from '../../../src/study/yaml/scenario-yaml.ts';
import { responseSurface } from '../../../src/surrogates/polynomial/response-surface.ts';
import { decisionTree } from '../../../src/surrogates/trees/decision-tree.ts';
import { randomForest } from '../../../src/surrogates/trees/random-forest.ts';

let runs = 0;
const grid = defineSimulator(null, {
  name: 'grid',
  parameters: { tau: real(0, 1), power: real(0, 1), nodes: integer(1, 3) },
  outputs: { growth: {}, verdict: { classes: ['stable', 'unstable'] } },
  run({ tau, power, nodes }) {
    runs++;
    const growth = Math.sin(3 * tau) + power * nodes - 1.5;
    return { growth, verdict: growth < 0 ? ('stable' as const) : ('unstable' as const) };
  },
});
const transfer = latinHypercube({ kind: 'random' });
const chain: AnyScenario['chain'] = [
  { name: 'forest', transfer, size: 60, student: randomForest({ trees: 10 }) },
  { name: 'plane', teacher: 'simulator', transfer, size: 30, student: responseSurface() },
  { name: 'tree', teacher: 'forest', transfer: uniform(), size: 200, student: decisionTree({ maxLeaves: 16 }) },
  {
    name: 'both',
    teacher: ['forest', 'plane'],
    transfer: uniform(),
    size: 200,
    student: decisionTree({ maxLeaves: 16 }),
  },
  { name: 'small', transfer: uniform(), size: 200, student: decisionTree({ maxLeaves: 4 }) },
];
const scenario = defineScenario({ name: 'Branches', simulator: grid, seed: 3, test: 80, chain });
const timing = { clock: () => performance.now() };
const study = (one: AnyScenario, store = memoryStore()) => runStudy(one, { executor: inlineExecutor(), store }, timing);

describe('a chain that branches', () => {
  const store = memoryStore();
  let first: ReturnType<typeof study> | undefined;
  const once = () => {
    first ??= study(scenario, store);
    return first;
  };

  test('has each stage learn from whom it names, and judges all on the same fresh runs', {
    tags: ['slow'],
  }, async () => {
    const { results, measurements } = await once();
    expect(results.stages.map(({ name, teacher }) => [name, teacher])).toEqual([
      ['forest', 'simulator'],
      ['plane', 'simulator'],
      ['tree', 'forest'],
      ['both', 'forest + plane'],
      ['small', 'both'],
    ]);
    for (const { accuracy } of results.stages)
      expect(accuracy?.map(({ method, points }) => [method, points])).toEqual([
        ['test', 80],
        ['test', 80],
      ]);
    expect(runs).toBe(60 + 30 + 80);
    expect(measurements.simulated).toBe(170);
    expect([...store.all()].filter(({ evaluation }) => evaluation.id.startsWith('3/test/'))).toHaveLength(80);
    expect(measurements.hops?.map(({ stage }) => stage)).toEqual(['forest', 'plane', 'tree', 'both', 'small']);
    expect(measurements.savings.map(({ designRuns }) => designRuns)).toEqual([60, 30, 60, 90, 90]);
    for (const { predictMicroseconds } of measurements.hops ?? [])
      expect(predictMicroseconds.batched).toBeGreaterThan(0);
  });

  test('tells what every hop loses, which adds up on the way to a student', async () => {
    const { stages } = (await once()).results;
    const losses = errorBudget(stages);
    const lost = (stage: string, output: string) =>
      losses.find((one) => one.stage === stage && one.output === output)!.lost;
    for (const output of ['growth', 'verdict']) {
      const score = (stage: string) => losses.find((one) => one.stage === stage && one.output === output)!.score;
      expect(1 - lost('forest', output) - lost('tree', output)).toBeCloseTo(score('tree'), 12);
      expect(lost('plane', output)).toBeCloseTo(1 - score('plane'), 12);
      expect(score('both') - lost('small', output)).toBeCloseTo(score('small'), 12);
    }
    expect(stages[3].committee).toHaveLength(2);
    // Only a student of several members that teaches others has a half that matters.
    expect(stages.map(({ half }) => half?.map((one) => one.output))).toEqual([
      ['growth', 'verdict'],
      ...[undefined, undefined, undefined, undefined],
    ]);
    for (const { score } of stages[0].half ?? []) expect(score).toBeGreaterThan(0.5);
    // Past a committee losses add up as well: it is a hop of its own, which loses what the mean of its members lacks.
    for (const output of ['growth', 'verdict']) {
      const past = ['forest + plane', 'both', 'small'].reduce((sum, stage) => sum + lost(stage, output), 0);
      expect(1 - past).toBeCloseTo(losses.find((one) => one.stage === 'small' && one.output === output)!.score, 12);
    }
    expect(greatestLoss(losses)?.stage).not.toBe('forest + plane');
  });

  test('is told in reports, and read back', async () => {
    const done = studyFromJson(studyToJson(await once()));
    const report = markdownReport(done);
    expect(report).toMatch(/\| both +\| decision tree +\| forest \+ plane \|/);
    expect(report).toMatch(/\| tree +\| decision tree +\| forest +\| +200 \| +[\d,]+ \| +[\d.]+x \|/);
    expect(report).toContain('80 test rows');
    expect(report).toContain('which nothing in the chain has learned');
    expect(report).not.toMatch(/\b(NaN|undefined)\b/);
    const html = htmlReport(done);
    expect(html).toContain('Who learned from whom');
    expect(html).toMatch(/both learned from forest and plane/);
    expect(html).toContain('tree against forest');
  });

  test('tells the size of each student', async () => {
    const { stages } = (await once()).results;
    const bytes = Object.fromEntries(stages.map(({ name, size }) => [name, size?.bytes ?? Number.NaN]));
    expect(bytes.small).toBeGreaterThan(0);
    expect(bytes.small).toBeLessThan(bytes.both);
    expect(bytes.tree).toBeLessThan(bytes.forest / 5);
    // 4 leaves are 7 nodes, each of which has four numbers and a count, and 3 means and 3 variances of 4 columns.
    expect(stages[4].size?.numbers).toBeLessThan(7 * 20);
  });

  test('is resumed without a run', async () => {
    const before = (await once()).results;
    runs = 0;
    const { results, measurements } = await study(scenario, store);
    expect(runs).toBe(0);
    expect(results).toEqual(before);
    expect(measurements.recalled).toBe(170);
  });

  test('without test rows judges later stages on rows that no stage had learned', async () => {
    const { results } = await study(defineScenario({ ...scenario, test: undefined, chain: chain.slice(0, 4) }));
    expect(results.stages.map(({ accuracy }) => accuracy?.[0].points)).toEqual([undefined, 60, 60, 60]);
    expect(results.notes).toEqual([]);
  });

  test('tells its failures of every design', async () => {
    const failing = defineSimulator(null, {
      name: 'failing',
      parameters: { a: real(0, 1) },
      outputs: { f: {} },
      run({ a }) {
        if (a > 0.8) throw new Error('too large');
        return { f: a };
      },
    });
    const student = decisionTree();
    const stages = [
      { name: 'one', transfer, size: 20, student },
      { name: 'two', teacher: 'simulator', transfer, size: 30, student },
    ];
    const done = await study(defineScenario({ name: 'Failing', simulator: failing, chain: stages, breaker: false }));
    expect(simulatorRuns(done)).toMatchObject({ total: 50, completed: 40, failures: [{ cause: 'threw', count: 10 }] });
    const search = { on: 'two', minimize: 'f', rounds: 1, confirm: 2 };
    const searched = await study(
      defineScenario({ name: 'Failing', simulator: failing, chain: stages, breaker: false, search }),
    );
    expect(simulatorRuns(searched)).toMatchObject({ total: 52, failures: [{ count: 10 }] });
  });

  test('tells students of models beside their teachers on real rows', async () => {
    const { stages } = (await once()).results;
    expect(stages.map(({ realTest }) => realTest?.[1].points)).toEqual([undefined, undefined, 80, 80, 80]);
    const [, , tree] = stages;
    const differing = tree.realTest?.[1].kind === 'class' ? Math.round(80 * (1 - tree.realTest[1].accuracy)) : 0;
    expect(tree.disagreements ?? []).toHaveLength(Math.min(12, differing));
    const shares = (tree.disagreements ?? []).map(({ sureness }) => sureness);
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
    for (const { teacher, student: own } of tree.disagreements ?? []) expect(own).not.toBe(teacher);
  });

  test('can be searched on a stage whose way begins at another than the first', async () => {
    const search = { on: 'plane', minimize: 'growth', rounds: 1, confirm: 2 };
    const { results } = await study(defineScenario({ ...scenario, test: undefined, chain: chain.slice(0, 2), search }));
    expect(results.search?.runs.total).toBe(32);
  });
});

describe('a chain from data', () => {
  const csv = (count: number, from: number) =>
    ['tau,power,nodes,growth,verdict']
      .concat(
        Array.from({ length: count }, (_, i) => {
          const [tau, power] = [((i + from) * 0.618) % 1, ((i + from) * 0.755) % 1];
          const growth = Math.sin(3 * tau) + power - 1;
          return `${tau},${power},1,${growth},${growth < 0 ? 'stable' : 'unstable'}`;
        }),
      )
      .join('\n');
  const yaml = `
name: From data
start:
  data: train.csv
  test: test.csv
  parameters: { tau: { real: [0, 1] }, power: { real: [0, 1] }, nodes: { integer: [1, 3] } }
  outputs: { growth: {}, verdict: { classes: [stable, unstable] } }
  teacher: { randomForest: { trees: 10 } }
chain:
  - { name: direct, teacher: data, student: { decisionTree: { maxLeaves: 16 } } }
  - { name: tree, teacher: teacher, transfer: uniform, size: 200, student: { decisionTree: { maxLeaves: 16 } } }
  - { name: pair, teacher: [teacher, direct], transfer: uniform, size: 100, student: { decisionTree: { maxLeaves: 8 } } }
`;
  const files: Readonly<Record<string, string>> = { 'train.csv': csv(60, 0), 'test.csv': csv(40, 50) };
  const nobody = () => {
    throw new Error('there is no simulator');
  };
  const makers = {
    module: async () => nobody(),
    command: nobody,
    text(path: string) {
      if (!(path in files)) throw new ImagoError('invalid-data', `there is no file ${path}`);
      return files[path];
    },
  };
  const read = (text: string) => scenarioFromYaml(text, 'branches.yaml', makers);

  test('may learn the labels themselves beside, and leaves out test rows that were learned', async () => {
    const { results, measurements } = await study(await read(yaml));
    expect(results.notes).toEqual(['10 of 40 test rows left out: the chain has learned answers at their points']);
    expect(results.stages.map(({ name, teacher, runs: { total } }) => [name, teacher, total])).toEqual([
      ['teacher', 'data', 60],
      ['direct', 'data', 60],
      ['tree', 'teacher', 200],
      ['pair', 'teacher + direct', 100],
    ]);
    // Ten of the 40 test rows are rows of the data.
    for (const { accuracy } of results.stages) expect(accuracy?.[0]).toMatchObject({ method: 'test', points: 30 });
    expect(measurements.savings).toEqual([]);
    expect(measurements.hops).toHaveLength(4);
  });

  test.each([
    [
      'teacher: teacher,',
      'teacher: tree,',
      /chain\[1\].teacher: 'tree' is the stage itself; known: direct, teacher, data/,
    ],
    ['teacher: teacher,', 'teacher: pair,', /chain\[1\].teacher: 'pair' is a later stage/],
    [
      'teacher: teacher,',
      'teacher: simulator,',
      /chain\[1\].teacher: there is no 'simulator' to learn from; known: direct, teacher, data/,
    ],
    ['[teacher, direct]', '[teacher, teacher]', /chain\[2\].teacher: .* names one teacher twice/],
    ['[teacher, direct]', '[teacher, data]', /chain\[2\].teacher: a committee is made of stages/],
    [
      'teacher: data, student',
      'teacher: data, size: 3, student',
      /chain\[0\].size: is not for a stage that learns the data themselves/,
    ],
    ['transfer: uniform, size: 200, ', '', /chain\[1\].transfer: .*/],
    ['test: test.csv', 'test: none.csv', /start.test/],
    ['name: From data', 'name: From data\ntest: 20', /test: is a number of fresh runs of a simulator/],
  ])('is refused with %s as %s', async (from, to, message) => {
    await expect(read(yaml.replace(from, to))).rejects.toThrow(message);
  });
});

test('a search on a stage that a committee taught is refused', () => {
  const search = { on: 'both', minimize: 'growth' };
  expect(() => defineScenario({ ...scenario, search })).toThrow(
    /search.on: a committee is on the way from the simulator to 'both'/,
  );
});

test('a committee answers with the mean of numbers and shares, and refuses other outputs', async () => {
  const { space, outputs } = grid;
  const told = (growth: number, share: number) =>
    modelOracle(space, outputs, {
      health: { points: 1, notes: [] },
      predict: (x) => Matrix.from(Array.from({ length: x.rows }, () => [growth, share, 1 - share])),
    });
  const run = { rng: new Rng('committee'), clock: () => 0 };
  const x = Matrix.from([[0.5, 0.5, 0.5]]);
  const data: Dataset = await label(committee([told(1, 0.9), told(3, 0.2)]), x, 'p', run);
  expect([...data.y.data]).toEqual([2, 0]);
  expect([...data.targets().data].map((value) => Number(value.toFixed(12)))).toEqual([2, 0.55, 0.45]);
  expect(() => committee([])).toThrow(/there is no member/);
  const other = modelOracle(space, outputs.slice(0, 1), {
    health: { points: 1, notes: [] },
    predict: () => new Matrix(1, 1),
  });
  expect(() => committee([told(1, 1), other])).toThrow(/its members have other outputs/);
});
