import { expect, test } from 'vitest';
import { Dataset } from '../../src/core/dataset.ts';
import { image } from '../../src/core/space/group.ts';
import { real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import type { TreeNode } from '../../src/core/structure.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { imageTreePlot } from '../../src/report/plots/image-plot.ts';
import { nodeImages } from '../../src/study/node-images.ts';

const space = new Space(image(2, 3));
const x = Matrix.from([
  [1, 0, 0, 0, 0, 0],
  [1, 0, 0, 0, 0, 1],
  [0, 0, 0, 1, 0, 0],
  [0, 0, 0, 0, 1, 0],
]);
const rows = Array.from({ length: 4 }, (_, i) => ({ id: `${i}`, status: 'completed' as const, milliseconds: 0 }));
const data = new Dataset(space, [{ name: 'y' }], x, Matrix.from([[1], [1], [0], [0]]), rows);
const leaf = (value: number, count: number): TreeNode => ({ kind: 'leaf', value: Float64Array.of(value), count });
const root: TreeNode = {
  ...{ kind: 'split', column: 0, threshold: 0.5, count: 4, left: leaf(0, 2) },
  right: { kind: 'split', column: 5, threshold: 0.5, count: 2, left: leaf(1, 1), right: leaf(1, 1) },
};

test('each node sees the mean of the images that come to it, and knows the pixel that it asks', () => {
  const seen = nodeImages({ kind: 'tree', root }, data)!;
  expect(seen.columns).toBe(3);
  expect(seen.nodes.map(({ path, count, asked }) => [path, count, asked])).toEqual([
    ['', 4, 0],
    ['l', 2, undefined],
    ['r', 2, 5],
    ['rl', 1, undefined],
    ['rr', 1, undefined],
  ]);
  expect(seen.nodes.map(({ pixels }) => pixels)).toEqual([
    [0.5, 0, 0, 0.25, 0.25, 0.25],
    [0, 0, 0, 0.5, 0.5, 0],
    [1, 0, 0, 0, 0, 0.5],
    [1, 0, 0, 0, 0, 0],
    [1, 0, 0, 0, 0, 1],
  ]);
  const svg = imageTreePlot(seen, 'Mean images', (path) => `answer at ${path}`);
  expect(svg.match(/class="mark"/g)).toHaveLength(2);
  expect(svg).toContain('asks pixel 6');
  expect(svg).toContain('>answer at rl<');
});

test('is of trees on images only', () => {
  const plain = new Dataset(
    new Space({ a: real(0, 1) }),
    [{ name: 'y' }],
    Matrix.from([[0]]),
    Matrix.from([[0]]),
    rows.slice(0, 1),
  );
  expect(nodeImages({ kind: 'tree', root: leaf(0, 1) }, plain)).toBeUndefined();
});
