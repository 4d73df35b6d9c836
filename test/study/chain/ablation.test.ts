import { describe, expect, test } from 'vitest';

import { outputList } from '../../../src/core/output.ts';
import { integer, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { markdownReport } from '../../../src/report/markdown.ts';
import { munge } from '../../../src/sampling/density/munge.ts';
import { rows } from '../../../src/sampling/density/rows.ts';
import { factorial } from '../../../src/sampling/factorial.ts';
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
const start = { data: near(60, 'data'), test: near(40, 'test'), teacher: decisionTree() };
const stage = { name: 'small', teacher: 'teacher', transfer: uniform(), size: 80, student: tree };
const hop = { ...stage, teacher: 'simple' };

async function study(ablation?: Ablation, given: object = start, notes: readonly string[] = []) {
  const simple = { name: 'simple', teacher: 'data', student: decisionTree() };
  const chain = [simple, { ...hop, ...(ablation && { ablation }) }];
  const scenario = defineScenario({ name: 'Ablation', start: given as typeof start, chain });
  const done = await runStudy(scenario, { executor: inlineExecutor() }, { clock: () => 0 });
  expect(done.results.notes).toEqual(notes);
  return studyFromJson(studyToJson(done));
}
const grid: Ablation = { transfers: [uniform(), munge()], sizes: [80, 16] };

describe('an ablation', () => {
  const asked = study(grid);

  test('judges each transfer set at each size on the test rows, its own among them as the stage is judged', async () => {
    const done = await asked;
    const own = done.results.stages[2];
    const cells = own.ablation ?? [];
    expect(cells.map(({ transfer, asked, own: isOwn }) => [transfer, asked, isOwn])).toEqual([
      ['uniform', 16, false],
      ['uniform', 80, true],
      ['munge', 16, false],
      ['munge', 80, false],
    ]);
    for (const { scores } of cells)
      expect(scores.map(({ output, kind, points }) => [output, kind, points])).toEqual([
        ['load', 'number', 40],
        ['side', 'class', 40],
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
    expect(markdownReport(done)).toMatch(/\| uniform \| 80 \|.*\| learned \|/);
  });

  test('changes nothing else', async () => {
    const { ablation, ...stage } = (await asked).results.stages[2];
    expect(ablation).toHaveLength(4);
    expect(stage).toEqual((await study()).results.stages[2]);
  });

  test('without test rows is judged by the teacher alone, and misses what cannot be made and no more', async () => {
    const sample = () => {
      throw new Error('no such points');
    };
    const broken = { ...uniform(), name: 'broken', factory: undefined, sample } as never;
    const { test: _, ...untested } = start;
    const note = 'ablation of small, broken at 30 left out: no such points';
    const { results } = await study({ transfers: [rows(), broken, uniform()], sizes: [30, 30] }, untested, [note]);
    const cells = results.stages[2].ablation ?? [];
    expect(cells.map(({ transfer, asked: points, own }) => [transfer, points, own])).toEqual([
      ['uniform', 80, true],
      ['rows', 30, false],
      ['uniform', 30, false],
    ]);
    expect(cells[0].scores).toMatchObject([{ points: 16 }, { points: 16 }]);
    expect(cells.every(({ scores }) => scores.every(({ accuracy }) => accuracy === undefined))).toBe(true);
  });

  test('tells the same again', async () => {
    expect((await study(grid)).results).toEqual((await asked).results);
  });

  test('judges a student on no row that it has learned', async () => {
    const levels = new Space({ a: integer(0, 15), b: integer(0, 15) });
    const slope = ([a, b]: Float64Array) => [a + 2 * b, a > b ? 1 : 0];
    const rowsOf = (name: string) => labeled(levels, outputs, 30, slope, name);
    const points = Array.from({ length: 128 }, (_, i) => [(Math.floor(i / 16) + 0.5) / 16, ((i % 16) + 0.5) / 16]);
    const half = { name: 'half', sample: () => Matrix.from(points) };
    const note = 'ablation of small, factorial at 256 left out: it has learned every row that would judge it';
    const given = { data: rowsOf('data').select([0, 1, 2, 3]), teacher: decisionTree() };
    const { results } = await study({ transfers: [factorial(), half], sizes: [256] }, given, [note]);
    const [own, other, ...more] = results.stages[2].ablation ?? [];
    expect([own.transfer, other.transfer, more]).toEqual(['uniform', 'half', []]);
    expect(other.scores[0].points).toBeGreaterThan(0);
    expect(other.scores[0].points).toBeLessThan(own.scores[0].points);
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
