import { describe, expect, test } from 'vitest';
import { Dataset } from '../../../src/core/dataset.ts';
import { defineSimulator } from '../../../src/core/simulator.ts';
import { categorical, integer, real } from '../../../src/core/space/parameter.ts';
import { memoryStore } from '../../../src/core/store.ts';
import { datasetFromCsv } from '../../../src/data/csv.ts';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import { bayesian } from '../../../src/optimization/bayesian/bayesian.ts';
import { cmaEs } from '../../../src/optimization/direct/cma-es.ts';
import { random } from '../../../src/optimization/direct/random.ts';
import { headlines } from '../../../src/report/headlines.ts';
import { markdownReport } from '../../../src/report/markdown.ts';
import { latinHypercube } from '../../../src/sampling/latin-hypercube.ts';
import { searchSurrogate } from '../../../src/study/defaults.ts';
import { runStudy } from '../../../src/study/run-study.ts';
import { defineScenario } from '../../../src/study/scenario/define-scenario.ts';
import type { AnyScenario } from '../../../src/study/scenario/scenario.ts';
import { scenarioFromYaml } from '../../../src/study/yaml/scenario-yaml.ts';
import { gaussianProcess } from '../../../src/surrogates/gaussian-process/gaussian-process.ts';

let runs: { x: number; y: number }[] = [];
const bowl = defineSimulator(null, {
  name: 'bowl',
  parameters: { x: real(0, 1), y: real(0, 1), kind: categorical('deep', 'flat') },
  outputs: { height: { unit: 'm' } },
  run({ x, y, kind }) {
    runs.push({ x, y });
    return { height: (x - 0.3) ** 2 + (y - 0.6) ** 2 + (kind === 'flat' ? 1 : 0) };
  },
});

/** Old answers on a grid, of which the best is near the optimum; one failed. */
const OLD = `x,y,kind,height,who
0.1,0.1,deep,0.29,me
0.3,0.5,deep,0.01,me
0.9,0.9,flat,1.45,you
0.5,0.5,deep,,you
`;
const data = datasetFromCsv(OLD, bowl);
const initial = [
  { x: 0.31, y: 0.61, kind: 'deep' },
  { x: 1, y: 0, kind: 'flat' },
] as const;

async function study(search: object, rest: object = {}, store = memoryStore()) {
  runs = [];
  await using executor = inlineExecutor();
  const scenario = defineScenario({ name: 'Bowl', simulator: bowl, seed: 3, search, ...rest } as AnyScenario);
  const done = await runStudy(scenario, { executor, store }, { clock: () => performance.now() });
  return { ...done, runs: runs.length };
}

const onSimulator = { on: 'simulator', minimize: 'height', budget: 6, initial, data };
const chain = [{ name: 'gp', transfer: latinHypercube(), size: 6, student: gaussianProcess({ starts: 1 }) }];
const onStage = {
  on: 'gp',
  minimize: 'height',
  rounds: 1,
  confirm: 2,
  minimizer: cmaEs({ evaluations: 200 }),
  initial,
  data,
};

describe.each([
  ['random search', { ...onSimulator, optimizer: random() }, {}, 6],
  ['a Bayesian search', { ...onSimulator, optimizer: bayesian({ surrogate: searchSurrogate() }) }, {}, 6],
  ['CMA-ES', { ...onSimulator, optimizer: cmaEs() }, {}, 6],
  ['a search on a stage', onStage, { chain }, 6 + 3 + 2],
])('%s that begins with data and points', (_, search, rest, total) => {
  test('runs the best of the data once, then the points, and says how many rows came from where', async () => {
    const { results, runs: count } = await study(search, rest);
    const { warm, steps, best, runs: summary } = results.search as NonNullable<typeof results.search>;
    expect(warm).toEqual({
      rows: 4,
      failed: 1,
      initial: 2,
      best: { id: 'data/1', point: { x: 0.3, y: 0.5, kind: 'deep' }, said: 0.01, answered: expect.closeTo(0.01, 12) },
    });
    expect({ count, total: summary.total, steps: steps.length }).toEqual({ count: total, total, steps: total });
    const first = steps.filter(({ phase }) => phase === 'initial');
    expect(first.map(({ id }) => id)).toEqual(['3/search/data/0', '3/search/initial/0', '3/search/initial/1']);
    expect(steps.filter(({ phase }) => phase === 'search').length).toBe('chain' in rest ? 2 : 3);
    expect(best).toMatchObject({ confirmed: true });
    expect(best?.objective).toBeLessThanOrEqual(0.0002 + 1e-12);
    expect(best?.id.startsWith('data/')).toBe(false);
  });

  test('arrives at the same results from its store, without a run', async () => {
    const store = memoryStore();
    const whole = await study(search, rest, store);
    const again = await study(search, rest, store);
    expect(again.results).toEqual(whole.results);
    expect(again).toMatchObject({ runs: 0, measurements: { simulated: 0, recalled: total } });
  });
});

test('what is known is learned from: a surrogate with data promises more than one without', async () => {
  const grid = Array.from({ length: 25 }, (_, i) => [(i % 5) / 4, Math.floor(i / 5) / 4]);
  const rows = grid.map(([x, y]) => `${x},${y},deep,${(x - 0.3) ** 2 + (y - 0.6) ** 2}`);
  const many = datasetFromCsv(`x,y,kind,height\n${rows.join('\n')}`, bowl);
  const [without, withData] = await Promise.all([
    study({ ...onStage, initial: [], data: undefined }, { chain }),
    study({ ...onStage, initial: [], data: many }, { chain }),
  ]);
  const best = (one: typeof without) => one.results.search?.best?.objective as number;
  expect(best(withData)).toBeLessThan(best(without));
});

test('a simulator that has changed since is noticed, and the report says so', async () => {
  const other = datasetFromCsv(OLD.replace('0.01,me', '-7,me'), bowl);
  const { results, ...rest } = await study({ ...onSimulator, optimizer: random(), data: other });
  expect(results.search?.warm?.best).toMatchObject({ said: -7, answered: expect.closeTo(0.01, 12) });
  expect(results.search?.best?.objective).toBeGreaterThanOrEqual(0);
  const lines = headlines({ results, ...rest });
  expect(lines).toContain(
    'Known before: 4 rows of data, 1 of them failed, and 2 points of yours; where the data say -7 m, at best, the simulator answers 0.01 m: they do not agree',
  );
  expect(markdownReport({ results, ...rest })).toContain('they do not agree');
});

test('data of another space are taken over by their values, and rows that do not fit are told', () => {
  const wide = datasetFromCsv(
    'x,y,kind,height\n-3,0.5,deep,1\n0.5,0.5,round,2\n0.25,0.5,deep,3\n',
    { x: real(-5, 5), y: real(0, 1), kind: categorical('deep', 'flat', 'round') },
    { height: { unit: 'm' } },
  );
  const scenario = (rows: Dataset) => () =>
    defineScenario({
      name: 'Bowl',
      simulator: bowl,
      search: { on: 'simulator', minimize: 'height', budget: 3, data: rows },
    });
  expect(scenario(wide)).toThrow(
    "scenario 'Bowl', search.data: 2 of 3 rows do not fit the space; leave them out or widen the bounds\n  data/0: parameter 'x' cannot be -3: a number in [0, 1]\n  data/1: parameter 'kind' cannot be 'round': one of deep, flat",
  );
  expect(scenario(wide.select([2]))).not.toThrow();
  expect(scenario(wide.select([2]).weighted(Float64Array.of(2)))).toThrow(
    /search\.data: the data have weights of rows/,
  );
  const foreign = Dataset.empty(wide.space, [{ name: 'weight' }]).append([
    { id: 'a', u: wide.x.row(2), milliseconds: 0, status: 'completed', values: Float64Array.of(1) },
  ]);
  expect(scenario(foreign)).toThrow(/search\.data: the data have no output 'height' of this kind; they have weight/);
});

test.each([
  [
    { initial: [{ x: 2, y: 0, kind: 'deep' }] },
    /search\.initial\[0\]\.x: parameter 'x' cannot be 2: a number in \[0, 1\]/,
  ],
  [{ initial: [{ x: 1, y: 0 }] }, /search\.initial\[0\]\.kind: parameter 'kind' has no value/],
  [{ initial: [{ ...initial[0], z: 1 }] }, /search\.initial\[0\]\.z: there is no parameter 'z'; known: x, y, kind/],
  [{ initial: [null] }, /search\.initial\[0\]: must be a point such as \{ x: \.\.\. \}, got null/],
  [{ initial: initial[0] }, /search\.initial: must be a list of points/],
  [{ initial, budget: 1 }, /search\.initial: has 2 points, which is more than the budget of 1 runs/],
  [
    { initial, data, budget: 2 },
    /search\.initial: has 2 points and the best of the data is run once, which is more than/,
  ],
  [{ data: OLD }, /search\.data: must be a Dataset such as datasetFromCsv\(\) makes, got 'x,y,kind/],
  [{ data: data.select([3]) }, /search\.data: has no row with an answer among its 1 rows/],
])('%j is refused', (begin, message) => {
  const search = { on: 'simulator', minimize: 'height', budget: 9, ...begin };
  expect(() => defineScenario({ name: 'Bowl', simulator: bowl, search } as AnyScenario)).toThrow(message);
});

describe('in YAML', () => {
  const files: Record<string, string> = {
    'old.csv': OLD,
    'bad.csv': OLD.replace('0.9,0.9', '9,0.9').replace('0.5,0.5', 'a,0.5'),
  };
  const makers = {
    command: () => bowl,
    module: async () => bowl,
    text: (path: string) => files[path],
  };
  const read = (text: string) => scenarioFromYaml(text, 'bowl.yaml', makers);
  const YAML = `name: Bowl
simulator: bowl
search:
  on: simulator
  minimize: height
  budget: 6
  data: old.csv
  initial:
    - { x: 0.31, y: 0.61, kind: deep }
    - { x: 1, y: 0, kind: flat }
`;

  test('data are a file and points are mappings', async () => {
    const { search } = await read(YAML);
    expect(search).toMatchObject({ initial, data: { size: 4 } });
  });

  test.each([
    ['y: 0,', 'y: 3,', /^bowl\.yaml:10:18: search\.initial\[1\]\.y: parameter 'y' cannot be 3: a number in \[0, 1\]$/],
    ['kind: deep', 'knid: deep', /^bowl\.yaml:9:\d+: search\.initial\[0\]\.knid: there is no parameter 'knid'/],
    [
      'old.csv',
      'bad.csv',
      /^bowl\.yaml:7:9: search\.data: bad\.csv: 2 lines do not fit\n {2}line 4: parameter 'x' cannot be 9: .*\n {2}line 5, column 'x': 'a' is not a number$/,
    ],
  ])('%s for %s is told with its place', async (from, to, message) => {
    await expect(read(YAML.replace(from, to))).rejects.toThrow(message);
  });

  const START = `name: Old answers
start:
  data: old.csv
  parameters:
    x: { real: [0, 1] }
    y: { real: [0, 1] }
    kind: { categorical: [deep, flat] }
  outputs:
    height: { unit: m }
  teacher: randomForest
chain: [{ name: tree, transfer: uniform, size: 50, student: decisionTree }]
search: { on: tree, minimize: height, subjectTo: [x >= 0.2] }
`;

  test('a study starts from data, and runs', async () => {
    const scenario = await read(START);
    expect(scenario.start).toMatchObject({ data: { size: 4 }, teacher: { name: 'random forest' } });
    await using executor = inlineExecutor();
    const { results } = await runStudy(scenario, { executor }, { clock: () => performance.now() });
    expect(results.stages.map(({ name, teacher }) => [name, teacher])).toEqual([
      ['teacher', 'data'],
      ['tree', 'teacher'],
    ]);
    expect(results.search?.best).toMatchObject({ confirmed: false });
  });

  test.each([
    [
      'real: [0, 1]',
      'real: [1, 0]',
      /^bowl\.yaml:5:8: start\.parameters\.x: real: lower must be below upper, got 1 and 0$/,
    ],
    [
      'x: { real: [0, 1] }',
      'x: { real: [0, 1], activeWhen: { y: 1 } }',
      /^bowl\.yaml:5:\d+: start\.parameters\.x\.activeWhen\.y: .*must be declared before it$/,
    ],
    [
      '{ unit: m }',
      '{ valid: [2, 1] }',
      /^bowl\.yaml:9:22: start\.outputs\.height\.valid: output 'height': valid must be/,
    ],
    ['height: {', 'weight: {', /^bowl\.yaml:3:9: start\.data: old\.csv: the CSV has no column 'weight'; it has x, y/],
    ['x >= 0.2', 'x >= 2 kg', /^bowl\.yaml:12:\d+: search\.subjectTo\[0\]: .*units do not match/],
    [
      'start:',
      'simulator: bowl\nstart:',
      /^bowl\.yaml:2:12: simulator: give either a simulator or start data, not both$/,
    ],
    ['teacher: randomForest', 'teacher: forest', /^bowl\.yaml:10:12: start\.teacher: there is no 'forest'/],
  ])('%s for %s is told with its place', async (from, to, message) => {
    await expect(read(START.replace(from, to))).rejects.toThrow(message);
  });
});

test('an integer parameter of old data may be written with a point', () => {
  const counted = { space: { n: integer(1, 9) }, outputs: { f: {} } };
  expect(datasetFromCsv('n,f\n3.0,1\n', counted.space, counted.outputs).size).toBe(1);
});
