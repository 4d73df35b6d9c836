import { describe, expect, test } from 'vitest';
import { SimulationFailure } from '../../../src/core/simulation-failure.ts';
import { defineSimulator } from '../../../src/core/simulator.ts';
import { categorical, real } from '../../../src/core/space/parameter.ts';
import { memoryStore } from '../../../src/core/store.ts';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { wilson } from '../../../src/numerics/statistics.ts';
import { latinHypercube } from '../../../src/sampling/latin-hypercube.ts';
import { uniform } from '../../../src/sampling/uniform.ts';
import { pointsIn } from '../../../src/study/chain/box-confirmation.ts';
import { runStudy } from '../../../src/study/run-study.ts';
import { defineScenario } from '../../../src/study/scenario/define-scenario.ts';
import { withOutcome } from '../../../src/study/scenario/outcome.ts';
import { scenarioFromYaml } from '../../../src/study/yaml/scenario-yaml.ts';
import { boxes } from '../../../src/surrogates/boxes/boxes.ts';
import { decisionTree } from '../../../src/surrogates/trees/decision-tree.ts';

/** Answers below b = 0.6 only; above it throws, or answers nonsense. */
const fragile = defineSimulator(null, {
  name: 'fragile',
  parameters: { a: real(0, 1), b: real(0, 1), metal: categorical('steel', 'brass') },
  outputs: { y: {}, kind: { classes: ['p', 'q'] } },
  run({ a, b }) {
    if (b > 0.8) throw new Error('did not converge');
    return { y: b > 0.6 ? Number.NaN : a * b, kind: a > 0.5 ? 'p' : 'q' };
  },
});

const timing = () => ({ clock: () => 0 });
const scenario = (simulator: ReturnType<typeof withOutcome>) =>
  defineScenario({
    name: 'Where it computes',
    simulator,
    seed: 3,
    chain: [
      { name: 'surrogate', transfer: latinHypercube(), size: 80, student: decisionTree() },
      {
        name: 'region',
        transfer: uniform(),
        size: 500,
        student: boxes({ output: 'outcome', is: 'works', density: 0.99 }),
        confirm: 40,
      },
    ],
  });

describe('whether a simulator works is an output', () => {
  test('a run that fails is an answer, its cause stays with the row, and the store has the runs as they were', {
    tags: ['slow'],
  }, async () => {
    const store = memoryStore();
    const study = await runStudy(scenario(withOutcome(fragile)), { executor: inlineExecutor(), store }, timing());
    const [surrogate, region] = study.results.stages;
    expect(study.results.outputs).toEqual([
      { name: 'outcome', unit: '', description: 'whether the simulator answers', classes: ['works', 'fails'] },
    ]);
    expect(surrogate.runs).toMatchObject({ total: 80, completed: 80, failures: [] });
    for (const { point, outputs } of surrogate.evaluations)
      expect(outputs?.outcome).toBe(Number(point.b) > 0.6 ? 'fails' : 'works');
    expect(surrogate.notes.map((note) => note.replace(/^\d+/, 'n')).sort()).toEqual([
      "n of 80 runs fail: not-finite: output 'y' is NaN",
      'n of 80 runs fail: threw: did not converge',
    ]);
    const stored = [...store.all()].map(({ evaluation }) => evaluation.status);
    expect(stored).toContain('failed');

    const { boxes: box, confirmation } = region;
    expect(box?.limits.map(({ parameter }) => parameter)).toEqual(['b']);
    expect(confirmation).toMatchObject({ runs: 40, failed: 0 });
    expect(confirmation?.density).toBeGreaterThan(0.9);
    expect(study.measurements).toMatchObject({ simulated: 120, recalled: 0 });

    // The runs of the simulator itself are these: asked again by its own study, nothing is run.
    const again = await runStudy(scenario(withOutcome(fragile)), { executor: inlineExecutor(), store }, timing());
    expect(again.measurements).toMatchObject({ simulated: 0, recalled: 120 });
    expect(again.results).toEqual(study.results);
  });

  test('run by itself it answers too, and machine faults stay failures', async () => {
    const context = { rng: new Rng('7'), seed: 1, signal: new AbortController().signal };
    const outcome = withOutcome(fragile);
    expect(await outcome.run({ a: 0.1, b: 0.5, metal: 'steel' }, context)).toEqual({ outcome: 'works' });
    expect(await outcome.run({ a: 0.1, b: 0.7, metal: 'steel' }, context)).toEqual({ outcome: 'fails' });
    const broken = defineSimulator(null, {
      name: 'broken',
      parameters: { a: real(0, 1) },
      outputs: { y: {} },
      run(): { y: number } {
        throw new SimulationFailure('infrastructure', 'the disk is full');
      },
    });
    await expect(withOutcome(broken).run({ a: 0.5 }, context)).rejects.toThrow('the disk is full');
    expect(() => withOutcome({} as never)).toThrow('withOutcome: the argument must be what defineSimulator makes');
  });

  test('in YAML too', async () => {
    const text =
      'name: Where\nsimulator: { withOutcome: fragile }\nchain: [{ name: tree, transfer: uniform, size: 40 }]\n';
    const made = await scenarioFromYaml(text, 'study.yaml', {
      module: async () => fragile,
      command: () => fragile,
    });
    expect(made.simulator?.outputs.map(({ name }) => name)).toEqual(['outcome']);
    await expect(
      scenarioFromYaml(text.replace('fragile', '{ outcome: x }'), 'study.yaml', {
        module: async () => fragile,
        command: () => fragile,
      }),
    ).rejects.toThrow(/withOutcome/);
  });
});

test('points of a box are inside, and reach all that is', () => {
  const { space } = fragile;
  const box = {
    lower: Float64Array.of(0.2, 0, 0),
    upper: Float64Array.of(0.4, 0.5, 1),
    levels: [undefined, undefined, [1]],
    ...{ coverage: 1, density: 1, support: 1, volume: 0.05 },
  };
  const x = pointsIn(box, space, 300, new Rng('box'));
  const [a, b, metal] = [0, 1, 2].map((j) => [...x.column(j)].sort((p, q) => p - q));
  expect(a[0]).toBeGreaterThanOrEqual(0.2);
  expect(a[0]).toBeLessThan(0.205);
  expect(a[299]).toBeLessThanOrEqual(0.4);
  expect(b[299]).toBeGreaterThan(0.48);
  expect(new Set(metal)).toEqual(new Set([0.75]));
});

test('the interval of a share is that of Wilson', () => {
  // 9 of 10: by hand (0.9 + 1.92073 / 10 -+ 1.95996 sqrt(0.009 + 3.84146 / 400)) / (1 + 0.384146).
  const [lower, upper] = wilson(9, 10);
  expect(lower).toBeCloseTo(0.5958, 4);
  expect(upper).toBeCloseTo(0.9821, 4);
  expect(wilson(0, 0)).toEqual([0, 1]);
  expect(wilson(20, 20)[1]).toBe(1);
});
