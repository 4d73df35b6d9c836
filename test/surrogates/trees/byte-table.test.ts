import { describe, expect, test } from 'vitest';
import { Dataset } from '../../../src/core/dataset.ts';
import type { Output } from '../../../src/core/output.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { PackedMatrix } from '../../../src/numerics/packed-matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { decisionTree } from '../../../src/surrogates/trees/decision-tree.ts';
import { randomForest } from '../../../src/surrogates/trees/random-forest.ts';
import { testRun } from '../../../src/testing/labeled.ts';

const INPUTS = 12;
const space = new Space(Object.fromEntries(Array.from({ length: INPUTS }, (_, j) => [`p${j}`, real(0, 1)])));
const kinds: Readonly<Record<string, { outputs: Output[]; answer: (bytes: Uint8Array, rng: Rng) => number[] }>> = {
  'a class': {
    outputs: [{ name: 'digit', classes: ['a', 'b', 'c'] }],
    answer: (bytes, rng) => [rng.uniform() < 0.1 ? 2 : bytes[3] > 200 ? 1 : bytes[0] > bytes[5] ? 0 : 2],
  },
  'a number': { outputs: [{ name: 'y' }], answer: (bytes, rng) => [bytes[1] * bytes[2] + 1000 * rng.normal()] },
  'a class and a number': {
    outputs: [{ name: 'digit', classes: ['a', 'b'] }, { name: 'y' }],
    answer: (bytes, rng) => [bytes[3] > 100 ? 1 : 0, bytes[1] + 9 * rng.normal()],
  },
};

/** Rows of bytes, most of them 0 or full as in images, and the same numbers unpacked. */
function twins(kind: string, rows: number): [Dataset, Dataset] {
  const { outputs, answer } = kinds[kind];
  const rng = new Rng(`bytes/${kind}`);
  const bytes = Uint8Array.from({ length: rows * INPUTS }, () => {
    const u = rng.uniform();
    return u < 0.4 ? 0 : u < 0.6 ? 255 : Math.floor(256 * rng.uniform());
  });
  const y = Matrix.from(
    Array.from({ length: rows }, (_, i) => answer(bytes.subarray(i * INPUTS, (i + 1) * INPUTS), rng)),
  );
  const ids = Array.from({ length: rows }, (_, i) => ({ id: `${i}`, status: 'completed' as const, milliseconds: 0 }));
  const packed = new PackedMatrix(rows, INPUTS, bytes);
  return [new Dataset(space, outputs, packed, y, ids), new Dataset(space, outputs, packed.unpacked(), y, ids)];
}

describe.each(Object.keys(kinds))('trees on bytes that explain %s', (kind) => {
  test.each([{}, { maxLeaves: 9 }, { minLeaf: 7 }, { criterion: 'entropy' as const }, { prune: true }])(
    'are those of the numbers that the bytes stand for: %o',
    async (options) => {
      const [packed, plain] = twins(kind, 300);
      const [a, b] = [
        await decisionTree(options).fit(packed, testRun('bytes')),
        await decisionTree(options).fit(plain, testRun('bytes')),
      ];
      expect(a.structure()).toEqual(b.structure());
      expect(a.predict(plain.x)).toEqual(b.predict(plain.x));
    },
  );

  test('make the same forest', async () => {
    const [packed, plain] = twins(kind, 200);
    const forest = randomForest({ trees: 5 });
    const [a, b] = [await forest.fit(packed, testRun('bytes')), await forest.fit(plain, testRun('bytes'))];
    expect(a.posterior(plain.x)).toEqual(b.posterior(plain.x));
    expect(a.health).toEqual(b.health);
  });
});

test('a tree on bytes keeps them as they are', async () => {
  const rows = 4000;
  const rng = new Rng('memory');
  const some = Uint8Array.from({ length: 99_991 }, () => (rng.uniform() < 0.5 ? 0 : Math.floor(256 * rng.uniform())));
  const inputs = 1000;
  const many = new Space(Object.fromEntries(Array.from({ length: inputs }, (_, j) => [`p${j}`, real(0, 1)])));
  const x = new PackedMatrix(rows, inputs, new Uint8Array(rows * inputs));
  for (let at = 0; at < x.data.length; at += some.length) x.data.set(some.subarray(0, x.data.length - at), at);
  const y = Matrix.from(Array.from({ length: rows }, (_, i) => [x.get(i, 5) > 0.4 || x.get(i, 77) > 0.5 ? 1 : 0]));
  const ids = Array.from({ length: rows }, (_, i) => ({ id: `${i}`, status: 'completed' as const, milliseconds: 0 }));
  const data = new Dataset(many, [{ name: 'c', classes: ['no', 'yes'] }], x, y, ids);
  const before = process.memoryUsage().arrayBuffers;
  await decisionTree({ maxDepth: 3 }).fit(data, testRun('memory'));
  // Numbers and an order of each column would take 48 MB.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(12e6);
});
