import { expect, test } from 'vitest';
import { Dataset } from '../../src/core/dataset.ts';
import { outputList } from '../../src/core/output.ts';
import { real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { inlineExecutor } from '../../src/execution/inline.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { Rng } from '../../src/numerics/random.ts';
import { runStudy } from '../../src/study/run-study.ts';
import { defineScenario } from '../../src/study/scenario/define-scenario.ts';
import { nearestNeighbor } from '../../src/surrogates/nearest-neighbor.ts';
import { selfTraining } from '../../src/surrogates/self-training.ts';
import { decisionTree } from '../../src/surrogates/trees/decision-tree.ts';
import { testRun } from '../../src/testing/labeled.ts';
import { surrogateLaws } from '../../src/testing/surrogate-laws.ts';

surrogateLaws('self-training', () => selfTraining(decisionTree()), { capabilities: ['structure'], runs: 4 });

const space = new Space({ a: real(-3, 3), b: real(-3, 3) });
const outputs = outputList({ moon: { classes: ['upper', 'lower'] } });

/** Two half moons, the first rows of each labeled, the others without a label. */
function moons(count: number, labeled: number, path: string): Dataset {
  const rng = new Rng(path);
  const x = new Matrix(count, 2);
  const y = new Matrix(count, 1);
  for (let i = 0; i < count; i++) {
    const [moon, angle] = [i % 2, Math.PI * rng.uniform()];
    const [a, b] = moon === 0 ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
    x.row(i).set(space.encode({ a: a + 0.05 * rng.normal(), b: b + 0.05 * rng.normal() }));
    y.set(i, 0, i < labeled ? moon : Number.NaN);
  }
  const rows = Array.from({ length: count }, (_, i) => ({ id: `${i}`, status: 'completed' as const, milliseconds: 0 }));
  return new Dataset(space, outputs, x, y, rows);
}

const data = moons(400, 12, 'moons');
const truth = moons(300, 300, 'truth');
const neighbor = nearestNeighbor({ neighbors: 3 });

async function right(given: Dataset, confidence = 0.9): Promise<number> {
  const model = await selfTraining(neighbor, { confidence, rounds: 10 }).fit(given, testRun('fit'));
  const shares = model.predict(truth.x);
  return truth.rows.filter((_, i) => shares.get(i, truth.y.get(i, 0)) > 0.5).length / truth.size;
}

test('rows without a label spread the labels of their neighbors', async () => {
  const [alone, together] = [await right(data.finite()), await right(data)];
  expect(together).toBeGreaterThan(alone + 0.02);
  expect(together).toBeGreaterThan(0.95);
});

test('without rows of whose class it is sure it is the fit of its surrogate', async () => {
  const never = await selfTraining(decisionTree(), { confidence: 1, rounds: 1 }).fit(data, testRun('fit'));
  const alone = await decisionTree().fit(data.finite(), testRun('fit/round/0'));
  expect(never.predict(truth.x).data).toEqual(alone.predict(truth.x).data);
});

test('numbers without a label are refused', async () => {
  const numbers = new Dataset(space, outputList({ height: {} }), data.points, data.y, data.rows);
  await expect(selfTraining(neighbor).fit(numbers, testRun('fit'))).rejects.toThrow(/output 'height' is a number/);
});

test('in a study the rows without a label are the pool', async () => {
  let most = 0;
  const counted = {
    ...neighbor,
    fit(given: Dataset, run: Parameters<typeof neighbor.fit>[1]) {
      most = Math.max(most, given.size);
      return neighbor.fit(given, run);
    },
  };
  const teacher = selfTraining(counted, { confidence: 0.6 });
  await runStudy(
    defineScenario({ name: 'Moons', start: { data: data.finite(), pool: data, test: truth, teacher }, chain: [] }),
    { executor: inlineExecutor() },
    { clock: () => 0 },
  );
  expect(most).toBeGreaterThan(300);
});
