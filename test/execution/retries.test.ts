import { expect, test } from 'vitest';
import type { Evaluation, Task } from '../../src/core/evaluation.ts';
import { SimulationFailure } from '../../src/core/simulation-failure.ts';
import type { RunContext } from '../../src/core/simulator.ts';
import { inlineExecutor } from '../../src/execution/inline.ts';
import { withRetries } from '../../src/execution/retries.ts';
import chaos from '../fixtures/chaos.ts';
import { chaosTask, testRun } from '../fixtures/chaos-tasks.ts';

const task = (id: string): Task => ({ id, u: Float64Array.of(0.5), stream: `stream of ${id}` });
const answer = ({ id, u }: Task, cause?: 'infrastructure' | 'threw'): Evaluation =>
  cause
    ? { id, u, milliseconds: 1, status: 'failed', cause, reason: cause }
    : { id, u, milliseconds: 1, status: 'completed', values: Float64Array.of(1) };

/** Answers with the cause that `fate` says for a task and the number of its try; `asked` holds what was asked, in order. */
function flaky(fate: (id: string, attempt: number) => 'infrastructure' | 'threw' | undefined) {
  const asked: Task[] = [];
  async function* evaluate(tasks: Iterable<Task>): AsyncGenerator<readonly Evaluation[]> {
    for (const one of tasks) {
      asked.push(one);
      yield [answer(one, fate(one.id, asked.filter(({ id }) => id === one.id).length))];
    }
  }
  return { evaluate, asked };
}

async function all(groups: AsyncIterable<readonly Evaluation[]>): Promise<Evaluation[]> {
  const list: Evaluation[] = [];
  for await (const group of groups) {
    expect(group.length).toBeGreaterThan(0);
    list.push(...group);
  }
  return list;
}

test('what failed through no fault of the simulator is asked again, the same task, and answered once', async () => {
  const { evaluate, asked } = flaky((id, attempt) => (id === 'b' && attempt < 3 ? 'infrastructure' : undefined));
  const answers = await all(withRetries(evaluate, ['a', 'b', 'c'].map(task), 3, undefined));
  expect(answers.map(({ id, status }) => [id, status])).toEqual([
    ['a', 'completed'],
    ['c', 'completed'],
    ['b', 'completed'],
  ]);
  expect(asked.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'b', 'b']);
  expect(asked[4]).toBe(asked[1]);
});

test('only so often, and then the fault is the answer', async () => {
  for (const retries of [0, 2]) {
    const { evaluate, asked } = flaky(() => 'infrastructure');
    const answers = await all(withRetries(evaluate, [task('a'), task('b')], retries, undefined));
    expect(answers.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(answers[0]).toMatchObject({ cause: 'infrastructure' });
    expect(asked).toHaveLength(2 * (1 + retries));
  }
});

test('what the simulator did is never asked again', async () => {
  const { evaluate, asked } = flaky(() => 'threw');
  const answers = await all(withRetries(evaluate, [task('a')], 3, undefined));
  expect(answers).toMatchObject([{ cause: 'threw' }]);
  expect(asked).toHaveLength(1);
});

test('a run that is cancelled while it waits answers what it owes as cancelled', async () => {
  const { evaluate, asked } = flaky(() => 'infrastructure');
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 10);
  const answers = await all(withRetries(evaluate, [task('a')], 3, controller.signal));
  expect(answers).toMatchObject([{ id: 'a', cause: 'cancelled' }]);
  expect(asked).toHaveLength(1);
});

test.each([1, 2])('the answer of a later try is that of the first, with a concurrency of %i', async (concurrency) => {
  let faults = 0;
  const shaky = {
    ...chaos,
    run: (point: Parameters<typeof chaos.run>[0], context: RunContext) => {
      if (faults++ % 3 < 2) throw new SimulationFailure('infrastructure', 'no room on the disk');
      return chaos.run(point, context);
    },
  };
  const tasks = ['x/1', 'x/2'].map((id) => chaosTask('noise', 1, id));
  const calm = await all(inlineExecutor({ concurrency }).evaluate(chaos, tasks, testRun()));
  const tried = await all(inlineExecutor({ concurrency }).evaluate(shaky, tasks, testRun()));
  const values = (list: Evaluation[]) => new Map(list.map((one) => [one.id, 'values' in one && one.values]));
  expect(values(tried)).toEqual(values(calm));
  expect(faults).toBeGreaterThan(2);
});
