import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Evaluation, FailureCause, Task } from '../../../src/core/evaluation.ts';
import { type Oracle, storedOracle } from '../../../src/core/oracle.ts';
import { SimulationFailure } from '../../../src/core/simulation-failure.ts';
import { defineSimulator } from '../../../src/core/simulator.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { memoryStore } from '../../../src/core/store.ts';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { random } from '../../../src/optimization/direct/random.ts';
import { latinHypercube } from '../../../src/sampling/latin-hypercube.ts';
import { runStudy } from '../../../src/study/run-study.ts';
import { type Breaker, guardedOracle } from '../../../src/study/scenario/breaker.ts';
import { defineScenario } from '../../../src/study/scenario/define-scenario.ts';
import type { AnyScenario } from '../../../src/study/scenario/scenario.ts';
import { decisionTree } from '../../../src/surrogates/trees/decision-tree.ts';
import { testRun } from '../../fixtures/chaos-tasks.ts';

type Fate = FailureCause | 'completed';

const simulator = defineSimulator(null, {
  name: 'frail',
  parameters: { x: real(0, 1) },
  outputs: { f: {} },
  run: ({ x }) => ({ f: x }),
});

/** Answers task i with its fate; of a few tasks at a time, in the order that a random stream gives. */
function oracleOf(fates: readonly Fate[], order = new Rng('in order'), width = 1): Oracle {
  return {
    ...simulator,
    async *evaluate(tasks) {
      const source = tasks[Symbol.iterator]();
      const flying: Task[] = [];
      for (let more = true; more || flying.length > 0; ) {
        while (more && flying.length < width) {
          const { done, value } = source.next();
          if (done) more = false;
          else flying.push(value);
        }
        if (flying.length === 0) break;
        const [{ id, u }] = flying.splice(Math.floor(order.uniform() * flying.length), 1);
        const fate = fates[Number(id)];
        const head = { id, u, milliseconds: 1 };
        yield fate === 'completed'
          ? [{ ...head, status: fate, values: Float64Array.of(1) }]
          : [{ ...head, status: 'failed', cause: fate, reason: `no ${id}` }];
      }
    },
  };
}

const tasksOf = (count: number, first = 0): Task[] =>
  Array.from({ length: count }, (_, i) => ({ id: String(first + i), u: Float64Array.of(0.5), stream: '' }));

/** The message with which a guarded oracle stops, or undefined. */
async function verdict(
  oracle: Oracle,
  parts: readonly (readonly Task[])[],
  breaker: Breaker = {},
): Promise<string | undefined> {
  const guarded = guardedOracle(oracle, breaker);
  const seen: Evaluation[] = [];
  try {
    for (const tasks of parts) for await (const group of guarded.evaluate(tasks, testRun())) seen.push(...group);
  } catch (error) {
    expect(error).toMatchObject({ code: 'no-data' });
    return (error as Error).message;
  }
  expect(seen.length).toBe(parts.flat().length);
  return undefined;
}

const several = (count: number, fate: Fate): Fate[] => new Array<Fate>(count).fill(fate);

describe('a study is given up', () => {
  test('when its first ten evaluations fail with one cause, and not when one of them differs', async () => {
    const message = await verdict(oracleOf(several(60, 'threw')), [tasksOf(60)]);
    expect(message).toBe(
      "stopped, since 10 of the first 10 evaluations failed: 10 threw; the last of the 10 with threw: no 9. Mend the simulator, or narrow its parameters to where it works. To go on whatever fails, give the scenario 'breaker: false'.",
    );
    const fates: Fate[] = [...several(9, 'threw'), 'timed-out', ...several(9, 'threw')];
    expect(await verdict(oracleOf(fates), [tasksOf(19)])).toBeUndefined();
    expect(await verdict(oracleOf([...fates, 'threw']), [tasksOf(20)])).toContain(
      'since 20 of the first 20 evaluations failed: 19 threw, 1 timed-out; the last of the 19 with threw: no 19.',
    );
  });

  test('for the commonest cause, whichever came last', async () => {
    const fates: Fate[] = [...several(5, 'threw'), ...several(14, 'missing-output'), 'threw'];
    expect(await verdict(oracleOf(fates), [tasksOf(20)])).toContain(
      'failed: 14 missing-output, 6 threw; the last of the 14 with missing-output: no 18.',
    );
  });

  test('when nine tenths of at least twenty have failed, whenever that comes', async () => {
    const early: Fate[] = ['completed', 'completed', ...several(18, 'crashed')];
    expect(await verdict(oracleOf(early), [tasksOf(20)])).toContain('18 of the first 20');
    const late: Fate[] = [...several(3, 'completed'), ...several(27, 'crashed')];
    expect(await verdict(oracleOf(late), [tasksOf(29)])).toBeUndefined();
    expect(await verdict(oracleOf(late), [tasksOf(30)])).toContain('27 of the first 30');
  });

  test('when ten in a row fail for want of a machine, however many went well before', async () => {
    const fates: Fate[] = [
      ...several(50, 'completed'),
      ...several(9, 'infrastructure'),
      'completed',
      ...several(10, 'infrastructure'),
    ];
    expect(await verdict(oracleOf(fates), [tasksOf(69)])).toBeUndefined();
    expect(await verdict(oracleOf(fates), [tasksOf(70)])).toMatch(
      /^stopped, since the last 10 evaluations failed through no fault of the simulator; .* infrastructure: no 69\. Mend the machine/,
    );
  });

  test('by the thresholds that it is given, over several calls', async () => {
    const fates = several(8, 'threw');
    expect(await verdict(oracleOf(fates), [tasksOf(3), tasksOf(1, 3)], { alike: 4 })).toContain('4 of the first 4');
    expect(await verdict(oracleOf(fates), [tasksOf(3)], { alike: 4 })).toBeUndefined();
    const half: Fate[] = ['completed', 'threw', 'completed', 'threw'];
    expect(await verdict(oracleOf(half), [tasksOf(4)], { least: 4, share: 0.5 })).toContain('2 of the first 4');
  });

  test('not for what was cancelled', async () => {
    expect(await verdict(oracleOf(several(30, 'cancelled')), [tasksOf(30)])).toBeUndefined();
  });

  test('with the same words, in whatever order the answers come and whatever a store recalls', () => {
    const fate = fc.constantFrom<Fate>('threw', 'threw', 'threw', 'threw', 'crashed', 'completed');
    return fc.assert(
      fc.asyncProperty(
        fc.array(fate, { minLength: 30, maxLength: 60 }),
        fc.nat(),
        fc.nat(29),
        async (fates, seed, known) => {
          const tasks = tasksOf(fates.length);
          const breaker = { least: 10, share: 0.75, alike: 5 };
          const calm = await verdict(oracleOf(fates), [tasks], breaker);
          const rng = new Rng(String(seed));
          expect(await verdict(oracleOf(fates, rng, 7), [tasks], breaker)).toBe(calm);
          const store = memoryStore();
          for await (const group of oracleOf(fates).evaluate(tasksOf(known), testRun())) store.put('s', group);
          expect(await verdict(storedOracle(oracleOf(fates, rng, 4), store, 's'), [tasks], breaker)).toBe(calm);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('in a study', () => {
  const study = (more: Partial<AnyScenario>, run: (runs: number) => void, store = memoryStore()) => {
    let runs = 0;
    const frail = {
      ...simulator,
      run: ({ x }: { x: number }) => {
        run(runs++);
        return { f: x };
      },
    };
    const scenario = defineScenario({
      name: 'Frail',
      simulator: Object.defineProperty(frail, Symbol.for('imago.simulator'), { value: true }),
      chain: [{ name: 'surrogate', transfer: latinHypercube(), size: 40, student: decisionTree() }],
      ...more,
    } as AnyScenario);
    const environment = { executor: inlineExecutor({ retries: 0 }), store };
    return runStudy(scenario, environment, { clock: () => performance.now() });
  };
  const fail = () => {
    throw new SimulationFailure('missing-output', 'no mesh');
  };

  test('nothing is lost, and the same study stops at once with the same words', async () => {
    const store = memoryStore();
    const first = study({}, fail, store);
    await expect(first).rejects.toThrow(/10 of the first 10 evaluations failed: 10 missing-output; .*: no mesh\./);
    expect(store.counts().get('frail@1')).toBeGreaterThanOrEqual(10);
    let asked = 0;
    const again = study({}, () => asked++, store);
    await expect(again).rejects.toThrow(await first.then(String, (error: Error) => error.message));
    expect(asked).toBeLessThanOrEqual(40);
  });

  test('search and comparison are guarded too, one point at a time', async () => {
    let failures = 0;
    const chain = [{ name: 'surrogate', transfer: latinHypercube(), size: 4, student: decisionTree() }];
    const search = { on: 'simulator', minimize: 'f', optimizer: random(), budget: 400 } as const;
    const late = study({ chain, search }, (runs) => {
      if (runs < 4) return;
      failures++;
      fail();
    });
    await expect(late).rejects.toThrow('36 of the first 40 evaluations failed: 36 missing-output');
    expect(failures).toBe(36);
  });

  test('a scenario can do without, and a breaker that is none is refused', async () => {
    await expect(study({ breaker: false }, fail)).rejects.toThrow(/all 40 evaluations failed/);
    const bad: [object, string][] = [
      [{ least: 0 }, 'breaker.least'],
      [{ alike: 1.5 }, 'breaker.alike'],
      [{ share: 0 }, 'breaker.share: must be a number above 0 and at most 1, got 0'],
      [{ patience: 3 }, 'patience'],
    ];
    for (const [breaker, words] of bad) expect(() => study({ breaker }, fail)).toThrow(words);
  });
});
