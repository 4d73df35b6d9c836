import { describe, expect, test } from 'vitest';
import lightOrStiff from '../../../scenarios/light-or-stiff-beam.ts';
import type { Optimizer } from '../../../src/core/optimizer.ts';
import { defineSimulator } from '../../../src/core/simulator.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { pareto } from '../../../src/optimization/bayesian/pareto.ts';
import { random } from '../../../src/optimization/direct/random.ts';
import { headlines } from '../../../src/report/headlines.ts';
import { htmlReport } from '../../../src/report/html.ts';
import { markdownReport } from '../../../src/report/markdown.ts';
import { latinHypercube } from '../../../src/sampling/latin-hypercube.ts';
import { runStudy } from '../../../src/study/run-study.ts';
import { defineScenario } from '../../../src/study/scenario/define-scenario.ts';
import { problemOf } from '../../../src/study/scenario/goal.ts';
import { bestNote } from '../../../src/study/search/progress.ts';
import { studyFromJson, studyToJson } from '../../../src/study/study.ts';
import { gaussianProcess } from '../../../src/surrogates/gaussian-process/gaussian-process.ts';
import { dataset } from '../../../src/testing/labeled.ts';
import { kernelSurrogate } from '../../fixtures/kernel-surrogate.ts';

const quick = defineScenario({
  ...lightOrStiff,
  search: {
    ...lightOrStiff.search!,
    optimizer: pareto({ surrogate: kernelSurrogate(), initial: 6, search: { raw: 64, starts: 2 } }),
    budget: 22,
  } as never,
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

test('slices and maps go through the middle of the front, where limits forbid the middle of the space', async () => {
  const beside = defineSimulator(null, {
    name: 'beside',
    parameters: { t: real(0, 1), lag: real(0, 1), held: real(0, 1) },
    outputs: { near: {}, far: {} },
    run: ({ t, lag }) => ({ near: t + lag, far: 1 - t + lag }),
  });
  const along: Optimizer = {
    name: 'along',
    async suggest(_, { history: { size: i } }) {
      return { x: Matrix.from([Float64Array.of(i / 12, (i % 3) / 2, (i % 4) / 25)]) };
    },
  };
  const study = await runStudy(
    defineScenario({
      name: 'middle',
      simulator: beside,
      search: {
        ...{ on: 'simulator', minimize: ['near', 'far'], subjectTo: ['held <= 0.2'] },
        ...{ optimizer: along, budget: 13 },
      } as never,
    }),
    { executor: inlineExecutor() },
    { clock: () => 0 },
  );
  const { search, effects } = study.results;
  const { middle, ...front } = search!.front!;
  expect(front.points.map(({ u }) => u[0])).toEqual([0, 0.25, 0.5, 0.75, 1]);
  expect(middle).toBe(2);
  for (const { slice, profiles } of effects) {
    expect(slice?.inputs).toEqual([0, 1]);
    expect(Math.max(...slice!.excess!.flat())).toBeLessThan(0);
    for (const { input, excess } of profiles!) expect(Math.max(...excess!) > 0).toBe(input === 2);
  }
  const html = htmlReport(study);
  expect(html).toContain('as at the middle of the front, which is marked');
  expect(html).toMatch(/Slices and maps go through .* \(near 0.5, far 0.5\), the middle of the front/);
  const older = htmlReport({ ...study, results: { ...study.results, search: { ...search!, front } } });
  expect(older).toContain('the others at their middle');
  expect(older).not.toContain('middle of the front');
});

test('effects are those on every objective that is computed of outputs, and an input that is an objective is told once', async () => {
  const simulator = defineSimulator(null, {
    name: 'priced',
    parameters: { t: real(0, 1, { unit: 'm' }), lag: real(0, 1) },
    outputs: { near: {} },
    run: ({ t, lag }) => ({ near: 1 - t + lag }),
  });
  const search = { on: 'simulator', minimize: ['t', 'near * 2', 'near + lag'], optimizer: random(), budget: 15 };
  const study = await runStudy(
    defineScenario({ name: 'priced', simulator, search: search as never }),
    { executor: inlineExecutor() },
    { clock: () => 0 },
  );
  expect(study.results.effects.map(({ quantity }) => quantity)).toEqual(['near * 2', 'near + lag', 'near']);
  const head = /<tr>(<th[^>]*>evaluation.*?)<\/tr>/.exec(htmlReport(study))![1];
  expect(head.match(/>t \[m\]</g)).toHaveLength(1);
});

describe('searches that find different parts of a front', () => {
  const line = defineSimulator(null, {
    name: 'line',
    parameters: { t: real(0, 1), lag: real(0, 1) },
    outputs: { near: {}, far: {} },
    run: ({ t, lag }) => ({ near: t + lag, far: 1 - t + lag }),
  });
  /** Proposes points with the given values of `t`, in order. */
  const fixed = (name: string, values: readonly number[], lag: number): Optimizer => ({
    name,
    async suggest(_, { history }) {
      return { x: Matrix.from([Float64Array.of(values[history.size], lag)]) };
    },
  });
  const compared = (assisted: Optimizer, direct: Optimizer) =>
    runStudy(
      defineScenario({
        name: 'parts',
        simulator: line,
        search: { on: 'simulator', minimize: ['near', 'far'], optimizer: assisted, budget: 4 },
        compare: { optimizers: [direct], budget: 4 },
      }),
      { executor: inlineExecutor() },
      { clock: () => 0 },
    );

  test('are judged by what all of them found: a part is never equal to the whole', async () => {
    const { results } = await compared(fixed('part', [0, 0.02, 0.04, 0.06], 0), fixed('whole', [0, 0.3, 0.6, 1], 0));
    expect(results.search?.front?.reference).toEqual([1.1, 1.1]);
    expect(results.race).toMatchObject({ assistedEvaluations: null, directEvaluations: 4 });
    expect(results.race?.directBest).toBeGreaterThan(results.search?.front?.hypervolume ?? 0);
  });

  test('have nothing to be compared at where one is dominated everywhere', async () => {
    const study = await compared(fixed('front', [0, 0.3, 0.6, 1], 0), fixed('behind', [0, 0.3, 0.6, 1], 1));
    expect(study.results.race).toMatchObject({ directBest: null, assistedEvaluations: null });
    expect(headlines(study).join('\n')).toMatch(/No direct optimizer found anything close to the front/);
  });

  test('are told with one point, and with several', async () => {
    const problem = await problemOf({ minimize: ['near', 'far'] }, line.space, line.outputs);
    const at = (...rows: number[][]) => dataset(line.space, line.outputs, Matrix.from(rows), Matrix.from(rows));
    expect(bestNote(problem, at([0, 1]))).toBe('1 point on the front');
    expect(bestNote(problem, at([0, 1], [1, 0]))).toBe('2 points on the front');
  });
});
