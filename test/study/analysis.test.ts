import { afterEach, expect, test, vi } from 'vitest';
import { ImagoError } from '../../src/core/errors.ts';
import { defineSimulator } from '../../src/core/simulator.ts';
import { real } from '../../src/core/space/parameter.ts';
import { inlineExecutor } from '../../src/execution/inline.ts';
import { htmlReport } from '../../src/report/html.ts';
import { markdownReport } from '../../src/report/markdown.ts';
import { uniform } from '../../src/sampling/uniform.ts';
import { Analyses } from '../../src/study/analysis.ts';
import { chainAccuracy } from '../../src/study/chain/chain-accuracy.ts';
import { expectedErrors } from '../../src/study/chain/expected-error.ts';
import { nrmseOf } from '../../src/study/chain/fidelity.ts';
import { learningOf } from '../../src/study/chain/learning.ts';
import { timePrediction } from '../../src/study/chain/savings.ts';
import { trustOf } from '../../src/study/chain/trust.ts';
import { runStudy } from '../../src/study/run-study.ts';
import { defineScenario } from '../../src/study/scenario/define-scenario.ts';
import { studyEffects } from '../../src/study/sensitivity/effects.ts';
import { decisionTree } from '../../src/surrogates/trees/decision-tree.ts';

vi.mock(import('../../src/study/chain/chain-accuracy.ts'), async (original) => {
  const actual = await original();
  return { ...actual, chainAccuracy: vi.fn(actual.chainAccuracy) };
});
vi.mock(import('../../src/study/chain/expected-error.ts'), async (original) => {
  const actual = await original();
  return { ...actual, expectedErrors: vi.fn(actual.expectedErrors) };
});
vi.mock(import('../../src/study/chain/learning.ts'), async (original) => {
  const actual = await original();
  return { ...actual, learningOf: vi.fn(actual.learningOf) };
});
vi.mock(import('../../src/study/chain/savings.ts'), async (original) => {
  const actual = await original();
  return { ...actual, timePrediction: vi.fn(actual.timePrediction) };
});
vi.mock(import('../../src/study/chain/trust.ts'), async (original) => {
  const actual = await original();
  return { ...actual, trustOf: vi.fn(actual.trustOf) };
});
vi.mock(import('../../src/study/sensitivity/effects.ts'), async (original) => {
  const actual = await original();
  return { ...actual, studyEffects: vi.fn(actual.studyEffects) };
});
const parts = { chainAccuracy, expectedErrors, learningOf, timePrediction, trustOf, studyEffects };
const fail = (error: Error) => () => {
  throw error;
};
const cancelled = new ImagoError('cancelled', 'the run was cancelled');

afterEach(() => {
  for (const part of Object.values(parts)) vi.mocked(part).mockReset();
});

test('what throws is left out with a note that is told at once, in the order of failing', async () => {
  const said: string[] = [];
  const analyses = new Analyses((text) => said.push(text));
  expect(await analyses.attempt('one', 0, () => 1)).toBe(1);
  expect(await analyses.attempt('two', 0, fail(new RangeError('out of memory')))).toBe(0);
  expect(said).toEqual(['two left out: out of memory']);
  expect(await analyses.attempt('three', 0, () => Promise.reject('a text'))).toBe(0);
  expect(await analyses.attempt('four', 0, fail(new ImagoError('no-data', 'no rows')))).toBe(0);
  expect(analyses.notes).toEqual(['two left out: out of memory', 'three left out: a text', 'four left out: no rows']);
  expect(said).toEqual(analyses.notes);
});

test('a run that is cancelled is no part that fails', async () => {
  const said: string[] = [];
  const analyses = new Analyses((text) => said.push(text));
  await expect(analyses.attempt('one', 0, fail(cancelled))).rejects.toBe(cancelled);
  expect([said, analyses.notes]).toEqual([[], []]);
});

/** A study of two stages and what was told while it ran. */
async function studyOf() {
  const simulator = defineSimulator(null, {
    name: 'sum',
    parameters: { a: real(0, 1), b: real(0, 1) },
    outputs: { y: {} },
    run: ({ a, b }) => ({ y: a + b }),
  });
  const said: string[] = [];
  const chain = [
    { name: 'first', transfer: uniform(), size: 40, student: decisionTree() },
    { name: 'second', transfer: uniform(), size: 40, student: decisionTree({ maxDepth: 2 }) },
  ];
  const study = await runStudy(
    defineScenario({ name: 'sums', simulator, chain }),
    { executor: inlineExecutor(), notice: (text) => said.push(text) },
    { clock: () => performance.now() },
  );
  return { study, said };
}

test('every part of a study that fails is a note in it, in its reports and in what is told meanwhile', async () => {
  const whole = await studyOf();
  expect(whole.study.results.notes).toEqual([]);
  for (const [name, part] of Object.entries(parts)) vi.mocked(part).mockImplementation(fail(new Error(`no ${name}`)));
  const { study, said } = await studyOf();
  const notes = [
    'accuracy of later stages left out: no chainAccuracy',
    'expected error of first left out: no expectedErrors',
    'trust in first left out: no trustOf',
    'learning curve of first left out: no learningOf',
    'expected error of second left out: no expectedErrors',
    'trust in second left out: no trustOf',
    'effects of the inputs left out: no studyEffects',
    'time of predictions of first left out: no timePrediction',
    'time of predictions of second left out: no timePrediction',
  ];
  expect(study.results.notes).toEqual(notes);
  expect(said).toEqual(notes);
  const [first, second] = study.results.stages;
  expect(first).toMatchObject({ learning: null, accuracy: null });
  expect(first.trust).toBeUndefined();
  expect(second.accuracy).toEqual([]);
  expect(study.results.effects).toEqual([]);
  expect(study.measurements.savings).toEqual([]);
  expect(study.results.stages.map(({ fidelity }) => fidelity)).toEqual(
    whole.study.results.stages.map(({ fidelity }) => fidelity),
  );
  for (const report of [markdownReport(study), htmlReport(study)]) {
    for (const note of notes) expect(report).toContain(note);
    expect(report.replace(/<script>[\s\S]*?<\/script>/g, '')).not.toMatch(/\b(NaN|undefined)\b/);
  }
});

test('what is expected of an error is then its error at left-out points', async () => {
  vi.mocked(expectedErrors).mockImplementation(fail(new Error('no expectedErrors')));
  const { study } = await studyOf();
  expect(vi.mocked(trustOf).mock.calls.map(([, , , expected]) => expected)).toEqual(
    study.results.stages.map(({ fidelity }) => fidelity.map(nrmseOf)),
  );
});

test.each(Object.entries(parts))('a run that is cancelled in a part of it ends there: %s', async (_, part) => {
  vi.mocked(part).mockImplementation(fail(cancelled));
  await expect(studyOf()).rejects.toBe(cancelled);
});
