import { Matrix } from '../numerics/matrix.ts';
import { columnCount, oneHot, predictionColumns, valuesOf } from './columns.ts';
import { type Answered, Dataset } from './dataset.ts';
import { ensure, show } from './errors.ts';
import { type Evaluation, faultOfAnswer, isConclusive, notFinite, type Task } from './evaluation.ts';
import type { Executor } from './executor.ts';
import type { Model, Oracle } from './model.ts';
import type { Output } from './output.ts';
import { type Run, throwIfCancelled } from './run.ts';
import type { AnySimulator } from './simulator.ts';
import { PointDigest } from './space/point-filter.ts';
import type { Space } from './space/space.ts';
import { type Store, unpacked } from './store.ts';

export type { Oracle } from './model.ts';

/** The simulator, run by the executor. */
export function simulatorOracle(simulator: AnySimulator, executor: Executor): Oracle {
  return {
    space: simulator.space,
    outputs: simulator.outputs,
    evaluate: (tasks, run) => executor.evaluate(simulator, tasks, run),
  };
}

/** The oracle with a memory: answers from the store what it holds, and commits every new answer before announcing it. */
export function storedOracle(oracle: Oracle, store: Store, simulator: string): Oracle {
  async function* evaluate(tasks: Iterable<Task>, run: Run): AsyncGenerator<readonly Evaluation[]> {
    const known: Evaluation[] = [];
    function* unknown(): Generator<Task> {
      for (const task of tasks) {
        const stored = store.get(simulator, task.id, task.u);
        if (stored) known.push(unpacked(stored, oracle.outputs));
        else yield task;
      }
    }
    const takeKnown = () => known.splice(0);
    for await (const group of oracle.evaluate(unknown(), run)) {
      store.put(simulator, group.filter(isConclusive));
      yield known.length > 0 ? [...takeKnown(), ...group] : group;
    }
    if (known.length > 0) yield takeKnown();
  }
  return { space: oracle.space, outputs: oracle.outputs, evaluate };
}

const BATCH = 1024;

/** A fitted model as an oracle. A class is the most probable one, and the shares of all go with it. */
export function modelOracle(space: Space, outputs: readonly Output[], model: Model): Oracle {
  const columns = predictionColumns(outputs);
  const hasClasses = outputs.some(({ classes }) => classes);
  const answer = (tasks: readonly Task[], run: Run): Evaluation[] => {
    const start = run.clock();
    const x = Matrix.from(
      tasks.map((task) => task.u),
      space.dimension,
    );
    const prediction = model.predict(x);
    const milliseconds = (run.clock() - start) / tasks.length;
    return tasks.map(({ id, u }, i) => {
      const row = prediction.row(i);
      const values = valuesOf(columns, row);
      return { id, u, milliseconds, status: 'completed', values, ...(hasClasses && { shares: row.slice() }) };
    });
  };
  return {
    space,
    outputs,
    model,
    async *evaluate(tasks, run) {
      for (const batch of batchesOf(tasks)) {
        throwIfCancelled(run);
        yield answer(batch, run);
      }
    },
  };
}

/** Several teachers as one, which answers with the mean: of numbers, and of the shares of classes. A point at which one of them fails is a failure. */
export function committee(oracles: readonly Oracle[]): Oracle {
  const [first] = oracles;
  ensure(first, 'invalid-argument', 'committee: there is no member');
  const { space, outputs } = first;
  const names = (of: Oracle) => of.outputs.map(({ name, classes }) => [name, classes]);
  for (const other of oracles)
    ensure(
      JSON.stringify(names(other)) === JSON.stringify(names(first)),
      'invalid-argument',
      () => `committee: its members have other outputs: ${show(names(first))} and ${show(names(other))}`,
    );
  const ask = async (tasks: readonly Task[], run: Run): Promise<Evaluation[]> => {
    const answers = new Map(tasks.map(({ id }) => [id, [] as Evaluation[]]));
    for (const oracle of oracles)
      for await (const group of answersOf(oracle, tasks, run)) for (const one of group) answers.get(one.id)?.push(one);
    return tasks.map((task) => {
      const all = answers.get(task.id) ?? [];
      ensure(
        all.length === oracles.length,
        'invalid-data',
        () => `committee: ${all.length} of ${oracles.length} members answered ${show(task.id)}`,
      );
      return meanOf(outputs, task, all);
    });
  };
  return {
    space,
    outputs,
    async *evaluate(tasks, run) {
      for (const batch of batchesOf(tasks)) {
        throwIfCancelled(run);
        yield await ask(batch, run);
      }
    },
  };
}

function meanOf(outputs: readonly Output[], { id, u }: Task, answers: readonly Evaluation[]): Evaluation {
  const milliseconds = answers.reduce((sum, one) => sum + one.milliseconds, 0);
  const rows: Float64Array[] = [];
  for (const one of answers) {
    if (one.status === 'failed') return { ...one, milliseconds };
    rows.push(one.shares ?? oneHot(outputs, Matrix.from([one.values])).row(0));
  }
  const mean = rows[0].map((_, k) => rows.reduce((sum, row) => sum + row[k], 0) / rows.length);
  const values = valuesOf(predictionColumns(outputs), mean);
  const hasClasses = mean.length > values.length;
  return { id, u, milliseconds, status: 'completed', values, ...(hasClasses && { shares: mean }) };
}

/** Whether a value answers tasks: what a chain can learn from. */
export function isOracle(value: unknown): value is Oracle {
  const { evaluate, space, outputs } = (value ?? {}) as Partial<Oracle>;
  return typeof evaluate === 'function' && space !== undefined && Array.isArray(outputs);
}

/** The tasks in groups that are answered together. */
export function* batchesOf(tasks: Iterable<Task>): Generator<readonly Task[]> {
  let batch: Task[] = [];
  for (const task of tasks) {
    batch.push(task);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/**
 * A labeled data set as an oracle: it answers the points that it holds, with their shares, and fails on others with cause `missing-output`. Throws
 * `invalid-data` where two rows of one point answer otherwise.
 */
export function dataOracle(data: Dataset): Oracle {
  const digest = new PointDigest();
  const rowOf = new Map<number, number>();
  for (let i = 0; i < data.size; i++) {
    const own = digest.of(data.points.row(i));
    const before = rowOf.get(own);
    if (before === undefined) rowOf.set(own, i);
    else ensureAgreement(data, before, i);
  }
  const answer = ({ id, u }: Task): Evaluation => {
    const found = rowOf.get(digest.of(u));
    const row = found !== undefined && data.points.row(found).every((value, j) => value === u[j]) ? found : undefined;
    const asked = { id, u, milliseconds: 0 };
    if (row === undefined)
      return { ...asked, status: 'failed', cause: 'missing-output', reason: 'the data set does not hold this point' };
    const { cause = 'threw', reason = '', status } = data.rows[row];
    if (status === 'failed') return { ...asked, status, cause, reason };
    const shares = data.shares?.row(row).slice();
    return { ...asked, status, values: data.y.row(row).slice(), ...(shares && { shares }) };
  };
  return {
    space: data.space,
    outputs: data.outputs,
    async *evaluate(tasks) {
      for (const task of tasks) yield [answer(task)];
    },
  };
}

/** Two rows at one point must have failed both, or answer the same. */
function ensureAgreement({ outputs, rows, y, shares }: Dataset, first: number, second: number): void {
  const differs = outputs.findIndex((_, k) => !Object.is(y.get(first, k), y.get(second, k)));
  const unsure = shares?.row(first).some((share, c) => !Object.is(share, shares.get(second, c)));
  const k = differs < 0 ? 0 : differs;
  const told = (row: number) => {
    const value = y.get(row, k);
    return Number.isNaN(value) ? 'nothing' : (outputs[k].classes?.[value] ?? value);
  };
  ensure(
    differs < 0 && !unsure,
    'invalid-data',
    () =>
      `the data contradict themselves: rows ${rows[first].id} and ${rows[second].id} are at one point, and say ${told(first)} and ${told(second)}${differs < 0 ? ' by other shares' : ''} of '${outputs[k].name}'; keep one of them`,
  );
}

/**
 * What an oracle answers, group by group; a number that is not finite is a failed run. Throws `invalid-data` where an answer has another number of values
 * or shares than the outputs, or is neither completed nor failed.
 */
async function* answersOf(oracle: Oracle, tasks: Iterable<Task>, run: Run): AsyncGenerator<readonly Evaluation[]> {
  const { outputs } = oracle;
  const name = calledAs(oracle);
  const width = columnCount(outputs);
  for await (const group of oracle.evaluate(tasks, run)) {
    ensure(Array.isArray(group), 'invalid-data', () => `${name} must yield lists of answers, got ${show(group)}`);
    yield group.map((one) => {
      const fault = faultOfAnswer(one, outputs, width);
      ensure(fault === undefined, 'invalid-data', () => `${name} ${fault}`);
      return one.status === 'completed' ? (notFinite(name, outputs, one) ?? one) : one;
    });
  }
}

/** What errors call an oracle. */
export function calledAs({ name }: Oracle): string {
  return name ?? 'the teacher';
}

/**
 * Asks the oracle for n x d points and returns the answers in the order of the rows. The id of row i is `prefix/i`, i counted
 * from `first` (default 0); a number that is not finite is a failed run. Throws `cancelled` when the run is cancelled before every row has an answer,
 * and `invalid-data` where a row has none or one of another shape than the outputs.
 */
export async function label(oracle: Oracle, x: Matrix, prefix: string, run: Run, first = 0): Promise<Dataset> {
  ensure(
    x.columns === oracle.space.dimension,
    'invalid-argument',
    `label: x has ${x.columns} columns, the space has ${oracle.space.dimension}`,
  );
  const answers = new Map<string, Answered>();
  const idOf = (i: number) => `${prefix}/${first + i}`;
  // Points that are canonical as they are serve as the rows: of many rows of many inputs every copy takes the memory of them all.
  let points = x;
  function* tasks(): Generator<Task> {
    for (let i = 0; i < x.rows; i++) {
      const u = oracle.space.canonical(x.row(i));
      if (points === x && !isSame(u, x.row(i))) points = new Matrix(x.rows, x.columns, x.data.slice());
      if (points !== x) points.row(i).set(u);
      yield { id: idOf(i), u, stream: idOf(i) };
    }
  }
  let failures = 0;
  run.progress?.({ phase: prefix, done: 0, total: x.rows });
  for await (const group of answersOf(oracle, tasks(), run)) {
    for (const evaluation of group) {
      const { u: _, ...answer } = evaluation;
      answers.set(evaluation.id, answer);
      if (evaluation.status === 'failed') failures++;
    }
    run.progress?.({ phase: prefix, done: answers.size, total: x.rows, failures });
  }
  throwIfCancelled(run);
  return Dataset.answered(
    oracle,
    points,
    Array.from({ length: x.rows }, (_, i) => {
      const answer = answers.get(idOf(i));
      ensure(
        answer,
        'invalid-data',
        () => `${calledAs(oracle)} was asked ${x.rows} points and has no answer to ${show(idOf(i))}`,
      );
      return answer;
    }),
  );
}

function isSame(a: Float64Array, b: Float64Array): boolean {
  for (let j = 0; j < a.length; j++) if (a[j] !== b[j]) return false;
  return true;
}
