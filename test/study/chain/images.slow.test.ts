import { expect, test } from 'vitest';
import { Dataset } from '../../../src/core/dataset.ts';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import {
  confident,
  convolutionalNetwork,
  decisionTree,
  defineScenario,
  image,
  mixture,
  neuralNetwork,
  Rng,
  rows,
  runStudy,
  Space,
  warp,
} from '../../../src/index.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { PackedMatrix } from '../../../src/numerics/packed-matrix.ts';
import { scoreOf } from '../../../src/study/chain/fidelity.ts';

const space = new Space(image(8, 8, { range: [0, 255] }));
const outputs = [{ name: 'kind', classes: ['bar', 'pole'] }];

/** Bytes of a bar or a pole somewhere in the image. */
function pictures(count: number, name: string): Dataset {
  const rng = new Rng(name);
  const bytes = Uint8Array.from({ length: 64 * count }, () => rng.integer(60));
  const kinds = Array.from({ length: count }, () => rng.integer(2));
  kinds.forEach((kind, i) => {
    const [row, column] = [2 + rng.integer(4), 2 + rng.integer(4)];
    for (let k = -2; k <= 2; k++) bytes[64 * i + (kind === 0 ? row * 8 + column + k : (row + k) * 8 + column)] = 200;
  });
  const known = kinds.map((_, i) => ({ id: `${name}/${i}`, status: 'completed' as const, milliseconds: 0 }));
  return new Dataset(
    space,
    outputs,
    new PackedMatrix(count, 64, bytes),
    Matrix.from(kinds.map((kind) => [kind])),
    known,
  );
}

/** Warps that leave a bar a bar. */
const small = warp({ rotate: 3, shear: 0, scale: 0, shift: 1, elastic: 0.2 });

test('a study of images ends: a network teaches trees and a small network, by rows of a pool and by warps of them', async () => {
  const scenario = defineScenario({
    name: 'Bars and poles',
    seed: 3,
    start: {
      data: pictures(100, 'labeled'),
      pool: pictures(300, 'pool'),
      test: pictures(200, 'test'),
      teacher: convolutionalNetwork({
        ...{ channels: [6], size: 3, hidden: 12, epochs: 60, batch: 16, learningRate: 0.01, dropout: 0.1 },
        augment: small,
      }),
    },
    chain: [
      { name: 'direct', teacher: 'data', student: decisionTree() },
      {
        ...{ name: 'sure', teacher: 'teacher', transfer: rows(), size: 300, keep: confident(0.9) },
        data: 1,
        student: decisionTree({ bins: 16 }),
      },
      {
        ...{
          name: 'tree',
          teacher: 'teacher',
          transfer: mixture([
            [rows(), 1],
            [small, 2],
          ]),
          size: 900,
        },
        student: decisionTree({ bins: 16, maxLeaves: 60 }),
      },
      {
        ...{ name: 'net', teacher: 'teacher', transfer: rows(), size: 300 },
        student: neuralNetwork({ hidden: [12], members: 1, calibrate: false, epochs: 20, temperature: 4 }),
      },
    ],
  });
  const { results } = await runStudy(scenario, { executor: inlineExecutor() }, { clock: () => 0 });
  expect(results.stages.map(({ name }) => name)).toEqual(['teacher', 'direct', 'sure', 'tree', 'net']);
  const right = results.stages.map(({ accuracy }) => (accuracy ? scoreOf(accuracy[0]) : Number.NaN));
  expect(right.every(Number.isFinite)).toBe(true);
  expect(right[0]).toBeGreaterThan(0.9);
  // What the teacher made of the pool is worth more than the labels alone.
  expect(Math.max(right[2], right[3])).toBeGreaterThan(right[1]);
});
