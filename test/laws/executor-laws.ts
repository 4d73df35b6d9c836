import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { Evaluation, Task } from '../../src/core/evaluation.ts';
import type { Executor } from '../../src/core/executor.ts';
import { perform } from '../../src/core/perform.ts';
import chaos from '../fixtures/chaos.ts';
import { chaosTask, evaluateAll, type Mode, testRun } from '../fixtures/chaos-tasks.ts';
import unsure from '../fixtures/unsure.ts';

/** What an executor can be asked to be in these laws. */
export interface ExecutorWishes {
  readonly timeLimit?: number;
}

/** What every executor promises. */
export function executorLaws(name: string, make: (wishes?: ExecutorWishes) => Executor): void {
  const executor = make();
  const limited = make({ timeLimit: 500 });
  afterAll(async () => {
    await executor[Symbol.asyncDispose]();
    await limited[Symbol.asyncDispose]();
  });
  const never = new AbortController().signal;

  describe(`${name} obeys the laws of an executor`, () => {
    test('every task is answered exactly once, as the simulator answers it in this thread, bit for bit', () => {
      const mode = fc.constantFrom<Mode>(
        'fine',
        'noise',
        'noise',
        'waits',
        'throws',
        'rejects',
        'not-a-number',
        'missing',
      );
      const task = fc.tuple(mode, fc.double({ min: 0, max: 3, noNaN: true }));
      return fc.assert(
        fc.asyncProperty(fc.array(task, { maxLength: 300 }), async (wanted) => {
          const tasks = wanted.map(([what, x], i) => chaosTask(what, x, `7/design/${i}`));
          const outcomes = await evaluateAll(executor, tasks);
          expect(outcomes.size).toBe(tasks.length);
          for (const asked of tasks) {
            const expected = await perform(chaos, asked, never, () => 0);
            expect(outcomes.get(asked.id)).toEqual({ ...expected, milliseconds: expect.any(Number) });
          }
        }),
        { numRuns: 8 },
      );
    });

    test('a run that is not sure gives its shares, as in this thread', async () => {
      const tasks = [0.1, 0.25, 0.5, 0.95].map(
        (a): Task => ({ id: `7/${a}`, u: Float64Array.of(a), stream: `7/${a}` }),
      );
      const found = new Map<string, Evaluation>();
      for await (const group of executor.evaluate(unsure, tasks, testRun()))
        for (const evaluation of group) found.set(evaluation.id, evaluation);
      for (const asked of tasks) {
        const expected = await perform(unsure, asked, never, () => 0);
        expect(found.get(asked.id)).toEqual({ ...expected, milliseconds: expect.any(Number) });
      }
      expect(found.get('7/0.25')).toMatchObject({ shares: Float64Array.of(0.25, 0.75, 0.25, 0) });
      expect(found.get('7/0.1')).not.toHaveProperty('shares');
      expect(found.get('7/0.95')).toMatchObject({ status: 'failed', cause: 'out-of-range' });
    });

    test('a task with a point of its own is run there, to the last bit and beyond the ranges too', async () => {
      const own = [undefined, { a: -0.25 }, { a: 0.1 + 2 ** -56 }];
      const u = Float64Array.of(0.1);
      const tasks = own.map((point, i): Task => ({ id: `7/${i}`, u, stream: `7/${i}`, ...(point && { point }) }));
      const found = new Map<string, Evaluation>();
      for await (const group of executor.evaluate(unsure, tasks, testRun()))
        for (const evaluation of group) found.set(evaluation.id, evaluation);
      own.forEach((point, i) => {
        expect(found.get(`7/${i}`)).toMatchObject({ u, values: Float64Array.of(point?.a ?? 0.1, 2) });
      });
    });

    test('neither the order of the tasks nor their company changes an answer', async () => {
      const tasks = Array.from({ length: 400 }, (_, i) => chaosTask('noise', 1, `7/design/${i}`));
      const forth = await evaluateAll(executor, tasks);
      const back = await evaluateAll(executor, tasks.slice(100).reverse());
      for (const [id, evaluation] of back)
        expect({ ...forth.get(id), milliseconds: 0 }).toEqual({ ...evaluation, milliseconds: 0 });
    });

    test('a random stream shared by two tasks gives them the same numbers', async () => {
      const { u } = chaosTask('noise', 1, 'a');
      const tasks = ['a', 'b'].map((id): Task => ({ id, u, stream: 'common' }));
      const outcomes = await evaluateAll(executor, tasks);
      expect(outcomes.get('a')).toMatchObject({ values: (outcomes.get('b') as { values?: unknown }).values });
    });

    test('a simulator is set up once in each worker, and no run is charged with it', async () => {
      const strict = make({ timeLimit: 100 });
      const outcomes = await evaluateAll(
        strict,
        Array.from({ length: 40 }, (_, i) => chaosTask('setups', 1, String(i))),
      );
      await strict[Symbol.asyncDispose]();
      for (const evaluation of outcomes.values())
        expect(evaluation).toMatchObject({ status: 'completed', values: Float64Array.of(1, 0) });
    });

    test('a simulator that stops the clock does not end the study, nor change how a run is timed', async () => {
      const { now } = performance;
      const { setInterval: every } = globalThis;
      const clock = now.bind(performance);
      try {
        const tasks = [...Array(30).keys()].map((i) => chaosTask(i % 15 === 4 ? 'stops-clock' : 'fine', 1, String(i)));
        const outcomes = await evaluateAll(limited, tasks, { ...testRun(), clock });
        expect(outcomes.size).toBe(30);
        for (const { status, milliseconds } of outcomes.values())
          expect([status, milliseconds >= 0]).toEqual(['completed', true]);
      } finally {
        Object.assign(performance, { now });
        globalThis.setInterval = every;
      }
    });

    test('no tasks give no groups', async () => {
      for await (const group of executor.evaluate(chaos, [], testRun())) expect(group).toBeUndefined();
    });

    test.each<[Mode, string, RegExp]>([
      ['throws', 'threw', /^RangeError: no solution at x = 4$/],
      ['rejects', 'threw', /^a string$/],
      ['not-a-number', 'not-finite', /'g' is NaN/],
      ['out-of-range', 'out-of-range', /'f' is 2000000/],
      ['missing', 'missing-output', /'g' is missing; run returned an object with f$/],
      ['nothing', 'missing-output', /undefined/],
      ['function', 'not-finite', /'f'/],
      ['text', 'not-finite', /^output 'f' is the text '3', which is not a number$/],
      ['bigint', 'not-finite', /^output 'g' is the bigint 10n, which is not a number$/],
      [
        'misnamed',
        'threw',
        /^too slow \(a SimulationFailure with the cause 'timeout', which there is not; there are threw,/,
      ],
      ['causeless', 'threw', /^\(a SimulationFailure without a cause; there are threw, timed-out,/],
      ['bare-object', 'threw', /^something was thrown that has no text$/],
      ['mute-object', 'threw', /^something was thrown that has no text$/],
      ['symbol-message', 'threw', /^Symbol\(no\)$/],
      ['throwing-message', 'threw', /^something was thrown that has no text$/],
      ['proxy', 'threw', /^something was thrown that has no text$/],
      ['long-message', 'threw', /^(größer){333}gr$/],
    ])('a simulator that does this: %s, fails with cause %s', async (mode, cause, reason) => {
      const outcomes = await evaluateAll(executor, [chaosTask(mode, 4, 'bad'), chaosTask('fine', 4, 'good')]);
      expect(outcomes.get('bad')).toMatchObject({ status: 'failed', cause, reason: expect.stringMatching(reason) });
      expect(outcomes.get('good')).toMatchObject({ status: 'completed' });
    });

    test('an evaluation that never ends is cut off at the time limit, obedient or not', async () => {
      const tasks = [chaosTask('never', 1, 'never'), chaosTask('obeys', 1, 'obeys'), chaosTask('fine', 1, 'fine')];
      const outcomes = await evaluateAll(limited, tasks);
      for (const id of ['never', 'obeys']) expect(outcomes.get(id)).toMatchObject({ cause: 'timed-out' });
      expect(outcomes.get('fine')).toMatchObject({ status: 'completed' });
    });

    test('an evaluation that took longer than the limit does not count, one that took less does', async () => {
      const tasks = Array.from({ length: 20 }, (_, i) => chaosTask('slow', i === 7 ? 9 : 0.1, String(i)));
      const strict = make({ timeLimit: 8.5 });
      const outcomes = await evaluateAll(strict, tasks);
      await strict[Symbol.asyncDispose]();
      expect(outcomes.get('7')).toMatchObject({ cause: 'timed-out' });
      expect([...outcomes.values()].filter(({ status }) => status === 'completed').length).toBeGreaterThan(15);
    });

    test('long tasks are drawn only as they can be started', async () => {
      let drawn = 0;
      let returned = false;
      function* source(): Generator<Task> {
        try {
          for (; drawn < 12; ) yield chaosTask('waits', 40, String(drawn++));
        } finally {
          returned = true;
        }
      }
      let answered = 0;
      for await (const group of executor.evaluate(chaos, source(), testRun())) {
        answered += group.length;
        expect(drawn - answered).toBeLessThanOrEqual(executor.concurrency);
        if (answered >= 6) break;
      }
      expect(returned).toBe(true);
      expect(drawn).toBeLessThan(12);
    });

    test('an endless source of short tasks is drawn within bounds, and left when the consumer leaves', async () => {
      let drawn = 0;
      let left = false;
      function* source(): Generator<Task> {
        try {
          for (;;) yield chaosTask('fine', 1, String(drawn++));
        } finally {
          left = true;
        }
      }
      let answered = 0;
      for await (const group of executor.evaluate(chaos, source(), testRun())) {
        answered += group.length;
        expect(drawn - answered).toBeLessThan(3 * 2048 * executor.concurrency + 1);
        await new Promise((resolve) => setTimeout(resolve, 5));
        if (answered > 3000) break;
      }
      expect(left).toBe(true);
    });

    test('when the run is cancelled every drawn task is answered, the unfinished ones as cancelled, and no more are drawn', async () => {
      const controller = new AbortController();
      let drawn = 0;
      function* source(): Generator<Task> {
        for (;;) yield chaosTask(drawn < 5 ? 'fine' : 'never', 1, String(drawn++));
      }
      const outcomes = new Map<string, Evaluation>();
      for await (const group of executor.evaluate(chaos, source(), testRun(controller.signal))) {
        for (const evaluation of group) outcomes.set(evaluation.id, evaluation);
        if (outcomes.size === 5) setTimeout(() => controller.abort(), 20);
      }
      expect(outcomes.size).toBe(drawn);
      for (const [id, evaluation] of outcomes)
        expect(evaluation).toMatchObject(
          Number(id) < 5 ? { status: 'completed' } : { status: 'failed', cause: 'cancelled' },
        );
      expect(drawn).toBeGreaterThan(5);
    });

    test('a run that is cancelled before it begins draws nothing', async () => {
      const outcomes = await evaluateAll(executor, [chaosTask('fine', 1, 'a')], testRun(AbortSignal.abort()));
      expect(outcomes.size).toBe(0);
    });

    test('two evaluations at the same time do not disturb each other', async () => {
      const tasks = (prefix: string) =>
        Array.from({ length: 200 }, (_, i) => chaosTask('waits', 0.1, `${prefix}/${i}`));
      const [a, b] = await Promise.all([evaluateAll(executor, tasks('a')), evaluateAll(executor, tasks('b'))]);
      expect([a.size, b.size]).toEqual([200, 200]);
    });

    test('it can be disposed of twice, used or not', async () => {
      const other = make();
      await other[Symbol.asyncDispose]();
      await other[Symbol.asyncDispose]();
    });
  });
}
