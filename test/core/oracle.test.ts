import { describe, expect, test } from 'vitest';
import { Dataset } from '../../src/core/dataset.ts';
import type { Evaluation, Task } from '../../src/core/evaluation.ts';
import type { Executor } from '../../src/core/executor.ts';
import type { Model } from '../../src/core/model.ts';
import {
  committee,
  dataOracle,
  label,
  modelOracle,
  type Oracle,
  simulatorOracle,
  storedOracle,
} from '../../src/core/oracle.ts';
import { outputList } from '../../src/core/output.ts';
import type { ProgressEvent, Run } from '../../src/core/run.ts';
import { defineSimulator } from '../../src/core/simulator.ts';
import { integer, real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { memoryStore } from '../../src/core/store.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { Rng } from '../../src/numerics/random.ts';

const space = new Space({ a: real(0, 1), n: integer(1, 2) });
const outputs = [{ name: 'f' }];
const run = (more: Partial<Run> = {}): Run => ({ rng: new Rng('oracle'), clock: () => 0, ...more });
const tasks = (...firsts: number[]): Task[] =>
  firsts.map((a, i) => ({ id: `t/${i}`, u: Float64Array.of(a, 0.25), stream: `t/${i}` }));

async function collect(answers: AsyncIterable<readonly Evaluation[]>): Promise<Evaluation[]> {
  const all: Evaluation[] = [];
  for await (const group of answers) all.push(...group);
  return all;
}

/** Answers 10 a in groups of two, backwards, and fails above 0.5; it remembers what it was asked. */
function probe(cause: 'threw' | 'cancelled' = 'threw') {
  const asked: string[] = [];
  const oracle: Oracle = {
    space,
    outputs,
    async *evaluate(list) {
      const groups: Evaluation[][] = [];
      for (const { id, u } of list) {
        asked.push(id);
        if (groups.length === 0 || groups[0].length === 2) groups.unshift([]);
        groups[0].unshift(
          u[0] > 0.5
            ? { id, u, milliseconds: 1, status: 'failed', cause, reason: 'above' }
            : { id, u, milliseconds: 1, status: 'completed', values: Float64Array.of(10 * u[0]) },
        );
      }
      yield* groups;
    },
  };
  return { oracle, asked };
}

test('label gives the answers in the order of the rows, whatever order they came in, and failures keep their cause', async () => {
  const progress: ProgressEvent[] = [];
  const x = Matrix.from([
    [0.1, 0.25],
    [0.9, 0.25],
    [0.3, 0.25],
    [0.4, 0.25],
    [0.5, 0.25],
  ]);
  const data = await label(probe().oracle, x, '7/design', run({ progress: (event) => progress.push(event) }), 3);
  expect(data.rows.map(({ id }) => id)).toEqual([3, 4, 5, 6, 7].map((i) => `7/design/${i}`));
  expect(data.x).toEqual(x);
  expect(data.y.column(0)).toEqual(Float64Array.of(1, Number.NaN, 3, 4, 5));
  expect(data.rows[1]).toMatchObject({ status: 'failed', cause: 'threw', reason: 'above' });
  expect(progress.map(({ done }) => done)).toEqual([0, 1, 3, 5]);
  expect(progress.at(-1)).toEqual({ phase: '7/design', done: 5, total: 5, failures: 1 });
});

test('label asks canonical points', async () => {
  const data = await label(probe().oracle, Matrix.from([[-0.5, 0.1]]), 'p', run());
  expect(data.x).toEqual(Matrix.from([[0, 0.25]]));
});

test('label refuses points of another space, and stops when it is cancelled', async () => {
  await expect(label(probe().oracle, new Matrix(1, 3), 'p', run())).rejects.toThrow(/3 columns, the space has 2/);
  await expect(label(probe().oracle, new Matrix(1, 2), 'p', run({ signal: AbortSignal.abort() }))).rejects.toThrow(
    expect.objectContaining({ code: 'cancelled' }),
  );
});

test('a simulator answers through its executor', async () => {
  const simulator = defineSimulator(null, {
    name: 's',
    parameters: { a: real(0, 1) },
    outputs: { f: {} },
    run: ({ a }) => ({ f: a }),
  });
  const executor: Executor = {
    name: 'probe',
    concurrency: 1,
    async *evaluate(asked, list) {
      expect(asked).toBe(simulator);
      for (const { id, u } of list) yield [{ id, u, milliseconds: 0, status: 'completed', values: u.slice() }];
    },
    async [Symbol.asyncDispose]() {
      await Promise.resolve();
    },
  };
  const oracle = simulatorOracle(simulator, executor);
  expect(oracle.space).toBe(simulator.space);
  expect((await label(oracle, Matrix.from([[0.5], [0.25]]), 'p', run())).y).toEqual(Matrix.from([[0.5], [0.25]]));
});

test('a stored oracle asks only what the store does not hold, and commits before it announces', async () => {
  const store = memoryStore();
  const first = probe();
  for await (const group of storedOracle(first.oracle, store, 's@1').evaluate(tasks(0.1, 0.9, 0.3), run()))
    for (const { id, u } of group) expect(store.get('s@1', id, u)).toBeDefined();
  const second = probe();
  const again = await collect(storedOracle(second.oracle, store, 's@1').evaluate(tasks(0.1, 0.9, 0.3, 0.2), run()));
  expect(second.asked).toEqual(['t/3']);
  expect(again.map(({ id }) => id).sort()).toEqual(['t/0', 't/1', 't/2', 't/3']);
  expect(again.find(({ id }) => id === 't/1')).toMatchObject({ status: 'failed', cause: 'threw' });
  const third = probe();
  expect(await collect(storedOracle(third.oracle, store, 's@1').evaluate(tasks(0.1, 0.9), run()))).toHaveLength(2);
  expect(third.asked).toEqual([]);
});

describe('shares of classes', () => {
  const one = new Space({ a: real(0, 1) });
  const verdict = outputList({ g: {}, verdict: { classes: ['stable', 'unstable'] } });
  const shares = (a: number) => [a, 1 - a, a];
  const model: Model = {
    health: { points: 1, notes: [] },
    predict: (x) => Matrix.from(Array.from({ length: x.rows }, (_, i) => shares(x.get(i, 0)))),
  };
  const asked = [0.25, 0.75].map((a, i): Task => ({ id: `t/${i}`, u: Float64Array.of(a), stream: `t/${i}` }));

  test('go from a model to its data, and from data to those who ask them', async () => {
    const data = await label(modelOracle(one, verdict, model), Matrix.from([[0.25], [0.75]]), 'p', run());
    expect([...data.y.data]).toEqual([0.25, 0, 0.75, 1]);
    expect([...(data.shares?.data ?? [])]).toEqual([...shares(0.25), ...shares(0.75)]);
    const again = await label(dataOracle(data), data.x, 'q', run());
    expect(again.shares).toEqual(data.shares);
  });

  test('are in a store behind the values, and come back from it', async () => {
    const store = memoryStore();
    const oracle = modelOracle(one, verdict, model);
    const first = await collect(storedOracle(oracle, store, 's@1').evaluate(asked, run()));
    expect(store.get('s@1', 't/0', asked[0].u)).toMatchObject({ values: Float64Array.of(0.25, 0, ...shares(0.25)) });
    const silent = probe();
    const second = storedOracle({ ...oracle, evaluate: silent.oracle.evaluate }, store, 's@1');
    expect(await collect(second.evaluate(asked, run()))).toEqual(first);
    expect(silent.asked).toEqual([]);
  });

  test('are not there where there are only numbers', async () => {
    const plain: Model = { ...model, predict: (x) => new Matrix(x.rows, 1) };
    const data = await label(modelOracle(one, verdict.slice(0, 1), plain), Matrix.from([[0.5]]), 'p', run());
    expect(data.shares).toBeUndefined();
  });
});

test('a stored oracle asks again when the point or the simulator is another', async () => {
  const store = memoryStore();
  await collect(storedOracle(probe().oracle, store, 's@1').evaluate(tasks(0.1), run()));
  for (const [simulator, a] of [
    ['s@2', 0.1],
    ['s@1', 0.2],
  ] as const) {
    const { oracle, asked } = probe();
    await collect(storedOracle(oracle, store, simulator).evaluate(tasks(a), run()));
    expect(asked).toEqual(['t/0']);
  }
});

test('what only the machine is to blame for is not stored', async () => {
  const store = memoryStore();
  await collect(storedOracle(probe('cancelled').oracle, store, 's@1').evaluate(tasks(0.1, 0.9), run()));
  expect([...store.all()].map(({ evaluation }) => evaluation.id)).toEqual(['t/0']);
});

test('a model answers with its prediction, a class with the most probable one', async () => {
  const model: Model = {
    health: { points: 2, notes: [] },
    // One number, then the probabilities of three classes.
    predict: (x) =>
      Matrix.from(Array.from({ length: x.rows }, (_, i) => [2 * x.get(i, 0), 0.2, x.get(i, 0), 0.8 - x.get(i, 0)])),
  };
  const oracle = modelOracle(space, [{ name: 'f' }, { name: 'g', classes: ['p', 'q', 'r'] }], model);
  const data = await label(
    oracle,
    Matrix.from([
      [0.1, 0.25],
      [0.7, 0.25],
    ]),
    'm',
    run(),
  );
  expect(data.y).toEqual(
    Matrix.from([
      [0.2, 2],
      [1.4, 1],
    ]),
  );
});

test('a model is asked in batches, and many points come back complete', async () => {
  const sizes: number[] = [];
  const model: Model = {
    health: { points: 2, notes: [] },
    predict(x) {
      sizes.push(x.rows);
      return new Matrix(x.rows, 1, x.column(0));
    },
  };
  const x = Matrix.from(Array.from({ length: 2500 }, (_, i) => [i / 2500, 0.25]));
  const data = await label(modelOracle(space, outputs, model), x, 'm', run());
  expect(data.y.column(0)).toEqual(x.column(0));
  expect(sizes.reduce((a, b) => a + b)).toBe(2500);
  expect(sizes.length).toBeLessThan(10);
});

test('a cancelled model stops', async () => {
  const model: Model = { health: { points: 2, notes: [] }, predict: (x) => new Matrix(x.rows, 1) };
  const answers = modelOracle(space, outputs, model).evaluate(tasks(0.1), run({ signal: AbortSignal.abort() }));
  await expect(collect(answers)).rejects.toThrow(expect.objectContaining({ code: 'cancelled' }));
});

test('a data set answers the points that it holds and fails on others', async () => {
  const data = Dataset.empty(space, outputs).append([
    { id: 'a', u: Float64Array.of(0.1, 0.25), milliseconds: 1, status: 'completed', values: Float64Array.of(5) },
  ]);
  const [known, unknown] = await collect(dataOracle(data).evaluate(tasks(0.1, 0.2), run()));
  expect(known).toMatchObject({ id: 't/0', status: 'completed', values: Float64Array.of(5) });
  expect(unknown).toMatchObject({ id: 't/1', status: 'failed', cause: 'missing-output' });
});

describe('an answer of another shape than the outputs is refused with who gave it', () => {
  const sides = [{ name: 'side', classes: ['left', 'right'] }];
  const x = Matrix.from([
    [0.1, 0.25],
    [0.3, 0.25],
  ]);
  /** Answers each task by what is said of it. */
  const telling = (of: (task: Task) => unknown, about: Oracle['outputs'] = outputs): Oracle => ({
    ...{ name: 'mine', space, outputs: about },
    async *evaluate(list) {
      yield [...list].flatMap((task) => (of(task) ?? []) as Evaluation);
    },
  });
  const completed = ({ id, u }: Task, values: unknown, more: object = {}) => ({
    ...{ id, u, milliseconds: 0, status: 'completed', values },
    ...more,
  });

  test.each<[string, (task: Task) => unknown, RegExp, Oracle['outputs']?]>([
    [
      'too many values',
      (task) => completed(task, Float64Array.of(1, 2)),
      /^mine answered 'q\/0' by 2 numbers, and there are 1 outputs: f$/,
    ],
    [
      'no values',
      (task) => completed(task, new Float64Array(0)),
      /^mine answered 'q\/0' by 0 numbers, and there are 1 outputs: f$/,
    ],
    ['a number for a list', (task) => completed(task, 7), /^mine answered 'q\/0' by 7, and there are 1 outputs: f$/],
    ['nothing', (task) => completed(task, undefined), /^mine answered 'q\/0' by undefined, and/],
    [
      'shares of other classes',
      (task) => completed(task, [1], { shares: [0, 1, 0] }),
      /^mine answered 'q\/0' by 3 numbers as shares, where the outputs have 2 prediction columns$/,
      sides,
    ],
    [
      'a status that there is not',
      (task) => ({ ...completed(task, [1]), status: 'fine' }),
      /^mine answered 'q\/0' with the status 'fine'; known: completed, failed$/,
    ],
    [
      'a failure without a cause',
      (task) => ({ ...completed(task, [1]), status: 'failed' }),
      /^mine answered 'q\/0' by a failure with the cause undefined; known: threw, /,
    ],
    [
      'no answer at all',
      (task) => (task.id === 'q/0' ? undefined : completed(task, [1])),
      /^mine was asked 2 points and has no answer to 'q\/0'$/,
    ],
    [
      'answers to other questions',
      (task) => ({ ...completed(task, [1]), id: `${task.id}0` }),
      /^mine was asked 2 points and has no answer to 'q\/0'$/,
    ],
  ])('%s', async (_, of, message, about) => {
    await expect(label(telling(of, about), x, 'q', run())).rejects.toThrow(message);
  });

  test('as one that comes in no list, and one that a member of a committee does not give', async () => {
    const alone: Oracle = {
      ...{ name: 'mine', space, outputs },
      async *evaluate(list) {
        for (const task of list) yield completed(task, [1]) as never;
      },
    };
    await expect(label(alone, x, 'q', run())).rejects.toThrow(/^mine must yield lists of answers, got \{"id":"q\/0"/);
    const silent = telling((task) => (task.id === 'q/0' ? undefined : completed(task, [1])));
    const both = committee([telling((task) => completed(task, [1])), silent]);
    await expect(label(both, x, 'q', run())).rejects.toThrow("committee: 1 of 2 members answered 'q/0'");
  });

  test('a number that is not finite is a failed run, whoever answered it', async () => {
    const data = await label(
      telling((task) => completed(task, [task.u[0] > 0.2 ? Number.NaN : 1])),
      x,
      'q',
      run(),
    );
    expect(data.rows.map(({ status, cause, reason }) => [status, cause, reason])).toEqual([
      ['completed', undefined, undefined],
      ['failed', 'not-finite', "mine answered NaN for output 'f'"],
    ]);
  });
});
