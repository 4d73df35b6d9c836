import { describe, expect, test } from 'vitest';
import { Dataset } from '../../../src/core/dataset.ts';
import { simulatorOracle } from '../../../src/core/oracle.ts';
import type { Run } from '../../../src/core/run.ts';
import type { Sampler } from '../../../src/core/sampler.ts';
import { defineSimulator } from '../../../src/core/simulator.ts';
import { integer, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { factorial } from '../../../src/sampling/factorial.ts';
import { halton } from '../../../src/sampling/halton.ts';
import { sobol } from '../../../src/sampling/sobol.ts';
import { uniform } from '../../../src/sampling/uniform.ts';
import { distill } from '../../../src/study/chain/chain.ts';
import { runStudy } from '../../../src/study/run-study.ts';
import { defineScenario } from '../../../src/study/scenario/define-scenario.ts';
import { nearestNeighbor } from '../../../src/surrogates/nearest-neighbor.ts';
import { decisionTree } from '../../../src/surrogates/trees/decision-tree.ts';

const runOf = (path: string): Run => ({ rng: new Rng(path), clock: () => 0 });

/** Answers that have nothing to do with the point, and are always the same at one. */
const nothing = defineSimulator(null, {
  name: 'nothing',
  parameters: { x: real(0, 1), y: real(0, 1) },
  outputs: { f: {} },
  run: ({ x, y }) => ({ f: new Rng(`${x},${y}`).normal() }),
});

/** The rows of a pool in their order, whatever was seen. */
const inOrder: Sampler = {
  name: 'in order',
  sample(space, count) {
    const pool = uniform().sample(space, 200, Dataset.empty(space, []), runOf('pool'));
    return pool.select(Array.from({ length: count }, (_, i) => i));
  },
};

describe('a hop', () => {
  test.each<[string, Sampler, number]>([
    ["Sobol's sequence", sobol({ scramble: false }), 80],
    ["Halton's sequence", halton({ scramble: false }), 80],
    ['a pool', inOrder, 80],
    ['a full grid', factorial(), 81],
  ])('is measured on points that the student did not learn, of %s', async (_, transfer, size) => {
    await using executor = inlineExecutor();
    const oracle = simulatorOracle(nothing, executor);
    const student = decisionTree({ maxDepth: 20, minLeaf: 1, prune: false });
    const stage = { name: 'rules', transfer, size, student, holdout: 40 };
    const { fidelity } = await distill(oracle, stage, Dataset.empty(oracle.space, oracle.outputs), runOf('hop'));
    expect(fidelity[0]).toMatchObject({ method: 'holdout', points: 40 });
    expect(fidelity[0].q2).toBeLessThan(0);
  });

  test('of a space without other points leaves those that it learned out in turn', async () => {
    const few = defineSimulator(null, {
      name: 'few',
      parameters: { n: integer(1, 12) },
      outputs: { f: {} },
      run: ({ n }) => ({ f: n * n }),
    });
    await using executor = inlineExecutor();
    const oracle = simulatorOracle(few, executor);
    const every: Sampler = {
      name: 'every',
      sample: () => Matrix.from(Array.from({ length: 12 }, (_, i) => [(i + 0.5) / 12])),
    };
    const stage = { name: 'rules', transfer: every, size: 12, student: decisionTree(), holdout: 5 };
    const { fidelity } = await distill(oracle, stage, Dataset.empty(oracle.space, oracle.outputs), runOf('few'));
    expect(fidelity[0]).toMatchObject({ method: 'cross-validation', points: 12 });
  });
});

test('no hop is held against rows that an earlier one learned', async () => {
  const space = new Space({ x: real(0, 1) });
  const rng = new Rng('rows');
  const data = Dataset.empty(space, [{ name: 'f' }]).append(
    Array.from({ length: 120 }, (_, i) => ({
      ...{ id: `data/${i}`, u: Float64Array.of(rng.uniform()), milliseconds: 0, status: 'completed' as const },
      values: Float64Array.of(rng.normal()),
    })),
  );
  const memory = nearestNeighbor({ neighbors: 1 });
  const { results } = await runStudy(
    defineScenario({
      name: 'Noise',
      start: { data, teacher: memory },
      chain: [{ name: 'copy', transfer: uniform(), size: 3000, student: memory }],
    }),
    { executor: inlineExecutor() },
    { clock: () => 0 },
  );
  const [, { fidelity, accuracy }] = results.stages;
  expect(fidelity[0].q2).toBeGreaterThan(0.9);
  expect(accuracy?.[0]).toMatchObject({ output: 'f', points: 120 });
  expect(accuracy?.[0].q2).toBeLessThan(0);
});
