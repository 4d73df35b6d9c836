import { expect, test } from 'vitest';
import beam from '../../simulators/cantilever-beam.ts';
import type { Executor } from '../../src/core/executor.ts';
import { memoryStore, type Store } from '../../src/core/store.ts';
import { inlineExecutor } from '../../src/execution/inline.ts';
import { random } from '../../src/optimization/direct/random.ts';
import { headlines } from '../../src/report/headlines.ts';
import { type StudyControl, studyControl } from '../../src/study/control/study-control.ts';
import { runStudy } from '../../src/study/run-study.ts';
import { defineScenario } from '../../src/study/scenario/define-scenario.ts';
import type { AnyScenario } from '../../src/study/scenario/scenario.ts';
import { studySoFar } from '../../src/study/so-far/study-so-far.ts';
import type { Study } from '../../src/study/study.ts';

/** A scenario with a search of that simulator, and what comes of it. */
interface Subject {
  readonly scenario: AnyScenario;
  readonly raised: number;
  /** Runs of the search, those of its start included, after two points were added. */
  readonly total: number;
  /** Whether results do not depend on the order of answers. */
  readonly isOrdered: boolean;
}

export const goal = { minimize: 'mass', subjectTo: ['deflection <= 1 cm'] };
export const head = { name: 'a beam', simulator: beam };
export const inBatches = defineScenario({
  ...head,
  search: { on: 'simulator', ...goal, optimizer: random(), budget: 12, batch: 2 },
});

/** The scenario whose search has that many runs in all. */
export const withRuns = (scenario: AnyScenario, runs: number): AnyScenario =>
  defineScenario({
    ...scenario,
    search: { ...scenario.search, ...(scenario.search?.on === 'g' ? { rounds: runs / 2 } : { budget: runs }) },
  } as never);

/** Runs one after the other; `before` is told of the how many-th each is. */
export function oneByOne(before: (run: number, id: string) => void | Promise<void> = () => undefined): Executor {
  const inline = inlineExecutor();
  let count = 0;
  return {
    ...inline,
    async *evaluate(simulator, tasks, run) {
      for (const task of tasks) {
        await before(++count, task.id);
        yield* inline.evaluate(simulator, [task], run);
      }
    },
  };
}

interface Steered {
  readonly store?: Store;
  readonly control?: ReturnType<typeof studyControl>;
  readonly before?: Parameters<typeof oneByOne>[0];
}

/** Runs a study, and may tell it something. */
export const run = (scenario: AnyScenario, { store = memoryStore(), control, before }: Steered = {}) =>
  runStudy(scenario, { executor: oneByOne(before), store, ...(control && { control }) }, { clock: () => 0 });

/** Runs a study to which something is told before one of its runs. */
export async function told(
  scenario: AnyScenario,
  at: number,
  tell: (control: StudyControl) => unknown,
  store = memoryStore(),
) {
  const control = studyControl();
  const before = (count: number) => {
    if (count === at) tell(control);
  };
  return { study: await run(scenario, { store, control, before }), store };
}

/** Of the beam. */
export const point = { length: 1, side: 0.05, load: 500, material: 'steel' };

/** What of a study is the same in whatever order the answers came. */
function comparable({ results }: Study, isOrdered: boolean): unknown {
  const { byHand: _, ...search } = results.search ?? {};
  if (isOrdered) return { ...results, search };
  return [...(results.search?.steps ?? [])].sort((a, b) => a.id.localeCompare(b.id));
}

/** What holds for every search that is steered. `raised`: a budget above that of the scenario. */
export function steeringLaws({ scenario, raised, total, isOrdered }: Subject): void {
  test('that was paused gives the same results, and begins no run meanwhile', async () => {
    const whole = await run(scenario);
    const control = studyControl();
    const begun: number[] = [];
    let meanwhile = 0;
    const before = (count: number) => {
      begun.push(count);
      if (count !== 5) return;
      control.pause();
      setTimeout(() => {
        meanwhile = begun.length;
        control.resume();
      }, 120);
    };
    // Without a barrier what is told depends on the order of the answers, and a pause changes that.
    expect(comparable(await run(scenario, { control, before }), isOrdered)).toEqual(comparable(whole, isOrdered));
    expect(meanwhile).toBe(5);
  });

  test('whose budget is raised gives the results of that budget from the start', async () => {
    const { study, store } = await told(scenario, 4, (control) => control.setBudget(raised));
    const whole = await run(withRuns(scenario, raised));
    expect(comparable(study, isOrdered)).toEqual(comparable(whole, isOrdered));
    expect(study.results.search?.byHand).toEqual([{ after: expect.any(Number), budget: raised, added: 0 }]);
    const again = await run(scenario, { store });
    expect(again).toMatchObject({ results: study.results, measurements: { simulated: 0 } });
  });

  test('runs the points that are added, counts and tells them, and runs them again on resuming', async () => {
    const { study, store } = await told(scenario, 4, (control) => control.tryNext(point, { ...point, side: 0.08 }));
    const { search } = study.results;
    const added = search?.steps.filter(({ phase }) => phase === 'added') ?? [];
    expect(added.map(({ id }) => id)).toEqual([expect.stringMatching(/^1\/search\/added\/\d+$/), expect.anything()]);
    expect(added[1].objective).toBeCloseTo(7850 * 0.08 ** 2, 6);
    expect(search?.runs.total).toBe(total);
    expect(search?.byHand).toEqual([{ after: expect.any(Number), budget: null, added: 2 }]);
    expect(headlines(study).join()).toMatch(
      /Changed by hand: 2 points added after \d+ runs? of the search \(1\/search\/added\//,
    );
    expect((await studySoFar(store)).results.search).toEqual(JSON.parse(JSON.stringify(search)));
    const again = await run(scenario, { store });
    expect(again).toMatchObject({ results: study.results, measurements: { simulated: 0 } });
  });

  test('that is killed at any write loses no command, and resumes to one and the same end', async () => {
    for (let writes = 2; ; writes += 3) {
      const store = memoryStore();
      const control = studyControl();
      let left = writes;
      const mortal = Object.assign(Object.create(store), {
        write(document: string, text: string) {
          if (left-- === 0) throw new Error('killed');
          store.write(document, text);
        },
        put(simulator: string, evaluations: never) {
          if (left-- === 0) throw new Error('killed');
          store.put(simulator, evaluations);
        },
      });
      const before = (count: number) => {
        if (count === 3) control.send({ kind: 'try', points: [point] });
      };
      const first = await run(scenario, { store: mortal, control, before }).catch((error) => String(error));
      if (typeof first !== 'string') break;
      expect(first).toContain('killed');
      const resumed = await run(scenario, { store, control });
      const isSent = resumed.results.search?.byHand !== undefined;
      const added = resumed.results.search?.steps.filter(({ phase }) => phase === 'added') ?? [];
      expect(added.length).toBe(isSent ? 1 : 0);
      expect(control.waiting()).toEqual([]);
      const again = await run(scenario, { store });
      expect(again).toMatchObject({ results: resumed.results, measurements: { simulated: 0 } });
    }
  });
}
