import { type Dataset, type Evaluation, type Executor, ensure } from '../index.ts';

/** Answers the rows of `data` as they were answered, in their order and with the time that they took, under whatever ids they are asked. */
export function toldAnswers(data: Dataset, name: string): Executor {
  let next = 0;
  return {
    name,
    concurrency: 1,
    async *evaluate(_, tasks) {
      for (const { id, u } of tasks) {
        const i = next++;
        ensure(
          i < data.size && data.x.row(i).every((value, j) => value === u[j]),
          'invalid-argument',
          `evaluation ${id} is not row ${i} of those that were fitted`,
        );
        const { milliseconds, cause = 'threw', reason = '' } = data.rows[i];
        const isAnswer = data.rows[i].status === 'completed';
        const shares = data.shares?.row(i).slice();
        yield [
          isAnswer
            ? ({
                id,
                u,
                milliseconds,
                status: 'completed',
                values: data.y.row(i).slice(),
                ...(shares && { shares }),
              } satisfies Evaluation)
            : ({ id, u, milliseconds, status: 'failed', cause, reason } satisfies Evaluation),
        ];
      }
    },
    async [Symbol.asyncDispose]() {
      // There is nothing to end.
    },
  };
}
