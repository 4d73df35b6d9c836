import { describe, expect, test } from 'vitest';

import { outputList } from '../../../src/core/output.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import { markdownReport } from '../../../src/report/markdown.ts';
import { munge } from '../../../src/sampling/density/munge.ts';
import { rows } from '../../../src/sampling/density/rows.ts';
import { uniform } from '../../../src/sampling/uniform.ts';
import { scoreOf } from '../../../src/study/chain/fidelity.ts';
import { runStudy } from '../../../src/study/run-study.ts';
import { defineScenario } from '../../../src/study/scenario/define-scenario.ts';
import type { Ablation } from '../../../src/study/scenario/stage.ts';
import { studyFromJson, studyToJson } from '../../../src/study/study.ts';
import { decisionTree } from '../../../src/surrogates/trees/decision-tree.ts';
import { labeled } from '../../../src/testing/labeled.ts';

const space = new Space({ a: real(0, 1), b: real(0, 1), c: real(0, 1) });
const outputs = outputList({ load: {}, side: { classes: ['left', 'right'] } });
const answer = (u: Float64Array) => [u[0] + 2 * u[1], u[0] + u[1] > u[2] + 0.5 ? 1 : 0];
const near = (count: number, path: string) => labeled(space, outputs, count, answer, path);
const tree = decisionTree({ maxLeaves: 40 });
const start = { data: near(120, 'data'), test: near(80, 'test'), teacher: decisionTree() };
const stage = { name: 'small', teacher: 'teacher', transfer: uniform(), size: 200, student: tree };
const hop = { ...stage, teacher: 'simple' };

async function study(ablation?: Ablation, given: object = start, notes: readonly string[] = []) {
  const simple = { name: 'simple', teacher: 'data', student: decisionTree() };
  const chain = [simple, { ...hop, ...(ablation && { ablation }) }];
  const scenario = defineScenario({ name: 'Ablation', start: given as typeof start, chain });
  const done = await runStudy(scenario, { executor: inlineExecutor() }, { clock: () => 0 });
  expect(done.results.notes).toEqual(notes);
  return studyFromJson(studyToJson(done));
}
const grid: Ablation = { transfers: [uniform(), munge()], sizes: [200, 20] };

describe('an ablation', () => {
  test('judges each transfer set at each size on the test rows, its own among them as the stage is judged', async () => {
    const done = await study(grid);
    const own = done.results.stages[2];
    const cells = own.ablation ?? [];
    expect(cells.map(({ transfer, asked, own: isOwn }) => [transfer, asked, isOwn])).toEqual([
      ['uniform', 20, false],
      ['uniform', 200, true],
      ['munge', 20, false],
      ['munge', 200, false],
    ]);
    for (const { scores } of cells)
      expect(scores.map(({ output, kind, points }) => [output, kind, points])).toEqual([
        ['load', 'number', 80],
        ['side', 'class', 80],
      ]);
    expect(cells[1].scores.map(({ fidelity }) => fidelity)).toEqual(own.realTest?.map(scoreOf));
    expect(cells[1].scores.map(({ accuracy }) => accuracy)).toEqual(own.accuracy?.map(scoreOf));
    for (const at of [0, 2])
      cells[at].scores.forEach(({ fidelity }, k) => {
        expect(fidelity).toBeLessThan(cells[at + 1].scores[k].fidelity);
      });
    expect(markdownReport(done)).toMatch(
      /\| transfer \| points \| load: q2 with simple \| load: q2 with the truth \| side: agreement with simple \|/,
    );
    expect(markdownReport(done)).toMatch(/\| uniform \| 200 \|.*\| learned \|/);
  });

  test('changes nothing else', async () => {
    const [with_, without] = [await study({ sizes: [20, 40] }), await study()];
    const { ablation, ...stage } = with_.results.stages[2];
    expect(ablation?.map(({ transfer, asked }) => [transfer, asked])).toEqual([
      ['uniform', 200],
      ['uniform', 20],
      ['uniform', 40],
    ]);
    expect(stage).toEqual(without.results.stages[2]);
  });

  test('is judged by the teacher alone where there are no test rows, on points that no student has learned', async () => {
    const { test: _, ...untested } = start;
    const { results } = await study({ transfers: [rows(), uniform()], sizes: [100] }, untested);
    const cells = results.stages[2].ablation ?? [];
    expect(cells.map(({ transfer, own }) => [transfer, own])).toEqual([
      ['uniform', true],
      ['rows', false],
      ['uniform', false],
    ]);
    expect(cells[0].scores).toMatchObject([{ points: 40 }, { points: 40 }]);
    expect(cells.every(({ scores }) => scores.every(({ accuracy }) => accuracy === undefined))).toBe(true);
  });

  test('is left out where a transfer set cannot be made, and no more than that', async () => {
    const sample = () => {
      throw new Error('no such points');
    };
    const transfers = [{ ...uniform(), name: 'broken', factory: undefined, sample } as never, munge()];
    const note = 'ablation of small, broken at 50 left out: no such points';
    const { results } = await study({ transfers, sizes: [50] }, start, [note]);
    expect(results.stages[2].ablation?.map(({ transfer }) => transfer)).toEqual(['uniform', 'munge']);
  });

  test.each([
    [3, 'chain[0].ablation: must be such as { transfers: [uniform(), munge()], sizes: [500, 5000] }, got 3'],
    [{}, 'chain[0].ablation: give transfers, sizes or both'],
    [{ sizes: [] }, 'chain[0].ablation.sizes: is empty'],
    [{ sizes: [0] }, 'chain[0].ablation.sizes[0]: '],
    [{ transfers: ['rows'] }, 'chain[0].ablation.transfers[0]: '],
    [{ size: [10] }, 'chain[0].ablation.size: there is no such key; did you mean sizes?'],
  ])('%j is refused', (ablation, message) => {
    const define = (own: object) => defineScenario({ name: 'Wrong', start, chain: [own as never] });
    expect(() => define({ ...stage, ablation })).toThrow(message);
    const direct = { name: 'direct', teacher: 'data', student: tree, ablation: { sizes: [3] } };
    expect(() => define(direct)).toThrow('chain[0].ablation: is not for a stage that learns the data themselves');
  });
});
