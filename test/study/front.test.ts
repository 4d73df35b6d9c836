import { describe, expect, test } from 'vitest';
import lightOrStiff from '../../scenarios/light-or-stiff-beam.ts';
import { inlineExecutor } from '../../src/execution/inline.ts';
import { headlines } from '../../src/report/headlines.ts';
import { htmlReport } from '../../src/report/html.ts';
import { markdownReport } from '../../src/report/markdown.ts';
import { latinHypercube } from '../../src/sampling/latin-hypercube.ts';
import { defineScenario } from '../../src/study/define-scenario.ts';
import { runStudy } from '../../src/study/run-study.ts';
import { studyFromJson, studyToJson } from '../../src/study/study.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';

const quick = defineScenario({
  ...lightOrStiff,
  search: { ...lightOrStiff.search!, budget: 22 } as never,
  compare: { ...lightOrStiff.compare!, budget: 40 },
});
const study = await runStudy(quick, { executor: inlineExecutor() }, { clock: () => 0 });
const { search, goal, comparison, race } = study.results;

describe('a study of several objectives', () => {
  test('reports the front in place of one best point', () => {
    expect(search?.best).toBeNull();
    expect(goal?.objectives.map(({ sense, objective }) => `${sense} ${objective}`)).toEqual([
      'minimize mass',
      'minimize deflection',
    ]);
    const { points, hypervolume, reference } = search!.front!;
    expect(points.length).toBeGreaterThan(3);
    for (let i = 1; i < points.length; i++) {
      expect(points[i].objectives[0]).toBeGreaterThan(points[i - 1].objectives[0]);
      expect(points[i].objectives[1]).toBeLessThan(points[i - 1].objectives[1]);
    }
    for (const { outputs, objectives } of points) expect(objectives).toEqual([outputs.mass, outputs.deflection]);
    for (const { objectives } of points) expect(objectives.every((value, k) => value < reference[k])).toBe(true);
    expect(search?.curve.at(-1)).toBe(hypervolume);
  });

  test('its curves are hypervolumes, and race against the baseline', () => {
    const known = search!.curve.filter((value) => value !== null);
    expect(known).toEqual([...known].sort((a, b) => a - b));
    expect(comparison[0].optimizer).toBe('NSGA-II');
    expect(race?.directBest).toBe(comparison[0].curve.at(-1));
  });

  test('every report shows the trade-off', () => {
    const read = studyFromJson(studyToJson(study));
    expect(read.results.search?.front).toEqual(search?.front);
    expect(headlines(study).join('\n')).toMatch(/minimize mass and minimize deflection subject to/);
    expect(headlines(study).join('\n')).toMatch(/\d+ points on the front, mass from .* kg to .* kg/);
    expect(htmlReport(study)).toContain('Trade-off');
    expect(markdownReport(study)).toMatch(/evaluation \| mass .*kg.* \| deflection/);
  });

  test('a search on a stage takes one objective', () => {
    expect(() =>
      defineScenario({
        ...lightOrStiff,
        chain: [{ name: 'surrogate', transfer: latinHypercube(), size: 10, student: gaussianProcess() }],
        search: { on: 'surrogate', minimize: ['mass', 'deflection'] },
      }),
    ).toThrow(/one objective, got 2/);
  });
});
