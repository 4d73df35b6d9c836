import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Evaluation, Task } from '../core/evaluation.ts';
import type { Oracle } from '../core/oracle.ts';
import { testRun } from './labeled.ts';

/** All answers by id; throws when a task is answered twice. */
async function ask(oracle: Oracle, tasks: Iterable<Task>): Promise<Map<string, Evaluation>> {
  const answers = new Map<string, Evaluation>();
  for await (const group of oracle.evaluate(tasks, testRun('oracle-laws')))
    for (const evaluation of group) {
      if (answers.has(evaluation.id)) throw new Error(`${evaluation.id} was answered twice`);
      answers.set(evaluation.id, evaluation);
    }
  return answers;
}

/** What every oracle promises, whatever stands behind it. `make` gives a new one each time. */
export function oracleLaws(name: string, make: () => Oracle): void {
  const tasksOf = (oracle: Oracle, points: readonly (readonly number[])[]): Task[] =>
    points.map((point, i) => {
      const u = oracle.space.canonical(
        Array.from({ length: oracle.space.dimension }, (_, j) => point[j % point.length]),
      );
      return { id: `7/${i}`, u, stream: `7/${i}` };
    });
  const points = fc.array(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 5 }), {
    maxLength: 60,
  });
  const timeless = (answers: Map<string, Evaluation>) =>
    [...answers.values()].map((answer) => ({ ...answer, milliseconds: 0 })).sort((a, b) => (a.id < b.id ? -1 : 1));

  describe(`${name} obeys the laws of an oracle`, () => {
    test('every task is answered once, at its own point, with a number for each output or a cause', () =>
      fc.assert(
        fc.asyncProperty(points, async (wanted) => {
          const oracle = make();
          const tasks = tasksOf(oracle, wanted);
          const answers = await ask(oracle, tasks);
          expect(answers.size).toBe(tasks.length);
          for (const { id, u } of tasks) {
            const answer = answers.get(id) as Evaluation;
            expect(answer.u).toEqual(u);
            expect(answer.milliseconds).toBeGreaterThanOrEqual(0);
            if (answer.status === 'failed') expect(answer.reason).not.toBe('');
            else {
              expect(answer.values.length).toBe(oracle.outputs.length);
              oracle.outputs.forEach(({ classes }, k) => {
                if (classes) expect(classes[answer.values[k]]).toBeDefined();
                else expect(answer.values[k]).toSatisfy(Number.isFinite);
              });
            }
          }
        }),
        { numRuns: 15 },
      ));

    test('the answers do not depend on the order, the company or the repetition of the questions', () =>
      fc.assert(
        fc.asyncProperty(points, async (wanted) => {
          const oracle = make();
          const tasks = tasksOf(oracle, wanted);
          const first = timeless(await ask(oracle, tasks));
          expect(timeless(await ask(oracle, tasks.toReversed()))).toEqual(first);
          const some = tasks.slice(0, Math.ceil(tasks.length / 2));
          expect(timeless(await ask(make(), some))).toEqual(
            first.filter(({ id }) => some.some((task) => task.id === id)),
          );
        }),
        { numRuns: 15 },
      ));
  });
}
