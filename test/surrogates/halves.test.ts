import { expect, test } from 'vitest';
import { outputList } from '../../src/core/output.ts';
import { image } from '../../src/core/space/group.ts';
import { Space } from '../../src/core/space/space.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { Rng } from '../../src/numerics/random.ts';
import { convolutionalNetwork } from '../../src/surrogates/convolutional-network/convolutional-network.ts';
import { neuralNetwork } from '../../src/surrogates/neural-network/neural-network.ts';
import { halfOf } from '../../src/surrogates/restore.ts';
import { extraTrees } from '../../src/surrogates/trees/extra-trees.ts';
import { dataset, points, testRun } from '../../src/testing/labeled.ts';

const space = new Space(image(4, 4));
const x = points(space, 40, new Rng('halves'));
const y = Matrix.from(Array.from({ length: 40 }, (_, i) => [x.get(i, 0) ** 2 - x.get(i, 1)]));
const data = dataset(space, outputList({ y: {} }), x, y);
const fresh = points(space, 20, new Rng('fresh'));

const SMALL = { channels: [2], size: 3, hidden: 4, epochs: 2 };

// Members of one stream do not depend on how many there are.
test.each([
  ['forest', (count: number) => extraTrees({ trees: count })],
  ['convolutions', (count: number) => convolutionalNetwork({ ...SMALL, members: count })],
  ['networks', (count: number) => neuralNetwork({ members: count, hidden: [4], epochs: 5, calibrate: false })],
])('half of the %s is what has half as many members', async (_, surrogate) => {
  const [five, two, one] = await Promise.all([5, 2, 1].map((count) => surrogate(count).fit(data, testRun('halves'))));
  expect(halfOf(five)?.predict(fresh)).toEqual(two.predict(fresh));
  expect(halfOf(two)?.predict(fresh)).toEqual(one.predict(fresh));
  expect(halfOf(one)).toBeUndefined();
});
