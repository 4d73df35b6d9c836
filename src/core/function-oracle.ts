import { Matrix } from '../numerics/matrix.ts';
import { columnCount, faultOfShares, predictionColumns, toShares, valuesOf } from './columns.ts';
import { ensure, ImagoError, show } from './errors.ts';
import { type Evaluation, notFinite, type Task } from './evaluation.ts';
import type { Oracle } from './model.ts';
import { batchesOf } from './oracle.ts';
import { checkSubject, type Output } from './output.ts';
import { type Run, throwIfCancelled } from './run.ts';
import type { Space } from './space/space.ts';

/** Shares of a teacher that computes in four bytes sum to 1 as nearly as this, and are divided by their sum. */
const SINGLE_PRECISION = 1e-4;

/**
 * A function as a teacher, asked for many points at once: n x d rows of the unit cube (`space.decode` has the author's units) to n x c
 * answers as in a prediction, a number for a number and a share of each class for a class. A row with a number that is not finite is a failed run.
 * Throws `invalid-data` where the answer has another shape, or shares do not sum to 1.
 */
export function functionOracle(
  name: string,
  subject: { readonly space: Space; readonly outputs: readonly Output[] },
  answer: (x: Matrix, run: Run) => Matrix | Promise<Matrix>,
): Oracle {
  checkSubject(name, subject);
  ensure(
    typeof answer === 'function',
    'invalid-argument',
    () => `${name}: answer must be a function, got ${show(answer)}`,
  );
  const { space, outputs } = subject;
  const width = columnCount(outputs);
  const ask = async (tasks: readonly Task[], run: Run): Promise<Evaluation[]> => {
    const start = run.clock();
    const x = Matrix.from(
      tasks.map(({ u }) => u),
      space.dimension,
    );
    const given = await answer(x, run);
    ensure(
      given?.data instanceof Float64Array &&
        given.data.length === x.rows * width &&
        given.rows === x.rows &&
        given.columns === width,
      'invalid-data',
      () =>
        `${name} was asked for ${x.rows} points and must answer a ${x.rows} x ${width} Matrix, got ${given?.data ? `${given.rows} x ${given.columns} in ${given.data.length} numbers of ${given.data.constructor.name}` : show(given)}`,
    );
    const milliseconds = (run.clock() - start) / tasks.length;
    return tasks.map((task, i) =>
      evaluationOf(name, outputs, { task, row: given.data.slice(i * width, (i + 1) * width), milliseconds }),
    );
  };
  return {
    name,
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

interface Answered {
  readonly task: Task;
  readonly row: Float64Array;
  readonly milliseconds: number;
}

function evaluationOf(
  name: string,
  outputs: readonly Output[],
  { task: { id, u }, row, milliseconds }: Answered,
): Evaluation {
  const columns = predictionColumns(outputs);
  const completed = () => ({ id, u, milliseconds, status: 'completed', values: valuesOf(columns, row) }) as const;
  const failed = notFinite(name, outputs, completed());
  if (failed) return failed;
  outputs.forEach((output, k) => {
    if (!output.classes) return;
    const { start, width } = columns[k];
    const own = row.subarray(start, start + width);
    const sum = own.reduce((total, share) => total + share, 0);
    if (Math.abs(sum - 1) <= SINGLE_PRECISION && own.every((share) => share >= 0)) toShares(own);
    const fault = faultOfShares(own, output);
    if (fault) throw new ImagoError('invalid-data', `${name}, output '${output.name}': ${fault}`);
  });
  return row.length > outputs.length ? { ...completed(), shares: row } : completed();
}
