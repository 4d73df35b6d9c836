import { describe, expect, test } from 'vitest';
import { Dataset } from '../../../src/core/dataset.ts';
import type { Evaluation } from '../../../src/core/evaluation.ts';
import type { Optimizer } from '../../../src/core/optimizer.ts';
import type { Oracle } from '../../../src/core/oracle.ts';
import { storedOracle } from '../../../src/core/oracle.ts';
import type { Journal } from '../../../src/core/store.ts';
import { memoryStore } from '../../../src/core/store.ts';
import { bayesian } from '../../../src/optimization/bayesian/bayesian.ts';
import { random } from '../../../src/optimization/direct/random.ts';
import { search } from '../../../src/study/search/loop.ts';
import { testRun } from '../../../src/testing/labeled.ts';
import { cube, problemOf } from '../../../src/testing/problems.ts';
import { kernelSurrogate } from '../../fixtures/kernel-surrogate.ts';

const problem = problemOf(cube(2));
const start = Dataset.empty(problem.space, problem.outputs);
const quick = bayesian({ surrogate: kernelSurrogate(), initial: 5, search: { raw: 64, starts: 3 } });
const bowl = (u: Float64Array) => (u[0] - 0.3) ** 2 + (u[1] - 0.6) ** 2;

/** Answers after a number of turns that `delay` gives, so that later points overtake earlier ones; `most` is the most it saw in flight. */
function slowOracle(delay: (index: number) => number): Oracle & { most: number; asked: number } {
  let flying = 0;
  const oracle = {
    space: problem.space,
    outputs: problem.outputs,
    most: 0,
    asked: 0,
    async *evaluate(tasks: Iterable<{ id: string; u: Float64Array }>): AsyncGenerator<readonly Evaluation[]> {
      for (const { id, u } of tasks) {
        oracle.asked++;
        oracle.most = Math.max(oracle.most, ++flying);
        for (let turn = delay(Number(id.split('/').at(-1))); turn > 0; turn--) await new Promise(setImmediate);
        flying--;
        yield [{ id, u, milliseconds: 0, status: 'completed', values: Float64Array.of(bowl(u)) }];
      }
    },
  };
  return oracle;
}

function journal(): Journal & { order: string[] } {
  const order: string[] = [];
  return {
    order,
    read: (n) => order[n],
    write(n, id) {
      order[n] = id;
    },
  };
}

const jumping = (index: number) => 1 + ((index * 7) % 5) * 3;

describe('an asynchronous search', () => {
  test('keeps the batch in flight, tells what is pending, and spends the budget exactly', async () => {
    const pendings: number[] = [];
    const watching: Optimizer = {
      name: 'watching',
      suggest(one, knowledge, count, run) {
        pendings.push(knowledge.pending.rows);
        return random().suggest(one, knowledge, count, run);
      },
    };
    const oracle = slowOracle(jumping);
    const limits = { budget: 20, batch: 4, asynchronous: true };
    const { history, stop } = await search(problem, watching, oracle, start, limits, testRun('async'));
    expect([history.size, stop, oracle.most, oracle.asked]).toEqual([20, 'budget', 4, 20]);
    expect(pendings).toEqual([0, 1, 2, ...new Array(17).fill(3)]);
    const ids = history.rows.map(({ id }) => Number(id.split('/').at(-1)));
    expect(ids).not.toEqual([...ids].sort((a, b) => a - b));
    expect(new Set(ids).size).toBe(20);
  });

  test('with one in flight it is the synchronous search', async () => {
    const synchronous = await search(problem, quick, slowOracle(jumping), start, { budget: 12 }, testRun('one'));
    const limits = { budget: 12, batch: 1, asynchronous: true };
    const inFlight = await search(problem, quick, slowOracle(jumping), start, limits, testRun('one'));
    expect(inFlight.history.x).toEqual(synchronous.history.x);
  });

  test('goes on along the journal after an interruption, whatever is fast this time', async () => {
    const limits = { budget: 16, batch: 3, asynchronous: true };
    const order = journal();
    const whole = await search(
      problem,
      quick,
      slowOracle(jumping),
      start,
      { ...limits, journal: order },
      testRun('resume'),
    );
    for (const stop of [0, 2, 7, 13]) {
      const store = memoryStore();
      const known = whole.history.select(Array.from({ length: stop }, (_, i) => i));
      store.put(
        'slow',
        known.rows.map(({ id }, i) => ({
          id,
          u: known.x.row(i),
          milliseconds: 0,
          status: 'completed',
          values: known.y.row(i).slice(),
        })),
      );
      const oracle = slowOracle((index) => 1 + ((index * 3) % 4) * 5);
      const kept = journal();
      kept.order.push(...order.order.slice(0, stop));
      const again = await search(
        problem,
        quick,
        storedOracle(oracle, store, 'slow'),
        start,
        { ...limits, journal: kept },
        testRun('resume'),
      );
      expect(again.history.x.select(Array.from({ length: stop }, (_, i) => i))).toEqual(known.x);
      expect(again.history.rows.slice(0, stop).map(({ id }) => id)).toEqual(order.order.slice(0, stop));
      expect(oracle.asked).toBe(16 - stop);
      const complete = await search(
        problem,
        quick,
        slowOracle(() => 1),
        start,
        { ...limits, journal: { read: (n) => order.order[n], write: () => undefined } },
        testRun('resume'),
      );
      expect(complete.history.x).toEqual(whole.history.x);
    }
  });

  test('a cancelled search ends with the cancellation, and nothing is left in flight', async () => {
    const controller = new AbortController();
    const oracle = slowOracle((index) => {
      if (index === 5) controller.abort();
      return 2;
    });
    const run = { ...testRun('cancel'), signal: controller.signal };
    const limits = { budget: 50, batch: 3, asynchronous: true };
    await expect(search(problem, random(), oracle, start, limits, run)).rejects.toThrow('cancelled');
    expect(oracle.asked).toBeLessThan(10);
  });
});
