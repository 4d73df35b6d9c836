import { expect, test } from 'vitest';
import { Dataset } from '../../src/core/dataset.ts';
import { outputList } from '../../src/core/output.ts';
import { real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { inlineExecutor } from '../../src/execution/inline.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { uniform } from '../../src/sampling/uniform.ts';
import { answerNotes, constantsOf } from '../../src/study/answer-notes.ts';
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

test('an input that is the same in all rows is told, and a single row says nothing', () => {
  const two = new Space({ a: real(0, 1), b: real(0, 10) });
  const held = (count: number, b: (a: number) => number) => {
    const free = labeled(two, outputs, count, ([a]) => [a, a > 0.5 ? 2 : a > 0.2 ? 1 : 0]);
    const points = Matrix.from(Array.from({ length: count }, (_, i) => Float64Array.of(free.x.get(i, 0), b(i))));
    return new Dataset(two, outputs, points, free.y, free.rows);
  };
  expect(constantsOf(held(40, () => 0.25))).toEqual([{ kind: 'input', name: 'b', value: 2.5, rows: 40 }]);
  expect(answerNotes(held(40, () => 0.25))).toEqual(['b is 2.5 in all 40 points: what it does cannot be learned']);
  expect(constantsOf(held(40, (i) => i / 40))).toEqual([]);
  expect(constantsOf(held(1, () => 0.25))).toEqual([]);
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
  expect(results.stages[0].constants).toEqual([
    { kind: 'output', name: 'f', value: 3, rows: 30 },
    { kind: 'output', name: 'k', value: 'z', rows: 30 },
  ]);
});
