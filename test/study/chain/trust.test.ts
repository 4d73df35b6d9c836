import { expect, test } from 'vitest';
import { defineSimulator } from '../../../src/core/simulator.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { headlines } from '../../../src/report/headlines.ts';
import { htmlReport } from '../../../src/report/html.ts';
import { markdownReport } from '../../../src/report/markdown.ts';
import { latinHypercube } from '../../../src/sampling/latin-hypercube.ts';
import { uniform } from '../../../src/sampling/uniform.ts';
import { runStudy } from '../../../src/study/run-study.ts';
import { defineScenario } from '../../../src/study/scenario/define-scenario.ts';
import { studyFromJson, studyToJson } from '../../../src/study/study.ts';
import { decisionTree } from '../../../src/surrogates/trees/decision-tree.ts';

const hills = defineSimulator(null, {
  name: 'hills',
  parameters: { x: real(0, 1), y: real(0, 1) },
  outputs: { smooth: { unit: 'm' }, rough: {} },
  run: ({ x, y }) => ({
    smooth: Math.sin(4 * x) + y,
    rough: Math.sin(900 * x * y) + Math.cos(700 * (x - y)),
  }),
});

test('a study says how far its students can be relied on, and so do its reports', { tags: ['slow'] }, async () => {
  const study = await runStudy(
    defineScenario({
      name: 'Hills',
      simulator: hills,
      chain: [
        { name: 'surrogate', transfer: latinHypercube(), size: 40 },
        { name: 'rules', transfer: uniform(), size: 400, student: decisionTree({ maxDepth: 4 }) },
      ],
    }),
    { executor: inlineExecutor() },
    { clock: () => 0 },
  );
  const [first, second] = study.results.stages.map(({ trust }) => trust);
  expect(first?.outputs.map(({ output, verdict }) => [output, verdict])).toEqual([
    ['smooth', 'prediction'],
    ['rough', 'insufficient'],
  ]);
  const [smooth, rough] = first?.outputs ?? [];
  expect(smooth.nrmse).toBeLessThan(0.1);
  expect(smooth.halfWidth).toBeLessThan(0.2);
  expect(rough.halfWidth).toBeGreaterThan(1);
  expect(smooth.residuals).toHaveLength(40);
  expect(first?.insideShare).toBeGreaterThan(0.5);
  expect(first?.evidence?.map(({ output }) => output)).toEqual(['smooth', 'rough']);
  expect(second?.evidence).toBeNull();
  expect(second?.outputs[0].halfWidth).toBeGreaterThan(0);
  for (const report of [htmlReport(study), markdownReport(studyFromJson(studyToJson(study)))]) {
    expect(report).toContain('good for prediction');
    expect(report).toContain('not good enough: expected error of rough over the whole space: ');
    expect(report).toContain('gaussian process');
    expect(report).toContain('NRMSE at left-out points');
    expect(report).toContain('expected error over the whole space, of a standard deviation');
  }
});

test.each([
  ['scattered', (x: number, y: number) => new Rng(`${x},${y}`).uniform() < 0.3, true],
  ['in a corner', (x: number, y: number) => x > 0.6 && y < 0.5, false],
])(
  'a study tells how likely a run is to answer where failures are %s',
  { tags: ['slow'] },
  async (_, fails, scattered) => {
    const shaky = defineSimulator(null, {
      name: 'shaky',
      parameters: { x: real(0, 1), y: real(0, 1) },
      outputs: { f: {} },
      run({ x, y }) {
        if (fails(x, y)) throw new Error('no convergence');
        return { f: x + y };
      },
    });
    const study = await runStudy(
      defineScenario({
        name: 'Shaky',
        simulator: shaky,
        breaker: false,
        chain: [{ name: 'surrogate', transfer: latinHypercube(), size: 60 }],
      }),
      { executor: inlineExecutor() },
      { clock: () => 0 },
    );
    const { runs, trust } = study.results.stages[0];
    const chance = trust?.chance;
    expect(chance?.mean).toBeCloseTo(runs.completed / runs.total, scattered ? 1 : 0);
    if (scattered) expect((chance?.high ?? 1) - (chance?.low ?? 0)).toBeLessThan(0.4);
    else expect(chance?.low).toBeLessThan(0.2);
    expect(headlines(study).join('\n')).toMatch(/Failures: .*; a run answers with a chance of \d/);
    expect(htmlReport(study)).toContain('a run answers with a chance of');
  },
);
