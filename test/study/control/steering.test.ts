import { describe, expect, test } from 'vitest';
import type { Command } from '../../../src/core/control/command.ts';
import { memoryStore } from '../../../src/core/store.ts';
import { random } from '../../../src/optimization/direct/random.ts';
import { latinHypercube } from '../../../src/sampling/latin-hypercube.ts';
import { studyNotes } from '../../../src/study/control/journal.ts';
import { type StudyControl, studyControl } from '../../../src/study/control/study-control.ts';
import { defineScenario } from '../../../src/study/scenario/define-scenario.ts';
import { studySoFar } from '../../../src/study/so-far/study-so-far.ts';
import { decisionTree } from '../../../src/surrogates/trees/decision-tree.ts';
import { head, inBatches, point, run, steeringLaws, told, withRuns } from '../../laws/steering-laws.ts';

const asynchronous = defineScenario({ ...inBatches, search: { ...inBatches.search, asynchronous: true } } as never);

describe('a search in batches', () => {
  steeringLaws({ scenario: inBatches, raised: 20, total: 12, isOrdered: true });
});

describe('a search without a barrier', { tags: ['slow'] }, () => {
  steeringLaws({ scenario: asynchronous, raised: 20, total: 12, isOrdered: false });
});

test('a budget below the runs that were made ends the search', async () => {
  const { study } = await told(inBatches, 8, (control) => control.setBudget(3));
  expect(study.results.search).toMatchObject({ stop: 'budget', runs: { total: 8 } });
});

test('what is told after a study has ended is taken when it is run again', async () => {
  const scenario = inBatches;
  const store = memoryStore();
  await run(scenario, { store });
  const control = studyControl();
  const sent = control.setBudget(16);
  const { results, measurements } = await run(scenario, { store, control });
  expect(await sent).toBe('the search is to take 16 runs');
  expect(measurements.simulated).toBe(4);
  const { byHand, ...search } = results.search ?? {};
  expect(byHand).toEqual([{ after: 12, budget: 16, added: 0 }]);
  expect(search).toEqual((await run(withRuns(scenario, 16))).results.search);
});

test('what is told after the search leaves the study unfinished, and is taken when it is run again', async () => {
  const scenario = defineScenario({ ...inBatches, compare: { optimizers: [random()], budget: 6 } } as never);
  const { store, study } = await told(scenario, 15, (control) => control.setBudget(16));
  expect(study.results.search?.runs.total).toBe(12);
  expect((await studySoFar(store)).results.unfinished).toMatchObject({ runs: 18, planned: 22 });
  const { results, measurements } = await run(scenario, { store });
  expect([results.search?.runs.total, measurements.simulated]).toEqual([16, 4]);
  expect((await studySoFar(store)).results.unfinished).toBeUndefined();
});

test('a study that is stopped ends after the runs in progress, and goes on from there', async () => {
  const scenario = inBatches;
  const store = memoryStore();
  const stopped = told(scenario, 5, (control) => control.stop(), store);
  await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
  const soFar = await studySoFar(store);
  expect(soFar.results.unfinished).toMatchObject({ runs: 5, planned: 12 });
  const { results, measurements } = await run(scenario, { store });
  expect(measurements.simulated).toBe(7);
  expect(results).toEqual((await run(scenario)).results);
});

test('a study that is stopped while it is paused ends', async () => {
  const tell = (control: StudyControl) => {
    control.pause();
    setTimeout(() => control.stop(), 50);
  };
  await expect(told(inBatches, 5, tell)).rejects.toThrow('stopped by a command');
});

test('what makes no sense is refused with its reason, and changes nothing', async () => {
  const scenario = inBatches;
  const refused: Promise<unknown>[] = [];
  const wrong: readonly [Command, string][] = [
    [{ kind: 'try', points: [{ ...point, width: 1 }] }, "try: there is no parameter 'width'; known: length"],
    [{ kind: 'try', points: [{ ...point, side: 7 }] }, 'side'],
    [{ kind: 'try', points: [] }, 'points must be objects such as'],
    [{ kind: 'budget', runs: 1.5 }, 'budget: runs must be a whole number'],
    [{ kind: 'note', text: ' ' }, 'note: text must have'],
    [{ kind: 'frob' } as never, 'a command is one of pause, resume'],
  ];
  const { study } = await told(scenario, 4, (control) => {
    for (const [command, reason] of wrong)
      refused.push(
        expect(control.send(command)).rejects.toMatchObject({
          code: 'invalid-argument',
          message: expect.stringContaining(reason),
        }),
      );
  });
  await Promise.all(refused);
  expect(study.results).toEqual((await run(scenario)).results);
  const unsearched = defineScenario({
    ...head,
    chain: [{ name: 'g', transfer: latinHypercube(), size: 10, student: decisionTree({ maxDepth: 2 }) }],
  });
  const { store } = await told(unsearched, 4, (control) => {
    refused.push(expect(control.setBudget(20)).rejects.toThrow('no search that runs a simulator'));
    control.note('coarse mesh', '1/g/design/3');
    control.note('looks fine');
  });
  await Promise.all(refused);
  expect(studyNotes(store)).toMatchObject([{ text: 'coarse mesh', run: '1/g/design/3' }, { text: 'looks fine' }]);
});
