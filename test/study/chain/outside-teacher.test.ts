import { describe, expect, test } from 'vitest';
import { Dataset } from '../../../src/core/dataset.ts';
import { functionOracle } from '../../../src/core/function-oracle.ts';
import { dataOracle, modelOracle, type Oracle } from '../../../src/core/oracle.ts';
import { outputList } from '../../../src/core/output.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { memoryStore } from '../../../src/core/store.ts';
import { datasetFromCsv } from '../../../src/data/csv.ts';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { errorBudget } from '../../../src/report/error-budget.ts';
import { headlines } from '../../../src/report/headlines.ts';
import { markdownReport } from '../../../src/report/markdown.ts';
import { rows } from '../../../src/sampling/density/rows.ts';
import { uniform } from '../../../src/sampling/uniform.ts';
import { timeTeacher } from '../../../src/study/chain/outside-teacher.ts';
import { keptModels } from '../../../src/study/kept-models.ts';
import { runStudy } from '../../../src/study/run-study.ts';
import { defineScenario } from '../../../src/study/scenario/define-scenario.ts';
import type { AnyScenario } from '../../../src/study/scenario/scenario.ts';
import { decisionTree } from '../../../src/surrogates/trees/decision-tree.ts';
import { testRun } from '../../../src/testing/labeled.ts';

const space = new Space({ a: real(0, 1), b: real(0, 10) });
const outputs = outputList({ f: {} });
const truth = (a: number, b: number) => (a > 0.5 ? 3 : 1) + (b > 5 ? 1 : 0);

/** Right but for a share of a tenth, where it says 0.5 too much. */
const answered = (x: Matrix) =>
  new Matrix(
    x.rows,
    1,
    Float64Array.from({ length: x.rows }, (_, i) => {
      const [a, b] = x.row(i);
      return truth(a, 10 * b) + (a < 0.1 ? 0.5 : 0);
    }),
  );
const teacher = functionOracle('steps.py', { space, outputs }, answered);
const table = (count: number, from = 0) => {
  const lines = Array.from({ length: count }, (_, i) => {
    const [a, b] = [((i + from) * 0.618034) % 1, ((i + from) * 4.1421) % 10];
    return `${a},${b},${truth(a, b)}`;
  });
  return datasetFromCsv(['a,b,f', ...lines].join('\n'), { space, outputs });
};
const chain = [{ name: 'tree', transfer: uniform(), size: 150, student: decisionTree() }];
const run = (scenario: AnyScenario) =>
  runStudy(scenario, { executor: inlineExecutor() }, { clock: () => performance.now() });

test('a function teaches a chain without any data', async () => {
  const study = await run(defineScenario({ name: 'function', start: { teacher }, chain }));
  const [stage] = study.results.stages;
  expect(stage.teacher).toBe('teacher');
  expect(stage.runs.completed).toBe(150);
  expect(stage.fidelity[0].q2).toBeGreaterThan(0.8);
  expect(study.results.teacher).toEqual({ name: 'steps.py', accuracy: [], size: null });
  expect(study.results.subject.name).toBe('steps.py');
  expect(study.results.notes).toEqual([]);
  expect(study.measurements.hops?.map((hop) => hop.stage)).toEqual(['teacher', 'tree']);
});

test.each([
  [0.125, 3000, 4000],
  [2000, 1, 4],
])(
  'one that takes %d ms for a point is timed by %i points at least and %i at most',
  async (milliseconds, least, most) => {
    let [now, asked] = [0, 0];
    const slow = functionOracle('slow', { space, outputs }, (x) => {
      now += milliseconds * x.rows;
      asked += x.rows;
      return answered(x);
    });
    const time = await timeTeacher(slow, { ...testRun('time'), clock: () => now });
    expect(time.predictMicroseconds).toEqual({ single: 1000 * milliseconds, batched: 1000 * milliseconds });
    expect(asked).toBeGreaterThanOrEqual(least);
    expect(asked).toBeLessThanOrEqual(most);
  },
);

test('on test rows what it lacks and what its student loses add up', async () => {
  const scenario = defineScenario({ name: 'judged', start: { teacher, test: table(300) }, chain });
  const study = await run(scenario);
  const { stages, teacher: own } = study.results;
  expect(own?.accuracy[0]).toMatchObject({ method: 'test', points: 300 });
  expect(own?.accuracy[0].q2).toBeLessThan(1);
  const losses = errorBudget(stages, own);
  expect(losses.map(({ stage }) => stage)).toEqual(['teacher', 'tree']);
  const lost = losses.reduce((sum, loss) => sum + loss.lost, 0);
  expect(lost).toBeCloseTo(1 - (losses.at(-1)?.score ?? 0), 12);
  expect(headlines(study).join('\n')).toMatch(
    /tree \(decision tree\): worst fidelity to teacher q2 .* against the data/,
  );
  expect(markdownReport(study)).toMatch(/\| teacher \| steps\.py \|/);
});

test('a model as teacher tells its size, and is asked as it is beside data', async () => {
  const data = table(200);
  const model = await decisionTree().fit(data, { rng: new Rng('x'), clock: () => 0 });
  const scenario = defineScenario({
    name: 'model',
    start: { data, teacher: modelOracle(space, outputs, model) },
    chain: [
      { name: 'direct', teacher: 'data', student: decisionTree({ maxLeaves: 2 }) },
      { name: 'small', teacher: 'teacher', transfer: rows(), size: 150, student: decisionTree({ maxLeaves: 2 }) },
    ],
  });
  const { results } = await run(scenario);
  expect(results.teacher?.size?.bytes).toBeGreaterThan(results.stages[1].size?.bytes ?? Number.POSITIVE_INFINITY);
  expect(results.teacher?.accuracy[0]).toMatchObject({ method: 'holdout', points: 200, q2: 1 });
  expect(results.stages.map(({ teacher: by }) => by)).toEqual(['data', 'teacher']);
});

test('a teacher that answers otherwise when asked again is told of, and nothing is lost', async () => {
  let calls = 0;
  const moody = functionOracle('moody.onnx', { space, outputs }, (x) => {
    calls++;
    return new Matrix(
      x.rows,
      1,
      answered(x).data.map((value) => value + calls),
    );
  });
  const { results } = await run(defineScenario({ name: 'moody', start: { teacher: moody }, chain }));
  expect(results.stages[0].runs.completed).toBe(150);
  expect(results.notes).toContain(
    'moody.onnx contradicts itself: asked again at the same 16 points, it says another f at 16; students learn the first answers',
  );
});

test('a teacher of classes that is sure of them otherwise when asked again is told of, too', async () => {
  let calls = 0;
  const classes = outputList({ side: { classes: ['left', 'right'] } });
  const moody = functionOracle('moody', { space, outputs: classes }, (x) => {
    const sure = 0.6 + 0.01 * (calls++ % 9);
    return new Matrix(
      x.rows,
      2,
      Float64Array.from({ length: 2 * x.rows }, (_, i) => (i % 2 ? 1 - sure : sure)),
    );
  });
  const { results } = await run(defineScenario({ name: 'moody', start: { teacher: moody }, chain }));
  expect(results.notes).toContain(
    'moody contradicts itself: asked again at the same 16 points, it says another side at 16; students learn the first answers',
  );
});

describe('a teacher that throws', () => {
  const failing = (good: number, thrown: unknown): Oracle => {
    let calls = 0;
    return functionOracle('steps.py', { space, outputs }, (x) => {
      if (calls++ >= good) throw thrown;
      return answered(x);
    });
  };
  const two = [...chain, { name: 'again', teacher: 'teacher', transfer: uniform(), size: 40, student: decisionTree() }];
  const studyOf = (teacher: Oracle, store = memoryStore()) =>
    runStudy(
      defineScenario({ name: 'failing', start: { teacher }, chain: two }),
      { executor: inlineExecutor(), store },
      { clock: () => performance.now() },
    );

  test.each([
    [new TypeError('boom'), "stage 'tree': steps.py failed: TypeError: boom"],
    ['no licence', "stage 'tree': steps.py failed: no licence"],
    [undefined, "stage 'tree': steps.py failed: undefined"],
  ])('%s is told with its name and the stage', async (thrown, message) => {
    const told = await studyOf(failing(0, thrown)).catch((error) => error);
    expect([told.code, told.message]).toEqual(['plugin', message]);
  });

  test('at whatever question loses nothing that was fitted, and no study once all are', async () => {
    const ends: string[] = [];
    for (let good = 0; good < 9; good++) {
      const store = memoryStore();
      const told = await studyOf(failing(good, new Error('gone')), store).catch((error) => error.message);
      ends.push(typeof told === 'string' ? told : 'a study');
      const kept = keptModels(store).map(({ stage }) => stage);
      expect(kept).toEqual(ends[good] === 'a study' ? ['tree', 'again'] : good < 2 ? [] : ['tree']);
      if (typeof told !== 'string') expect(told.results.notes.join()).toMatch(/left out: steps\.py failed: gone/);
    }
    expect(ends).toEqual([
      ...new Array(2).fill("stage 'tree': steps.py failed: gone"),
      ...new Array(2).fill("stage 'again': steps.py failed: gone"),
      ...new Array(5).fill('a study'),
    ]);
  });
});

test('what a teacher holds is given back at the end, however that comes, and costs no study', async () => {
  const log: string[] = [];
  const holding = (answer: typeof answered, fault?: string): Oracle => ({
    ...functionOracle('held', { space, outputs }, (x) => {
      log.push('asked');
      return answer(x);
    }),
    release: async () => {
      log.push('released');
      if (fault) throw new Error(fault);
    },
  });
  const study = (by: Oracle) => run(defineScenario({ name: 'held', start: { teacher: by }, chain }));
  const none = () => new Matrix(0, 0);
  await study(holding(answered));
  expect([log.indexOf('released'), log.lastIndexOf('released')]).toEqual([log.length - 1, log.length - 1]);
  await expect(study(holding(none, 'stuck'))).rejects.toThrow(/^stage 'tree': held was asked for/);
  expect(log.at(-1)).toBe('released');
  const abrupt = () => {
    throw new Error('stuck');
  };
  await expect(study({ ...holding(none), release: abrupt })).rejects.toThrow(/^stage 'tree': held was asked for/);
  const { results } = await study(holding(answered, 'stuck'));
  expect(results.notes).toEqual(['release of the teacher left out: stuck']);
});

test('data that contradict themselves teach nobody', () => {
  const twice = table(3).concat(
    new Dataset(space, outputs, table(1).x, new Matrix(1, 1, Float64Array.of(7)), [
      { id: 'again', status: 'completed', milliseconds: 0 },
    ]),
  );
  expect(() => dataOracle(twice)).toThrow(
    /^the data contradict themselves: rows data\/0 and again are at one point, and say 1 and 7 of 'f'; keep one of them$/,
  );
});

const other = (parameters: ConstructorParameters<typeof Space>[0], names = outputs): Oracle =>
  functionOracle('other', { space: new Space(parameters), outputs: names }, answered);

test.each([
  [
    'parameters',
    { a: real(0, 1), c: real(0, 10) },
    'it has the parameter c, a number in [0, 10] where the data have the parameter b, a number in [0, 10]',
  ],
  ['fewer parameters', { a: real(0, 1) }, 'it has nothing where the data have the parameter b, a number in [0, 10]'],
  [
    'ranges',
    { a: real(0, 2), b: real(0, 10) },
    'it has the parameter a, a number in [0, 2] where the data have the parameter a, a number in [0, 1]',
  ],
  [
    'scales',
    { a: real(0, 1), b: real(0, 10) },
    'it has the output g, a number where the data have the output f, a number',
  ],
])('a teacher with other %s than the data is refused', (_, parameters, message) => {
  const names = message.includes('output') ? outputList({ g: {} }) : outputs;
  expect(() =>
    defineScenario({ name: 'x', start: { data: table(9), teacher: other(parameters, names) }, chain }),
  ).toThrow(`scenario 'x', start.teacher: ${message}`);
});

test('without data there is no data to learn from, and without a chain nothing to do', () => {
  expect(() => defineScenario({ name: 'x', start: { teacher }, chain: [{ name: 'direct', teacher: 'data' }] })).toThrow(
    "scenario 'x', chain[0].teacher: there is no 'data' to learn from; known: teacher",
  );
  expect(() => defineScenario({ name: 'x', start: { teacher, pool: dataOracle(table(3)) as never } })).toThrow(
    'start.pool',
  );
});
