import { expect, test } from 'vitest';
import { Dataset } from '../../src/core/dataset.ts';
import { outputList } from '../../src/core/output.ts';
import { real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { inlineExecutor } from '../../src/execution/inline.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { uniform } from '../../src/sampling/uniform.ts';
import { answerNotes } from '../../src/study/answer-notes.ts';
import { runStudy } from '../../src/study/run-study.ts';
import { defineScenario } from '../../src/study/scenario/define-scenario.ts';
import { decisionTree } from '../../src/surrogates/trees/decision-tree.ts';
import { labeled } from '../../src/testing/labeled.ts';

const space = new Space({ a: real(0, 1) });
const outputs = outputList({ f: {}, k: { classes: ['x', 'y', 'z'] } });
const rows = (count: number, of: (a: number) => number[]) => labeled(space, outputs, count, ([a]) => of(a));

test('an output that is always the same is told, and classes that no answer is', () => {
  expect(answerNotes(rows(40, (a) => [3, a > 0.5 ? 1 : 0]))).toEqual([
    'f is 3 in all 40 answers: there is nothing to learn of it',
    'no answer of k is z: nothing was learned of that',
  ]);
  expect(answerNotes(rows(40, (a) => [a, 1]))).toEqual(['k is y in all 40 answers: there is nothing to learn of it']);
  expect(answerNotes(rows(40, (a) => [a, Math.floor(2.999 * a)]))).toEqual([]);
});

test('a class of which a teacher is never sure is learned all the same', () => {
  const { points, rows: told, y } = rows(2, (a) => [a, 0]);
  const shares = Matrix.from([
    [y.get(0, 0), 0.6, 0.3, 0.1],
    [y.get(1, 0), 0.5, 0.4, 0.1],
  ]);
  expect(answerNotes(new Dataset(space, outputs, points, y, told, { shares }))).toEqual([]);
});

test('a study of constant data ends, and says so of each stage', async () => {
  const scenario = defineScenario({
    name: 'constant',
    start: { data: rows(30, () => [3, 2]), teacher: decisionTree() },
    chain: [{ name: 'tree', transfer: uniform(), size: 20, student: decisionTree() }],
  });
  const { results } = await runStudy(scenario, { executor: inlineExecutor() }, { clock: () => performance.now() });
  expect(results.stages.map(({ notes }) => notes.filter((note) => /nothing to learn/.test(note)))).toEqual(
    [30, 20].map((count) => [
      `f is 3 in all ${count} answers: there is nothing to learn of it`,
      `k is z in all ${count} answers: there is nothing to learn of it`,
    ]),
  );
});
